"""The form for the refund of a credit."""

from werkzeug.datastructures import MultiDict
from wtforms import SelectField

from learning.fees.labels import LABELS
from learning.fees.models import Payer
from learning.fees.pages.staff.payment_forms import MAXIMUM, REASON_LIMIT
from learning.fees.rules.balances import AccountBalance
from learning.kit.forms import (
    AnyOf,
    CreateForm,
    MaxLength,
    Required,
    SingleLineField,
    select_choices,
)
from learning.kit.i18n import N_
from learning.kit.labels import label_of
from learning.kit.languages import current_i18n
from learning.kit.number_fields import MoneyField


class CreditRefundForm(CreateForm):
    """Whose credit goes back, how much of it and why."""

    credit_payer = SelectField(
        N_("Whose credit"), [Required(N_("Choose whose credit it is.")), AnyOf()]
    )
    credit_amount = MoneyField(N_("Amount to pay back"), currency="EUR", maximum=MAXIMUM)
    credit_reason = SingleLineField(
        N_("Reason"), [Required(N_("Say why.")), MaxLength(REASON_LIMIT)]
    )


def credit_refund_form(
    balance: AccountBalance, source: MultiDict[str, str] | None = None
) -> CreditRefundForm:
    """Return the form with the payers who have a credit; it begins with all of the first one's."""
    form, words = CreditRefundForm(source), current_i18n()
    found = [(payer, balance.of(payer).credit) for payer in Payer if balance.of(payer).credit.minor]
    form.credit_payer.choices = select_choices(
        (str(payer), f"{words.gettext(label_of(LABELS, payer))}: {words.exact_money(credit)}")
        for payer, credit in found
    )
    if source is None and found:
        form.credit_amount.data = found[0][1]
    return form

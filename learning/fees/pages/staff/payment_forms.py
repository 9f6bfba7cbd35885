"""Forms of payments, of settlements and of the matching of bank entries."""

from collections.abc import Iterable

from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, SelectField

from learning.fees.labels import LABELS
from learning.fees.models import Payer, SettlementKind
from learning.fees.pages.version_form import VersionForm
from learning.kit.forms import (
    AnyOf,
    CreateForm,
    MaxLength,
    Required,
    SingleLineField,
    select_choices,
)
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.money import Money
from learning.kit.number_fields import CalendarDateField, MoneyField

REASON_LIMIT, NAME_LIMIT = 500, 140
CURRENCY, MAXIMUM = "EUR", 1_000_000
KINDS = [(str(each), name) for each, name in LABELS[SettlementKind, ""].items()]
PAYERS = [(str(each), name) for each, name in LABELS[Payer, ""].items()]


class ReasonForm(VersionForm):
    """Something that needs a reason."""

    reason = SingleLineField(N_("Reason"), [Required(N_("Say why.")), MaxLength(REASON_LIMIT)])


class ResolutionForm(VersionForm):
    """What a person did about an event of the card provider."""

    note = SingleLineField(
        N_("What you have done"),
        [Required(N_("Say what you have done.")), MaxLength(REASON_LIMIT)],
    )


class ManualPaymentForm(CreateForm):
    """A payment that came otherwise than through a statement."""

    payer = SelectField(N_("Paid by"), [Required(N_("Choose who paid.")), AnyOf()])
    amount = MoneyField(N_("Amount, in euros"), currency=CURRENCY, maximum=MAXIMUM)
    received_on = CalendarDateField(N_("Received on"))
    payer_name = SingleLineField(
        N_("Name of who paid"), [Required(N_("Say who paid.")), MaxLength(NAME_LIMIT)]
    )
    note = SingleLineField(
        N_("What proves it"),
        [Required(N_("Say what proves the payment.")), MaxLength(REASON_LIMIT)],
    )


class SettlementForm(CreateForm):
    """A proposal that a place is settled without a payment; a guarantee has its letter."""

    kind = SelectField(N_("How"), [Required(N_("Choose how.")), AnyOf()])
    reason = SingleLineField(
        N_("Reason"), [Required(N_("Say why.")), MaxLength(REASON_LIMIT)], id="settlement-reason"
    )


class SettlementDecisionForm(VersionForm):
    """The decision of the second person: `approve` or `refuse`."""

    decision = HiddenField(validators=[Required(N_("Choose what to do."))])


class PaymentDecisionForm(VersionForm):
    """The decision of the second person about a payment: `confirm` or `take-back`."""

    decision = HiddenField(validators=[Required(N_("Choose what to do."))])


class AssignForm(VersionForm):
    """The invoices, by number, that an entry pays."""

    numbers = SingleLineField(
        N_("Numbers of the invoices"), [Required(N_("Type the number of an invoice."))]
    )


class PayoutForm(VersionForm):
    """A payout of the card provider: the charge that it has kept, if any."""

    charge = MoneyField(
        N_("Charge of the card provider, in euros"),
        currency=CURRENCY,
        maximum=MAXIMUM,
        default=Money(0, CURRENCY),
    )


class SuggestionForm(VersionForm):
    """A suggestion as it was shown: `seal` names what it said."""

    seal = HiddenField()


class ConfirmForm(CreateForm):
    """Several suggestions that a person has ticked (`entry`: uid, version, seal)."""


def manual_payment_form(source: MultiDict[str, str] | None = None) -> ManualPaymentForm:
    """Return the form with its choices."""
    form = ManualPaymentForm(source)
    form.payer.choices = select_choices(_translated(PAYERS))
    return form


def settlement_form(source: MultiDict[str, str] | None = None) -> SettlementForm:
    """Return the form with its choices."""
    form = SettlementForm(source)
    form.kind.choices = select_choices(_translated(KINDS))
    return form


def _translated(choices: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return choices with their labels in the reader's language."""
    words = current_i18n()
    return [(value, words.gettext(label)) for value, label in choices]

"""Forms of refunds: the account of the payee, the charge of the bank, decisions, files."""

from collections.abc import Mapping
from typing import Any, ClassVar

from wtforms import HiddenField, SelectField
from wtforms.fields import Field
from wtforms.validators import ValidationError

from learning.admissions.rules.regions import COUNTRIES
from learning.bank_formats import accounts
from learning.bank_formats.accounts import AccountNameError, IbanError
from learning.fees.rules.refund_digest import PayeeAccount
from learning.kit.folding import sort_key
from learning.kit.forms import (
    CreateForm,
    Form,
    MaxLength,
    MultiLineField,
    Required,
    SingleLineField,
    select_choices,
)
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.number_fields import CalendarDateField, MoneyField
from learning.kit.versions import version_number

REASON_LIMIT = 500
NUMBER_LIMIT = 34  # characters, of account numbers in ISO 20022
MAX_CHARGE = 10_000  # in the major unit
IBAN_MESSAGES = {
    IbanError.COUNTRY: N_("No IBAN begins with these two letters. Enter an account number."),
    IbanError.LENGTH: N_("This IBAN is too long or too short for its country."),
    IbanError.CHECK_DIGITS: N_("A sign in this IBAN is wrong or missing. Compare it once more."),
    IbanError.STRUCTURE: N_("This is no IBAN. It begins with two letters and two digits."),
}
NAME_MESSAGES = {
    AccountNameError.EMPTY: N_("Write the name of the account’s holder."),
    AccountNameError.TOO_LONG: N_("Banks take 70 characters."),
    AccountNameError.NOT_LATIN: N_("Write the name in Latin letters, as the bank has it."),
}


def _countries() -> list[tuple[str, str]]:
    words = current_i18n()
    named = sorted(
        ((code, words.country(code)) for code in COUNTRIES), key=lambda pair: sort_key(pair[1])
    )
    return list(select_choices([("", words.gettext(N_("Choose a country"))), *named]))


class AccountName:
    """A name that a transfer can carry."""

    field_flags: Mapping[str, Any] = {}

    def __call__(self, _form: Form, field: Field) -> None:
        if error := accounts.account_name_error(field.data or ""):
            raise ValidationError(field.gettext(NAME_MESSAGES[error]))


class RefundForm(CreateForm):
    """A step of one refund: with the version of its row and a key."""

    version = HiddenField()

    @property
    def known_version(self) -> int:
        """Return the version of the page, an impossible one if it is unreadable."""
        return version_number(self.version.data)


class CardRefundForm(RefundForm):
    """A refund goes back to the card that paid: no account is entered."""


class PayeeAccountForm(RefundForm):
    """The account of the payee: an IBAN, or a number with the BIC and the country of the bank."""

    paid_from = ""
    """The IBAN that paid, if it is known: it counts where none is entered."""

    holder_name = SingleLineField(N_("Account holder"), [AccountName()])
    iban = SingleLineField(N_("IBAN"), [MaxLength(60)])
    account_number = SingleLineField(N_("Account number"), [MaxLength(NUMBER_LIMIT)])
    bic = SingleLineField(N_("BIC"))
    bank_country = SelectField(N_("Country of the bank"), choices=_countries, validate_choice=False)

    def validate_iban(self, field: Field) -> None:
        iban = self._iban
        if iban and (error := accounts.iban_error(iban)):
            raise ValidationError(field.gettext(IBAN_MESSAGES[error]))
        if not iban and not self.account_number.data:
            raise ValidationError(field.gettext(N_("Enter an IBAN, or an account number below.")))

    def validate_bic(self, field: Field) -> None:
        bic, iban = accounts.normalised_bic(field.data or ""), self._iban
        if bic and not accounts.is_bic(bic):
            raise ValidationError(field.gettext(N_("A BIC has 8 or 11 letters and digits.")))
        if not bic and not (iban and accounts.is_sepa(iban)):
            raise ValidationError(field.gettext(N_("Outside SEPA the bank needs its BIC.")))

    def validate_bank_country(self, field: Field) -> None:
        if not self._iban and field.data not in COUNTRIES:
            raise ValidationError(field.gettext(N_("Choose a country.")))

    def values(self) -> PayeeAccount:
        iban = self._iban
        return PayeeAccount(
            holder_name=self.holder_name.data or "",
            iban=iban,
            account_number="" if iban else self.account_number.data or "",
            bic=accounts.normalised_bic(self.bic.data or ""),
            bank_country=iban[:2] or self.bank_country.data,
        )

    @property
    def _iban(self) -> str:
        typed = accounts.normalised_iban(self.iban.data or "")
        return typed or ("" if self.account_number.data else self.paid_from)


class BankChargeForm(RefundForm):
    """The charge of the bank, in the currency of the payment, and why."""

    amount = MoneyField(N_("Bank charge"), currency="EUR", maximum=MAX_CHARGE)
    reason = SingleLineField(
        N_("Reason"),
        [Required(N_("Say where the charge comes from.")), MaxLength(REASON_LIMIT)],
        id="charge-reason",
    )


class RefundApprovalForm(RefundForm):
    """An approval of what the page shows: `digest` names amount, payee and account."""

    digest = HiddenField()


class RefundReasonForm(RefundForm):
    """A step that needs a reason."""

    never_filled: ClassVar[frozenset[str]] = frozenset({"reason"})

    reason = MultiLineField(N_("Reason"), [Required(N_("Say why.")), MaxLength(REASON_LIMIT)])


class RefundSettlementForm(RefundForm):
    """The day on which the bank paid, entered by hand."""

    settled_on = CalendarDateField(N_("Day of the payment"), missing=N_("Enter a day."))


class ShowAccountForm(RefundForm):
    """A look at the account, which is recorded."""


class BatchForm(CreateForm):
    """A file for the bank, of the refunds whose uids the page has shown."""

    seen = HiddenField()

    @property
    def uids(self) -> list[str]:
        return [uid for uid in (self.seen.data or "").split(" ") if uid]

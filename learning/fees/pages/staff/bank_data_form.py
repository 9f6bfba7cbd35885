"""The forms of the centre's bank data: a proposal, and the decision about it."""

from wtforms import HiddenField
from wtforms.fields import Field
from wtforms.validators import ValidationError

from learning.bank_formats.accounts import (
    MAX_NAME_LENGTH,
    IbanError,
    account_name_error,
    grouped,
    iban_error,
    is_bic,
    normalised_bic,
    normalised_iban,
)
from learning.fees.pages.version_form import VersionForm
from learning.fees.rules.bank_data import BankData
from learning.kit.forms import CreateForm, MaxLength, Required, SingleLineField
from learning.kit.i18n import N_

BANK_NAME_LENGTH, TYPED_LENGTH = 70, 60
IBAN_ERRORS = {
    IbanError.COUNTRY: N_("No country has IBANs that begin like this. Look at it again."),
    IbanError.LENGTH: N_("IBANs of this country have another length. Count the characters."),
    IbanError.CHECK_DIGITS: N_(
        "A digit of this IBAN is wrong: its check digits do not match. Check the number."
    ),
    IbanError.STRUCTURE: N_("This is not how an IBAN is written: IT60 X054 2811 1010 …"),
}
NOT_LATIN = N_("Write it in Latin letters, as the bank has it: transfers take no others.")


class BankDataForm(CreateForm):
    """The bank data that are proposed."""

    legal_name = SingleLineField(
        N_("Legal name, as the bank has it"),
        [Required(N_("Write the name.")), MaxLength(MAX_NAME_LENGTH)],
    )
    iban = SingleLineField(N_("IBAN"), [Required(N_("Write the IBAN.")), MaxLength(TYPED_LENGTH)])
    bic = SingleLineField(N_("BIC"), [Required(N_("Write the BIC.")), MaxLength(TYPED_LENGTH)])
    bank_name = SingleLineField(
        N_("Name of the bank"),
        [Required(N_("Write the name of the bank.")), MaxLength(BANK_NAME_LENGTH)],
    )

    def validate_legal_name(self, field: Field) -> None:
        if account_name_error(field.data or ""):
            raise ValidationError(field.gettext(NOT_LATIN))

    def validate_iban(self, field: Field) -> None:
        if error := iban_error(normalised_iban(field.data or "")):
            raise ValidationError(field.gettext(IBAN_ERRORS[error]))

    def validate_bic(self, field: Field) -> None:
        if not is_bic(normalised_bic(field.data or "")):
            message = N_("A BIC has 8 or 11 characters, and the bank’s country in the middle.")
            raise ValidationError(field.gettext(message))

    def values(self) -> BankData:
        """Return the bank data in their normal form; call it on a valid form."""
        return BankData(
            legal_name=self.legal_name.data or "",
            iban=normalised_iban(self.iban.data or ""),
            bic=normalised_bic(self.bic.data or ""),
            bank_name=self.bank_name.data or "",
        )


class BankDataDecisionForm(VersionForm):
    """A decision about what the page shows: `digest` names the data before and after."""

    digest = HiddenField()


def bank_data_form(stored: BankData) -> BankDataForm:
    """Return the form with what is stored, the IBAN in groups of four."""
    return BankDataForm(data=vars(stored) | {"iban": grouped(stored.iban)})

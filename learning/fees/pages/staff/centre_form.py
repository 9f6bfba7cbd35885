"""The form of the centre's details."""

from typing import Any

from wtforms import SelectField
from wtforms.fields import Field
from wtforms.validators import ValidationError

from learning.admissions.rules.billing import (
    LINE_LENGTH,
    POSTCODE_LENGTH,
    TOWN_LENGTH,
    VAT_ID_LENGTH,
    VatIdProblem,
    needs_postcode,
    vat_id_of,
)
from learning.admissions.rules.regions import COUNTRIES
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
from learning.fees.rules.centre import CentreValues
from learning.kit.folding import sort_key
from learning.kit.forms import AnyOf, Form, MaxLength, Required, SingleLineField, select_choices
from learning.kit.i18n import LANGUAGES, N_
from learning.kit.languages import current_i18n
from learning.kit.versions import VersionedForm

NAME_LENGTH, SENTENCE_LENGTH, TYPED_LENGTH = 70, 300, 60
IBAN_ERRORS = {
    IbanError.COUNTRY: N_("No country has IBANs that begin like this. Look at it again."),
    IbanError.LENGTH: N_("IBANs of this country have another length. Count the characters."),
    IbanError.CHECK_DIGITS: N_(
        "A digit of this IBAN is wrong: its check digits do not match. Check the number."
    ),
    IbanError.STRUCTURE: N_("This is not how an IBAN is written: IT60 X054 2811 1010 …"),
}
VAT_ID_ERRORS = {
    VatIdProblem.FORMAT: N_(
        "This is not how VAT numbers of %(country)s are written. Look at it again, or leave it out."
    ),
    VatIdProblem.CHECK_DIGITS: N_(
        "A digit of this VAT number is wrong: its check digits do not match. Check the number."
    ),
}
NOT_LATIN = N_("Write it in Latin letters, as the bank has it: transfers take no others.")


def _countries() -> list[Any]:
    words = current_i18n()
    named = [(code, words.country(code)) for code in COUNTRIES]
    named.sort(key=lambda pair: sort_key(pair[1]))
    return select_choices([("", words.gettext(N_("Choose a country"))), *named])


def _sentence(label: str) -> SingleLineField:
    message = N_("Write the sentence, in each of the languages.")
    return SingleLineField(label, [Required(message), MaxLength(SENTENCE_LENGTH)])


class CentreForm(VersionedForm, Form):
    """Who the centre is, where, its account, and its sentence about taxes."""

    legal_name = SingleLineField(
        N_("Legal name, as the bank has it"),
        [Required(N_("Write the name.")), MaxLength(MAX_NAME_LENGTH)],
    )
    line1 = SingleLineField(
        N_("Street and number, or P.O. box"),
        [Required(N_("Write the street and number, or the P.O. box.")), MaxLength(LINE_LENGTH)],
    )
    line2 = SingleLineField(N_("Building, department, floor"), [MaxLength(LINE_LENGTH)])
    postcode = SingleLineField(N_("Postcode"), [MaxLength(POSTCODE_LENGTH)])
    town = SingleLineField(N_("Town"), [Required(N_("Write the town.")), MaxLength(TOWN_LENGTH)])
    country = SelectField(
        N_("Country"),
        [Required(N_("Choose a country.")), AnyOf()],
        choices=_countries,
        validate_choice=False,
    )
    vat_id = SingleLineField(N_("VAT number"), [MaxLength(VAT_ID_LENGTH)])
    iban = SingleLineField(N_("IBAN"), [Required(N_("Write the IBAN.")), MaxLength(TYPED_LENGTH)])
    bic = SingleLineField(N_("BIC"), [Required(N_("Write the BIC.")), MaxLength(TYPED_LENGTH)])
    bank_name = SingleLineField(
        N_("Name of the bank"),
        [Required(N_("Write the name of the bank.")), MaxLength(NAME_LENGTH)],
    )
    signatory_name = SingleLineField(N_("Signed by"), [MaxLength(NAME_LENGTH)])
    signatory_title = SingleLineField(N_("Their function"), [MaxLength(NAME_LENGTH)])
    tax_fr = _sentence(N_("In French"))
    tax_en = _sentence(N_("In English"))
    tax_es = _sentence(N_("In Spanish"))

    def validate_legal_name(self, field: Field) -> None:
        if account_name_error(field.data or ""):
            raise ValidationError(field.gettext(NOT_LATIN))

    def validate_postcode(self, field: Field) -> None:
        country = self.country.data or ""
        if not field.data and needs_postcode(country):
            message = field.gettext(N_("Addresses in %(country)s need a postcode."))
            raise ValidationError(message % {"country": current_i18n().country(country)})

    def validate_vat_id(self, field: Field) -> None:
        country = self.country.data or ""
        problem = vat_id_of(field.data or "", country)
        if isinstance(problem, VatIdProblem):
            message = field.gettext(VAT_ID_ERRORS[problem])
            raise ValidationError(message % {"country": current_i18n().country(country)})

    def validate_iban(self, field: Field) -> None:
        if error := iban_error(normalised_iban(field.data or "")):
            raise ValidationError(field.gettext(IBAN_ERRORS[error]))

    def validate_bic(self, field: Field) -> None:
        if not is_bic(normalised_bic(field.data or "")):
            message = N_("A BIC has 8 or 11 characters, and the bank’s country in the middle.")
            raise ValidationError(field.gettext(message))

    def values(self) -> CentreValues:
        """Return the details in their normal form; call it on a valid form."""
        country = self.country.data or ""
        vat_id = vat_id_of(self.vat_id.data or "", country)
        return CentreValues(
            legal_name=self.legal_name.data or "",
            line1=self.line1.data or "",
            line2=self.line2.data or "",
            postcode=self.postcode.data or "",
            town=self.town.data or "",
            country=country,
            vat_id="" if isinstance(vat_id, VatIdProblem) else vat_id,
            iban=normalised_iban(self.iban.data or ""),
            bic=normalised_bic(self.bic.data or ""),
            bank_name=self.bank_name.data or "",
            signatory_name=self.signatory_name.data or "",
            signatory_title=self.signatory_title.data or "",
            tax_sentences={
                language: sentence
                for language in LANGUAGES
                if (sentence := self[f"tax_{language}"].data)
            },
        )


def form_of(values: CentreValues) -> CentreForm:
    """Return the form with what is stored, the IBAN in groups of four."""
    stored = vars(values) | {"iban": grouped(values.iban)}
    sentences = {f"tax_{key}": values.tax_sentences.get(key, "") for key in LANGUAGES}
    return CentreForm(data=stored | sentences)

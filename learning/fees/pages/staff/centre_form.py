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
from learning.fees.rules.centre import CentreValues
from learning.kit.folding import sort_key
from learning.kit.forms import AnyOf, Form, MaxLength, Required, SingleLineField, select_choices
from learning.kit.i18n import LANGUAGES, N_
from learning.kit.languages import current_i18n
from learning.kit.versions import VersionedForm

NAME_LENGTH, SENTENCE_LENGTH = 70, 300
VAT_ID_ERRORS = {
    VatIdProblem.FORMAT: N_(
        "This is not how VAT numbers of %(country)s are written. Look at it again, or leave it out."
    ),
    VatIdProblem.CHECK_DIGITS: N_(
        "A digit of this VAT number is wrong: its check digits do not match. Check the number."
    ),
}


def _countries() -> list[Any]:
    words = current_i18n()
    named = [(code, words.country(code)) for code in COUNTRIES]
    named.sort(key=lambda pair: sort_key(pair[1]))
    return select_choices([("", words.gettext(N_("Choose a country"))), *named])


def _sentence(label: str) -> SingleLineField:
    message = N_("Write the sentence, in each of the languages.")
    return SingleLineField(label, [Required(message), MaxLength(SENTENCE_LENGTH)])


class CentreForm(VersionedForm, Form):
    """Where the centre is, its sentence about taxes, who signs; its account is in another form."""

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
    signatory_name = SingleLineField(N_("Signed by"), [MaxLength(NAME_LENGTH)])
    signatory_title = SingleLineField(N_("Their function"), [MaxLength(NAME_LENGTH)])
    tax_fr = _sentence(N_("In French"))
    tax_en = _sentence(N_("In English"))
    tax_es = _sentence(N_("In Spanish"))

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

    def values(self) -> CentreValues:
        """Return the details in their normal form, without bank data; call it on a valid form."""
        country = self.country.data or ""
        vat_id = vat_id_of(self.vat_id.data or "", country)
        return CentreValues(
            line1=self.line1.data or "",
            line2=self.line2.data or "",
            postcode=self.postcode.data or "",
            town=self.town.data or "",
            country=country,
            vat_id="" if isinstance(vat_id, VatIdProblem) else vat_id,
            signatory_name=self.signatory_name.data or "",
            signatory_title=self.signatory_title.data or "",
            tax_sentences={
                language: sentence
                for language in LANGUAGES
                if (sentence := self[f"tax_{language}"].data)
            },
        )


def form_of(values: CentreValues) -> CentreForm:
    """Return the form with what is stored."""
    sentences = {f"tax_{key}": values.tax_sentences.get(key, "") for key in LANGUAGES}
    return CentreForm(data=vars(values) | sentences)

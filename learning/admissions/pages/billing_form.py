"""The fields of a billing party: the same for candidates and for sponsors."""

from typing import Any

from wtforms import Form as WTForm
from wtforms.fields import Field
from wtforms.validators import StopValidation, ValidationError

from learning.admissions.pages.country_field import country_field
from learning.admissions.rules.billing import (
    LINE_LENGTH,
    NAME_LENGTH,
    PO_NUMBER_LENGTH,
    POSTCODE_LENGTH,
    TOWN_LENGTH,
    VAT_ID_LENGTH,
    BillingDetails,
    PartyKind,
    VatIdProblem,
    needs_postcode,
    vat_id_of,
)
from learning.kit.forms import MaxLength, Required, SingleLineField
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n

VAT_ID_ERRORS = {
    VatIdProblem.FORMAT: N_(
        "This is not how VAT numbers of %(country)s are written. Look at it again, or leave it out."
    ),
    VatIdProblem.CHECK_DIGITS: N_(
        "A digit of this VAT number is wrong: its check digits do not match. Check the number."
    ),
}


class BillingFields(WTForm):
    """Name, address in parts, VAT number, purchase order; a mixin for forms."""

    billing_name = SingleLineField(
        N_("Name on the invoice"),
        [Required(N_("Write the name for the invoice.")), MaxLength(NAME_LENGTH)],
    )
    billing_line1 = SingleLineField(
        N_("Street and number, or P.O. box"),
        [Required(N_("Write the street and number, or the P.O. box.")), MaxLength(LINE_LENGTH)],
    )
    billing_line2 = SingleLineField(N_("Building, department, floor"), [MaxLength(LINE_LENGTH)])
    billing_postcode = SingleLineField(N_("Postcode"), [MaxLength(POSTCODE_LENGTH)])
    billing_town = SingleLineField(
        N_("Town"), [Required(N_("Write the town.")), MaxLength(TOWN_LENGTH)]
    )
    billing_country = country_field(N_("Country"))
    vat_id = SingleLineField(N_("VAT number"), [MaxLength(VAT_ID_LENGTH)])
    po_number = SingleLineField(N_("Purchase order number"), [MaxLength(PO_NUMBER_LENGTH)])

    def validate_billing_postcode(self, field: Field) -> None:
        country = self.billing_country.data or ""
        if not field.data and needs_postcode(country):
            message = field.gettext(N_("Addresses in %(country)s need a postcode."))
            raise ValidationError(message % {"country": current_i18n().country(country)})

    def validate_vat_id(self, field: Field) -> None:
        country = self.billing_country.data or ""
        vat_id = vat_id_of(field.data or "", country)
        if isinstance(vat_id, VatIdProblem):
            message = field.gettext(VAT_ID_ERRORS[vat_id])
            raise StopValidation(message % {"country": current_i18n().country(country)})

    def details(self, kind: PartyKind) -> BillingDetails:
        """Return the typed details, the VAT number in its normal form; call it on a valid form."""
        country = self.billing_country.data or ""
        vat_id = vat_id_of(self.vat_id.data or "", country)
        return BillingDetails(
            kind=kind,
            name=self.billing_name.data or "",
            line1=self.billing_line1.data or "",
            line2=self.billing_line2.data or "",
            postcode=self.billing_postcode.data or "",
            town=self.billing_town.data or "",
            country=country,
            vat_id="" if isinstance(vat_id, VatIdProblem) else vat_id,
            po_number=self.po_number.data or "",
        )


def billing_data(details: BillingDetails | None) -> dict[str, Any]:
    """Return what is stored, by field of `BillingFields`."""
    if details is None:
        return {}
    return {
        "billing_name": details.name,
        "billing_line1": details.line1,
        "billing_line2": details.line2,
        "billing_postcode": details.postcode,
        "billing_town": details.town,
        "billing_country": details.country,
        "vat_id": details.vat_id,
        "po_number": details.po_number,
    }

"""Forms of sponsors: the letter, what the institution states, somebody else to nominate."""

from wtforms import BooleanField, FileField
from wtforms.fields import Field
from wtforms.validators import ValidationError

from learning.accounts.forms import email_field
from learning.enrolment.answers import MOST_SHARE
from learning.enrolment.nominations import Nominee
from learning.enrolment.sponsoring import Statement
from learning.enrolment.views.forms import ADDRESS, LINE, country_field
from learning.kit.forms import (
    AtMost,
    CreatingForm,
    Form,
    LineField,
    Needed,
    TextField,
    language_field,
)
from learning.kit.i18n import N_
from learning.kit.names import PlainName
from learning.kit.number_fields import WholeField
from learning.kit.versions import VersionedForm

NAME = 120


class SponsorLetterForm(Form):
    letter = FileField(N_("Nomination letter"))


class StatementForm(VersionedForm, Form):
    """Who signs, who pays what, where the invoice goes; `has_letter`: nobody needs to sign."""

    fresh = frozenset({"signed_by", "may_sign"})

    signed_by = LineField(N_("Your full name, as a signature"), [AtMost(NAME)])
    may_sign = BooleanField(
        N_("I may sign for my institution, and it nominates the people named on this page.")
    )
    share = WholeField(
        N_("What your institution pays, in percent of the fee"), least=1, most=MOST_SHARE, sign="%"
    )
    billing_name = LineField(
        N_("Name on the invoice"), [Needed(N_("Write the name for the invoice.")), AtMost(LINE)]
    )
    billing_address = TextField(
        N_("Address"), [Needed(N_("Write the address for the invoice.")), AtMost(ADDRESS)]
    )
    billing_country = country_field(N_("Country"))
    vat_id = LineField(N_("VAT number"), [AtMost(LINE)])
    po_number = LineField(N_("Purchase order number"), [AtMost(LINE)])

    has_letter = False

    def validate_signed_by(self, field: Field) -> None:
        if not field.data and not self.has_letter:
            message = N_("Add the letter, or sign here by typing your name.")
            raise ValidationError(field.gettext(message))

    def validate_may_sign(self, field: Field) -> None:
        if self.signed_by.data and not field.data:
            message = N_("Say that you may sign for your institution, or add the letter instead.")
            raise ValidationError(field.gettext(message))

    def values(self, version: int) -> Statement:
        return Statement(
            share=self.share.data,
            signed_by=self.signed_by.data or "",
            billing_name=self.billing_name.data or "",
            billing_address=self.billing_address.data or "",
            billing_country=self.billing_country.data,
            vat_id=self.vat_id.data or "",
            po_number=self.po_number.data or "",
            version=version,
        )


class NomineeForm(CreatingForm):
    """Somebody else of the institution, who will fill the application in."""

    name = LineField(
        N_("Full name"), [Needed(N_("Write the person’s name.")), AtMost(NAME), PlainName()]
    )
    email = email_field(needed=N_("Write the person’s e-mail address."))
    language = language_field()

    def values(self) -> Nominee:
        return Nominee(
            name=self.name.data or "", email=self.email.data or "", language=self.language.data
        )

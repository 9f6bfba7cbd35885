"""Forms of sponsors: the nomination letter, the statement, a nomination."""

from wtforms import BooleanField, FileField
from wtforms.fields import Field
from wtforms.validators import ValidationError

from learning.accounts.forms import email_field
from learning.admissions.commands.nominations import Nominee
from learning.admissions.commands.sponsorships import SponsorStatement
from learning.admissions.pages.billing_form import BillingFields
from learning.admissions.rules.answers import MAX_SHARE
from learning.admissions.rules.billing import PartyKind
from learning.kit.forms import (
    CreateForm,
    Form,
    MaxLength,
    PlainName,
    Required,
    SingleLineField,
    language_field,
)
from learning.kit.i18n import N_
from learning.kit.number_fields import WholeNumberField
from learning.kit.versions import VersionedForm

NAME = 120


class SponsorLetterForm(Form):
    letter = FileField(N_("Nomination letter"))


class StatementForm(BillingFields, VersionedForm, Form):
    """Signature, share of the fee and billing party; with `has_letter` no signature is needed."""

    first_fields = ("share",)
    never_filled = frozenset({"signed_by", "may_sign"})

    signed_by = SingleLineField(N_("Your full name, as a signature"), [MaxLength(NAME)])
    may_sign = BooleanField(
        N_("I may sign for my institution, and it nominates the people named on this page.")
    )
    share = WholeNumberField(
        N_("What your institution pays, in percent of the fee"),
        minimum=1,
        maximum=MAX_SHARE,
        unit="%",
    )

    has_letter = False

    def validate_signed_by(self, field: Field) -> None:
        if not field.data and not self.has_letter:
            message = N_("Add the letter, or sign here by typing your name.")
            raise ValidationError(field.gettext(message))

    def validate_may_sign(self, field: Field) -> None:
        if self.signed_by.data and not field.data:
            message = N_("Say that you may sign for your institution, or add the letter instead.")
            raise ValidationError(field.gettext(message))

    def values(self, version: int) -> SponsorStatement:
        return SponsorStatement(
            share=self.share.data,
            signed_by=self.signed_by.data or "",
            billing=self.details(PartyKind.ORGANISATION),
            version=version,
        )


class NomineeForm(CreateForm):
    """A further nominee, who will fill in the application."""

    name = SingleLineField(
        N_("Full name"), [Required(N_("Write the person’s name.")), MaxLength(NAME), PlainName()]
    )
    email = email_field(required=N_("Write the person’s e-mail address."))
    language = language_field()

    def values(self) -> Nominee:
        return Nominee(
            name=self.name.data or "", email=self.email.data or "", language=self.language.data
        )

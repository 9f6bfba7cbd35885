"""Forms of candidates: one for each step, and those to answer, ask and leave."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from wtforms import BooleanField, FileField, HiddenField, RadioField
from wtforms import Form as WTForm
from wtforms.fields import Field
from wtforms.validators import StopValidation, ValidationError

from learning.accounts.forms import email_field
from learning.admissions.commands.sponsorships import Contact
from learning.admissions.labels import CONSTITUENCIES, FUNDINGS, GENDERS, PARTY_KINDS
from learning.admissions.pages.billing_form import BillingFields
from learning.admissions.pages.country_field import country_field
from learning.admissions.rules.answers import (
    CONSENT_VERSION,
    MAX_SHARE,
    ConsentAnswers,
    Funding,
    FundingAnswers,
    LanguageAnswers,
    MotivationAnswers,
    PersonAnswers,
    StepAnswers,
    WorkAnswers,
)
from learning.admissions.rules.billing import BillingDetails, PartyKind
from learning.kit.forms import (
    AnyOf,
    CreateForm,
    Form,
    MaxLength,
    MultiLineField,
    PlainName,
    Required,
    SingleLineField,
    language_field,
    select_choices,
)
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.number_fields import WholeNumberField
from learning.kit.versions import VersionedForm

LINE, TEXT = 200, 3000
MIN_MOTIVATION_LENGTH = 50
CHOOSE = N_("Choose one of the answers.")


class MinLength:
    """At least so many characters."""

    field_flags: Mapping[str, Any] = {}

    def __init__(self, limit: int) -> None:
        self.limit = limit

    def __call__(self, _form: WTForm, field: Field) -> None:
        if len(field.data or "") < self.limit:
            message = field.gettext(
                N_("Write at least %(limit)s characters; there are %(length)s now.")
            )
            words = current_i18n()
            length = words.number(len(field.data or ""))
            raise StopValidation(message % {"limit": words.number(self.limit), "length": length})


def one_of(label: str, words: Mapping[str, str]) -> RadioField:
    """Return radio buttons; `words` are the labels by value."""
    return RadioField(
        label,
        [Required(CHOOSE), AnyOf()],
        choices=select_choices(words.items()),
        validate_choice=False,
    )


class StepForm(VersionedForm, Form):
    """The form of one step."""

    def values(self) -> StepAnswers:
        """Return the answers; call it on a valid form."""
        raise NotImplementedError


class PersonForm(StepForm):
    gender = one_of(N_("Gender"), GENDERS)
    country = country_field(N_("Country in which you work"))

    def values(self) -> PersonAnswers:
        return PersonAnswers(gender=self.gender.data, country=self.country.data)


class WorkForm(StepForm):
    """Work; the institution is asked only if the profile has none."""

    institution = SingleLineField(
        N_("Institution"), [Required(N_("Write where you work.")), MaxLength(LINE)]
    )
    position = SingleLineField(
        N_("Position"), [Required(N_("Write what your position is.")), MaxLength(LINE)]
    )
    constituency = one_of(N_("What kind of organisation do you work for?"), CONSTITUENCIES)

    def values(self) -> WorkAnswers:
        return WorkAnswers(position=self.position.data or "", constituency=self.constituency.data)


class MotivationForm(StepForm):
    motivation = MultiLineField(
        N_("Your reasons"),
        [
            Required(N_("Write why you want to take this course.")),
            MaxLength(TEXT),
            MinLength(MIN_MOTIVATION_LENGTH),
        ],
    )

    def values(self) -> MotivationAnswers:
        return MotivationAnswers(motivation=self.motivation.data or "")


class LanguageForm(StepForm):
    study_language = one_of(N_("In which language will you study?"), {})

    def values(self) -> LanguageAnswers:
        return LanguageAnswers(study_language=self.study_language.data)


class FundingForm(StepForm):
    """Funding; the share counts only if the fee is shared."""

    funding = one_of(N_("Who pays the fee?"), FUNDINGS)
    sponsor_share = WholeNumberField(
        N_("What my institution pays, in percent of the fee"),
        minimum=1,
        maximum=MAX_SHARE - 1,
        unit="%",
    )

    def validate_sponsor_share(self, field: Field) -> None:
        if self.funding.data != Funding.MIXED:
            field.errors = []
            field.data = None

    def values(self) -> FundingAnswers:
        return FundingAnswers(funding=self.funding.data, sponsor_share=self.sponsor_share.data or 0)


class BillingForm(BillingFields, StepForm):
    first_fields = ("billing_kind",)

    billing_kind = one_of(N_("To whom does the invoice go?"), PARTY_KINDS)

    def values(self) -> BillingDetails:
        return self.details(PartyKind(self.billing_kind.data))


class ConsentForm(StepForm):
    agreed = BooleanField(N_("I agree to this, and what I have given is true."))

    def validate_agreed(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(field.gettext(N_("The application needs your agreement.")))

    def consent(self, agreed_at: datetime) -> ConsentAnswers:
        """Return the consents with the moment `now`; forms do not read the clock."""
        return ConsentAnswers(version=CONSENT_VERSION, consented_at=agreed_at)


class LetterForm(Form):
    """A nomination letter: a file, or the slug of one that was uploaded in chunks before."""

    letter = FileField(N_("Nomination letter"))
    file = HiddenField()


class SponsorForm(CreateForm):
    """The contact to ask for the nomination letter."""

    organisation = SingleLineField(
        N_("Institution"),
        [Required(N_("Write which institution sponsors you.")), MaxLength(LINE), PlainName()],
    )
    contact_name = SingleLineField(
        N_("Name of the person to ask"),
        [Required(N_("Write whom we may ask.")), MaxLength(120), PlainName()],
    )
    contact_email = email_field(
        N_("Their e-mail address"), N_("Write the person’s e-mail address.")
    )
    language = language_field()

    def values(self) -> Contact:
        return Contact(
            organisation=self.organisation.data or "",
            name=self.contact_name.data or "",
            email=self.contact_email.data or "",
            language=self.language.data,
        )


class AnswerForm(CreateForm):
    answer = MultiLineField(
        N_("Your answer"), [Required(N_("Write your answer.")), MaxLength(TEXT)]
    )


class LeaveForm(CreateForm):
    """The reason for leaving, which nobody has to state."""

    reason = MultiLineField(N_("Your reason"), [MaxLength(1000)])


class SendForm(CreateForm):
    """The review page's form: no field, only errors of submitting."""

    version = HiddenField()

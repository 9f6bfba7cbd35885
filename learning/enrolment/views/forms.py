"""Forms of candidates: one for each step, and what they answer, ask and leave with."""

from collections.abc import Mapping
from typing import Any

from wtforms import BooleanField, FileField, HiddenField, RadioField, SelectField
from wtforms import Form as WTForm
from wtforms.fields import Field
from wtforms.validators import StopValidation, ValidationError

from learning.accounts.forms import email_field
from learning.enrolment.answers import CONSENT_VERSION, MOST_SHARE, Funding
from learning.enrolment.regions import COUNTRIES
from learning.enrolment.sponsoring import Contact
from learning.enrolment.words import BILL_TO, CONSTITUENCIES, FUNDINGS, GENDERS
from learning.kit.folding import sort_key
from learning.kit.forms import (
    AtMost,
    CreatingForm,
    Form,
    LineField,
    Needed,
    OneOf,
    TextField,
    language_field,
    offer,
)
from learning.kit.i18n import N_
from learning.kit.languages import current
from learning.kit.names import PlainName
from learning.kit.number_fields import WholeField
from learning.kit.versions import VersionedForm

LINE, ADDRESS, TEXT = 200, 500, 3000
LEAST_MOTIVATION = 50
CHOOSE = N_("Choose one of the answers.")


class AtLeast:
    """No shorter than so many characters."""

    field_flags: Mapping[str, Any] = {}

    def __init__(self, limit: int) -> None:
        self.limit = limit

    def __call__(self, _form: WTForm, field: Field) -> None:
        if len(field.data or "") < self.limit:
            message = field.gettext(
                N_("Write at least %(limit)s characters; there are %(length)s now.")
            )
            words = current()
            length = words.number(len(field.data or ""))
            raise StopValidation(message % {"limit": words.number(self.limit), "length": length})


def one_of(label: str, words: Mapping[str, str]) -> RadioField:
    """Return a list of answers of which one is chosen; `words` say them, by value."""
    return RadioField(
        label, [Needed(CHOOSE), OneOf()], choices=offer(words.items()), validate_choice=False
    )


def country_field(label: str) -> SelectField:
    """Return a choice of countries, named and sorted in the reader's language."""
    return SelectField(
        label,
        [Needed(N_("Choose a country.")), OneOf()],
        choices=_countries,
        validate_choice=False,
    )


def _countries() -> list[Any]:
    words = current()
    named = sorted(
        ((code, words.country(code)) for code in COUNTRIES), key=lambda pair: sort_key(pair[1])
    )
    return offer([("", words.gettext(N_("Choose a country"))), *named])


class StepForm(VersionedForm, Form):
    """What one step asks; its fields are called like the columns that they fill."""

    def values(self) -> dict[str, Any]:
        return {field.name: field.data or "" for field in self if field.name != "version"}


class PersonForm(StepForm):
    gender = one_of(N_("Gender"), GENDERS)
    country = country_field(N_("Country in which you work"))


class WorkForm(StepForm):
    """The institution belongs to the profile: it is asked only where the profile has none."""

    institution = LineField(N_("Institution"), [Needed(N_("Write where you work.")), AtMost(LINE)])
    position = LineField(N_("Position"), [Needed(N_("Write what your position is.")), AtMost(LINE)])
    constituency = one_of(N_("Whom do you work for?"), CONSTITUENCIES)

    def values(self) -> dict[str, Any]:
        return {name: said for name, said in super().values().items() if name != "institution"}


class MotivationForm(StepForm):
    motivation = TextField(
        N_("Your reasons"),
        [
            Needed(N_("Write why you want to take this course.")),
            AtMost(TEXT),
            AtLeast(LEAST_MOTIVATION),
        ],
    )


class LanguageForm(StepForm):
    study_language = one_of(N_("In which language will you study?"), {})


class FundingForm(StepForm):
    """The share counts only where it is shared."""

    funding = one_of(N_("Who pays the fee?"), FUNDINGS)
    sponsor_share = WholeField(
        N_("What my institution pays, in percent of the fee"),
        least=1,
        most=MOST_SHARE - 1,
        sign="%",
    )

    def validate_sponsor_share(self, field: Field) -> None:
        if self.funding.data != Funding.MIXED:
            field.errors = []
            field.data = None

    def values(self) -> dict[str, Any]:
        return {"funding": self.funding.data, "sponsor_share": self.sponsor_share.data or 0}


class BillingForm(StepForm):
    bill_to = one_of(N_("To whom does the invoice go?"), BILL_TO)
    billing_name = LineField(
        N_("Name on the invoice"), [Needed(N_("Write the name for the invoice.")), AtMost(LINE)]
    )
    billing_address = TextField(
        N_("Address"), [Needed(N_("Write the address for the invoice.")), AtMost(ADDRESS)]
    )
    billing_country = country_field(N_("Country"))
    vat_id = LineField(N_("VAT number"), [AtMost(LINE)])
    po_number = LineField(N_("Purchase order number"), [AtMost(LINE)])


class ConsentForm(StepForm):
    agreed = BooleanField(N_("I agree to this, and what I have given is true."))

    def validate_agreed(self, field: Field) -> None:
        if not field.data:
            raise ValidationError(field.gettext(N_("The application needs your agreement.")))

    def values(self) -> dict[str, Any]:
        return {"consent_version": CONSENT_VERSION}


class LetterForm(Form):
    """A file, or the slug of one that came in pieces before."""

    letter = FileField(N_("Nomination letter"))
    file = HiddenField()


class SponsorForm(CreatingForm):
    """Whom to ask for the letter."""

    organisation = LineField(
        N_("Institution"),
        [Needed(N_("Write which institution sponsors you.")), AtMost(LINE), PlainName()],
    )
    contact_name = LineField(
        N_("Name of the person to ask"),
        [Needed(N_("Write whom we may ask.")), AtMost(120), PlainName()],
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


class AnswerForm(Form):
    answer = TextField(N_("Your answer"), [Needed(N_("Write your answer.")), AtMost(TEXT)])


class LeaveForm(CreatingForm):
    reason = TextField(N_("Your reason"), [AtMost(1000)])

    def says_enough(self, *, needed: bool) -> bool:
        """Whether a reason is there, where one is needed."""
        if needed and not self.reason.data:
            self.reason.errors = [self.reason.gettext(N_("Say why you cancel."))]
            return False
        return True


class SendForm(Form):
    """Nothing is typed on the last page; it only says what is refused."""

    version = HiddenField()

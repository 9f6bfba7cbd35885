"""The pages of a sponsor as typed values: what was given, and one page for each question."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from learning.admissions.commands import applications, nominations
from learning.admissions.commands.nominations import NomineeStatus
from learning.admissions.file_purposes import NOMINATION_LETTER
from learning.admissions.models import Sponsorship
from learning.admissions.pages.billing_form import billing_data
from learning.admissions.pages.sponsor.forms import NomineeForm, SponsorLetterForm, StatementForm
from learning.admissions.queries.answers import details_of
from learning.admissions.rules import deadlines
from learning.admissions.rules.transitions import TransitionGuard
from learning.content import registry
from learning.content.course import Course
from learning.files.labels import limits_text
from learning.files.models import FileState
from learning.kit.db import db
from learning.kit.i18n import i18n_for
from learning.kit.languages import current_i18n
from learning.kit.pages import Page
from learning.kit.time import day_in, now

SponsorForm = SponsorLetterForm | StatementForm | NomineeForm


class SponsorStep(StrEnum):
    """A question to a sponsor, with a page of its own."""

    LETTER = "letter"
    STATEMENT = "statement"
    NOMINEE = "nominee"


@dataclass(frozen=True, kw_only=True)
class SponsorPage(Page):
    """What a sponsor is asked, what it gave, and until when it can change that."""

    template: ClassVar[str] = "admissions/sponsor.html"

    token: str
    sponsorship: Sponsorship
    course: Course
    standings: Sequence[NomineeStatus]
    next_step: SponsorStep | None
    until: str
    takes_applications: bool

    @property
    def has_letter(self) -> bool:
        return has_letter(self.sponsorship)

    @property
    def signed_on(self) -> date | None:
        at = self.sponsorship.signed_at
        return day_in(self.sponsorship.edition.zone, at) if at else None


@dataclass(frozen=True, kw_only=True)
class SponsorStepPage(Page):
    """One question, with its form."""

    template: ClassVar[str] = "admissions/sponsor_step.html"

    token: str
    sponsorship: Sponsorship
    step: SponsorStep
    form: SponsorForm
    takes_applications: bool

    @property
    def file_limits(self) -> str:
        return limits_text(NOMINATION_LETTER, current_i18n())

    @property
    def has_letter(self) -> bool:
        return has_letter(self.sponsorship)


@dataclass(frozen=True, kw_only=True)
class NoSponsorPage(Page):
    """A link that does not work: what to do now."""

    template: ClassVar[str] = "admissions/sponsor_gone.html"

    has_ended: bool


def has_letter(sponsorship: Sponsorship) -> bool:
    """Whether there is a letter that can be used."""
    return sponsorship.letter is not None and sponsorship.letter.state is not FileState.INFECTED


def next_step(sponsorship: Sponsorship) -> SponsorStep | None:
    """Return the question that is open, None if both are answered."""
    if not has_letter(sponsorship) and sponsorship.signed_at is None:
        return SponsorStep.LETTER
    return SponsorStep.STATEMENT if sponsorship.stated_at is None else None


def sponsor_page(token: str, sponsorship: Sponsorship) -> SponsorPage:
    return SponsorPage(
        token=token,
        sponsorship=sponsorship,
        course=registry.course(sponsorship.edition.course),
        standings=nominations.nominee_statuses(db(), sponsorship),
        next_step=next_step(sponsorship),
        until=_until(sponsorship, now()),
        takes_applications=_takes_applications(sponsorship),
    )


def sponsor_step_page(token: str, sponsorship: Sponsorship, form: SponsorForm) -> SponsorStepPage:
    return SponsorStepPage(
        token=token,
        sponsorship=sponsorship,
        step=STEP_OF[type(form)],
        form=form,
        takes_applications=_takes_applications(sponsorship),
    )


def step_form(sponsorship: Sponsorship, step: SponsorStep) -> SponsorForm:
    """Return the form of a question with what is stored."""
    if step is SponsorStep.LETTER:
        return SponsorLetterForm()
    if step is SponsorStep.NOMINEE:
        return NomineeForm(data={"language": current_i18n().language})
    return statement_form(sponsorship)


def statement_form(sponsorship: Sponsorship) -> StatementForm:
    """Return the form with stored values; a signature is never filled in."""
    details = details_of(db(), sponsorship.billing_party_id)
    form = StatementForm(data={"share": sponsorship.share} | billing_data(details))
    form.signed_by.data = ""
    form.with_version()
    return form


STEP_OF: dict[type[SponsorForm], SponsorStep] = {
    SponsorLetterForm: SponsorStep.LETTER,
    StatementForm: SponsorStep.STATEMENT,
    NomineeForm: SponsorStep.NOMINEE,
}


def _until(sponsorship: Sponsorship, moment: datetime) -> str:
    """Return until when the link is of use, in words, in the edition's zone, as its e-mail does."""
    edition = sponsorship.edition
    until = deadlines.sponsor_until(sponsorship.ends_at, edition.apply_until, edition.zone)
    shown = until if moment < until else sponsorship.ends_at
    return i18n_for(current_i18n().language, edition.zone).moment(shown)


def _takes_applications(sponsorship: Sponsorship) -> bool:
    satisfied = applications.time_guards(sponsorship.edition, now())
    return TransitionGuard.TAKES_APPLICATIONS in satisfied

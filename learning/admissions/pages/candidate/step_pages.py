"""The pages on which an application is filled in, as typed values."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from learning.admissions.commands import applications
from learning.admissions.commands.sponsorships import has_answered
from learning.admissions.file_purposes import NOMINATION_LETTER
from learning.admissions.labels import STEPS
from learning.admissions.models import Application, Sponsorship
from learning.admissions.pages.candidate import answers_summary
from learning.admissions.pages.candidate.answers_summary import AnswerGroup
from learning.admissions.pages.candidate.application_times import (
    ApplicationTimes,
    times_of,
    window_of,
)
from learning.admissions.pages.candidate.forms import (
    ConsentForm,
    LetterForm,
    SendForm,
    SponsorForm,
    StepForm,
)
from learning.admissions.queries.answers import is_sponsor_billed
from learning.admissions.rules import answers
from learning.admissions.rules.answers import Step
from learning.admissions.rules.states import EDITABLE
from learning.catalogue.cancellation import Window
from learning.content import registry
from learning.content.course import Course
from learning.files.labels import limits_text
from learning.files.purposes import FilePurpose
from learning.kit.db import db
from learning.kit.languages import current_i18n
from learning.kit.pages import Page


@dataclass(frozen=True, kw_only=True)
class StepLine:
    """One line of the list of steps."""

    step: Step
    title: str
    done: bool


@dataclass(frozen=True, kw_only=True)
class StepProgress:
    """The current step among all steps, None at the review; `number` counts from 1."""

    reference: str
    current: Step | None
    number: int
    lines: Sequence[StepLine]


@dataclass(frozen=True, kw_only=True)
class StepPage(Page):
    """The page of one step, with what the sponsor stated of it already."""

    template: ClassVar[str] = "admissions/apply_step.html"

    application: Application
    progress: StepProgress
    form: StepForm
    stated: Sponsorship | None


@dataclass(frozen=True, kw_only=True)
class LetterPage(Page):
    template: ClassVar[str] = "admissions/apply_letter.html"

    application: Application
    progress: StepProgress
    form: LetterForm
    sponsor_form: SponsorForm
    reminder: SponsorForm
    answered: bool
    purpose: FilePurpose = NOMINATION_LETTER

    @property
    def file_limits(self) -> str:
        return limits_text(self.purpose, current_i18n())


@dataclass(frozen=True, kw_only=True)
class ModelLetterPage(Page):
    """A nomination letter with what is known already, to copy or to print."""

    template: ClassVar[str] = "admissions/model_letter.html"

    application: Application
    course: Course


@dataclass(frozen=True, kw_only=True)
class ConsentPage(Page):
    template: ClassVar[str] = "admissions/consent.html"

    application: Application
    progress: StepProgress
    form: ConsentForm
    window: Window


@dataclass(frozen=True, kw_only=True)
class ReviewPage(Page):
    template: ClassVar[str] = "admissions/apply_review.html"

    application: Application
    course: Course
    parts: Sequence[AnswerGroup]
    missing: Sequence[Step]
    form: SendForm
    times: ApplicationTimes
    change: bool
    progress: StepProgress


def step_progress(application: Application, current: Step | None) -> StepProgress:
    missing = applications.missing_steps(db(), application)
    steps = answers.steps(application.funding)
    return StepProgress(
        reference=application.reference,
        current=current,
        number=steps.index(current) + 1 if current else len(steps) + 1,
        lines=[StepLine(step=s, title=STEPS[s], done=s not in missing) for s in steps],
    )


def step_page(application: Application, step: Step, form: StepForm) -> Page:
    progress = step_progress(application, step)
    if isinstance(form, ConsentForm):
        window = window_of(application)
        return ConsentPage(application=application, progress=progress, form=form, window=window)
    return StepPage(
        application=application, progress=progress, form=form, stated=stated(application, step)
    )


def letter_page(
    application: Application, form: LetterForm, sponsor_form: SponsorForm
) -> LetterPage:
    return LetterPage(
        application=application,
        progress=step_progress(application, Step.LETTER),
        form=form,
        sponsor_form=sponsor_form,
        reminder=_reminder(application.sponsorship),
        answered=has_answered(application.sponsorship),
    )


def _reminder(sponsorship: Sponsorship | None) -> SponsorForm:
    """Return the form that asks the same person once more."""
    if sponsorship is None:
        return SponsorForm()
    return SponsorForm(
        data={
            "organisation": sponsorship.organisation,
            "contact_name": sponsorship.contact_name,
            "contact_email": sponsorship.contact_email,
            "language": sponsorship.language,
        }
    )


def stated(application: Application, step: Step) -> Sponsorship | None:
    """Return the sponsor's statement, if it makes a step's questions unnecessary."""
    sponsorship = application.sponsorship
    if sponsorship is None or sponsorship.stated_at is None:
        return None
    billed = step is Step.BILLING and is_sponsor_billed(application, sponsorship)
    return sponsorship if billed or step is Step.FUNDING else None


def review_page(application: Application, form: SendForm) -> ReviewPage:
    progress = step_progress(application, None)
    return ReviewPage(
        application=application,
        course=registry.course(application.edition.course),
        parts=answers_summary.answers_summary(current_i18n(), application),
        missing=[line.step for line in progress.lines if not line.done],
        form=form,
        times=times_of(application),
        change=application.state in EDITABLE,
        progress=progress,
    )

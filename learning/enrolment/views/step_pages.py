"""The pages on which an application is filled in, and how they are put together."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from learning.content import shelf
from learning.content.course import Course
from learning.enrolment import answers, applying
from learning.enrolment.answers import Step
from learning.enrolment.deadlines import Window
from learning.enrolment.models import Application, Sponsorship
from learning.enrolment.sponsoring import has_answered
from learning.enrolment.views import given
from learning.enrolment.views.forms import (
    ConsentForm,
    LetterForm,
    SendForm,
    SponsorForm,
    StepForm,
)
from learning.enrolment.views.given import Part
from learning.enrolment.views.times import Times, times_of, window_of
from learning.enrolment.words import STEPS
from learning.kit.db import db
from learning.kit.languages import current
from learning.kit.pages import Page


@dataclass(frozen=True, kw_only=True)
class StepLine:
    """One line of the list of steps."""

    step: Step
    title: str
    done: bool


@dataclass(frozen=True, kw_only=True)
class Way:
    """Where somebody is among the steps; `number` counts from 1."""

    reference: str
    here: Step
    number: int
    lines: Sequence[StepLine]


@dataclass(frozen=True, kw_only=True)
class StepPage(Page):
    """One thing that is asked, or what the sponsor stated of it already."""

    template: ClassVar[str] = "enrolment/apply_step.html"

    application: Application
    way: Way
    form: StepForm
    stated: Sponsorship | None


@dataclass(frozen=True, kw_only=True)
class LetterPage(Page):
    template: ClassVar[str] = "enrolment/apply_letter.html"

    application: Application
    way: Way
    form: LetterForm
    sponsor_form: SponsorForm
    answered: bool


@dataclass(frozen=True, kw_only=True)
class ConsentPage(Page):
    template: ClassVar[str] = "enrolment/consent.html"

    application: Application
    way: Way
    form: ConsentForm
    window: Window


@dataclass(frozen=True, kw_only=True)
class ReviewPage(Page):
    template: ClassVar[str] = "enrolment/apply_review.html"

    application: Application
    course: Course
    parts: Sequence[Part]
    missing: Sequence[Step]
    form: SendForm
    times: Times
    change: bool


def way_of(application: Application, here: Step) -> Way:
    left = applying.missing(db(), application)
    steps = answers.steps(application.funding)
    return Way(
        reference=application.reference,
        here=here,
        number=steps.index(here) + 1,
        lines=[StepLine(step=s, title=STEPS[s], done=s not in left) for s in steps],
    )


def step_page(application: Application, step: Step, form: StepForm) -> Page:
    way = way_of(application, step)
    if isinstance(form, ConsentForm):
        window = window_of(application)
        return ConsentPage(application=application, way=way, form=form, window=window)
    return StepPage(application=application, way=way, form=form, stated=stated(application, step))


def letter_page(
    application: Application, form: LetterForm, sponsor_form: SponsorForm
) -> LetterPage:
    return LetterPage(
        application=application,
        way=way_of(application, Step.LETTER),
        form=form,
        sponsor_form=sponsor_form,
        answered=has_answered(application.sponsorship),
    )


def stated(application: Application, step: Step) -> Sponsorship | None:
    """Return what the sponsor stated, where this makes a step's questions needless."""
    sponsorship = application.sponsorship
    if sponsorship is None or sponsorship.stated_at is None:
        return None
    billed = step is Step.BILLING and not application.bill_to
    return sponsorship if billed or step is Step.FUNDING else None


def review_page(application: Application, form: SendForm) -> ReviewPage:
    return ReviewPage(
        application=application,
        course=shelf.course(application.edition.course),
        parts=given.parts(current(), application),
        missing=applying.missing(db(), application),
        form=form,
        times=times_of(application),
        change=application.state in applying.CHANGEABLE,
    )

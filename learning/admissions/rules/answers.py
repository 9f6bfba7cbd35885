"""The questions of an application, step by step, and which answers are missing."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from learning.admissions.rules.billing import BillingDetails, is_complete

if TYPE_CHECKING:
    from collections.abc import Sequence

CONSENT_VERSION = "2026-11"  # changes with templates/admissions/consent.html
MAX_SHARE = 100


class Step(StrEnum):
    """One page of an application."""

    PERSON = "person"
    WORK = "work"
    MOTIVATION = "motivation"
    LANGUAGE = "language"
    FUNDING = "funding"
    LETTER = "letter"
    BILLING = "billing"
    CONSENT = "consent"


class Gender(StrEnum):
    WOMAN = "woman"
    MAN = "man"
    OTHER = "other"
    UNSAID = "unsaid"


class Constituency(StrEnum):
    """The group that a person works for, as the centre reports it."""

    GOVERNMENT = "government"
    EMPLOYERS = "employers"
    WORKERS = "workers"
    CIVIL_SOCIETY = "civil-society"
    INTERNATIONAL = "international"
    TRAINING = "training"
    PRIVATE = "private"
    OTHER = "other"


class Funding(StrEnum):
    """Who pays the fee."""

    SELF = "self"
    SPONSOR = "sponsor"
    MIXED = "mixed"
    FELLOWSHIP = "fellowship"


@dataclass(frozen=True, kw_only=True)
class PersonAnswers:
    gender: str
    country: str


@dataclass(frozen=True, kw_only=True)
class WorkAnswers:
    position: str
    constituency: str


@dataclass(frozen=True, kw_only=True)
class MotivationAnswers:
    motivation: str


@dataclass(frozen=True, kw_only=True)
class LanguageAnswers:
    study_language: str


@dataclass(frozen=True, kw_only=True)
class FundingAnswers:
    """Who pays; `sponsor_share` is in percent, and counts if the fee is shared."""

    funding: str
    sponsor_share: int


@dataclass(frozen=True, kw_only=True)
class LetterAnswers:
    """The id of the nomination letter's file, None for none."""

    letter_id: int | None


@dataclass(frozen=True, kw_only=True)
class ConsentAnswers:
    version: str
    consented_at: datetime


OwnAnswers = (
    PersonAnswers
    | WorkAnswers
    | MotivationAnswers
    | LanguageAnswers
    | FundingAnswers
    | LetterAnswers
    | ConsentAnswers
)
"""What one step asks that the application itself keeps."""
StepAnswers = OwnAnswers | BillingDetails
"""What one step asks."""


@dataclass(frozen=True, kw_only=True)
class Answers:
    """The answers of an application; "" is not answered.

    `has_letter`: there is a nomination letter, uploaded by the candidate or the sponsor, or
    signed by the sponsor on the page. `sponsor_share` is in percent of the fee.
    """

    institution: str = ""
    gender: str = ""
    country: str = ""
    position: str = ""
    constituency: str = ""
    motivation: str = ""
    study_language: str = ""
    funding: str = ""
    sponsor_share: int = 0
    has_letter: bool = False
    billing: BillingDetails | None = None
    consented_at: datetime | None = None


def needs_letter(funding: str) -> bool:
    """Whether a nomination letter is required: whenever an institution pays."""
    return funding in {Funding.SPONSOR, Funding.MIXED}


def steps(funding: str) -> list[Step]:
    """Return the steps of an application, in order."""
    skipped: set[Step] = set()
    if not needs_letter(funding):
        skipped.add(Step.LETTER)
    if funding == Funding.FELLOWSHIP:
        skipped.add(Step.BILLING)
    return [step for step in Step if step not in skipped]


def missing(answers: Answers) -> list[Step]:
    """Return the incomplete steps, in order; if there are none, it can be submitted."""
    done = {
        Step.PERSON: all((answers.gender, answers.country)),
        Step.WORK: all((answers.institution, answers.position, answers.constituency)),
        Step.MOTIVATION: bool(answers.motivation),
        Step.LANGUAGE: bool(answers.study_language),
        Step.FUNDING: _is_funded(answers),
        Step.LETTER: answers.has_letter,
        Step.BILLING: answers.billing is not None and is_complete(answers.billing),
        Step.CONSENT: answers.consented_at is not None,
    }
    return [step for step in steps(answers.funding) if not done[step]]


def next_step(current: Step, funding: str) -> Step | None:
    """Return the step after one, None after the last."""
    all_steps: Sequence[Step] = steps(funding)
    later = [step for step in all_steps if list(Step).index(step) > list(Step).index(current)]
    return later[0] if later else None


def share_of(funding: str, percent: int) -> int:
    """Return the sponsor's share of the fee in percent; `percent` counts for mixed funding only."""
    return {Funding.SPONSOR: MAX_SHARE, Funding.MIXED: percent}.get(Funding(funding), 0)


def _is_funded(answers: Answers) -> bool:
    if answers.funding == Funding.MIXED:
        return 0 < answers.sponsor_share < MAX_SHARE
    return bool(answers.funding)

"""What an application asks, step by step, and what of it is still missing."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

CONSENT_VERSION = "2026-11"  # changes with templates/enrolment/consent.html
MOST_SHARE = 100


class Step(StrEnum):
    """One page of an application: one thing each."""

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
    """Whom somebody works for: the groups by which the centre reports."""

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


class BillTo(StrEnum):
    PERSON = "person"
    ORGANISATION = "organisation"


@dataclass(frozen=True, kw_only=True)
class Answers:
    """An application as far as it is filled in; empty text is what was not said yet.

    `has_letter`: a nomination letter is there, uploaded by the candidate or by the sponsor, or
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
    bill_to: str = ""
    billing_name: str = ""
    billing_address: str = ""
    billing_country: str = ""
    consented_at: datetime | None = None


def needs_letter(funding: str) -> bool:
    """Whether the note asks for a nomination letter: whenever an institution pays."""
    return funding in {Funding.SPONSOR, Funding.MIXED}


def steps(funding: str) -> list[Step]:
    """Return the steps that somebody goes through, in their order."""
    left_out: set[Step] = set()
    if not needs_letter(funding):
        left_out.add(Step.LETTER)
    if funding == Funding.FELLOWSHIP:
        left_out.add(Step.BILLING)
    return [step for step in Step if step not in left_out]


def missing(answers: Answers) -> list[Step]:
    """Return the steps that are not complete, in their order; none, and it can be sent."""
    done = {
        Step.PERSON: all((answers.gender, answers.country)),
        Step.WORK: all((answers.institution, answers.position, answers.constituency)),
        Step.MOTIVATION: bool(answers.motivation),
        Step.LANGUAGE: bool(answers.study_language),
        Step.FUNDING: _is_funded(answers),
        Step.LETTER: answers.has_letter,
        Step.BILLING: all(
            (
                answers.bill_to,
                answers.billing_name,
                answers.billing_address,
                answers.billing_country,
            )
        ),
        Step.CONSENT: answers.consented_at is not None,
    }
    return [step for step in steps(answers.funding) if not done[step]]


def next_step(current: Step, funding: str) -> Step | None:
    """Return the step after one, None after the last."""
    way: Sequence[Step] = steps(funding)
    later = [step for step in way if list(Step).index(step) > list(Step).index(current)]
    return later[0] if later else None


def share_of(funding: str, given: int) -> int:
    """Return the sponsor's share of the fee in percent: what was given counts for mixed only."""
    return {Funding.SPONSOR: MOST_SHARE, Funding.MIXED: given}.get(Funding(funding), 0)


def _is_funded(answers: Answers) -> bool:
    if answers.funding == Funding.MIXED:
        return 0 < answers.sponsor_share < MOST_SHARE
    return bool(answers.funding)

"""The contract `results`: what came of the parts of a course, for gradebook and certificates."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from learning.extension_points.requests import EnrolmentsRequest


@dataclass(frozen=True, kw_only=True)
class Result:
    """One part of a course for one enrolment. What is not done is a row, too, with no `done_at`.

    `key` is the same for everybody and never used by two providers ("lesson:m4-l2"). `path` is an
    address without its language ("editions/…").

    `requirement` is the requirement of the certificate that it counts for, a value of
    `content.activity_types.RequirementKey`, or "". The requirement says how many of its
    results have to be passed. `passed` is None while nothing is judged: with `done_at` it waits
    for somebody else. `final` says that the person can do no more about it, as after the last
    attempt.

    `points` of `max_points` are None where nothing is scored, or not published yet: the number
    that everybody sees, to the hundredth. `deadline` is the course's key of the date by which it
    is done ("quiz-m4"), "" for none; before `opens_at` nothing can be done. `next_step` says in
    the reader's language what to do next ("Second attempt, two are left"), "" for nothing.
    """

    key: str
    title: str
    path: str
    requirement: str = ""
    done_at: datetime | None = None
    passed: bool | None = None
    final: bool = False
    points: Decimal | None = None
    max_points: Decimal | None = None
    deadline: str = ""
    opens_at: datetime | None = None
    next_step: str = ""


@dataclass(frozen=True, kw_only=True)
class ResultChanged:
    """An event: a result that counts for the certificate has changed, for one enrolment.

    It is published in the transaction of the change, after the enrolment's row was locked and
    before anything is recorded in the audit trail: the gradebook counts again at once.
    """

    enrolment_id: int
    edition_id: int
    at: datetime


ResultsProvider = Callable[[Session, EnrolmentsRequest], Mapping[int, Sequence[Result]]]
"""Returns the results of every enrolment that is asked for, by its id, in at most one query."""


def collect_results(
    providers: Mapping[str, ResultsProvider], session: Session, request: EnrolmentsRequest
) -> dict[int, list[Result]]:
    """Return the results of each enrolment from all providers, in the order of registration."""
    found: dict[int, list[Result]] = {each: [] for each in request.enrolment_ids}
    if found:
        for provider in providers.values():
            for enrolment_id, results in provider(session, request).items():
                found[enrolment_id].extend(results)
    return found

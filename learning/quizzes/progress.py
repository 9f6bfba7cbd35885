"""How people stand at the quizzes of an edition, read for one person or all in one statement."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    CompoundSelect,
    bindparam,
    cast,
    false,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from learning.catalogue import dates, schedule
from learning.catalogue.models import EditionDate
from learning.content.activity_types import Deadline
from learning.deadlines import rules
from learning.deadlines.models import AccommodationProfile, Extension
from learning.deadlines.rules import Accommodation, DueDate
from learning.extension_points.requests import EditionRef, EnrolmentsRequest
from learning.kit.types import UtcDateTime
from learning.quizzes.models import QuizAttempt, ReleasedAttempt

# Statements of every page are built once: building costs more than the database does.
ENROLMENTS: BindParameter[Any] = bindparam("enrolments", expanding=True)
ADJUSTED: BindParameter[Any] = bindparam("adjusted", expanding=True)
EDITION: BindParameter[int] = bindparam("edition")
NO_MOMENT = cast(null(), UtcDateTime)
QUIZZES: CompoundSelect[Any] = union_all(
    select(
        literal("attempt").label("kind"),
        QuizAttempt.enrolment_id,
        QuizAttempt.module.label("key"),
        QuizAttempt.ended_at.label("at"),
        QuizAttempt.percent.label("number"),
        QuizAttempt.passed.label("passed"),
    ).where(QuizAttempt.enrolment_id.in_(ENROLMENTS)),
    select(literal("date"), literal(0), EditionDate.key, EditionDate.at, literal(0), false()).where(
        EditionDate.edition_id == EDITION
    ),
    select(
        literal("extension"),
        Extension.enrolment_id,
        Extension.key,
        Extension.until,
        literal(0),
        false(),
    ).where(Extension.enrolment_id.in_(ADJUSTED)),
    select(
        literal("shift"),
        AccommodationProfile.enrolment_id,
        literal(""),
        NO_MOMENT,
        AccommodationProfile.shift_days,
        false(),
    ).where(AccommodationProfile.enrolment_id.in_(ADJUSTED)),
    select(
        literal("more attempts"),
        AccommodationProfile.enrolment_id,
        literal(""),
        NO_MOMENT,
        AccommodationProfile.extra_attempts,
        false(),
    ).where(AccommodationProfile.enrolment_id.in_(ADJUSTED)),
    select(
        literal("released"),
        ReleasedAttempt.enrolment_id,
        ReleasedAttempt.module,
        NO_MOMENT,
        literal(1),
        false(),
    ).where(ReleasedAttempt.enrolment_id.in_(ENROLMENTS)),
)
"""Attempts, the dates of the edition, and what was agreed with single people, in one statement."""


@dataclass(frozen=True, kw_only=True)
class QuizProgress:
    """How one person stands at the quiz of a module.

    `best` is the best mark in hundredths of a percent, `done_at` when an attempt first passed,
    `begun` how many attempts there are, `in_progress` whether one of them is open.
    """

    begun: int
    in_progress: bool
    best: int | None
    passed: bool
    done_at: datetime | None


class StoredAttempt(NamedTuple):
    """An attempt: when it ended, its mark in hundredths of a percent, and whether it passed.

    All are None while it is open. The pass mark is that of the day on which it began.
    """

    ended_at: datetime | None
    percent: int | None
    passed: bool | None


@dataclass(frozen=True, kw_only=True)
class Records:
    """What is stored: the edition's dates by key, and by enrolment what is each one's own."""

    dates: Mapping[str, datetime]
    attempts: Mapping[int, Mapping[str, Sequence[StoredAttempt]]]
    extensions: Mapping[int, Mapping[str, datetime]]
    shifts: Mapping[int, int]
    more_attempts: Mapping[int, int]
    released: Mapping[tuple[int, str], int]

    def attempts_added(self, enrolment_id: int, module: str) -> int:
        """Return how many attempts a person has beyond those of everybody."""
        agreed = self.more_attempts.get(enrolment_id, 0)
        return agreed + self.released.get((enrolment_id, module), 0)

    def progress(self, enrolment_id: int, module: str) -> QuizProgress:
        own = self.attempts.get(enrolment_id, {}).get(module, ())
        ended = [each.ended_at for each in own if each.ended_at is not None]
        passed = [each.ended_at for each in own if each.ended_at is not None and each.passed]
        return QuizProgress(
            begun=len(own),
            in_progress=len(ended) < len(own),
            best=max((each.percent for each in own if each.percent is not None), default=None),
            passed=bool(passed),
            done_at=min(passed, default=None) or max(ended, default=None),
        )

    def due(self, edition: EditionRef, deadline: Deadline, enrolment_id: int) -> DueDate:
        """Return when a quiz is best done by one person."""
        days = dates.own_days(edition)
        return rules.due_date(
            deadline.kind,
            self.dates.get(deadline.key) or schedule.regular(deadline, days),
            edition.zone,
            until=self.extensions.get(enrolment_id, {}).get(deadline.key),
            accommodation=Accommodation(shift_days=self.shifts.get(enrolment_id, 0)),
        )


def records(session: Session, request: EnrolmentsRequest) -> Records:
    """Return what is stored of the enrolments that are asked for, in one query."""
    ids = list(request.enrolment_ids)
    rows = session.connection().execute(
        QUIZZES,
        {
            "edition": request.edition.id,
            "enrolments": ids,
            "adjusted": ids if request.with_adjustments else [],
        },
    )
    return _collected(rows)


def _collected(rows: Iterable[Sequence[Any]]) -> Records:
    moments: dict[str, datetime] = {}
    attempts: defaultdict[int, defaultdict[str, list[StoredAttempt]]]
    attempts = defaultdict(lambda: defaultdict(list))
    extensions: defaultdict[int, dict[str, datetime]] = defaultdict(dict)
    shifts: dict[int, int] = {}
    more: dict[int, int] = {}
    released: Counter[tuple[int, str]] = Counter()
    for kind, enrolment_id, key, at, number, passed in rows:
        match kind:
            case "attempt":
                attempts[enrolment_id][key].append(StoredAttempt(at, number, passed))
            case "date":
                moments[key] = at
            case "extension":
                extensions[enrolment_id][key] = at
            case "shift":
                shifts[enrolment_id] = number
            case "released":
                released[enrolment_id, key] += 1
            case _:
                more[enrolment_id] = number
    return Records(
        dates=moments,
        attempts=attempts,
        extensions=extensions,
        shifts=shifts,
        more_attempts=more,
        released=released,
    )

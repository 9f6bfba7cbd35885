"""Reads of studying; each starts from a person's own place in an edition."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    CompoundSelect,
    Row,
    Select,
    String,
    bindparam,
    cast,
    false,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from learning.access.guard import Actor
from learning.accounts.models import Person
from learning.catalogue.models import Edition
from learning.catalogue.queries import may_see
from learning.enrolment.models import Enrolment, EnrolmentStatus
from learning.enrolment.queries import Wanted, page_of, visible_enrolments
from learning.lessons.models import CheckAnswer, EarlyOpening, LessonProgress, Note, Study


@dataclass(frozen=True, kw_only=True)
class Here:
    """An edition, and where the reader is in it. Staff who only read have no enrolment."""

    edition: Edition
    enrolment_id: int | None
    version: int
    lesson: str | None
    block: str | None

    @property
    def keys(self) -> tuple[object, ...]:
        """Return what changes whenever the edition, the place or anything done in it does."""
        return self.edition.id, self.edition.changed_at, self.enrolment_id, self.version


@dataclass(frozen=True, kw_only=True)
class Progress:
    """What a person has done with a lesson that they opened."""

    block: str | None
    done: bool
    bookmarked: bool


@dataclass(frozen=True, kw_only=True)
class Marks:
    """What a reader left in a lesson: the numbers chosen last by check, the notes by block.

    `unanswered` is a check that was sent without an answer, `late` one that was answered on
    another page since this one was made, with the numbers that were sent and not kept.
    """

    answers: Mapping[str, Sequence[int]]
    notes: Mapping[str, str]
    unanswered: str | None = None
    late: tuple[str, Sequence[int]] | None = None

    @property
    def refused(self) -> str | None:
        """Return the check whose answer was not kept."""
        return self.late[0] if self.late else self.unanswered

    def touch(self, key: str) -> bool:
        return key in self.answers or key in self.notes or key == self.refused


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What a person has done, by lesson; which modules open on another day for them; their marks.

    The marks are those in the one lesson that was asked for.
    """

    progress: Mapping[str, Progress]
    openings: Mapping[str, date]
    marks: Marks


@dataclass(frozen=True, kw_only=True)
class Traveller:
    """One person of a cohort: which lessons they opened and finished, when they were last here."""

    enrolment_id: int
    name: str
    opened: frozenset[str]
    done: frozenset[str]
    last_at: datetime | None


# Statements of every page are built once: building costs more than the database does.
MINE: BindParameter[int] = bindparam("enrolment")
IN_LESSON: BindParameter[str] = bindparam("lesson")
PLACES = (
    select(Edition, Enrolment.id, Study.version, Study.lesson, Study.block)
    .outerjoin(
        Enrolment,
        (Enrolment.edition_id == Edition.id)
        & (Enrolment.person_id == bindparam("person"))
        & (Enrolment.status != EnrolmentStatus.WITHDRAWN),
    )
    .outerjoin(Study, Study.enrolment_id == Enrolment.id)
)
HERE = PLACES.where(Edition.code == bindparam("code"))
HERE_IN = PLACES.where(Edition.code.in_(bindparam("codes", expanding=True))).order_by(
    Edition.starts_on.desc(), Edition.id
)
KEPT: CompoundSelect[Any] = union_all(
    select(
        literal("progress").label("kind"),
        LessonProgress.lesson.label("key"),
        LessonProgress.block.label("text"),
        LessonProgress.done_at.is_not(None).label("done"),
        LessonProgress.bookmarked_at.is_not(None).label("bookmarked"),
    ).where(LessonProgress.enrolment_id == MINE),
    select(
        literal("opening"),
        EarlyOpening.module,
        cast(EarlyOpening.opens_on, String),
        false(),
        false(),
    ).where(EarlyOpening.enrolment_id == MINE),
    select(literal("answer"), CheckAnswer.check_key, CheckAnswer.chosen, false(), false()).where(
        CheckAnswer.enrolment_id == MINE, CheckAnswer.lesson == IN_LESSON
    ),
    select(literal("note"), Note.block, Note.body, false(), false()).where(
        Note.enrolment_id == MINE, Note.lesson == IN_LESSON
    ),
)
NOTHING = Kept(progress={}, openings={}, marks=Marks(answers={}, notes={}))


def here(session: Session, actor: Actor, code: str) -> Here | None:
    """Return an edition and the reader's place in it, in one query; None for a stranger."""
    row = session.execute(HERE, {"code": code, "person": actor.person_id}).first()
    return _here(row) if row and may_see(actor, row.Edition) else None


def here_in(session: Session, actor: Actor, codes: Sequence[str]) -> list[Here]:
    """Return some of the reader's own editions with their place in each, latest first."""
    if not codes:
        return []
    rows = session.execute(HERE_IN, {"codes": codes, "person": actor.person_id})
    return [_here(row) for row in rows if may_see(actor, row.Edition)]


def _here(row: Row[Edition, int, int, str | None, str | None]) -> Here:
    edition, enrolment_id, version, lesson, block = row
    return Here(
        edition=edition,
        enrolment_id=enrolment_id,
        version=version or 0,
        lesson=lesson,
        block=block,
    )


def kept(session: Session, enrolment_id: int | None, lesson: str = "") -> Kept:
    """Return what a person has done in a course, and left in one lesson, in one query."""
    if enrolment_id is None:
        return NOTHING
    mine = {"enrolment": enrolment_id, "lesson": lesson}
    rows = session.connection().execute(KEPT, mine).all()  # plain columns: no need of the ORM
    return Kept(
        progress={
            key: Progress(block=text, done=done, bookmarked=bookmarked)
            for kind, key, text, done, bookmarked in rows
            if kind == "progress"
        },
        openings={
            key: date.fromisoformat(text) for kind, key, text, *_ in rows if kind == "opening"
        },
        marks=Marks(
            answers={
                key: [int(number) for number in text.split()]
                for kind, key, text, *_ in rows
                if kind == "answer"
            },
            notes={key: text for kind, key, text, *_ in rows if kind == "note"},
        ),
    )


def opening_rows(session: Session, enrolment_id: int) -> Sequence[EarlyOpening]:
    rows = select(EarlyOpening).where(EarlyOpening.enrolment_id == enrolment_id)
    return session.scalars(rows.order_by(EarlyOpening.module)).all()


def all_notes(session: Session, enrolment_id: int | None) -> Sequence[Note]:
    """Return every note of a person, latest first."""
    mine = select(Note).where(Note.enrolment_id == enrolment_id)
    return session.scalars(mine.order_by(Note.written_at.desc(), Note.id)).all()


def note(session: Session, enrolment_id: int, lesson: str, block: str) -> Note | None:
    return session.scalar(
        select(Note).where(
            Note.enrolment_id == enrolment_id, Note.lesson == lesson, Note.block == block
        )
    )


def cohort(session: Session, actor: Actor, edition: Edition, wanted: Wanted) -> list[Traveller]:
    """Return a page of an edition's people and how far they are, by name, in two queries."""
    people = session.execute(
        page_of(
            session,
            _studying(actor, edition)
            .outerjoin(Study, Study.enrolment_id == Enrolment.id)
            .with_only_columns(Enrolment.id, Person.name, Study.at),
            wanted,
        )
    ).all()
    opened, done = _opened_and_done(session, [row.id for row in people])
    return [
        Traveller(
            enrolment_id=row.id,
            name=row.name,
            opened=frozenset(opened[row.id]),
            done=frozenset(done[row.id]),
            last_at=row.at,
        )
        for row in people
    ]


def finished(session: Session, actor: Actor, edition: Edition) -> tuple[int, dict[str, int]]:
    """Return how many people study in an edition, and how many have finished each lesson."""
    people = _studying(actor, edition).with_only_columns(Enrolment.id)
    number = session.scalar(select(func.count()).select_from(people.subquery())) or 0
    rows = session.execute(
        select(LessonProgress.lesson, func.count())
        .where(LessonProgress.done_at.is_not(None), LessonProgress.enrolment_id.in_(people))
        .group_by(LessonProgress.lesson)
    )
    return number, dict(rows.all())


def _studying(actor: Actor, edition: Edition) -> Select[Any]:
    visible = visible_enrolments(actor, edition).join(Enrolment.person)
    return visible.where(Enrolment.status != EnrolmentStatus.WITHDRAWN)


def _opened_and_done(
    session: Session, enrolments: Sequence[int]
) -> tuple[defaultdict[int, set[str]], defaultdict[int, set[str]]]:
    rows = session.execute(
        select(LessonProgress.enrolment_id, LessonProgress.lesson, LessonProgress.done_at).where(
            LessonProgress.enrolment_id.in_(enrolments)
        )
    )
    opened: defaultdict[int, set[str]] = defaultdict(set)
    done: defaultdict[int, set[str]] = defaultdict(set)
    for row in rows:
        opened[row.enrolment_id].add(row.lesson)
        if row.done_at is not None:
            done[row.enrolment_id].add(row.lesson)
    return opened, done

"""Reads of lessons; each starts from a person's own enrolment."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    CompoundSelect,
    Select,
    String,
    and_,
    bindparam,
    cast,
    false,
    literal,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session

from learning.access.actor import Actor
from learning.catalogue.models import Edition, EditionStatus
from learning.catalogue.queries import may_see
from learning.enrolment.models import Enrolment
from learning.enrolment.rules import UNENROLLED
from learning.extension_points.requests import EditionRef
from learning.lessons.marks import LessonMarks, StoredAnswer
from learning.lessons.models import (
    CheckAnswer,
    DocumentProgress,
    LearnerState,
    LessonProgress,
    ModuleOverride,
    Note,
)


@dataclass(frozen=True, kw_only=True)
class LearnerEdition(EditionRef):
    """An edition as a learner's pages need it: a value, much cheaper to read than a row."""

    status: EditionStatus
    changed_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class LearnerContext:
    """An edition, and the reader's enrolment and state in it. Staff have no enrolment."""

    edition: LearnerEdition
    enrolment_id: int | None
    version: int
    lesson: str | None
    block: str | None

    @property
    def keys(self) -> tuple[object, ...]:
        """Return cache keys that change with the edition, the enrolment and its data."""
        return self.edition.id, self.edition.changed_at, self.enrolment_id, self.version


@dataclass(frozen=True, kw_only=True)
class Progress:
    """A person's progress in a lesson that they opened."""

    block: str | None
    done: bool
    bookmarked: bool


@dataclass(frozen=True, kw_only=True)
class LearnerRecord:
    """A person's progress by lesson; overrides of modules; marks.

    The marks are those in the one requested lesson.
    """

    progress: Mapping[str, Progress]
    documents: frozenset[str]  # those that are done, by key
    overrides: Mapping[str, date]
    marks: LessonMarks


# Statements of every page are built once: building costs more than the database does.
OWN_ENROLMENT: BindParameter[int] = bindparam("enrolment")
IN_LESSON: BindParameter[str] = bindparam("lesson")
EDITION_FIELDS = [field.name for field in fields(LearnerEdition)]
CONTEXTS: Select[Any] = (
    select(
        *(getattr(Edition, name) for name in EDITION_FIELDS),
        Enrolment.id,
        LearnerState.version,
        LearnerState.lesson,
        LearnerState.block,
    )
    .select_from(Edition)
    .outerjoin(
        Enrolment,
        and_(
            Enrolment.edition_id == Edition.id,
            Enrolment.person_id == bindparam("person"),
            *(Enrolment.status != status for status in UNENROLLED),  # a list is expanded each time
        ),
    )
    .outerjoin(LearnerState, LearnerState.enrolment_id == Enrolment.id)
)
CONTEXT_BY_CODE = CONTEXTS.where(Edition.code == bindparam("code"))
ALL_CONTEXTS = CONTEXTS.order_by(Edition.starts_on.desc(), Edition.id)
CONTEXTS_BY_CODE = ALL_CONTEXTS.where(Edition.code.in_(bindparam("codes", expanding=True)))
LEARNER_RECORD: CompoundSelect[Any] = union_all(
    select(
        literal("progress").label("kind"),
        LessonProgress.lesson.label("key"),
        LessonProgress.block.label("text"),
        LessonProgress.done_at.is_not(None).label("done"),
        LessonProgress.bookmarked_at.is_not(None).label("bookmarked"),
        literal(0).label("attempts"),
    ).where(LessonProgress.enrolment_id == OWN_ENROLMENT),
    select(
        literal("override"),
        ModuleOverride.module,
        cast(ModuleOverride.opens_on, String),
        false(),
        false(),
        literal(0),
    ).where(ModuleOverride.enrolment_id == OWN_ENROLMENT),
    select(
        literal("document"), DocumentProgress.document, literal(""), true(), false(), literal(0)
    ).where(DocumentProgress.enrolment_id == OWN_ENROLMENT),
    select(
        literal("answer"),
        CheckAnswer.check_key,
        CheckAnswer.chosen,
        false(),
        false(),
        CheckAnswer.attempts,
    ).where(CheckAnswer.enrolment_id == OWN_ENROLMENT, CheckAnswer.lesson == IN_LESSON),
    select(literal("note"), Note.block, Note.body, false(), false(), literal(0)).where(
        Note.enrolment_id == OWN_ENROLMENT, Note.lesson == IN_LESSON
    ),
)
EMPTY_RECORD = LearnerRecord(
    progress={}, documents=frozenset(), overrides={}, marks=LessonMarks(answers={}, notes={})
)


def get_context(session: Session, actor: Actor, code: str) -> LearnerContext | None:
    """Return an edition and the reader's enrolment in it, in one query; None without access."""
    own = {"code": code, "person": actor.person_id}
    rows = session.connection().execute(CONTEXT_BY_CODE, own)
    return next(_visible(actor, rows), None)


def get_contexts(session: Session, actor: Actor, codes: Sequence[str]) -> list[LearnerContext]:
    """Return the reader's own editions with their enrolments, latest first."""
    if not codes:
        return []
    own = {"codes": codes, "person": actor.person_id}
    return list(_visible(actor, session.connection().execute(CONTEXTS_BY_CODE, own)))


def all_contexts(session: Session, actor: Actor) -> list[LearnerContext]:
    """Return every edition that the reader may see with their enrolment, latest first."""
    rows = session.connection().execute(ALL_CONTEXTS, {"person": actor.person_id})
    return list(_visible(actor, rows))


def _visible(actor: Actor, rows: Iterable[Sequence[Any]]) -> Iterator[LearnerContext]:
    """Yield the contexts whose edition the reader may see."""
    for *columns, enrolment_id, version, lesson, block in rows:
        edition = LearnerEdition(**dict(zip(EDITION_FIELDS, columns, strict=True)))
        if may_see(actor, edition.code, edition.status):
            yield LearnerContext(
                edition=edition,
                enrolment_id=enrolment_id,
                version=version or 0,
                lesson=lesson,
                block=block,
            )


def learner_record(session: Session, enrolment_id: int | None, lesson: str = "") -> LearnerRecord:
    """Return a person's progress in a course, and marks in one lesson, in one query."""
    if enrolment_id is None:
        return EMPTY_RECORD
    mine = {"enrolment": enrolment_id, "lesson": lesson}
    rows = session.connection().execute(LEARNER_RECORD, mine)  # plain columns: no need of the ORM
    progress: dict[str, Progress] = {}
    overrides: dict[str, date] = {}
    documents: set[str] = set()
    answers: dict[str, StoredAnswer] = {}
    notes: dict[str, str] = {}
    for kind, key, text, done, bookmarked, attempts in rows:
        match kind:
            case "progress":
                progress[key] = Progress(block=text, done=done, bookmarked=bookmarked)
            case "override":
                overrides[key] = date.fromisoformat(text)
            case "document":
                documents.add(key)
            case "answer":
                chosen = tuple(map(int, text.split()))
                answers[key] = StoredAnswer(chosen=chosen, attempts=attempts)
            case "note":
                notes[key] = text
    return LearnerRecord(
        progress=progress,
        documents=frozenset(documents),
        overrides=overrides,
        marks=LessonMarks(answers=answers, notes=notes),
    )


def overrides_of(session: Session, enrolment_id: int) -> Sequence[ModuleOverride]:
    rows = select(ModuleOverride).where(ModuleOverride.enrolment_id == enrolment_id)
    return session.scalars(rows.order_by(ModuleOverride.module)).all()


def all_notes(session: Session, enrolment_id: int | None) -> Sequence[Note]:
    """Return every note of a person."""
    mine = select(Note).where(Note.enrolment_id == enrolment_id)
    return session.scalars(mine.order_by(Note.id)).all()


def note(session: Session, enrolment_id: int, lesson: str, block: str) -> Note | None:
    return session.scalar(
        select(Note).where(
            Note.enrolment_id == enrolment_id, Note.lesson == lesson, Note.block == block
        )
    )

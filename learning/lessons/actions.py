"""Commands of learners, and of staff for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from learning.audit.actions import record
from learning.content.snapshots import SnapshotContent, snapshots
from learning.deadlines.events import DueDatesChanged
from learning.enrolment.models import Enrolment
from learning.kit.errors import RuleViolation
from learning.kit.idempotency import UpsertRule, insert_if_absent, upsert
from learning.lessons import queries
from learning.lessons.marks import stored_numbers
from learning.lessons.models import (
    CheckAnswer,
    DocumentProgress,
    LearnerState,
    LessonProgress,
    ModuleOverride,
    Note,
)
from learning.lessons.problems import ModuleOverrideProblem

ANSWER_RULE = UpsertRule(
    key=("enrolment_id", "lesson", "check_key"),
    overwrite=("chosen", "right", "answered_at", "check_sha256"),
    increment="attempts",
    expected_column="chosen",
)
LESSON_KEY = ("enrolment_id", "lesson")
DONE_RULE, NOT_DONE_RULE = (
    UpsertRule(key=LESSON_KEY, keep_first_column="done_at"),
    UpsertRule(key=LESSON_KEY, overwrite=("done_at",)),
)
BOOKMARK_RULE = UpsertRule(key=LESSON_KEY, overwrite=("bookmarked_at",))


@dataclass(frozen=True, kw_only=True)
class EnrolmentKey:
    """Whose a row is: an enrolment and its edition, both of which the row carries."""

    enrolment_id: int
    edition_id: int

    @property
    def columns(self) -> dict[str, int]:
        return {"enrolment_id": self.enrolment_id, "edition_id": self.edition_id}


@dataclass(frozen=True, kw_only=True)
class ReadingPosition(EnrolmentKey):
    """A lesson of somebody's course, and a block in it, both by key."""

    lesson: str
    block: str | None = None


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An answer to a knowledge check: the chosen numbers, and whether they are right.

    `base` are the numbers that stood on the page where it was given. `content` is the check as it
    was answered.
    """

    check: str
    chosen: Sequence[int]
    right: bool
    base: Sequence[int] = ()
    content: SnapshotContent | None = None


@dataclass(frozen=True, kw_only=True)
class NewNote:
    """A note as it was typed; `version` is that of the note that it replaces, 0 for none."""

    body: str
    version: int


@dataclass(frozen=True, kw_only=True)
class OverrideData:
    """An override of a module's opening day for one person."""

    module: str
    opens_on: date
    reason: str


def save_position(session: Session, position: ReadingPosition, *, now: datetime) -> None:
    """Store a person's reading position, for every device."""
    session.execute(
        update(LessonProgress).where(*_is_lesson(position)).values(block=position.block)
    )
    record_change(session, position, now=now, lesson=position.lesson, block=position.block)


def record_opened(session: Session, position: ReadingPosition, *, now: datetime) -> None:
    """Note that a person opened a lesson; where they were in it stays."""
    insert_if_absent(
        session, LessonProgress, **position.columns, lesson=position.lesson, opened_at=now
    )
    block = session.scalar(select(LessonProgress.block).where(*_is_lesson(position)))
    record_change(session, position, now=now, lesson=position.lesson, block=block)


def mark_done(session: Session, position: ReadingPosition, *, done: bool, now: datetime) -> None:
    """Mark a lesson as done, or not done; the first time of being done stays."""
    change = DONE_RULE if done else NOT_DONE_RULE
    _save_progress(session, position, {"done_at": now if done else None}, change, now=now)


def mark_document_done(
    session: Session, key: EnrolmentKey, document: str, *, done: bool, now: datetime
) -> None:
    """Mark a document as done, or not done; the first time of being done stays."""
    if done:
        insert_if_absent(session, DocumentProgress, **key.columns, document=document, done_at=now)
    else:
        mine = DocumentProgress.enrolment_id == key.enrolment_id
        session.execute(delete(DocumentProgress).where(mine, DocumentProgress.document == document))
    record_change(session, key, now=now)


def bookmark(
    session: Session, position: ReadingPosition, *, is_bookmarked: bool, now: datetime
) -> None:
    _save_progress(
        session, position, {"bookmarked_at": now if is_bookmarked else None}, BOOKMARK_RULE, now=now
    )


def answer_check(
    session: Session,
    position: ReadingPosition,
    answer: Answer,
    *,
    now: datetime,
    keep_place: bool = False,
) -> bool:
    """Store the last answer to a check, and count the attempts; keep the position, if asked to.

    Return False, and change nothing, if another answer was given since the page was rendered.
    """
    new = {
        **position.columns,
        "lesson": position.lesson,
        "check_key": answer.check,
        "chosen": stored_numbers(answer.chosen),
        "right": answer.right,
        "answered_at": now,
        "attempts": 1,
        "check_sha256": snapshots(session, [answer.content])[0] if answer.content else None,
    }
    done = upsert(session, CheckAnswer, new, ANSWER_RULE, expected=stored_numbers(answer.base))
    if done:
        (save_position if keep_place else record_change)(session, position, now=now)
    return done


def clear_answer(
    session: Session, position: ReadingPosition, check: str, base: Sequence[int], *, now: datetime
) -> bool:
    """Clear the answer `base` to a check; return False if there is another one."""
    mine = (
        CheckAnswer.enrolment_id == position.enrolment_id,
        CheckAnswer.lesson == position.lesson,
        CheckAnswer.check_key == check,
    )
    session.execute(delete(CheckAnswer).where(*mine, CheckAnswer.chosen == stored_numbers(base)))
    if session.scalar(select(CheckAnswer.id).where(*mine)) is not None:
        return False
    record_change(session, position, now=now)
    return True


def write_note(
    session: Session,
    position: ReadingPosition,
    new: NewNote,
    *,
    now: datetime,
    keep_place: bool = False,
) -> bool:
    """Write, change or (with an empty body) remove a note; keep its position, if asked to.

    Return False, and change nothing, if the note was changed elsewhere since it was read.
    """
    block = position.block or ""
    old = queries.note(session, position.enrolment_id, position.lesson, block)
    if (old.version if old else 0) != new.version and not (old and old.body == new.body):
        return False
    if old is None and new.body and not _add_note(session, position, new, now=now):
        return False
    if old and new.body:
        old.body, old.version, old.written_at = new.body, old.version + 1, now
    elif old:
        session.delete(old)
    (save_position if keep_place else record_change)(session, position, now=now)
    return True


def _add_note(session: Session, position: ReadingPosition, new: NewNote, *, now: datetime) -> bool:
    return insert_if_absent(
        session,
        Note,
        **position.columns,
        lesson=position.lesson,
        block=position.block,
        body=new.body,
        version=1,
        written_at=now,
    )


def add_override(
    session: Session, enrolment: Enrolment, override: OverrideData, *, by: int, now: datetime
) -> None:
    """Override a module's opening day for one person."""
    if not override.reason:
        raise RuleViolation(ModuleOverrideProblem.REASON)
    remove_override(session, enrolment, override.module, by=by, now=now)
    session.add(
        ModuleOverride(
            enrolment_id=enrolment.id,
            module=override.module,
            opens_on=override.opens_on,
            reason=override.reason,
            decided_by_id=by,
            decided_at=now,
        )
    )
    record_change(session, _key(enrolment), now=now, last_seen=False)
    detail = {"module": override.module, "opens_on": override.opens_on, "reason": override.reason}
    record(session, "module override added", f"enrolment {enrolment.id}", by=by, now=now, **detail)


def remove_override(
    session: Session, enrolment: Enrolment, module: str, *, by: int, now: datetime
) -> None:
    """Remove an override."""
    removed = session.scalar(
        delete(ModuleOverride)
        .where(ModuleOverride.enrolment_id == enrolment.id, ModuleOverride.module == module)
        .returning(ModuleOverride.id)
    )
    if removed is not None:
        record_change(session, _key(enrolment), now=now, last_seen=False)
        subject = f"enrolment {enrolment.id}"
        record(session, "module override removed", subject, by=by, now=now, module=module)


def count_due_dates(session: Session, fact: DueDatesChanged) -> None:
    """Count a change of one person's dates: pages that show them are drawn anew."""
    key = EnrolmentKey(enrolment_id=fact.enrolment_id, edition_id=fact.edition_id)
    record_change(session, key, now=fact.at, last_seen=False)


def record_change(
    session: Session,
    key: EnrolmentKey,
    *,
    now: datetime,
    last_seen: bool = True,
    **where: str | None,
) -> None:
    """Count a change that their pages could show, by themselves if `last_seen`, then at `where`."""
    new = {**key.columns, "version": 1, "last_seen_at": now if last_seen else None} | where
    replaced = (("last_seen_at",) if last_seen else ()) + tuple(where)
    change = UpsertRule(key=("enrolment_id",), overwrite=replaced, increment="version")
    upsert(session, LearnerState, new, change)


def _save_progress(
    session: Session,
    position: ReadingPosition,
    values: dict[str, datetime | None],
    change: UpsertRule,
    *,
    now: datetime,
) -> None:
    """Keep a mark of a lesson's progress, which begins with it if nothing is known of it yet."""
    key = {**position.columns, "lesson": position.lesson, "opened_at": now}
    upsert(session, LessonProgress, key | values, change)
    record_change(session, position, now=now)


def _key(enrolment: Enrolment) -> EnrolmentKey:
    return EnrolmentKey(enrolment_id=enrolment.id, edition_id=enrolment.edition_id)


def _is_lesson(position: ReadingPosition) -> tuple[ColumnElement[bool], ...]:
    return (
        LessonProgress.enrolment_id == position.enrolment_id,
        LessonProgress.lesson == position.lesson,
    )

"""What people do while they study, and what staff do for them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from learning.audit.actions import record
from learning.kit.errors import Refused
from learning.kit.i18n import N_
from learning.kit.once import Change, insert_new, insert_or_change
from learning.lessons import queries
from learning.lessons.models import CheckAnswer, EarlyOpening, LessonProgress, Note, Study

ANSWERED = Change(
    key=("enrolment_id", "lesson", "check_key"),
    replaced=("chosen", "right", "answered_at"),
    counted="tries",
    known="chosen",
)
LESSON = ("enrolment_id", "lesson")
FIRST_DONE, NOT_DONE = (
    Change(key=LESSON, first="done_at"),
    Change(key=LESSON, replaced=("done_at",)),
)
BOOKMARKED = Change(key=LESSON, replaced=("bookmarked_at",))


@dataclass(frozen=True, kw_only=True)
class Place:
    """A lesson of somebody's course, and a block in it, both by key."""

    enrolment_id: int
    lesson: str
    block: str | None = None


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An answer to a knowledge check: the numbers chosen, and whether they are right.

    `base` are the numbers that stood on the page where it was given.
    """

    check: str
    chosen: Sequence[int]
    right: bool
    base: Sequence[int] = ()


@dataclass(frozen=True, kw_only=True)
class NewNote:
    """A note as it was typed; `version` is that of the note it was typed over, 0 for none."""

    body: str
    version: int


@dataclass(frozen=True, kw_only=True)
class Opening:
    """A module that is to open on another day for one person."""

    module: str
    opens_on: date
    reason: str


def keep_place(session: Session, place: Place, *, now: datetime) -> None:
    """Remember where a person is, on every device."""
    session.execute(update(LessonProgress).where(*_lesson(place)).values(block=place.block))
    touch(session, place.enrolment_id, now=now, lesson=place.lesson, block=place.block)


def open_lesson(session: Session, place: Place, *, now: datetime) -> None:
    """Note that a person opened a lesson; where they were in it stays."""
    values = {"enrolment_id": place.enrolment_id, "lesson": place.lesson, "opened_at": now}
    insert_new(session, LessonProgress, **values)
    block = session.scalar(select(LessonProgress.block).where(*_lesson(place)))
    touch(session, place.enrolment_id, now=now, lesson=place.lesson, block=block)


def mark_done(session: Session, place: Place, *, done: bool, now: datetime) -> None:
    """Mark a lesson as done, or as not done after all; the first time of being done stays."""
    change = FIRST_DONE if done else NOT_DONE
    _change(session, place, {"done_at": now if done else None}, change, now=now)


def bookmark(session: Session, place: Place, *, keep: bool, now: datetime) -> None:
    _change(session, place, {"bookmarked_at": now if keep else None}, BOOKMARKED, now=now)


def answer_check(session: Session, place: Place, answer: Answer, *, now: datetime) -> bool:
    """Keep the last answer to a check, and count the tries.

    Return False, and change nothing, if another answer was given since the page was made.
    """
    new = {
        "enrolment_id": place.enrolment_id,
        "lesson": place.lesson,
        "check_key": answer.check,
        "chosen": _numbers(answer.chosen),
        "right": answer.right,
        "answered_at": now,
        "tries": 1,
    }
    base = _numbers(answer.base)
    done = insert_or_change(session, CheckAnswer, new, ANSWERED, known=base)
    if done:
        touch(session, place.enrolment_id, now=now)
    return done


def forget_answer(
    session: Session, place: Place, check: str, base: Sequence[int], *, now: datetime
) -> bool:
    """Clear the answer `base` to a check, to try again; return False if another one stands."""
    mine = (
        CheckAnswer.enrolment_id == place.enrolment_id,
        CheckAnswer.lesson == place.lesson,
        CheckAnswer.check_key == check,
    )
    session.execute(delete(CheckAnswer).where(*mine, CheckAnswer.chosen == _numbers(base)))
    if session.scalar(select(CheckAnswer.id).where(*mine)) is not None:
        return False
    touch(session, place.enrolment_id, now=now)
    return True


def _numbers(chosen: Sequence[int]) -> str:
    return " ".join(str(number) for number in chosen)


def write_note(session: Session, place: Place, new: NewNote, *, now: datetime) -> bool:
    """Write, change or (with an empty body) remove a note.

    Return False, and change nothing, if the note was changed elsewhere since it was read.
    """
    block = place.block or ""
    old = queries.note(session, place.enrolment_id, place.lesson, block)
    if (old.version if old else 0) != new.version and not (old and old.body == new.body):
        return False
    if old is None and new.body and not _add_note(session, place, new, now=now):
        return False
    if old and new.body:
        old.body, old.version, old.written_at = new.body, old.version + 1, now
    elif old:
        session.delete(old)
    touch(session, place.enrolment_id, now=now)
    return True


def _add_note(session: Session, place: Place, new: NewNote, *, now: datetime) -> bool:
    return insert_new(
        session,
        Note,
        enrolment_id=place.enrolment_id,
        lesson=place.lesson,
        block=place.block,
        body=new.body,
        version=1,
        written_at=now,
    )


def open_early(
    session: Session, enrolment_id: int, opening: Opening, *, by: int, now: datetime
) -> None:
    """Open a module on another day for one person."""
    if not opening.reason:
        raise Refused(N_("Say why this person may begin earlier."))
    close_again(session, enrolment_id, opening.module, by=by, now=now)
    session.add(
        EarlyOpening(
            enrolment_id=enrolment_id,
            module=opening.module,
            opens_on=opening.opens_on,
            reason=opening.reason,
            decided_by=by,
            decided_at=now,
        )
    )
    touch(session, enrolment_id, now=now, last_seen=False)
    detail = {"module": opening.module, "opens_on": opening.opens_on, "reason": opening.reason}
    record(session, "module opened early", f"enrolment {enrolment_id}", by=by, now=now, **detail)


def close_again(
    session: Session, enrolment_id: int, module: str, *, by: int, now: datetime
) -> None:
    """Take an early opening back."""
    gone = session.scalar(
        delete(EarlyOpening)
        .where(EarlyOpening.enrolment_id == enrolment_id, EarlyOpening.module == module)
        .returning(EarlyOpening.id)
    )
    if gone is not None:
        touch(session, enrolment_id, now=now, last_seen=False)
        subject = f"enrolment {enrolment_id}"
        record(session, "early opening taken back", subject, by=by, now=now, module=module)


def touch(
    session: Session,
    enrolment_id: int,
    *,
    now: datetime,
    last_seen: bool = True,
    **where: str | None,
) -> None:
    """Count a change that a person's pages could show; `where` is where they are from now on."""
    new = {"enrolment_id": enrolment_id, "version": 1, "at": now} | where
    replaced = (("at",) if last_seen else ()) + tuple(where)
    change = Change(key=("enrolment_id",), replaced=replaced, counted="version")
    insert_or_change(session, Study, new, change)


def _change(
    session: Session,
    place: Place,
    values: dict[str, datetime | None],
    change: Change,
    *,
    now: datetime,
) -> None:
    """Keep a mark of a lesson's progress, which begins with it if nothing is known of it yet."""
    key = {"enrolment_id": place.enrolment_id, "lesson": place.lesson, "opened_at": now}
    insert_or_change(session, LessonProgress, key | values, change)
    touch(session, place.enrolment_id, now=now)


def _lesson(place: Place) -> tuple[ColumnElement[bool], ...]:
    return (
        LessonProgress.enrolment_id == place.enrolment_id,
        LessonProgress.lesson == place.lesson,
    )

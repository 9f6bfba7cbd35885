"""Marking again after questions of a bank were corrected: a preview, then a job for each person.

An attempt keeps its questions as they were drawn. Only here do they become those of the bank of
today, for everybody who was asked them, with the mark before and after in the audit trail.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session, contains_eager

from learning.accounts.models import Person
from learning.accounts.person_emails import send_email_to
from learning.audit.actions import record
from learning.batches import actions as batches
from learning.batches.actions import NewItem, NewOperation, finish_item
from learning.batches.jobs import BatchHandler
from learning.batches.models import BatchItem, BatchOperation, ItemState
from learning.batches.queries import edition_scope, params_of, payload_of
from learning.catalogue.models import Edition
from learning.content.activity_types import Question
from learning.content.course import Module
from learning.content.models import ContentSnapshot
from learning.content.question_snapshots import question_content
from learning.content.snapshots import snapshots
from learning.enrolment.models import Enrolment
from learning.kit.i18n import N_
from learning.kit.percentages import hundredths_text, in_hundredths
from learning.mail.actions import EmailRequest
from learning.quizzes import attempt_marks, cohort, queries
from learning.quizzes.actions import lock_enrolment
from learning.quizzes.decisions import Decision
from learning.quizzes.models import AttemptQuestion, QuizAttempt
from learning.quizzes.rules import marking
from learning.quizzes.rules.answers import keeps_numbers

KIND = "quizzes.regrade"
Conditions = tuple[ColumnElement[bool], ...]


@dataclass(frozen=True, kw_only=True)
class Change:
    """What marking again does to one attempt, in hundredths of a percent."""

    enrolment: Enrolment
    number: int
    before: int
    after: int
    passed_before: bool
    passed_after: bool


@dataclass(frozen=True, kw_only=True)
class RegradePlan:
    """The questions that were corrected since they were asked, and who gains or loses."""

    questions: Sequence[Question]
    changes: Sequence[Change]
    attempts: int


def plan(session: Session, edition_id: int, module: Module) -> RegradePlan:
    """Return what marking again would do to the ended attempts at a quiz, in four queries."""
    bank = {question.key: question for question in module.bank}
    stale = _stale(session, edition_id, module.key, bank)
    concerned = _concerned(edition_id, module.key, stale)
    rows = session.execute(
        select(QuizAttempt, Enrolment)
        .join(Enrolment, Enrolment.id == QuizAttempt.enrolment_id)
        .join(Enrolment.person)
        .where(*concerned)
        .options(contains_eager(Enrolment.person))
        .order_by(Person.sort_key, QuizAttempt.enrolment_id, QuizAttempt.number)
    ).all()
    marks = _marks_of_today(session, concerned, bank, stale)
    changes = [_change(row, enrolment, marks[row.id]) for row, enrolment in rows]
    return RegradePlan(
        questions=[bank[key] for key in sorted(set(stale.values()))],
        changes=[each for each in changes if each.before != each.after],
        attempts=len(changes),
    )


def start(
    session: Session, edition: Edition, module: Module, decision: Decision
) -> BatchOperation | None:
    """Mark again in the background, one item for each person; None if nothing was corrected."""
    bank = {question.key: question for question in module.bank}
    stale = _stale(session, edition.id, module.key, bank)
    if not stale:
        return None
    keys = sorted(set(stale.values()))
    hashes = snapshots(
        session, [question_content(edition.course, module.key, bank[key]) for key in keys]
    )
    people = session.execute(
        select(QuizAttempt.enrolment_id, Person.name)
        .join(Enrolment, Enrolment.id == QuizAttempt.enrolment_id)
        .join(Person, Person.id == Enrolment.person_id)
        .where(*_concerned(edition.id, module.key, stale))
        .distinct()
        .order_by(QuizAttempt.enrolment_id)
    )
    of_today = dict(zip(keys, hashes, strict=True))
    params = {
        "module": module.key,
        "titles": dict(module.title),
        "edition": edition.code,
        "hashes": {sha256: of_today[key] for sha256, key in stale.items()},
        "reason": decision.reason,
    }
    new = NewOperation(
        kind=KIND,
        label=N_("Mark a quiz again"),
        scope=edition_scope(edition.id),
        params=params,
        by=decision.by,
    )
    items = [NewItem(label=name, payload={"enrolment": each}) for each, name in people]
    return batches.start_operation(session, new, items, now=decision.at)


def _ended(edition_id: int, module: str) -> Conditions:
    return (
        QuizAttempt.edition_id == edition_id,
        QuizAttempt.module == module,
        QuizAttempt.ended_at.is_not(None),
    )


def _concerned(edition_id: int, module: str, stale: Mapping[str, str]) -> Conditions:
    """Return what is true of attempts that asked a question that was corrected since."""
    corrected = select(AttemptQuestion.attempt_id).where(AttemptQuestion.question_sha256.in_(stale))
    return *_ended(edition_id, module), QuizAttempt.id.in_(corrected)


def _stale(
    session: Session, edition_id: int, module: str, bank: Mapping[str, Question]
) -> dict[str, str]:
    """Return the keys of stored questions that are other ones in the bank today, by their hash.

    A question whose parts were moved, added or removed is another question: it keeps its marks.
    """
    rows = session.execute(
        select(AttemptQuestion.question_sha256, AttemptQuestion.question_key, ContentSnapshot.json)
        .join(QuizAttempt, QuizAttempt.id == AttemptQuestion.attempt_id)
        .join(ContentSnapshot, ContentSnapshot.sha256 == AttemptQuestion.question_sha256)
        .where(*_ended(edition_id, module))
        .distinct()
    )
    return {
        sha256: key
        for sha256, key, text in rows
        if key in bank
        and queries.stored_question(text) != bank[key]
        and keeps_numbers(queries.stored_question(text), bank[key])
    }


def _marks_of_today(
    session: Session,
    concerned: Conditions,
    bank: Mapping[str, Question],
    stale: Mapping[str, str],
) -> Mapping[int, Sequence[Fraction]]:
    """Return the fractions of each attempt if the corrected questions are marked by the bank."""
    latest, _ = cohort.counting_answers(session, concerned)
    marks: dict[int, list[Fraction]] = {}
    for each in cohort.marked_questions(session, concerned):
        fraction = each.fraction
        if each.sha256 in stale:
            answer, _ = latest.get((each.attempt, each.position), (None, ""))
            fraction = marking.mark(bank[stale[each.sha256]], answer).fraction
        marks.setdefault(each.attempt, []).append(fraction)
    return marks


def _change(row: QuizAttempt, enrolment: Enrolment, marks: Sequence[Fraction]) -> Change:
    percent = marking.percent(marks, row.pass_percent)
    return Change(
        enrolment=enrolment,
        number=row.number,
        before=row.percent or 0,
        after=in_hundredths(percent),
        passed_before=bool(row.passed),
        passed_after=percent >= row.pass_percent,
    )


def _carry_out(
    session: Session, operation: BatchOperation, items: Sequence[BatchItem], now: datetime
) -> None:
    """Mark the attempts of some people again: lock, mark, then tell and record what changed."""
    params = params_of(operation)
    people = sorted(payload_of(item)["enrolment"] for item in items)
    for each in people:
        lock_enrolment(session, each)
    attempts = session.scalars(
        select(QuizAttempt)
        .where(
            QuizAttempt.enrolment_id.in_(people),
            QuizAttempt.module == params["module"],
            QuizAttempt.ended_at.is_not(None),
        )
        .order_by(QuizAttempt.id)
        .with_for_update()
    ).all()
    before = {row.id: row.percent for row in attempts}
    for row in attempts:
        _mark_again(session, row, params["hashes"])
    changed = [row for row in attempts if row.percent != before[row.id]]
    for row in changed:
        attempt_marks.announce_mark(session, row, now=now)
        _tell(session, row, params, now)
    for row in changed:
        record(
            session,
            "quiz marked again",
            f"enrolment {row.enrolment_id}",
            by=operation.started_by,
            now=now,
            module=row.module,
            attempt=row.number,
            before=hundredths_text(before[row.id]),
            after=hundredths_text(row.percent),
            reason=params["reason"],
        )
    for item in items:
        finish_item(item, ItemState.DONE, now=now)


def _mark_again(session: Session, row: QuizAttempt, hashes: Mapping[str, str]) -> None:
    """Give an attempt the corrected questions, by the hashes of those it asked, and mark it."""
    for stored, sha256 in hashes.items():
        session.execute(
            update(AttemptQuestion)
            .where(AttemptQuestion.attempt_id == row.id, AttemptQuestion.question_sha256 == stored)
            .values(question_sha256=sha256)
        )
    attempt_marks.mark_attempt(session, row)
    session.flush()


def _tell(session: Session, row: QuizAttempt, params: Mapping[str, Any], now: datetime) -> None:
    enrolment = session.get_one(Enrolment, row.enrolment_id)
    person = session.get_one(Person, enrolment.person_id)
    named = {key: params[key] for key in ("titles", "module", "edition", "reason")}
    email = EmailRequest(kind="quizzes.marked-again", params=named)
    send_email_to(session, person, email, now=now)


BATCHES: dict[str, BatchHandler] = {KIND: BatchHandler(process_items=_carry_out)}

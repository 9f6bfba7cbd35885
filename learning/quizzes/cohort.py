"""What staff read of the quizzes of an edition: how many attempts, and the answers by question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session, contains_eager

from learning.access.actor import Actor
from learning.catalogue.models import Edition
from learning.content.activity_types import Question
from learning.content.models import ContentSnapshot
from learning.enrolment.models import Enrolment
from learning.enrolment.queries import PeopleFilter, page_of, visible_enrolments
from learning.quizzes.models import AttemptAnswer, AttemptQuestion, LateDecision, QuizAttempt
from learning.quizzes.queries import ANSWER_ORDER, IS_TOO_LATE, stored_question
from learning.quizzes.rules.answers import Answer, from_json
from learning.quizzes.rules.statistics import Response

FIRST = 1
AnswerKey = tuple[int, int]  # attempt, position


@dataclass(frozen=True, kw_only=True)
class QuizSummary:
    """How the quiz of a module went: people who began, attempts, people who passed, in progress."""

    people: int
    attempts: int
    passed: int
    in_progress: int


NOTHING_YET = QuizSummary(people=0, attempts=0, passed=0, in_progress=0)


@dataclass(frozen=True, kw_only=True)
class MarkedQuestion:
    """A question of an ended attempt: its stored hash, and the fraction of the point it earned."""

    attempt: int
    position: int
    sha256: str
    fraction: Fraction


@dataclass(frozen=True, kw_only=True)
class AnsweredQuestion:
    """A question as it was drawn, with the answers of first ended attempts."""

    question: Question
    responses: Sequence[Response]


def summaries(session: Session, edition_id: int) -> Mapping[str, QuizSummary]:
    """Return how the quizzes of an edition went, by module, in one query."""
    person = QuizAttempt.enrolment_id
    passed = case((QuizAttempt.passed.is_(True), person))
    rows = select(
        QuizAttempt.module,
        func.count(person.distinct()),
        func.count(),
        func.count(passed.distinct()),
        func.count(case((QuizAttempt.ended_at.is_(None), 1))),
    ).where(QuizAttempt.edition_id == edition_id)
    return {
        module: QuizSummary(
            people=people, attempts=attempts, passed=passing, in_progress=in_progress
        )
        for module, people, attempts, passing, in_progress in session.execute(
            rows.group_by(QuizAttempt.module)
        )
    }


def people_with_attempts(
    session: Session, actor: Actor, edition: Edition, module: str, filters: PeopleFilter
) -> Sequence[Enrolment]:
    """Return a page of the enrolments that have begun the quiz of a module, by name."""
    begun = select(QuizAttempt.enrolment_id).where(
        QuizAttempt.edition_id == edition.id, QuizAttempt.module == module
    )
    visible: Select[Enrolment] = visible_enrolments(actor, edition).join(Enrolment.person)
    page = page_of(session, visible.where(Enrolment.id.in_(begun)), filters)
    return session.scalars(page.options(contains_eager(Enrolment.person))).all()


def attempts_by_person(
    session: Session, enrolment_ids: Sequence[int], module: str
) -> Mapping[int, Sequence[QuizAttempt]]:
    """Return the attempts of some people at a quiz, in one query."""
    own = QuizAttempt.enrolment_id.in_(enrolment_ids), QuizAttempt.module == module
    rows = session.scalars(select(QuizAttempt).where(*own).order_by(QuizAttempt.number))
    found: dict[int, list[QuizAttempt]] = {each: [] for each in enrolment_ids}
    for row in rows:
        found[row.enrolment_id].append(row)
    return found


def undecided_by_person(session: Session, edition_id: int, module: str) -> Mapping[int, int]:
    """Return how many late answers wait for a decision, by enrolment, in one query."""
    rows = (
        select(AttemptAnswer.enrolment_id, func.count())
        .join(QuizAttempt, QuizAttempt.id == AttemptAnswer.attempt_id)
        .outerjoin(LateDecision, LateDecision.answer_id == AttemptAnswer.id)
        .where(
            QuizAttempt.edition_id == edition_id,
            QuizAttempt.module == module,
            AttemptAnswer.late,
            LateDecision.id.is_(None),
        )
    )
    return dict(session.execute(rows.group_by(AttemptAnswer.enrolment_id)).all())


def answered_questions(
    session: Session, edition_id: int, module: str
) -> Sequence[AnsweredQuestion]:
    """Return the questions of first ended attempts with their answers, in three queries.

    A question that was changed in between is there once for each of its versions.
    """
    first = (
        QuizAttempt.edition_id == edition_id,
        QuizAttempt.module == module,
        QuizAttempt.number == FIRST,
        QuizAttempt.ended_at.is_not(None),
    )
    rows = marked_questions(session, first)
    latest, languages = counting_answers(session, first)
    totals: dict[int, Fraction] = {}
    for row in rows:
        totals[row.attempt] = totals.get(row.attempt, Fraction(0)) + row.fraction
    responses: dict[str, list[Response]] = {}
    for row in rows:
        missing = (None, languages.get(row.attempt, ""))
        answer, language = latest.get((row.attempt, row.position), missing)
        responses.setdefault(row.sha256, []).append(
            Response(
                fraction=row.fraction,
                rest=totals[row.attempt] - row.fraction,
                answer=answer,
                language=language,
            )
        )
    questions = _questions(session, first)
    return [
        AnsweredQuestion(question=questions[key], responses=own) for key, own in responses.items()
    ]


def marked_questions(
    session: Session, attempts: Sequence[ColumnElement[bool]]
) -> Sequence[MarkedQuestion]:
    """Return the questions of ended attempts with what they earned, in the order of attempts."""
    rows = session.execute(
        select(
            AttemptQuestion.attempt_id,
            AttemptQuestion.position,
            AttemptQuestion.question_sha256,
            AttemptQuestion.credit,
        )
        .join(QuizAttempt, QuizAttempt.id == AttemptQuestion.attempt_id)
        .where(*attempts)
        .order_by(AttemptQuestion.attempt_id, AttemptQuestion.position)
    )
    return [
        MarkedQuestion(
            attempt=attempt, position=position, sha256=sha256, fraction=Fraction(credit or 0)
        )
        for attempt, position, sha256, credit in rows
    ]


def counting_answers(
    session: Session, attempts: Sequence[ColumnElement[bool]]
) -> tuple[Mapping[AnswerKey, tuple[Answer, str]], Mapping[int, str]]:
    """Return the answers that count with their languages, and the last language of each attempt."""
    rows = session.execute(
        select(
            AttemptAnswer.attempt_id,
            AttemptAnswer.position,
            AttemptAnswer.answer,
            AttemptAnswer.language,
        )
        .join(QuizAttempt, QuizAttempt.id == AttemptAnswer.attempt_id)
        .outerjoin(LateDecision, LateDecision.answer_id == AttemptAnswer.id)
        .where(*attempts, ~IS_TOO_LATE)
        .order_by(*ANSWER_ORDER)
    )
    latest: dict[AnswerKey, tuple[Answer, str]] = {}
    languages: dict[int, str] = {}
    for attempt, position, text, language in rows:
        latest[attempt, position] = from_json(text), language
        languages[attempt] = language
    return latest, languages


def _questions(session: Session, first: Sequence[ColumnElement[bool]]) -> Mapping[str, Question]:
    used = (
        select(AttemptQuestion.question_sha256)
        .join(QuizAttempt, QuizAttempt.id == AttemptQuestion.attempt_id)
        .where(*first)
    )
    rows = select(ContentSnapshot.sha256, ContentSnapshot.json).where(
        ContentSnapshot.sha256.in_(used)
    )
    return {sha256: stored_question(text) for sha256, text in session.execute(rows)}

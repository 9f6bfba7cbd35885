"""Commands of quizzes: start an attempt, save answers, end the attempt with a mark.

To save and to end an attempt lock the enrolment first, then the attempt: a stored answer refers
to the enrolment, so PostgreSQL locks it in any case.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.content.activity_types import Question, QuizRules
from learning.content.question_snapshots import question_content
from learning.content.snapshots import snapshots
from learning.deadlines.rules import Accommodation
from learning.enrolment.models import Enrolment
from learning.jobs.actions import NewJob, add_job
from learning.kit.database import bulk_insert
from learning.kit.errors import RuleViolation
from learning.kit.idempotency import insert_if_absent
from learning.lessons.actions import EnrolmentKey, record_change
from learning.quizzes import attempt_marks, queries
from learning.quizzes.models import AttemptAnswer, AttemptEnd, AttemptQuestion, QuizAttempt
from learning.quizzes.queries import Attempt
from learning.quizzes.rules import answers, draw, timing
from learning.quizzes.rules.answers import Answer
from learning.quizzes.rules.timing import AttemptHistory, Limits, StartProblem, Window

CLOSE_JOB = "quizzes.close-attempt"
SEEDS = 2**53  # a number that every program reads exactly
NETWORK_TIME = timedelta(seconds=60)
EMPTY = Answer()


@dataclass(frozen=True, kw_only=True)
class Quiz:
    """The quiz of a module for one person: bank, rules, what was agreed, when it may be begun.

    `course` and `module` are keys; `window.closes` is the last moment for attempts; `released`
    attempts were granted by a tutor.
    """

    course: str
    module: str
    bank: Sequence[Question]
    rules: QuizRules
    accommodation: Accommodation
    window: Window
    closes: datetime
    released: int = 0

    @property
    def limits(self) -> Limits:
        return timing.limits_for(self.rules, self.accommodation, self.released)

    @property
    def usual_minutes(self) -> int | None:
        """Return the time limit that holds for everybody, None if this person has none."""
        return None if self.accommodation.no_timer else self.rules.time_limit_minutes


@dataclass(frozen=True, kw_only=True)
class NewAnswer:
    """An answer as a page sends it.

    `base` is the number of the answer that the page showed, 0 for none; it is None where only what
    was changed is sent.
    """

    position: int
    answer: Answer
    base: int | None = None


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What a page sends: answers, marks to review by position, and how long they have waited.

    `key` tells what a script sends a second time, after a failed connection, from a new answer.
    """

    answers: Sequence[NewAnswer] = ()
    flags: Mapping[int, bool] = field(default_factory=dict[int, bool])
    key: str = ""
    waited: timedelta = timedelta(0)
    language: str = ""


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """What a page sent for an attempt, when it arrived, and whether that was too late."""

    row: QuizAttempt
    sent: Sent
    late: bool
    at: datetime


def history(attempts: Sequence[QuizAttempt]) -> AttemptHistory:
    """Return what the rules need to know of a person's attempts at one quiz."""
    return AttemptHistory(
        number=len(attempts),
        in_progress=any(each.ended_at is None for each in attempts),
        last_ended=max((each.ended_at for each in attempts if each.ended_at), default=None),
    )


def start_problem(
    quiz: Quiz, attempts: Sequence[QuizAttempt], now: datetime
) -> StartProblem | None:
    """Return why no attempt can begin now; None: it can."""
    before, wait = history(attempts), quiz.rules.wait_hours
    return timing.start_problem(now, quiz.window, before, quiz.limits, wait)


def start(
    session: Session, key: EnrolmentKey, quiz: Quiz, *, now: datetime, seed: int | None = None
) -> QuizAttempt:
    """Begin an attempt, or return the one that is open: two tabs have one.

    Raises RuleViolation if none can begin now.
    """
    lock_enrolment(session, key.enrolment_id)
    attempts = queries.attempts_of(session, key.enrolment_id, quiz.module)
    if current := next((each for each in attempts if each.ended_at is None), None):
        return current
    if problem := start_problem(quiz, attempts, now):
        raise RuleViolation(problem)
    attempt = _new_attempt(quiz, key, len(attempts) + 1, seed or secrets.randbelow(SEEDS), now)
    session.add(attempt)
    session.flush()  # its questions name it by its id
    _draw(session, quiz, attempt, [each.id for each in attempts])
    add_job(
        session,
        NewJob(
            kind=CLOSE_JOB,
            payload={"attempt": attempt.id},
            now=now,
            due_at=attempt.accepted_until,
            unique_key=f"close quiz attempt {attempt.id}",
        ),
    )
    record_change(session, key, now=now)
    return attempt


def _new_attempt(
    quiz: Quiz, key: EnrolmentKey, number: int, seed: int, now: datetime
) -> QuizAttempt:
    ends_at = timing.attempt_ends(now, quiz.limits.minutes, quiz.closes) or quiz.closes
    return QuizAttempt(
        enrolment_id=key.enrolment_id,
        edition_id=key.edition_id,
        module=quiz.module,
        number=number,
        seed=seed,
        started_at=now,
        usual_minutes=quiz.usual_minutes,
        extra_time=quiz.accommodation.extra_time,
        ends_at=ends_at,
        accepted_until=ends_at + timedelta(minutes=quiz.rules.grace_minutes),
        max_points=quiz.rules.questions,
        pass_percent=quiz.rules.pass_percent,
    )


def _draw(session: Session, quiz: Quiz, attempt: QuizAttempt, before: Sequence[int]) -> None:
    """Draw the questions of an attempt, and store them as they are today."""
    seen = queries.seen_questions(session, before) if before else {}
    keys = draw.draw(quiz.bank, quiz.rules.blueprint, seen, attempt.seed)
    bank = {each.key: each for each in quiz.bank}
    contents = [question_content(quiz.course, quiz.module, bank[key]) for key in keys]
    hashes = snapshots(session, contents)
    bulk_insert(
        session,
        [
            AttemptQuestion(
                attempt_id=attempt.id,
                enrolment_id=attempt.enrolment_id,
                edition_id=attempt.edition_id,
                position=position,
                question_key=key,
                question_sha256=sha256,
            )
            for position, (key, sha256) in enumerate(zip(keys, hashes, strict=True), start=1)
        ],
    )


def save(session: Session, attempt: Attempt, sent: Sent, *, now: datetime) -> bool:
    """Store what a page sent for an attempt, which is locked; return whether it came too late.

    What only repeats the page, or the answer that counts, adds no row. A late answer is kept, and
    does not count; a mark to review is not.
    """
    row = attempt.row
    late = row.ended_at is not None or now > row.accepted_until
    counting = {each.position: each.answer for each in attempt.questions}
    arrival = Arrival(row=row, sent=sent, late=late, at=now)
    sequence = _last_sequence(session, row.id)
    stored = 0
    for new in sent.answers:
        current = counting[new.position]
        known = (_shown(session, row.id, new, current), current.value if current else EMPTY)
        if not any(_is_same(new.answer, each) for each in known):
            at = _answered_at(arrival, current)
            stored += _add_answer(session, arrival, new, sequence + stored + 1, at)
    if not late:
        for each in attempt.questions:
            if sent.flags.get(each.position, each.flagged) != each.flagged:
                each.row.flagged_at = None if each.flagged else now
    return late and bool(stored)


def _shown(
    session: Session, attempt_id: int, new: NewAnswer, current: queries.StoredAnswer | None
) -> Answer | None:
    """Return the answer that the page showed, an empty one for none; None if it does not count."""
    if not new.base:
        return EMPTY if new.base == 0 else None
    if current and current.sequence == new.base:
        return current.value
    return queries.answer_at(session, attempt_id, new.position, new.base) or EMPTY


def _is_same(one: Answer, other: Answer | None) -> bool:
    """Whether two answers say the same; a text keeps the language in which it was typed."""
    if other is None:
        return False
    return one.text == other.text and _chosen(one) == _chosen(other)


def _chosen(answer: Answer) -> tuple[int, ...]:
    """Return the numbers of an answer; all of them open is the same as none."""
    return answer.numbers if any(answer.numbers) else ()


def _answered_at(arrival: Arrival, current: queries.StoredAnswer | None) -> datetime:
    """Return when an answer was given, as far as anybody knows.

    A device sends its answers in order, each after a time on the network: what seems a few seconds
    older than the answer that counts was given after it.
    """
    at = max(arrival.row.started_at, arrival.at - arrival.sent.waited)
    if current and current.answered_at - NETWORK_TIME <= at < current.answered_at:
        return current.answered_at
    return at


def _add_answer(
    session: Session, arrival: Arrival, new: NewAnswer, sequence: int, answered_at: datetime
) -> bool:
    """Add an answer; return False if it was sent before with this key."""
    row, sent = arrival.row, arrival.sent
    return insert_if_absent(
        session,
        AttemptAnswer,
        attempt_id=row.id,
        enrolment_id=row.enrolment_id,
        edition_id=row.edition_id,
        position=new.position,
        sequence=sequence,
        idempotency_key=sent.key or secrets.token_urlsafe(18),
        answer=answers.to_json(new.answer),
        language=sent.language,
        answered_at=answered_at,
        received_at=arrival.at,
        late=arrival.late,
    )


def _last_sequence(session: Session, attempt_id: int) -> int:
    last = select(func.max(AttemptAnswer.sequence)).where(AttemptAnswer.attempt_id == attempt_id)
    return session.scalar(last) or 0


def end_attempt(session: Session, row: QuizAttempt, end: AttemptEnd, *, now: datetime) -> bool:
    """Mark an attempt with the answers that count; False if it has ended already.

    The enrolment and the attempt are locked.
    """
    if row.ended_at is not None:
        return False
    attempt_marks.mark_attempt(session, row)
    row.end = end
    row.ended_at = row.ends_at if end is AttemptEnd.TIME_UP else now
    attempt_marks.announce_mark(session, row, now=now, seen=end is AttemptEnd.SUBMITTED)
    return True


def lock_enrolment(session: Session, enrolment_id: int) -> None:
    """Lock the enrolment whose attempts change, before anything else is locked."""
    session.execute(select(Enrolment.id).where(Enrolment.id == enrolment_id).with_for_update())

"""Staff pages: who has taken a quiz, and what a tutor decides for one person."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post
from learning.access.guard import current_actor, current_person_id
from learning.access.permissions import Permission
from learning.catalogue.models import Edition
from learning.deadlines import queries as deadlines
from learning.enrolment.models import Enrolment
from learning.enrolment.queries import PAGE_SIZE, PeopleFilter, enrolment_by_uid
from learning.kit.db import db
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.pages import Page, render_page
from learning.kit.time import now
from learning.quizzes import actions, cohort, decisions, queries, words
from learning.quizzes.decisions import Decision
from learning.quizzes.forms import ACCEPT, LateForm, ReleaseForm
from learning.quizzes.models import AttemptEnd, QuizAttempt
from learning.quizzes.pages import ModuleHead
from learning.quizzes.rules import answers, timing
from learning.quizzes.staff.blueprint import StaffQuiz, bp, staff_quiz
from learning.quizzes.verdicts import AnswerPart, answer_parts


@dataclass(frozen=True, kw_only=True)
class PersonLine:
    """One person who has begun the quiz; `best` is "" before an attempt has ended."""

    enrolment: Enrolment
    attempts: int
    best: str
    passed: bool
    late: int


@dataclass(frozen=True, kw_only=True)
class QuizPeoplePage(Page):
    """A page of the people who have begun the quiz of a module."""

    template: ClassVar[str] = "quizzes/people.html"

    edition: Edition
    module: ModuleHead
    people: Sequence[PersonLine]
    waiting: int
    next_after: str


@dataclass(frozen=True, kw_only=True)
class LateAnswer:
    """An answer that arrived too late: what it says, when it was given and when it arrived."""

    prompt: str
    answer: Sequence[AnswerPart]
    answered: str
    received: str


@dataclass(frozen=True, kw_only=True)
class StaffAttempt:
    """An attempt of a person, with its late answers that wait for a decision.

    `when` says how it ended and on which day; of one in progress, when it began.
    """

    number: int
    percent: str
    passed: bool
    when: str
    late: Sequence[LateAnswer]


@dataclass(frozen=True, kw_only=True)
class PersonQuizPage(Page):
    """One person's attempts at a quiz, and what can be decided.

    `late_form` is about the late answers of the attempt `late_number`, 0 if none wait.
    """

    template: ClassVar[str] = "quizzes/person.html"

    edition: Edition
    module: ModuleHead
    enrolment: Enrolment
    attempts: Sequence[StaffAttempt]
    allowed: int
    form: ReleaseForm
    late_number: int
    late_form: LateForm


@bp.get("/<module>/people/", needs=Permission.DECIDE_QUIZZES)
def show_people(edition: str, module: str) -> ResponseReturnValue:
    """Show who has begun a quiz; `after` is the last person of the page before."""
    where, i18n = staff_quiz(edition, module), current_i18n()
    filters = PeopleFilter(after=request.args.get("after", ""))
    found = cohort.people_with_attempts(db(), current_actor(), where.edition, module, filters)
    attempts = cohort.attempts_by_person(db(), [each.id for each in found], module)
    late = cohort.undecided_by_person(db(), where.edition.id, module)
    people = []
    for each in found:
        best = words.best(list(attempts[each.id]))
        people.append(
            PersonLine(
                enrolment=each,
                attempts=len(attempts[each.id]),
                best=words.percent(i18n, best.percent or 0) if best else "",
                passed=any(row.passed for row in attempts[each.id]),
                late=late.get(each.id, 0),
            )
        )
    next_after = found[-1].uid if len(found) == PAGE_SIZE else ""
    page = QuizPeoplePage(
        edition=where.edition,
        module=where.head,
        people=people,
        waiting=sum(late.values()),
        next_after=next_after,
    )
    return render_page(page)


@bp.get("/<module>/people/<enrolment_uid>", needs=Permission.DECIDE_QUIZZES)
def show_person(edition: str, module: str, enrolment_uid: str) -> ResponseReturnValue:
    where = staff_quiz(edition, module)
    return render_page(_page(where, _enrolment(where, enrolment_uid)))


@bp.post("/<module>/people/<enrolment_uid>/release", needs=Permission.DECIDE_QUIZZES)
@form_post(idempotent=True)
def release_attempt(edition: str, module: str, enrolment_uid: str) -> ResponseReturnValue:
    """Give one person one more attempt."""
    where, form = staff_quiz(edition, module), ReleaseForm(request.form)
    enrolment = _enrolment(where, enrolment_uid)
    if not form.validate():
        return render_page(_page(where, enrolment, release=form)), 422
    actions.lock_enrolment(db(), enrolment.id)
    decisions.release_attempt(db(), enrolment, where.module, _decision(form.reason.data))
    flash(current_i18n().gettext(N_("This person has one more attempt, and an e-mail says so.")))
    return _back(edition, module, enrolment_uid)


@bp.post(
    "/<module>/people/<enrolment_uid>/attempts/<int:number>/late", needs=Permission.DECIDE_QUIZZES
)
@form_post(idempotent=True)
def decide_late(edition: str, module: str, enrolment_uid: str, number: int) -> ResponseReturnValue:
    """Accept or refuse the late answers of an attempt."""
    where, form = staff_quiz(edition, module), LateForm(request.form)
    enrolment = _enrolment(where, enrolment_uid)
    actions.lock_enrolment(db(), enrolment.id)
    row = queries.attempt_row(db(), enrolment.id, module, number, lock=True) or abort(404)
    if not form.validate():
        return render_page(_page(where, enrolment, late=(number, form))), 422
    decision = _decision(form.late_reason.data, accepted=form.decision.data == ACCEPT)
    number_decided = decisions.decide_late(db(), enrolment, where.module, row, decision)
    decided = N_("Your decision is stored, and an e-mail tells this person.")
    nothing = N_("No late answer of this attempt waits for a decision: nothing has changed.")
    flash(current_i18n().gettext(decided if number_decided else nothing))
    return _back(edition, module, enrolment_uid)


def _back(edition: str, module: str, enrolment_uid: str) -> ResponseReturnValue:
    return redirect(
        url_for(".show_person", edition=edition, module=module, enrolment_uid=enrolment_uid), 303
    )


def _decision(reason: str | None, *, accepted: bool = True) -> Decision:
    return Decision(reason=reason or "", by=current_person_id(), at=now(), accepted=accepted)


def _enrolment(where: StaffQuiz, enrolment_uid: str) -> Enrolment:
    return enrolment_by_uid(db(), current_actor(), where.edition, enrolment_uid) or abort(404)


def _page(
    where: StaffQuiz,
    enrolment: Enrolment,
    *,
    release: ReleaseForm | None = None,
    late: tuple[int, LateForm] | None = None,
) -> PersonQuizPage:
    agreed = deadlines.adjustments(db(), enrolment.id).accommodation
    released = queries.released_attempts(db(), enrolment.id, where.module.key)
    rows = queries.attempts_of(db(), enrolment.id, where.module.key)
    waiting = _late_answers(where, [row.id for row in rows])
    first = next((row.number for row in rows if row.id in waiting and row.ended_at), 0)
    form = late[1] if late and late[0] == first else LateForm()
    return PersonQuizPage(
        edition=where.edition,
        module=where.head,
        enrolment=enrolment,
        attempts=[_attempt(row, waiting.get(row.id, [])) for row in rows],
        late_number=first,
        late_form=form,
        allowed=timing.limits_for(where.rules, agreed, released).attempts,
        form=release or ReleaseForm(),
    )


def _attempt(row: QuizAttempt, late: Sequence[LateAnswer]) -> StaffAttempt:
    i18n = current_i18n()
    return StaffAttempt(
        number=row.number,
        percent=words.percent(i18n, row.percent) if row.percent is not None else "",
        passed=bool(row.passed),
        when=_when(row),
        late=late,
    )


def _when(row: QuizAttempt) -> str:
    i18n = current_i18n()
    if row.ended_at is None:
        return i18n.weekday_time(row.started_at)
    by_itself = row.end is AttemptEnd.TIME_UP
    sentence = N_("the time was up on %(when)s") if by_itself else N_("submitted on %(when)s")
    return i18n.gettext(sentence) % {"when": i18n.weekday_time(row.ended_at)}


def _late_answers(where: StaffQuiz, attempt_ids: Sequence[int]) -> dict[int, list[LateAnswer]]:
    """Return the late answers that wait for a decision, by attempt."""
    i18n, found = current_i18n(), dict[int, list[LateAnswer]]()
    waiting = decisions.undecided(db(), attempt_ids)
    questions = queries.questions_of(db(), {each.attempt_id for each in waiting})
    for each in waiting:
        question = questions[each.attempt_id, each.position]
        found.setdefault(each.attempt_id, []).append(
            LateAnswer(
                prompt=question.texts[i18n.language].prompt,
                answer=answer_parts(question, answers.from_json(each.answer), i18n),
                answered=i18n.moment_in(each.answered_at, where.edition.zone),
                received=i18n.moment_in(each.received_at, where.edition.zone),
            )
        )
    return found

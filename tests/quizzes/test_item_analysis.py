"""What tutors see of the answers to a quiz; a preview stores nothing."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.accounts.models import Person
from learning.content.course import Course
from learning.content.models import ContentSnapshot
from learning.demo.quizzes import right_answer
from learning.enrolment.models import Enrolment
from learning.kit.i18n import i18n_for
from learning.lessons.actions import EnrolmentKey
from learning.quizzes import actions, cohort, queries
from learning.quizzes.actions import NewAnswer, Sent
from learning.quizzes.item_views import item_view
from learning.quizzes.models import AttemptEnd, QuizAttempt
from learning.quizzes.rules.statistics import Evidence
from tests.quizzes.attempts import MODULE, quiz_of
from tests.world import NOW, World, sign_in

QUIZZES = "/fr/staff/editions/reintegration-running/quizzes/"
ANALYSIS = f"{QUIZZES}{MODULE}"
READERS = (Role.TUTOR, Role.EXPERT, Role.LEAD, Role.REGISTRAR)


def enrol(session: Session, world: World, count: int, *, name: str = "q") -> list[EnrolmentKey]:
    people = [
        {"email": f"{name}{n}@x.org", "name": f"{name}{n}", "sort_key": f"{name}{n}"}
        | {"joined_at": NOW}
        for n in range(count)
    ]
    ids = session.scalars(insert(Person).returning(Person.id), people).all()
    places = [
        {"person_id": person, "edition_id": world.running.id, "enrolled_at": NOW} for person in ids
    ]
    enrolled = session.scalars(insert(Enrolment).returning(Enrolment.id), places).all()
    return [EnrolmentKey(enrolment_id=each, edition_id=world.running.id) for each in enrolled]


def attempt(
    session: Session, key: EnrolmentKey, course: Course, *, right: int, language: str, seed: int
) -> QuizAttempt:
    """Submit an attempt at the same draw for all, the first questions right, the others empty."""
    row = actions.start(session, key, quiz_of(course), now=NOW, seed=seed)
    drawn = queries.load_attempt(session, row).questions[:right]
    answers = [NewAnswer(position=q.position, answer=right_answer(q.question)) for q in drawn]
    sent = Sent(answers=answers, language=language)
    actions.save(session, queries.load_attempt(session, row), sent, now=NOW)
    session.flush()
    actions.end_attempt(session, row, AttemptEnd.SUBMITTED, now=NOW + timedelta(minutes=5))
    return row


def play(session: Session, world: World, course: Course, people: int, *, name: str = "q") -> None:
    """Let half of the people answer three questions in French, half nine in English."""
    for n, key in enumerate(enrol(session, world, people, name=name)):
        right, language = (3, "fr") if n % 2 else (9, "en")
        attempt(session, key, course, right=right, language=language, seed=7)
    session.commit()


def test_questions_are_counted_by_language_from_first_attempts(
    session: Session, world: World, course: Course
) -> None:
    play(session, world, course, 12)
    answered = cohort.answered_questions(session, world.running.id, MODULE)
    bank = {q.key: q for m in course.modules if m.key == MODULE for q in m.bank}
    assert len(answered) == 12
    views = [item_view(each, bank, i18n_for("en", "UTC")) for each in answered]
    numbers = {(v.numbers.answers, v.numbers.facility, v.numbers.discrimination) for v in views}
    assert numbers == {(12, "100%", ""), (12, "50%", "100%"), (12, "0%", "")}
    assert {v.numbers.evidence for v in views} == {Evidence.UNCERTAIN}
    assert not any(view.older for view in views)
    languages = {(n.language, n.answers, n.facility) for v in views for n in v.languages}
    assert languages == {("English", 6, ""), ("Français", 6, "")}  # too few in one language


def test_second_attempts_and_those_in_progress_are_not_counted(
    session: Session, world: World, course: Course
) -> None:
    one, other = enrol(session, world, 2)
    attempt(session, one, course, right=12, language="fr", seed=1)
    actions.start(session, other, quiz_of(course), now=NOW, seed=3)
    later = NOW + timedelta(days=2)
    second = actions.start(session, one, quiz_of(course), now=later, seed=2)
    actions.end_attempt(session, second, AttemptEnd.SUBMITTED, now=later)
    session.commit()
    answered = cohort.answered_questions(session, world.running.id, MODULE)
    assert [len(each.responses) for each in answered] == [1] * 12
    assert {response.fraction for each in answered for response in each.responses} == {1}
    assert {response.rest for each in answered for response in each.responses} == {11}
    summary = cohort.summaries(session, world.running.id)[MODULE]
    assert (summary.people, summary.attempts, summary.passed, summary.in_progress) == (2, 3, 1, 1)


def test_a_changed_question_is_there_as_it_was_asked(
    session: Session, world: World, course: Course
) -> None:
    play(session, world, course, 2)
    answered = cohort.answered_questions(session, world.running.id, MODULE)
    assert all(item_view(each, {}, i18n_for("fr", "UTC")).older for each in answered)


def test_the_pages_name_what_is_worth_a_look_and_what_is_too_few(
    app: Flask, session: Session, world: World, course: Course
) -> None:
    tutor = sign_in(app, session, world.staff[Role.TUTOR])
    assert "Aucune tentative n’est encore terminée" in tutor.get(ANALYSIS).text
    play(session, world, course, 8)
    page = tutor.get(ANALYSIS).text
    assert "trop peu de réponses\u00a0: 8" in page
    assert "À regarder de près" not in page
    for key in enrol(session, world, 4, name="z"):
        attempt(session, key, course, right=9, language="fr", seed=7)
    session.commit()
    page = tutor.get(ANALYSIS).text
    assert "À regarder de près" in page
    assert "Presque personne n’y répond juste." in page
    assert "facilité" in page


def test_pages_cost_the_same_for_two_people_and_for_forty(
    app: Flask, session: Session, world: World, course: Course, queries: list[str]
) -> None:
    tutor = sign_in(app, session, world.staff[Role.TUTOR])
    play(session, world, course, 2)

    def costs() -> list[int]:
        counts = []
        for address in (QUIZZES, ANALYSIS):
            queries.clear()
            assert tutor.get(address).status_code == 200
            counts.append(len(queries))
        return counts

    few = costs()
    assert all(cost <= 8 for cost in few), few
    for key in enrol(session, world, 38, name="z"):
        attempt(session, key, course, right=6, language="es", seed=key.enrolment_id)
    session.commit()
    assert costs() == few


@pytest.mark.parametrize("role", [Role.TUTOR, Role.FINANCE, Role.PARTICIPANT])
def test_only_who_teaches_reads_answers(
    app: Flask, session: Session, world: World, role: Role
) -> None:
    person = world.awa if role is Role.PARTICIPANT else world.staff[role]
    client = sign_in(app, session, person)
    status = 200 if role in READERS else 404
    for address in (QUIZZES, ANALYSIS, f"{ANALYSIS}/preview"):
        assert client.get(address).status_code == status
    assert client.post(f"{ANALYSIS}/preview").status_code == (400 if status == 200 else 404)


def test_a_module_without_a_quiz_is_not_there(app: Flask, session: Session, world: World) -> None:
    tutor = sign_in(app, session, world.staff[Role.TUTOR])
    assert tutor.get(f"{QUIZZES}m9").status_code == 404


def test_a_preview_is_marked_and_stores_nothing(app: Flask, session: Session, world: World) -> None:
    tutor = sign_in(app, session, world.staff[Role.TUTOR])
    address = f"{ANALYSIS}/preview?draw=3"
    page = tutor.get(address).text
    names = set(re.findall(r'name="(q\d+)"', page))
    assert names == {f"q{n}" for n in range(1, 13)}
    assert "draw=4" in page
    first_options = dict(re.findall(r'<input type="radio" name="(q\d+)" value="(\d+)"', page))
    selects = {n: page.count(f'<select class="input" name="{n}"') for n in names}
    sent = {n: [""] * selects[n] if selects[n] else first_options.get(n, "") for n in names}
    marked = tutor.post(address, data=sent)
    assert marked.status_code == 200
    assert "Il faut 70\u00a0% pour réussir." in marked.text.replace("\u202f", "\u00a0")
    assert marked.text.count('<details class="verdict') == 12
    assert session.scalar(select(func.count()).select_from(QuizAttempt)) == 0
    assert session.scalar(select(func.count()).select_from(ContentSnapshot)) == 0
    assert tutor.get(f"{ANALYSIS}/preview?draw=99999").status_code == 200


def test_a_preview_refuses_what_no_page_sends(app: Flask, session: Session, world: World) -> None:
    tutor = sign_in(app, session, world.staff[Role.TUTOR])
    sent = {f"q{n}": "x" for n in range(1, 13)}
    assert tutor.post(f"{ANALYSIS}/preview", data=sent).status_code == 400

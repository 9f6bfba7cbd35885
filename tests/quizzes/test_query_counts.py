"""300 people who took six quizzes three times each cost no page a statement more, nor the grid."""

from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.content.course import Course
from learning.enrolment.models import Enrolment
from learning.extension_points.requests import EnrolmentsRequest
from learning.gradebook.completions import lock_cohort, recompute
from learning.gradebook.models import RequirementStatus
from learning.gradebook.sources import GradebookSources
from learning.kit.i18n import I18n
from learning.quizzes.models import AttemptAnswer, QuizAttempt
from tests.extension_points.checks import edition_ref
from tests.extension_points.rows import add_learners, add_people
from tests.quizzes.attempts import QUIZ, begin, ended
from tests.quizzes.rows import ATTEMPTS, QUESTIONS, add_attempts
from tests.world import NOW, World, sign_in

PEOPLE = 300
HOME = "/fr/editions/reintegration-running/"
PAGES = {
    "the quiz": QUIZ,
    "the result": f"{QUIZ}/attempts/1/result",
    "questions": f"{QUIZ}/attempts/2/questions/1",
    "the review": f"{QUIZ}/attempts/2/review",
    "this week": "/fr/this-week",
    "course home": HOME,
    "certificate": f"{HOME}certificate/",
    "a lesson": f"{HOME}lessons/m4-l1",
}
STAFF_AREA = "/fr/staff/editions/reintegration-running"
STAFF = {
    "the cohort": f"{STAFF_AREA}/progress/",
    "the grid": f"{STAFF_AREA}/gradebook/",
    "contacts": f"{STAFF_AREA}/gradebook/contacts",
}


def statements(client: FlaskClient, queries: list[str], pages: dict[str, str]) -> dict[str, int]:
    """Return how many statements each page takes once it is warm."""
    counts = {}
    for name, address in pages.items():
        client.get(address)
        queries.clear()
        assert client.get(address).status_code == 200, name
        counts[name] = len(queries)
    return counts


def fill(session: Session, world: World, course: Course) -> None:
    people = add_people(session, PEOPLE, NOW)
    add_learners(session, world.running, people, NOW)
    made = add_attempts(session, world.running, course, people, now=NOW)
    assert made == PEOPLE * len(course.modules) * ATTEMPTS
    session.commit()


def count_again(app: Flask, session: Session, world: World, course: Course) -> None:
    """Store the states of all requirements, as the job does that follows a change."""
    points = app.extensions["extension_points"]
    sources = GradebookSources(course_of=lambda _key: course, results=points.results)
    everybody = select(Enrolment.id).where(Enrolment.edition_id == world.running.id)
    with app.app_context():
        cohort = lock_cohort(session, world.running, session.scalars(everybody).all())
        recompute(session, sources, cohort, now=NOW)
    session.commit()


def test_no_page_takes_a_statement_more(
    app: Flask, session: Session, world: World, course: Course, queries: list[str]
) -> None:
    ended(session, world, course, right=6, at=NOW - timedelta(days=2))
    begin(session, world, course, at=NOW - timedelta(minutes=5))
    count_again(app, session, world, course)
    awa = sign_in(app, session, world.awa)
    tutor = sign_in(app, session, world.staff[Role.TUTOR])
    before = statements(awa, queries, PAGES), statements(tutor, queries, STAFF)
    fill(session, world, course)
    count_again(app, session, world, course)
    assert (statements(awa, queries, PAGES), statements(tutor, queries, STAFF)) == before
    states = session.scalar(select(func.count()).select_from(RequirementStatus)) or 0
    assert states >= PEOPLE
    answers = session.scalar(select(func.count(AttemptAnswer.id))) or 0
    assert answers >= PEOPLE * len(course.modules) * ATTEMPTS * QUESTIONS


def test_results_of_a_whole_edition_are_one_statement(
    app: Flask, session: Session, world: World, course: Course, queries: list[str]
) -> None:
    fill(session, world, course)
    everybody = session.scalars(select(QuizAttempt.enrolment_id).distinct()).all()
    results = app.extensions["extension_points"].results["quizzes"]
    for ids in (everybody[:1], everybody):
        request = EnrolmentsRequest(
            edition=edition_ref(world.running), enrolment_ids=ids, i18n=I18n("fr")
        )
        queries.clear()
        with app.app_context():
            found = results(session, request)
        assert len(queries) == 1
        assert {len(found[each]) for each in ids} == {len(course.modules)}
        assert {result.passed for each in ids for result in found[each]} == {False}

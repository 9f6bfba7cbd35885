"""The pages of the gradebook: what people see, who may see it, in how many statements."""

import re
from io import BytesIO

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.content.course import Course
from learning.enrolment.models import Enrolment
from learning.gradebook import completions
from learning.gradebook.models import ContactEntry, Exemption, MarkOverride
from learning.gradebook.sources import GradebookSources
from learning.lessons.models import LearnerState, LessonProgress
from tests.extension_points.rows import add_people
from tests.gradebook.conftest import PARTS, Activities
from tests.world import NOW, World, sign_in, version_of

PATH = "/en/editions/reintegration-running/certificate/"
GRID = "/en/staff/editions/reintegration-running/gradebook/"
CROWD = 300


def count_cohort(session: Session, world: World, sources: GradebookSources) -> None:
    ids = session.scalars(select(Enrolment.id).where(Enrolment.edition_id == world.running.id))
    cohort = completions.lock_cohort(session, world.running, ids.all())
    completions.recompute(session, sources, cohort, now=NOW)
    session.commit()


def add_crowd(session: Session, world: World, activities: Activities) -> None:
    """Enrol three hundred people, each with six quizzes."""
    people = add_people(session, CROWD, NOW)
    rows = [{"person_id": p, "edition_id": world.running.id, "enrolled_at": NOW} for p in people]
    session.execute(insert(Enrolment), rows)
    crowd = select(Enrolment.id).where(Enrolment.person_id.in_(people))
    for number, enrolment_id in enumerate(session.scalars(crowd)):
        for key in PARTS["quizzes"]:
            activities.mark(enrolment_id, key, f"{60 + number % 40}.00")


def test_the_path_says_what_is_left_and_by_when(
    app: Flask, session: Session, world: World, activities: Activities
) -> None:
    activities.mark(world.place.id, "quiz:m1", "83.00")
    activities.mark(world.place.id, "quiz:m2", "69.99", next_step="2 attempts are left")
    page = sign_in(app, session, world.awa).get(PATH).text
    assert "6 lines are left before the certificate" in page
    assert "1 of 6" in page
    assert "69.99%" in page
    assert "2 attempts are left" in page
    assert "mean of 83.00 and 69.99" in page
    assert "76.50" in page
    assert page.count('<li class="step-now"') == 1
    assert "Awa Koné" in page


def test_the_path_of_a_complete_list_has_nothing_left(
    app: Flask, session: Session, world: World, activities: Activities
) -> None:
    activities.pass_all(world.place.id)
    page = sign_in(app, session, world.awa).get(PATH).text
    assert "The list is complete" in page
    assert page.count('class="step-done"') == 6
    assert "If a line stays open" not in page


def test_staff_see_the_path_of_somebody_who_has_done_nothing(
    app: Flask, session: Session, world: World, activities: Activities
) -> None:
    activities.pass_all(world.place.id)
    page = sign_in(app, session, world.staff[Role.TUTOR]).get(PATH).text
    assert "6 lines are left" in page
    assert "Awa" not in page.split("<main")[1]


def test_the_path_takes_the_same_statements_whatever_was_done(
    app: Flask, session: Session, world: World, activities: Activities, queries: list[str]
) -> None:
    awa = sign_in(app, session, world.awa)
    awa.get(PATH)
    queries.clear()
    awa.get(PATH)
    before = len(queries)
    activities.pass_all(world.place.id)
    queries.clear()
    awa.get(PATH)
    assert len(queries) == before <= 9


@pytest.mark.parametrize("address", [GRID, f"{GRID}contacts", f"{GRID}?order=mark&open=quizzes"])
def test_staff_pages_take_the_same_statements_with_three_hundred_people(
    app: Flask, session: Session, world: World, activities, sources, queries, address: str
) -> None:
    tutor = sign_in(app, session, world.staff[Role.TUTOR])
    count_cohort(session, world, sources)
    tutor.get(address)
    queries.clear()
    tutor.get(address)
    before = len(queries)
    add_crowd(session, world, activities)
    count_cohort(session, world, sources)
    queries.clear()
    page = tutor.get(address).text
    assert len(queries) == before <= 10
    assert "1–50 of " in page


def test_a_cohort_is_counted_in_the_same_statements(
    session: Session, world: World, activities, sources, queries: list[str]
) -> None:
    count_cohort(session, world, sources)
    queries.clear()
    count_cohort(session, world, sources)
    alone = len(queries)
    add_crowd(session, world, activities)
    count_cohort(session, world, sources)
    queries.clear()
    count_cohort(session, world, sources)
    assert len(queries) == alone


def test_the_grid_filters_and_sorts(
    app: Flask, session: Session, world: World, activities: Activities, sources
) -> None:
    add_crowd(session, world, activities)
    activities.pass_all(world.place.id, but="quiz:m6")
    count_cohort(session, world, sources)
    tutor = sign_in(app, session, world.staff[Role.TUTOR])
    assert "1–1 of 1" in tutor.get(f"{GRID}?only=one-left").text
    assert "Awa Koné" in tutor.get(f"{GRID}?only=one-left").text
    assert "Nobody matches" in tutor.get(f"{GRID}?only=complete").text
    open_quizzes = tutor.get(f"{GRID}?open=quizzes").text
    passed = sum(60 + number % 40 >= 70 for number in range(CROWD))
    assert f"of {CROWD + 1 - passed}" in open_quizzes
    best = re.findall(r'<td class="figure-cell" data-label="Mark so far">([\d.]+)',
                      tutor.get(f"{GRID}?order=mark").text)  # fmt: skip
    assert [float(mark) for mark in best] == sorted(map(float, best), reverse=True)
    assert len(best) == 50
    mine = tutor.get(f"{GRID}?mine=1").text
    assert "1–1 of 1" in mine


def test_the_export_has_marks_as_numbers_and_no_formula(
    app: Flask, session: Session, world: World, activities: Activities, sources
) -> None:
    world.awa.institution = "=1+1"
    activities.mark(world.place.id, "quiz:m1", "69.99")
    count_cohort(session, world, sources)
    tutor = sign_in(app, session, world.staff[Role.TUTOR])
    answer = tutor.post(f"{GRID}export", data={"format": "xlsx"})
    book = load_workbook(BytesIO(answer.data))
    heads, row = (list(each) for each in book.active.iter_rows(values_only=True))
    own = dict(zip(heads, row, strict=True))
    assert own["quiz:m1"] == 69.99
    assert own["Institution"] == "=1+1"
    assert book.active.cell(2, heads.index("Institution") + 1).data_type == "s"
    assert own["Module quizzes"] == "not passed yet"
    csv = tutor.post(f"{GRID}export", data={"format": "csv"}).text
    assert "'=1+1" in csv


def test_an_export_tells_of_one_moment(
    app: Flask, session: Session, world: World, activities: Activities, sources
) -> None:
    activities.mark(world.place.id, "quiz:m1", "69.99")
    count_cohort(session, world, sources)
    activities.mark(world.place.id, "quiz:m1", "90.00")
    tutor = sign_in(app, session, world.staff[Role.TUTOR])
    book = load_workbook(BytesIO(tutor.post(f"{GRID}export", data={"format": "xlsx"}).data))
    heads, row = (list(each) for each in book.active.iter_rows(values_only=True))
    own = dict(zip(heads, row, strict=True))
    assert (own["quiz:m1"], own["Mark so far"]) == (90, 90)


def version_in(page: str, form: str) -> str:
    """Return the version of one of the forms of a page, by the id of its heading."""
    return version_of(page.split(f'id="{form}"')[1])


def person_page(world: World) -> str:
    return f"{GRID}{world.place.uid}"


def test_a_lead_exempts_and_overrides_with_a_reason(
    app: Flask, session: Session, world: World, activities: Activities, changed
) -> None:
    activities.mark(world.place.id, "quiz:m1", "58.00")
    changed()
    session.commit()
    lead, here = sign_in(app, session, world.staff[Role.LEAD]), person_page(world)
    form = {"item": "quiz:m1", "mark": "71", "idempotency_key": "k" * 20}
    seen = version_in(lead.get(here).text, "new-override")
    short = form | {"reason": "too short", "version": seen}
    refused = lead.post(f"{here}/override", data=short)
    assert refused.status_code == 409
    assert "Say why, in ten characters at least." in refused.text
    right = short | {"reason": "two tutors marked it again"}
    assert lead.post(f"{here}/override", data=right).status_code == 303
    page = lead.get(here).text
    assert "71.00*" in page
    assert "two tutors marked it again" in page
    stale = right | {"mark": "72", "version": seen, "idempotency_key": "l" * 20}
    other = lead.post(f"{here}/override", data=stale)
    assert other.status_code == 409
    assert "Not saved yet: this was changed meanwhile" in other.text
    fresh = {"item": "live", "reason": "was there before", "idempotency_key": "m" * 20}
    fresh["version"] = version_in(page, "new-exemption")
    assert lead.post(f"{here}/exempt", data=fresh).status_code == 303
    assert session.scalar(select(Exemption.item)) == "live"
    assert "71.00*" in sign_in(app, session, world.awa).get(PATH).text
    assert lead.post(f"{here}/lift-override", data={"item": "quiz:m1"}).status_code == 303
    assert lead.post(f"{here}/end-exemption", data={"item": "live"}).status_code == 303
    assert session.scalars(select(Exemption.lifted_at)).one() is not None
    page = lead.get(here).text
    assert "exemption taken back" in page
    assert page.count("was there before") == 1, "who gave it and why stays on the page"
    marks = session.scalars(select(MarkOverride.mark).order_by(MarkOverride.id)).all()
    assert marks == [7100, None]


@pytest.mark.usefixtures("activities")
def test_a_tutor_reads_and_notes_contacts_but_decides_nothing(
    app: Flask, session: Session, world: World
) -> None:
    tutor, here = sign_in(app, session, world.staff[Role.TUTOR]), person_page(world)
    page = tutor.get(here).text
    assert "New exemption" not in page
    assert tutor.post(f"{here}/exempt", data={}).status_code == 404
    note = {"channel": "phone", "note": "Back on Monday.", "idempotency_key": "k" * 20}
    assert tutor.post(f"{here}/contact", data=note | {"note": ""}).status_code == 422
    assert tutor.post(f"{here}/contact", data=note).status_code == 303
    assert tutor.post(f"{here}/contact", data=note).status_code == 303
    assert session.scalars(select(ContactEntry.note)).all() == ["Back on Monday."]
    assert "Back on Monday." in tutor.get(here).text
    listed = tutor.get(f"{GRID}contacts").text
    assert "never active" in listed
    assert "Phone" in listed


def test_who_keeps_up_is_not_among_the_quiet(
    app: Flask, session: Session, world: World, course: Course
) -> None:
    both = {"enrolment_id": world.place.id, "edition_id": world.running.id}
    session.add(LearnerState(last_seen_at=NOW, **both))
    session.add_all(
        LessonProgress(lesson=lesson.key, opened_at=NOW, done_at=NOW, **both)
        for module in course.modules[:3]
        for lesson in module.lessons
    )
    session.commit()
    page = sign_in(app, session, world.staff[Role.TUTOR]).get(f"{GRID}contacts").text
    assert "Everybody keeps up." in page


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.TUTOR, 200), (Role.LEAD, 200), (Role.REGISTRAR, 200), (Role.EXPERT, 404),
     (Role.FINANCE, 404), (Role.MEMBER, 404), (Role.PARTICIPANT, 404)],
)  # fmt: skip
def test_marks_are_for_those_who_teach_and_register(
    app: Flask, session: Session, world: World, role: Role, status: int
) -> None:
    reader = sign_in(app, session, world.person(role))
    for address in (GRID, person_page(world), f"{GRID}contacts"):
        assert reader.get(address).status_code == status

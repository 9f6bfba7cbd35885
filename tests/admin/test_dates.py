"""All dates of an edition on one page; one of them put elsewhere, and who hears of it."""

import json
import re
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning import wiring
from learning.access.permissions import Role
from learning.admissions.commands import edition_notices
from learning.admissions.rules.states import ApplicationState
from learning.audit.models import AuditEntry
from learning.catalogue import dates, schedule
from learning.catalogue.models import Edition, EditionDate
from learning.content.course import Course
from learning.deadlines.models import Extension
from learning.jobs.worker import Worker
from learning.kit.i18n import i18n_for
from learning.mail.models import OutgoingEmail
from learning.participants.commands import enrol_person
from tests.admissions.factories import NOW, a_person, in_state
from tests.world import MONDAY, World, edition_form, send_form, sign_in

NOTICES = (
    select(OutgoingEmail)
    .where(OutgoingEmail.kind == "admissions.edition-changed")
    .order_by(OutgoingEmail.id)
)


@pytest.fixture
def registrar(app: Flask, session: Session, world: World) -> FlaskClient:
    return sign_in(app, session, world.staff[Role.REGISTRAR])


def address(edition: Edition, key: str = "", language: str = "en") -> str:
    return f"/{language}/staff/editions/{edition.code}/dates/{key}"


def stored(session: Session, edition: Edition, course: Course, key: str) -> datetime:
    session.expire_all()
    deadlines = [each for each in course.deadlines if each.key == key]
    return dates.instants_of(session, edition, deadlines)[key]


def later(at: datetime, days: int) -> dict[str, str]:
    """Return the form of a date, some days later at the same time, in UTC."""
    moved = at + timedelta(days=days)
    return {"day": f"{moved:%Y-%m-%d}", "time": f"{moved:%H:%M}", "reason": "A public holiday"}


def agreed(page: str) -> str:
    return page.split('name="agreed" value="')[1].split('"', maxsplit=1)[0]


def work(database, session: Session) -> None:
    session.commit()
    handlers = {edition_notices.NOTICE_JOB: edition_notices.enqueue_notices}
    worker = Worker(database=database, handlers=handlers, name="test")
    while worker.step():
        session.expire_all()


def test_every_date_of_an_edition_stands_on_one_page(registrar, world, course: Course) -> None:
    page = registrar.get(address(world.running, language="fr")).text
    language = i18n_for("fr")
    for day in ("apply_until", "starts_on", "project_due_on", "ends_on"):
        assert page.count(f"/dates/{day}") >= 1
    titles = [each.title["fr"] for each in course.deadlines]
    titles += [f"Le module {m.week} s’ouvre\u00a0: {m.title['fr']}" for m in course.modules]
    assert [title for title in titles if title not in page] == []
    saturday = MONDAY + timedelta(days=5)  # of the fourth week
    expected = f"{language.date(saturday).rsplit(' ', 1)[0]}, 23:59<"
    row = next(each for each in page.split("</tr>") if "/dates/peer-work" in each)
    assert expected in row
    assert "Remise d’un travail" in row
    weeks = re.findall(r"Semaine (\d), du", page)
    assert weeks == ["1", "2", "3", "4", "5", "6"]


def test_the_next_date_is_marked_and_an_extension_is_counted_where_it_hangs(
    registrar, session, world: World, course: Course, queries: list[str]
) -> None:
    queries.clear()
    registrar.get(address(world.running))
    cost = len(queries)
    upcoming = stored(session, world.running, course, "peer-work")
    for number in range(3):
        place = enrol_person(session, world.running, a_person(session), by=None, now=NOW)
        key = "project" if number else "peer-work"
        session.add(
            Extension(
                enrolment_id=place.id, key=key, until=upcoming + timedelta(days=30),
                reason="because", decided_by_id=world.awa.id, decided_at=NOW,
            )
        )  # fmt: skip
    session.commit()
    queries.clear()
    page = registrar.get(address(world.running)).text
    assert len(queries) == cost, "one statement counts them all"
    rows = {each.split("/dates/")[1].split('"')[0]: each for each in page.split("</tr>")
            if f"/{world.running.code}/dates/" in each}  # fmt: skip
    assert "1 extension<" in rows["peer-work"]
    assert page.count('id="upcoming"') == 1
    one = registrar.get(address(world.running, "peer-work")).text
    assert "People with a date of their own</dt><dd>1</dd>" in one


def test_one_date_is_shown_to_whom_it_matters_and_then_saved(
    registrar, session, world: World, course: Course
) -> None:
    before = stored(session, world.running, course, "group-plan")
    form = later(before, 1)
    shown = send_form(registrar, address(world.running, "group-plan"), form)
    assert shown.status_code == 200
    assert "<li>participants: 1</li>" in shown.text
    assert "The group’s referral plan: " in shown.text
    assert stored(session, world.running, course, "group-plan") == before
    form |= {"agreed": agreed(shown.text)}
    saved = send_form(registrar, address(world.running, "group-plan"), form)
    assert (saved.status_code, saved.location) == (303, address(world.running))
    assert stored(session, world.running, course, "group-plan") == before + timedelta(days=1)
    row = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert row is not None
    assert (row.action, row.subject) == (
        "edition date changed",
        f"edition {world.running.code}",
    )
    detail = json.loads(row.detail)
    assert detail["reason"] == "A public holiday"
    assert detail["date"] == "group-plan"
    page = registrar.get(address(world.running)).text
    assert page.count("changed manually") == 1


def test_those_who_take_part_are_told_once_in_their_zone(
    database, registrar, session, world: World, course: Course
) -> None:
    spanish = a_person(session, language="es", zone="America/Lima")
    enrol_person(session, world.running, spanish, by=None, now=NOW)
    in_state(session, world, ApplicationState.SUBMITTED)  # of another edition
    before = stored(session, world.running, course, "peer-work")
    form = later(before, 1)
    path = address(world.running, "peer-work")
    form |= {"agreed": agreed(send_form(registrar, path, form).text)}
    assert send_form(registrar, path, form).status_code == 303
    work(database, session)
    notices = session.scalars(NOTICES).all()
    assert sorted(each.email for each in notices) == sorted([world.awa.email, spanish.email])
    one = next(each for each in notices if each.email == spanish.email)
    words = i18n_for("es", "America/Lima")
    text = wiring.EMAIL_TEMPLATES[one.kind](words, json.loads(one.params))
    after = words.deadline(before + timedelta(days=1))
    line = f"«Página 4, entregada a sus pares»: {after}, y ya no {words.deadline(before)}."
    assert line in text.lines
    assert "(Lima)" in line


def test_a_candidate_is_not_told_of_a_deadline(registrar, session, world, course) -> None:
    in_state(session, world, ApplicationState.SUBMITTED)
    session.commit()
    before = stored(session, world.open, course, "quiz-m1")
    form = later(before, 1)
    saved = send_form(registrar, address(world.open, "quiz-m1"), form)
    assert saved.status_code == 303, saved.text
    assert stored(session, world.open, course, "quiz-m1") == before + timedelta(days=1)


def test_a_date_that_was_changed_meanwhile_is_shown_with_both(
    registrar, session, world, course
) -> None:
    before = stored(session, world.running, course, "group-plan")
    path = address(world.running, "group-plan")
    version = re.search(r'name="version" value="([^"]*)"', registrar.get(path).text)
    dates.set_date(session, world.running, "group-plan", before + timedelta(days=2))
    session.commit()
    form = later(before, 1) | {"version": version[1]}
    answer = registrar.post(path, data=form)
    assert answer.status_code == 409
    assert str((before + timedelta(days=2)).date()) in answer.text


@pytest.mark.parametrize(
    ("key", "days", "message"),
    [
        ("peer-work", 7, "“Reading of four pages”"),
        ("peer-appeal", 9, "“Appeal against the mark from peers”"),
        ("peer-reviews", -40, "nobody can keep to one that is over"),
    ],
)
def test_a_public_edition_is_held_to_its_order(
    registrar, session, world, course, key, days, message
) -> None:
    before = stored(session, world.running, course, key)
    answer = send_form(registrar, address(world.running, key), later(before, days))
    assert answer.status_code == 409
    assert message in answer.text
    assert stored(session, world.running, course, key) == before


@pytest.mark.parametrize("key", ["project", "closing", "quiz-m6", "nothing", "capacity"])
def test_only_dates_of_their_own_are_changed_alone(registrar, world, key) -> None:
    assert registrar.get(address(world.running, key)).status_code == 404


@pytest.mark.parametrize("value", ["", "25:00", "12", "noon", "12:60", "²:00"])
def test_a_time_that_no_clock_shows_is_refused(registrar, session, world, course, value) -> None:
    before = stored(session, world.running, course, "group-plan")
    form = later(before, 1) | {"time": value}
    answer = send_form(registrar, address(world.running, "group-plan"), form)
    assert answer.status_code == 422
    assert "Write a time of day, as in 23:59." in answer.text


def test_a_date_is_changed_with_a_reason_only(registrar, session, world, course) -> None:
    before = stored(session, world.running, course, "group-plan")
    form = later(before, 1) | {"reason": " "}
    answer = send_form(registrar, address(world.running, "group-plan"), form)
    assert answer.status_code == 422
    assert "Say why" in answer.text


def test_a_day_of_the_edition_moves_what_lies_on_it(registrar, session, world, course) -> None:
    day = world.draft.project_due_on - timedelta(days=1)
    form = {"day": str(day), "reason": "One more day to read"}
    answer = send_form(registrar, address(world.draft, "project_due_on"), form)
    assert answer.status_code == 303, answer.text
    at = stored(session, world.draft, course, "project")
    assert schedule.wall_time(at, world.draft.zone) == datetime.combine(
        day, datetime.max.time().replace(hour=23, minute=59, second=0, microsecond=0)
    )
    row = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert json.loads(row.detail)["reason"] == "One more day to read"


def test_a_day_that_the_edition_cannot_have_is_refused(registrar, world) -> None:
    form = {"day": str(world.draft.starts_on - timedelta(days=1)), "reason": "because"}
    answer = send_form(registrar, address(world.draft, "ends_on"), form)
    assert answer.status_code == 422
    assert "The last day comes after the first one." in answer.text


def test_the_dates_move_with_the_first_day(registrar, session, world, course) -> None:
    before = {each.key: stored(session, world.draft, course, each.key) for each in course.deadlines}
    names = ("starts_on", "ends_on", "apply_until", "project_due_on")
    days = {name: str(getattr(world.draft, name) + timedelta(weeks=2)) for name in names}
    form = edition_form(world.draft, zone="UTC", **days)
    path = f"/en/staff/editions/{world.draft.code}/edit"
    assert send_form(registrar, path, form).status_code == 303
    after = {each.key: stored(session, world.draft, course, each.key) for each in course.deadlines}
    assert after == {key: at + timedelta(weeks=2) for key, at in before.items()}


def test_a_new_edition_has_the_dates_of_its_course(registrar, session, world, course) -> None:
    form = edition_form(world.draft, code="brand-new", zone="Europe/Rome")
    answer = registrar.post("/en/staff/editions/new/reintegration", data=form)
    assert answer.status_code == 303
    made = session.scalars(select(Edition).where(Edition.code == "brand-new")).one()
    rows = session.scalars(select(EditionDate).where(EditionDate.edition_id == made.id)).all()
    days = dates.own_days(made)
    assert {row.key: row.at for row in rows} == {
        each.key: schedule.regular(each, days) for each in course.deadlines
    }


def test_the_next_edition_takes_the_dates_along(registrar, session, world, course) -> None:
    plan = stored(session, world.running, course, "group-plan")
    dates.set_date(session, world.running, "group-plan", plan + timedelta(days=1, hours=2))
    session.commit()
    starts_on = world.running.starts_on + timedelta(weeks=26)
    path = f"/en/staff/editions/{world.running.code}/next"
    form_data = {"code": "the-next", "starts_on": str(starts_on)}
    shown = registrar.get(path, query_string=form_data).text
    clock = i18n_for("en", world.running.zone)
    moved = plan + timedelta(weeks=26, days=1, hours=2)
    assert f"<td>{clock.deadline(moved)}</td>" in shown
    answer = registrar.post(path, data=form_data | {"idempotency_key": "k" * 20})
    assert answer.status_code == 303
    made = session.scalars(select(Edition).where(Edition.code == "the-next")).one()
    assert stored(session, made, course, "group-plan") == moved
    work_before = stored(session, world.running, course, "peer-work")
    assert stored(session, made, course, "peer-work") == work_before + timedelta(weeks=26)


def test_the_publication_check_shows_the_dates_and_what_does_not_fit(
    registrar, session, world, course
) -> None:
    release = stored(session, world.draft, course, "peer-release")
    dates.set_date(session, world.draft, "peer-release", release - timedelta(days=5))
    session.commit()
    page = registrar.get(f"/en/staff/editions/{world.draft.code}/publish").text
    assert 'id="dates-order"' in page
    assert "Marks from peers are released" in page[page.index('id="dates-order"') :][:200]
    assert "changed manually" in page

"""What packages show in this week, on the course home and in the staff queue."""

import re
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.admissions.models import ApplicationTransition, Offer
from learning.admissions.rules.states import ApplicationEvent, ApplicationState
from learning.catalogue import dates
from learning.catalogue.models import EditionDate
from learning.deadlines.models import Extension
from learning.jobs.models import Job, JobState
from learning.lessons import actions
from learning.lessons.actions import ReadingPosition
from tests.admissions.factories import a_person, act, in_state
from tests.world import MONDAY, NOW, World, sign_in

WEEK, STAFF, HOME = "/fr/this-week", "/fr/staff/", "/fr/editions/reintegration-running/"
SOON = NOW + timedelta(hours=1)


@pytest.fixture
def awa(app: Flask, session: Session, world: World) -> FlaskClient:
    return sign_in(app, session, world.awa)


@pytest.fixture
def registrar(app: Flask, session: Session, world: World) -> FlaskClient:
    return sign_in(app, session, world.staff[Role.REGISTRAR])


def set_date(session: Session, world: World, key: str, at: datetime) -> None:
    dates.set_date(session, world.running, key, at)
    session.commit()


def set_dates(session: Session, world: World, **ahead: datetime) -> None:
    """Put some dates, by their keys with _ for -, at a moment; all others are far away."""
    stored = session.scalars(select(EditionDate).where(EditionDate.edition_id == world.running.id))
    for row in stored:
        row.at = ahead.get(row.key.replace("-", "_"), NOW + timedelta(days=400))
    session.commit()


def subjects(page: str) -> list[str]:
    return re.findall(r'<a href="/fr/staff/[^"]*"><bdi>([^<]*)</bdi></a>', page)


def minutes(text: str) -> int:
    """Return the minutes of “2 h 10” or of “10 min”."""
    hours, rest = re.fullmatch(r"(?:(\d+)\u00a0h)?\u00a0?(?:(\d+)(?:\u00a0min)?)?", text).groups()
    return 60 * int(hours or 0) + int(rest or 0)


def test_this_week_shows_all_work_and_dates(awa, session, world: World) -> None:
    set_date(session, world, "peer-work", SOON)
    page = awa.get(WEEK).text
    for title in (
        "Trois niveaux d’appui", "Lectures guidées du module 4", "Discussion du module 4",
        "Séance en direct de la semaine 4", "Page 4 de mon dossier", "Questionnaire du module 4",
        "Page 4, à remettre à vos pairs",
    ):  # fmt: skip
        assert title in page
    assert "du module 3" not in page
    assert "du module 5" not in page


def test_minutes_of_the_week_add_up(awa, session, world: World) -> None:
    """What is done and what is left are the hours that the course plans for a module."""
    set_dates(session, world, quiz_m4=SOON)
    read(session, world, "m4-l1")
    awa.post(f"{HOME}lessons/m4-l2/position", data={"block": "how-much-2"})
    page = awa.get(WEEK).text
    done, planned = re.search(r'aria-label="([^"]*) sur ([^"]*)"', page).groups()
    left = re.search(r"il reste ([^<]*)</span>", page)[1]
    rows = page[page.index('id="plan"') : page.index('id="earlier"')]
    ends = [minutes(text) for text in re.findall(r'class="end num">([^<]+)<', rows)]
    folded = minutes(re.search(r'1 élément terminé</span><span class="meta">([^<]*)<', page)[1])
    assert minutes(planned) == 490
    assert minutes(done) + minutes(left) == 490
    assert sum(ends) == minutes(left) + folded


def test_a_date_that_is_over_or_far_away_is_not_in_this_week(awa, session, world: World) -> None:
    over, far = NOW - timedelta(minutes=1), SOON + timedelta(days=30)
    soon = ((SOON, True), (SOON + timedelta(days=5), True), (SOON + timedelta(days=8), True))
    for at, shown in ((over, False), *soon, (far, False)):
        set_date(session, world, "peer-work", at)
        assert ("Page 4, à remettre à vos pairs" in awa.get(WEEK).text) is shown


def read(session: Session, world: World, *lessons: str) -> None:
    for lesson in lessons:
        place = ReadingPosition(
            enrolment_id=world.place.id, edition_id=world.running.id, lesson=lesson
        )
        actions.mark_done(session, place, done=True, now=NOW)
    session.commit()


def test_lessons_that_are_read_are_folded(awa, session, world: World) -> None:
    read(session, world, *(f"m4-l{number}" for number in range(1, 6)))
    page = awa.get(WEEK).text
    fold, _, ahead = page[page.index("5 éléments terminés") :].partition("</details>")
    assert "Trois niveaux d’appui" in fold
    assert "Trois niveaux d’appui" not in ahead
    assert "Lectures guidées du module 4" in ahead


def extend(session: Session, world: World) -> None:
    """Give Awa two days more for what is due today."""
    set_dates(session, world, peer_work=SOON)
    tutor = world.staff[Role.TUTOR].id
    until = SOON + timedelta(days=2)
    row = Extension(
        enrolment_id=world.place.id, key="peer-work", until=until, reason="because",
        decided_by_id=tutor, decided_at=NOW,
    )  # fmt: skip
    session.add(row)
    session.commit()


def test_an_extension_counts_everywhere(awa: FlaskClient, session: Session, world: World) -> None:
    extend(session, world)
    assert "2\N{NO-BREAK SPACE}jours plus tard pour vous" in awa.get(WEEK).text
    assert "2\N{NO-BREAK SPACE}jours plus tard pour vous" in awa.get(HOME).text


def test_nobody_sees_another_s_extension_through_their_eyes(app, session, world) -> None:
    extend(session, world)
    administrator = sign_in(app, session, world.staff[Role.ADMINISTRATOR])
    address = f"/fr/staff/impersonation/{world.awa.uid}"
    assert administrator.post(address, data={"reason": "asked"}).location == WEEK
    page = administrator.get(WEEK)
    assert page.status_code == 200
    assert "Page 4, à remettre à vos pairs" in page.text
    assert "plus tard pour vous" not in page.text
    assert "plus tard pour vous" not in administrator.get(HOME).text


def test_a_changed_date_changes_the_version_of_a_page(awa, session, world: World) -> None:
    for address in (WEEK, HOME):
        set_dates(session, world, peer_work=SOON)
        kept = {"If-None-Match": awa.get(address).headers["ETag"]}
        assert awa.get(address, headers=kept).status_code == 304
        set_dates(session, world, peer_work=SOON + timedelta(hours=1))
        assert awa.get(address, headers=kept).status_code == 200


def test_the_course_home_names_the_next_three_dates(awa, session, world: World) -> None:
    first, second, third, fourth = (SOON + timedelta(hours=number) for number in range(4))
    set_dates(
        session, world, peer_work=first, peer_reviews=second, group_plan=fourth, peer_feedback=third
    )
    page = awa.get(HOME).text
    aside = page[page.index("Prochaines dates") :]
    assert aside.index("Page 4, à remettre") < aside.index("Lecture de quatre pages")
    assert "Plan d’orientation du groupe" not in aside


def test_documents_of_a_closed_module_have_no_link(awa: FlaskClient) -> None:
    page = awa.get(HOME).text
    assert f'href="{HOME}documents/m4-readings"' in page
    assert f'href="{HOME}documents/m6-readings"' not in page


def test_the_queue_has_what_is_overdue_first(registrar, session, world: World) -> None:
    new = in_state(session, world, ApplicationState.SUBMITTED, a_person(session, "Neu Eins"))
    old = in_state(session, world, ApplicationState.SUBMITTED, a_person(session, "Alt Zwei"))
    answered = in_state(
        session, world, ApplicationState.AWAITING_INFO, a_person(session, "Re Drei")
    )
    act(session, world, answered, ApplicationEvent.PROVIDE_INFO)
    for row in session.scalars(
        select(ApplicationTransition).where(ApplicationTransition.application_id == old.id)
    ):
        row.at = NOW - timedelta(days=4)
    session.commit()
    page = registrar.get(STAFF).text
    first = page.split('class="first-task wrong"')[1].split("</section>")[0]
    assert "Nouvelles candidatures\u00a0: 2" in first
    assert "1 en retard" in first
    assert "la plus ancienne depuis 4\u00a0jours" in first
    shown = registrar.get(f"{STAFF}?kind=applications-submitted").text
    assert subjects(shown) == ["Alt Zwei", "Neu Eins"]
    assert shown.count("en retard") == 1
    assert f"/fr/staff/editions/{world.open.code}/applications/{new.reference}" in shown
    assert subjects(registrar.get(f"{STAFF}?kind=applications-answered").text) == ["Re Drei"]
    assert subjects(registrar.get(f"{STAFF}?kind=nothing").text) == []


def test_each_row_of_the_queue_leads_to_as_many_as_it_counts(
    registrar: FlaskClient, session: Session, world: World
) -> None:
    for state in (ApplicationState.SUBMITTED, ApplicationState.UNDER_REVIEW) * 2:
        in_state(session, world, state)
    in_state(session, world, ApplicationState.ACCEPTED)
    answered = in_state(session, world, ApplicationState.AWAITING_INFO)
    act(session, world, answered, ApplicationEvent.PROVIDE_INFO)
    waits = in_state(session, world, ApplicationState.WAITLISTED)
    in_state(session, world, ApplicationState.WAITLISTED)
    session.add(Offer(application_id=waits.id, created_at=NOW, ends_at=SOON))
    session.commit()
    page = registrar.get("/en/staff/").text
    first = re.search(
        r'id="first-task">[^<]*: (\d+)</h2>.*?class="button" href="([^"]+)"', page, re.DOTALL
    )
    rest = re.findall(r'class="count">(\d+)</span>\s*<a href="([^"]+)"', page)
    assert first
    assert len(rest) == 4
    for number, address in (first.groups(), *rest):
        listed = registrar.get(address.replace("&amp;", "&")).text
        assert listed.count("data-row") == int(number), address


def test_the_queue_is_shown_in_pages(registrar, session, world: World) -> None:
    names = [f"Person{number:02} Test" for number in range(26)]
    for name in names:
        in_state(session, world, ApplicationState.SUBMITTED, a_person(session, name))
    first = registrar.get(f"{STAFF}?kind=applications-submitted").text
    assert 'rel="prev"' not in first
    onward = re.search(r'rel="next" href="([^"]+)"', first)
    second = registrar.get(onward[1].replace("&amp;", "&")).text
    assert 'rel="prev"' in second
    assert (len(subjects(first)), len(subjects(second))) == (25, 1)
    assert sorted(subjects(first) + subjects(second)) == names
    assert registrar.get(f"{STAFF}?from=99999999").status_code == 200


@pytest.mark.parametrize(
    ("role", "language", "text"),
    [
        (Role.REGISTRAR, "fr", "Rien n’attend votre intervention."),
        (Role.TUTOR, "en", "Nothing is waiting for you."),
        (Role.AUDITOR, "es", "No hay nada pendiente para usted."),
    ],
)
def test_an_empty_queue_says_so(app, session, world: World, role, language, text) -> None:
    assert text in sign_in(app, session, world.staff[role]).get(f"/{language}/staff/").text


def test_each_role_has_its_own_queue(app: Flask, session: Session, world: World) -> None:
    in_state(session, world, ApplicationState.SUBMITTED, a_person(session, "Sub Mitted"))
    in_state(session, world, ApplicationState.ACCEPTED, a_person(session, "Ac Cepted"))
    here = in_state(session, world, ApplicationState.UNDER_REVIEW, a_person(session, "Un Der"))
    session.add(
        Job(
            kind="purge", payload="{}", created_at=NOW, due_at=NOW, ended_at=NOW,
            state=JobState.DEAD, error="it broke",
        )
    )  # fmt: skip
    session.commit()

    def of(role: Role) -> set[str]:
        page = sign_in(app, session, world.staff[role]).get("/en/staff/").text
        titles = re.findall(
            r'id="first-task">([^<]*):|class="count">1</span>\s*<a [^>]*>([^<]*)<', page
        )
        return {first or other for first, other in titles}

    assert of(Role.REGISTRAR) == {
        "New applications", "Enrolments to confirm", "Applications under review",
    }  # fmt: skip
    assert of(Role.FINANCE) == {"Enrolments to confirm", "Places without an invoice"}
    assert of(Role.TUTOR) == set()
    assert of(Role.EXPERT) == set(), "an expert of another edition"
    assert of(Role.ADMINISTRATOR) == {"Failed jobs"}
    here.edition_id = world.running.id
    session.commit()
    assert of(Role.EXPERT) == {"Applications under review"}


def test_weeks_begin_on_the_edition_s_own_day(awa: FlaskClient, session, world: World) -> None:
    """A module's work is there from its first day on, not before."""
    world.running.starts_on = MONDAY + timedelta(days=(NOW.date() - MONDAY).days + 1)
    world.running.ends_on = world.running.project_due_on = MONDAY + timedelta(weeks=7)
    session.commit()
    before = awa.get(WEEK).text
    assert "Lectures guidées du module 1" not in before
    assert "Le cours commence dans 1 jour" in before
    assert "Comment suivre ce cours" in before, "that can be read before"
    world.running.starts_on = NOW.date()
    session.commit()
    assert "Lectures guidées du module 1" in awa.get(WEEK).text

"""Pages about whose tutor somebody is: for staff, for tutors and for participants."""

import html
import json
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from learning.access.permissions import GRANTS, Permission, Role
from learning.accounts import actions as accounts
from learning.accounts.actions import RoleAssignment
from learning.accounts.models import Person, RoleGrant
from learning.audit.models import AuditEntry
from learning.enrolment.models import Enrolment
from learning.enrolment.rules import EnrolmentStatus
from learning.jobs.models import Job
from learning.tutors import actions
from learning.tutors import queries as tutors
from tests.admissions.factories import a_person
from tests.admissions.test_board import text_of
from tests.lessons.test_cohort import make_crowd, rows_of
from tests.world import NOW, RUNNING, World, make_person, send_form, sign_in, version_of

TUTORS = f"/en/staff/editions/{RUNNING}/tutors/"
COHORT = f"/en/staff/editions/{RUNNING}/progress/"
HOME = f"/en/editions/{RUNNING}/"


@pytest.fixture
def lead(app: Flask, session: Session, world: World) -> FlaskClient:
    return sign_in(app, session, world.staff[Role.LEAD])


@pytest.fixture
def eva(session: Session, world: World) -> Person:
    """A second tutor, who reads English only."""
    person = make_person(session, "Eva Ruiz")
    role = RoleAssignment(person_id=person.id, role=Role.TUTOR, edition_id=world.running.id)
    accounts.grant_role(session, role, by=None, now=NOW)
    session.commit()
    return person


def enrol(session: Session, world: World, name: str) -> Enrolment:
    place = Enrolment(
        person_id=a_person(session, name).id, edition_id=world.running.id, enrolled_at=NOW
    )
    session.add(place)
    session.commit()
    return place


def tutor_name(session: Session, place: Enrolment) -> str:
    found = tutors.tutor_of(session, [place.id]).get(place.id)
    return found.name if found else ""


def participants(page: str) -> list[str]:
    """Return the names in the table of participants."""
    return rows_of(page.split('id="participants"')[1])


def test_who_assigns_tutors() -> None:
    assert {role for role in Role if Permission.ASSIGN_TUTORS in GRANTS[role]} == {
        Role.LEAD,
        Role.REGISTRAR,
        Role.ADMINISTRATOR,
    }


@pytest.mark.parametrize("role", [Role.LEAD, Role.REGISTRAR, Role.ADMINISTRATOR])
@pytest.mark.usefixtures("eva")
def test_staff_see_tutors_and_participants(app, session, world: World, role) -> None:
    enrol(session, world, "Zoe Without")
    page = sign_in(app, session, world.staff[role]).get(TUTORS).text
    assert participants(page) == ["Awa Koné", "Zoe Without"]
    assert "All participants 2 Without a tutor 1" in text_of(page)
    assert re.findall(r"<td>([^<]*)</td><td[^>]* data-label=\"Participants\">(\d+)<", page) == [
        ("English", "0"),
        ("Français", "1"),
    ]
    assert page.count("no tutor</span>") == 1
    assert "Tutors</a>" in sign_in(app, session, world.staff[role]).get("/en/staff/").text


def test_a_tutor_of_another_language_is_marked(lead, session, world: World) -> None:
    page = lead.get(TUTORS).text
    assert "teaches in another language" not in page
    world.awa.language = "es"
    session.commit()
    assert lead.get(TUTORS).text.count("teaches in another language") == 1


def test_participants_are_shown_by_tutor_and_by_name(lead, session, world: World, eva) -> None:
    enrol(session, world, "Zoe Without")
    tutor = world.staff[Role.TUTOR]
    assert participants(lead.get(f"{TUTORS}?tutor=none").text) == ["Zoe Without"]
    assert participants(lead.get(f"{TUTORS}?tutor={tutor.uid}").text) == ["Awa Koné"]
    assert "This tutor has no participants yet." in lead.get(f"{TUTORS}?tutor={eva.uid}").text
    found = lead.get(f"{TUTORS}?tutor={tutor.uid}&q=zoe").text
    assert "Nobody matches these words." in found
    assert f'<input type="hidden" name="tutor" value="{tutor.uid}">' in found
    assert lead.get(f"{TUTORS}?tutor={world.awa.uid}").status_code == 404


def test_an_edition_without_tutors_or_participants_says_so(app, session, world: World) -> None:
    registrar = sign_in(app, session, world.staff[Role.REGISTRAR])
    page = registrar.get(TUTORS.replace(RUNNING, world.open.code)).text
    assert "Nobody is enrolled yet." in page
    assert "Nobody has the role of tutor in this edition yet." in page
    assert "Everybody has a tutor." in registrar.get(f"{TUTORS}?tutor=none").text
    session.execute(delete(RoleGrant).where(RoleGrant.role == Role.TUTOR))
    session.commit()
    form = registrar.get(f"{TUTORS}{world.place.uid}").text
    assert "Nobody else has the role of tutor in this edition yet." in form
    assert "<select" not in form


def test_a_button_assigns_tutors_to_all_who_have_none(lead, session, world: World) -> None:
    assert "Assign tutors" not in lead.get(TUTORS).text, "everybody has one"
    zoe = enrol(session, world, "Zoe Without")
    shown = lead.get(TUTORS).text
    assert f'action="{TUTORS}assign"' in shown
    sent = {"idempotency_key": re.search(r'name="idempotency_key" value="([^"]+)"', shown)[1]}
    for _ in range(2):
        answer = lead.post(f"{TUTORS}assign", data=sent)
        assert (answer.status_code, answer.location) == (303, f"{TUTORS}?tutor=none")
    assert "Tutors are being assigned." in lead.get(answer.location).text
    by = world.staff[Role.LEAD].id
    job = session.scalars(select(Job).where(Job.kind == actions.ASSIGN_JOB)).one()
    assert json.loads(job.payload) == {"edition": world.running.id, "by": by}
    actions.assign_tutors(session, world.running.id, by=by, now=NOW)
    session.commit()
    assert tutor_name(session, zoe) == "Tutor Person"
    row = session.scalars(select(AuditEntry).where(AuditEntry.action == "tutor assigned")).one()
    assert (row.subject, row.actor_id) == (f"enrolment {zoe.id}", by)


def test_who_takes_part_is_not_offered_as_their_own_tutor(lead, session, world, eva) -> None:
    tutor = world.staff[Role.TUTOR]
    place = Enrolment(person_id=tutor.id, edition_id=world.running.id, enrolled_at=NOW)
    session.add(place)
    session.commit()
    form = lead.get(f"{TUTORS}{place.uid}").text
    assert f'value="{eva.uid}"' in form
    assert f'value="{tutor.uid}"' not in form
    assert send_form(lead, f"{TUTORS}{place.uid}", {"tutor": tutor.uid}).status_code == 422


def test_the_lead_changes_somebody_s_tutor(lead, session, world: World, eva) -> None:
    path = f"{TUTORS}{world.place.uid}"
    shown = lead.get(path).text
    chosen = re.findall(r'<option value="([^"]+)" selected', shown)
    assert chosen == [world.staff[Role.TUTOR].uid]
    assert "Eva Ruiz · English · 0 participants" in shown
    answer = send_form(lead, path, {"tutor": eva.uid})
    assert answer.location == TUTORS
    assert "Eva Ruiz is the tutor of Awa Koné now." in lead.get(TUTORS).text
    session.expire_all()
    assert tutor_name(session, world.place) == "Eva Ruiz"
    row = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (row.action, row.subject) == ("tutor assigned", f"enrolment {world.place.id}")
    assert row.actor_id == world.staff[Role.LEAD].id
    assert f'"tutor": {eva.id}' in row.detail


@pytest.mark.parametrize(
    ("typed", "message"),
    [("", "Choose a tutor."), ("nobody", "Choose one of the list.")],
)
def test_who_is_no_tutor_is_not_taken(lead, session, world: World, typed, message) -> None:
    answer = send_form(lead, f"{TUTORS}{world.place.uid}", {"tutor": typed})
    assert answer.status_code == 422
    assert message in answer.text
    assert tutor_name(session, world.place) == "Tutor Person"


def test_of_two_who_change_it_the_second_sees_the_first_s(lead, session, world, eva) -> None:
    path, zoe = f"{TUTORS}{world.place.uid}", make_person(session, "Zoe Tutor")
    role = RoleAssignment(person_id=zoe.id, role=Role.TUTOR, edition_id=world.running.id)
    accounts.grant_role(session, role, by=None, now=NOW)
    session.commit()
    old = version_of(lead.get(path).text)
    send_form(lead, path, {"tutor": eva.uid})
    late = lead.post(path, data={"tutor": zoe.uid, "version": old})
    assert late.status_code == 409
    assert "Not saved yet: this was changed meanwhile" in late.text
    assert "Eva Ruiz" in late.text
    session.expire_all()
    assert tutor_name(session, world.place) == "Eva Ruiz"


@pytest.mark.parametrize("status", [EnrolmentStatus.WITHDRAWN, EnrolmentStatus.COMPLETED])
def test_who_takes_no_part_has_no_page(lead, session, world: World, status) -> None:
    world.place.status = status
    session.commit()
    path = f"{TUTORS}{world.place.uid}"
    assert lead.get(path).status_code == 404
    assert lead.post(path, data={"tutor": world.staff[Role.TUTOR].uid}).status_code == 404
    assert participants(lead.get(TUTORS).text) == []


def test_people_are_shown_a_page_at_a_time_in_as_many_statements(
    lead, session, world: World, queries: list[str]
) -> None:
    def count() -> int:
        del queries[:]
        assert lead.get(TUTORS).status_code == 200
        return len(queries)

    lead.get(TUTORS)
    few = count()
    make_crowd(session, world, 120)
    while actions.assign_tutors(session, world.running.id, now=NOW):
        pass
    session.commit()
    assert count() == few
    seen, address = [], TUTORS
    for more in (True, True, False):
        page = lead.get(address).text
        seen += participants(page)
        link = re.search(r'secondary" href="([^"]*after=[0-9a-f]{16})"', page)
        assert (link is not None) is more
        address = html.unescape(link[1]) if link else ""
    assert len(seen) == len(set(seen)) == 121


def test_tutors_list_their_own_participants(app, session, world: World, eva) -> None:
    enrol(session, world, "Zoe Without")
    tutor = sign_in(app, session, world.staff[Role.TUTOR])
    assert rows_of(tutor.get(COHORT).text) == ["Awa Koné", "Zoe Without"]
    mine = tutor.get(f"{COHORT}?mine=1").text
    assert rows_of(mine) == ["Awa Koné"]
    assert '<input type="hidden" name="mine" value="1">' in mine
    other = sign_in(app, session, eva).get(f"{COHORT}?mine=1").text
    assert "You are nobody’s tutor in this edition yet." in other
    registrar = sign_in(app, session, world.staff[Role.REGISTRAR])
    assert "My participants" not in registrar.get(COHORT).text


def test_own_participants_stay_while_paging(app, session, world: World) -> None:
    make_crowd(session, world, 60)
    while actions.assign_tutors(session, world.running.id, now=NOW):
        pass
    session.commit()
    page = sign_in(app, session, world.staff[Role.TUTOR]).get(f"{COHORT}?mine=1").text
    assert re.search(r"mine=1&amp;[^\"]*from=\d+", page)


def test_participants_read_the_name_of_their_tutor(app, session, world: World) -> None:
    awa = sign_in(app, session, world.awa)
    page = awa.get(HOME).text
    assert "<h2>Your tutor</h2>" in page
    assert "<bdi>Tutor Person</bdi>" in page
    tag = awa.get(HOME).headers["ETag"]
    session.execute(delete(RoleGrant).where(RoleGrant.role == Role.TUTOR))
    session.commit()
    changed = awa.get(HOME, headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert "You have no tutor yet." in changed.text
    world.place.status = EnrolmentStatus.COMPLETED
    session.commit()
    assert "Your tutor" not in awa.get(HOME).text
    assert "Your tutor" not in sign_in(app, session, world.staff[Role.LEAD]).get(HOME).text


def test_the_queue_names_running_editions_with_people_without_a_tutor(
    app, session, world: World
) -> None:
    enrol(session, world, "Zoe Without")
    enrol(session, world, "Ida Without")
    page = sign_in(app, session, world.staff[Role.LEAD]).get("/en/staff/").text
    assert f'href="{TUTORS}?tutor=none">Assign tutors</a>' in page
    assert "Participants without a tutor: 2" in page
    tutor = sign_in(app, session, world.staff[Role.TUTOR]).get("/en/staff/").text
    assert "Participants without a tutor" not in tutor

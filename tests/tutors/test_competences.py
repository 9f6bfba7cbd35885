"""Who covers which module in which language: who states it, and who is found for it."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from learning.access.permissions import GRANTS, Permission, Role
from learning.accounts.models import Person, RoleGrant
from learning.audit.models import AuditEntry
from learning.kit.errors import RuleViolation
from learning.tutors import actions
from learning.tutors import queries as tutors
from learning.tutors.actions import NewCompetences
from learning.tutors.models import Competence
from tests.admissions.factories import a_person
from tests.world import NOW, RUNNING, World, send_form, sign_in, version_of

TEACHERS = f"/en/staff/editions/{RUNNING}/teachers/"


@pytest.fixture
def registrar(app: Flask, session: Session, world: World) -> FlaskClient:
    return sign_in(app, session, world.staff[Role.REGISTRAR])


def cover(session: Session, world: World, person: Person, *covers: tuple[str, str]) -> None:
    by = world.staff[Role.REGISTRAR].id
    new = NewCompetences(person=person, covers=covers)
    actions.set_competences(session, world.running, new, by=by, now=NOW)


def names(session: Session, world: World, module: str, language: str) -> list[str]:
    found = tutors.experts_for(session, world.running, module, language)
    return [each.name for each in found]


def test_who_covers_a_module_in_a_language_is_found_by_name(session, world: World) -> None:
    cover(session, world, world.staff[Role.TUTOR], ("", "fr"))
    cover(session, world, world.staff[Role.EXPERT], ("m4", "en"), ("m5", ""))
    cover(session, world, world.staff[Role.LEAD], ("", ""))
    assert names(session, world, "m4", "fr") == ["Lead Person", "Tutor Person"]
    assert names(session, world, "m4", "en") == ["Expert Person", "Lead Person"]
    assert names(session, world, "m5", "fr") == ["Expert Person", "Lead Person", "Tutor Person"]
    assert names(session, world, "m6", "es") == ["Lead Person"]
    assert list(tutors.experts_for(session, world.open, "m4", "fr")) == []


def test_only_a_role_in_the_edition_and_an_open_account_count(session, world: World) -> None:
    expert, lead = world.staff[Role.EXPERT], world.staff[Role.LEAD]
    cover(session, world, expert, ("m4", "en"))
    cover(session, world, lead, ("m4", "en"))
    lead.closed_at = NOW
    session.execute(delete(RoleGrant).where(RoleGrant.person_id == expert.id))
    assert names(session, world, "m4", "en") == []
    with pytest.raises(RuleViolation, match="no_role"):
        cover(session, world, expert, ("m5", "en"))
    with pytest.raises(RuleViolation, match="no_role"):
        cover(session, world, world.awa, ("m5", "en"))
    assert session.scalars(select(Competence.module)).all() == ["m4", "m4"]


def test_finding_takes_one_statement(session, world: World, queries: list[str]) -> None:
    for role in (Role.TUTOR, Role.EXPERT, Role.LEAD):
        cover(session, world, world.staff[role], ("", ""))
    session.commit()
    edition = world.running.id
    assert edition
    del queries[:]
    assert len(names(session, world, "m4", "fr")) == 3
    assert len([each for each in queries if "competences" in each]) == 1


def test_the_registrar_states_what_an_expert_covers(registrar, session, world: World) -> None:
    expert = world.staff[Role.EXPERT]
    page = registrar.get(TEACHERS).text
    assert page.count("Nothing stated yet.") == 3
    typed = {"covers": ["m4:fr", "m4:en", "m4:es", ":es", "m5:en"]}
    answer = send_form(registrar, f"{TEACHERS}{expert.uid}", typed)
    assert answer.location == TEACHERS
    stored = tutors.covers_of(session, world.running, expert.id)
    assert list(stored) == [("", "es"), ("m4", ""), ("m5", "en")]
    page = registrar.get(TEACHERS).text
    assert "All modules · Español" in page
    assert re.search(r"4\. [^<]+ · all languages", page)
    assert re.search(r"5\. [^<]+ · English", page)
    row = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (row.action, row.subject) == ("competences changed", f"person {expert.id}")
    assert '":es", "m4:", "m5:en"' in row.detail
    shown = registrar.get(f"{TEACHERS}{expert.uid}").text
    ticked = re.findall(r'value="([^"]*)" checked', shown)
    assert ticked == [":es", "m4:fr", "m4:en", "m4:es", "m5:en"]
    send_form(registrar, f"{TEACHERS}{expert.uid}", {})
    assert list(tutors.covers_of(session, world.running, expert.id)) == []


def test_what_is_no_module_or_language_is_refused_and_the_rest_kept(registrar, world) -> None:
    path = f"{TEACHERS}{world.staff[Role.EXPERT].uid}"
    for wrong in ("m9:fr", "m4:de", "m4", "<script>"):
        answer = send_form(registrar, path, {"covers": ["m5:en", wrong]})
        assert answer.status_code == 422
        assert "Choose one of the list." in answer.text
        assert re.findall(r'value="([^"]*)" checked', answer.text) == ["m5:en"]
        assert "<script>alert" not in answer.text


def test_of_two_who_state_it_the_second_sees_the_first_s(registrar, session, world: World) -> None:
    path = f"{TEACHERS}{world.staff[Role.EXPERT].uid}"
    old = version_of(registrar.get(path).text)
    send_form(registrar, path, {"covers": ["m4:fr"]})
    late = registrar.post(path, data={"covers": ["m5:en"], "version": old})
    assert late.status_code == 409
    assert "Not saved yet: this was changed meanwhile" in late.text
    assert "Français" in late.text
    stored = tutors.covers_of(session, world.running, world.staff[Role.EXPERT].id)
    assert list(stored) == [("m4", "fr")]


def test_somebody_without_a_role_in_the_edition_has_no_page(registrar, world: World) -> None:
    assert registrar.get(f"{TEACHERS}{world.awa.uid}").status_code == 404
    assert registrar.post(f"{TEACHERS}{world.awa.uid}", data={"covers": ":fr"}).status_code == 404


def test_an_edition_without_teachers_says_who_names_them(registrar, world: World) -> None:
    page = registrar.get(TEACHERS.replace(RUNNING, world.open.code)).text
    assert "Nobody teaches in this edition yet." in page


def test_registrars_and_administrators_state_it() -> None:
    assert {role for role in Role if Permission.SET_COMPETENCES in GRANTS[role]} == {
        Role.REGISTRAR,
        Role.ADMINISTRATOR,
    }


def test_the_next_edition_takes_over_what_they_cover(session, world: World) -> None:
    cover(session, world, world.staff[Role.EXPERT], ("m4", "en"), ("m5", ""))
    actions.copy_competences(session, world.running, world.open)
    stored = tutors.covers_of(session, world.open, world.staff[Role.EXPERT].id)
    assert list(stored) == [("m4", "en"), ("m5", "")]


def test_the_list_takes_as_many_statements_for_many_as_for_one(
    registrar, session, world: World, queries: list[str]
) -> None:
    def count() -> int:
        del queries[:]
        assert registrar.get(TEACHERS).status_code == 200
        return len(queries)

    registrar.get(TEACHERS)
    few = count()
    for _ in range(20):
        person = a_person(session)
        held = {"role": Role.EXPERT, "edition_id": world.running.id, "granted_at": NOW}
        session.add(RoleGrant(person_id=person.id, **held))
        session.flush()
        cover(session, world, person, ("m4", "en"), ("m5", "fr"))
    session.commit()
    assert count() == few

"""Seeing as somebody: one's own rights, asked at each request, and every page on the trail."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.access.permissions import Permission, Role
from learning.accounts import actions
from learning.accounts.actions import AccountDecision, RoleAssignment
from learning.accounts.models import Person, UserSession
from learning.audit.models import AuditEntry
from learning.audit.queries import first_broken
from tests.admissions.factories import ApplicationState, in_state
from tests.world import NOW, World, make_person, sign_in

WHY = {"reason": "asked for help"}


@pytest.fixture
def administrator(app: Flask, session: Session, world: World) -> FlaskClient:
    return sign_in(app, session, world.staff[Role.ADMINISTRATOR])


def look(client: FlaskClient, person: Person) -> None:
    assert (
        client.post(f"/en/staff/impersonation/{person.uid}", data=WHY).location == "/en/this-week"
    )


def held(world: World, role: Role, person: Person | None = None) -> RoleAssignment:
    person = person or world.staff[Role.ADMINISTRATOR]
    return RoleAssignment(person_id=person.id, role=role)


def rows(session: Session, action: str) -> list[AuditEntry]:
    found = select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id)
    return list(session.scalars(found))


def eyes(session: Session, world: World) -> list[int | None]:
    session.expire_all()
    own = UserSession.person_id == world.staff[Role.ADMINISTRATOR].id
    return list(session.scalars(select(UserSession.impersonating_id).where(own)))


def role_withdrawn(session: Session, world: World) -> None:
    another = make_person(session, "Second Person")
    actions.grant_role(session, held(world, Role.ADMINISTRATOR, another), by=None, now=NOW)
    actions.revoke_role(session, held(world, Role.ADMINISTRATOR), by=None, now=NOW)


def person_closed(session: Session, world: World) -> None:
    by = AccountDecision(by=world.staff[Role.ADMINISTRATOR].id, why="test")
    actions.close_account(session, world.awa, by, reopen=False, now=NOW)


def person_made_administrator(session: Session, world: World) -> None:
    actions.grant_role(session, held(world, Role.ADMINISTRATOR, world.awa), by=None, now=NOW)


ENDS = [role_withdrawn, person_closed, person_made_administrator]


@pytest.mark.parametrize("happens", ENDS)
def test_it_ends_with_the_next_page_once_it_is_not_allowed_any_more(
    administrator, session, world: World, happens
) -> None:
    look(administrator, world.awa)
    lesson = f"/en/editions/{world.running.code}/lessons/m4-l1"
    assert "Awa Koné" in administrator.get(lesson).text
    happens(session, world)
    session.commit()
    page = administrator.get("/en/account/profile")
    assert page.status_code == 200
    assert "Administrator Person" in page.text
    assert "Awa Koné" not in page.text
    assert eyes(session, world) == [None]
    (ended,) = rows(session, "impersonation ended")
    assert ended.subject == f"person {world.awa.id}"
    assert first_broken(session) is None


@pytest.mark.parametrize("happens", ENDS)
def test_a_form_of_the_other_s_page_is_not_carried_out_as_oneself(
    administrator, session, world: World, happens
) -> None:
    look(administrator, world.awa)
    happens(session, world)
    session.commit()
    answer = administrator.post("/en/account/profile", data={"name": "Not mine"})
    assert answer.status_code == 409
    assert "no longer viewing" in answer.text
    session.expire_all()
    assert world.staff[Role.ADMINISTRATOR].name == "Administrator Person"
    assert eyes(session, world) == [None]


def test_it_ends_with_one_s_own_account(administrator, session, world: World) -> None:
    look(administrator, world.awa)
    by = AccountDecision(by=world.stranger.id, why="test")
    actions.grant_role(session, held(world, Role.ADMINISTRATOR, world.awa), by=None, now=NOW)
    actions.close_account(session, world.staff[Role.ADMINISTRATOR], by, reopen=False, now=NOW)
    session.commit()
    assert administrator.get("/en/this-week").location.startswith("/en/account/sign-in")


def test_applications_and_files_are_not_there_without_the_right_to_read_them(
    administrator, session, world: World
) -> None:
    application = in_state(session, world, ApplicationState.SUBMITTED)
    person = session.get_one(Person, application.person_id)
    session.commit()
    look(administrator, person)
    pages = [
        "/en/applications/",
        f"/en/applications/{application.reference}",
        f"/en/applications/{application.reference}/leave",
        f"/en/editions/{world.open.code}/apply",
    ]
    assert {administrator.get(page).status_code for page in pages} == {404}
    actions.grant_role(session, held(world, Role.AUDITOR), by=None, now=NOW)
    session.commit()
    assert administrator.get(pages[0]).status_code == 200
    assert administrator.get(pages[1]).status_code == 200


def test_staff_s_pages_are_there_only_with_one_s_own_right(administrator, world: World) -> None:
    look(administrator, world.staff[Role.REGISTRAR])
    code = world.running.code
    assert administrator.get(f"/en/staff/editions/{code}/people/").status_code == 404
    assert administrator.get(f"/en/staff/editions/{code}/progress/").status_code == 404
    assert administrator.get("/en/staff/people/").status_code == 200  # both may


def test_notes_are_for_nobody_else_s_eyes(app: Flask, session, world: World) -> None:
    own = sign_in(app, session, world.awa)
    lesson = f"/en/editions/{world.running.code}/lessons/m4-l1"
    note = {"body": "my very own thought", "version": "0"}
    assert own.post(f"{lesson}/notes/one-level-1", data=note).status_code == 303
    assert "my very own thought" in own.get(lesson).text
    administrator = sign_in(app, session, world.staff[Role.ADMINISTRATOR])
    look(administrator, world.awa)
    page = administrator.get(lesson)
    assert page.status_code == 200
    assert "my very own thought" not in page.text
    for path in (f"{lesson}/notes/one-level-1", f"/en/editions/{world.running.code}/notes"):
        assert administrator.get(path).status_code == 404


def test_each_page_that_is_seen_is_on_the_trail(administrator, session, world: World) -> None:
    look(administrator, world.awa)
    paths = ["/en/this-week", f"/en/editions/{world.running.code}/lessons/m4-l1"]
    for path in [*paths, "/en/account/security", "/en/applications/"]:
        administrator.get(path)
    again = {"If-None-Match": administrator.get(paths[0]).headers["ETag"]}
    assert administrator.get(paths[0], headers=again).status_code == 304
    administrator.get("/healthz")
    seen = rows(session, "page viewed in impersonation")
    assert [row.detail.split('"')[3] for row in seen] == [*paths, paths[0], paths[0]]
    assert {row.actor_id for row in seen} == {world.staff[Role.ADMINISTRATOR].id}
    assert {row.subject for row in seen} == {f"person {world.awa.id}"}
    assert first_broken(session) is None


def test_a_page_that_cannot_be_recorded_is_not_shown(
    app: Flask, administrator, world: World, monkeypatch
) -> None:
    look(administrator, world.awa)

    def broken(*_: object, **__: object) -> None:
        raise OSError("the trail is not there")

    monkeypatch.setattr("learning.accounts.impersonation.record", broken)
    monkeypatch.setattr(app, "testing", False)
    answer = administrator.get(f"/en/editions/{world.running.code}/lessons/m4-l1")
    assert answer.status_code == 500
    assert "Something went wrong" in answer.text


def test_one_s_own_pages_are_not_recorded(administrator, session) -> None:
    administrator.get("/en/staff/people/")
    assert rows(session, "page viewed in impersonation") == []


def test_every_page_of_one_s_own_says_who_else_may_see_it_or_is_closed(app: Flask) -> None:
    named = dict(app.extensions["impersonator_needs"])
    assert named.pop("impersonation.stop") is Permission.OPEN_TO_ALL
    assert set(named.values()) == {
        Permission.READ_APPLICATIONS,
        Permission.READ_FINANCES,
        Permission.IMPERSONATE,
    }
    assert {name for name, needs in named.items() if needs is Permission.IMPERSONATE} == {
        "home.this_week"
    }
    needs = app.extensions["needs"]
    assert {needs[name] for name in named} == {Permission.OWN_PAGES}


def test_looking_through_somebody_s_eyes_costs_one_statement_more_and_the_record(
    app: Flask, session, world: World, queries: list[str]
) -> None:
    lesson = f"/en/editions/{world.running.code}/lessons/m4-l1"
    own = sign_in(app, session, world.staff[Role.REGISTRAR])
    own.get(lesson)
    queries.clear()
    own.get(lesson)
    alone = len(queries)
    administrator = sign_in(app, session, world.staff[Role.ADMINISTRATOR])
    look(administrator, world.staff[Role.REGISTRAR])
    administrator.get(lesson)
    queries.clear()
    administrator.get(lesson)
    trail = [q for q in queries if "audit_entries" in q]
    assert len(queries) - len(trail) == alone + 1


@pytest.mark.parametrize("address", ["contact/", "account/sign-up", "account/password-reset"])
def test_nothing_is_sent_in_somebody_else_s_name_from_pages_for_everybody(
    administrator: FlaskClient, world: World, address: str
) -> None:
    look(administrator, world.awa)
    assert administrator.get(f"/en/{address}").status_code == 200
    sent = administrator.post(f"/en/{address}", data={"email": world.awa.email})
    assert sent.status_code == 409
    assert "Nothing can be changed" in sent.text

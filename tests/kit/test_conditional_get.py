"""Pages that answer 304: whose they are, and what makes them new."""

import secrets
from collections.abc import Mapping

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.accounts import actions as accounts
from learning.accounts import impersonation, login
from learning.accounts.actions import AccountDecision, Device, RoleAssignment
from learning.accounts.models import Person, UserSession
from learning.enrolment.rules import EnrolmentStatus
from learning.participants.commands import enrol_person
from tests.architecture.test_routes import VALUES, method_of, rules
from tests.world import NOW, World, make_person, sign_in

KNOWN = {
    "home.this_week",
    "lessons.show_course",
    "lessons.show_document",
    "lessons.show_glossary",
    "lessons.show_lesson",
}
"""What answers 304 today; the enumeration finds these, and whatever comes."""


def pages(app: Flask) -> dict[str, str]:
    """Return the address of every page that is read, by end point."""
    with app.test_request_context():
        build = app.url_map.bind("localhost").build
        return {
            rule.endpoint: build(rule.endpoint, {name: VALUES[name] for name in rule.arguments})
            for rule in rules(app)
            if method_of(rule) == "GET" and "lang" in rule.arguments
        }


def versions(app: Flask, client: FlaskClient) -> dict[str, tuple[str, str]]:
    """Return (address, version) of each page that has a version for its reader here."""
    for _ in range(2):  # the first reading of a lesson is itself something that was done
        read = {name: (address, client.get(address)) for name, address in pages(app).items()}
    return {
        name: (address, answer.headers["ETag"])
        for name, (address, answer) in read.items()
        if "ETag" in answer.headers
    }


def statuses(client: FlaskClient, seen: Mapping[str, tuple[str, str]]) -> dict[str, int]:
    """Return what a browser gets that has these versions in its cache."""
    return {
        name: client.get(address, headers={"If-None-Match": etag}).status_code
        for name, (address, etag) in seen.items()
    }


def take_over(client: FlaskClient, session: Session, person: Person) -> None:
    """Sign somebody out of a browser, and somebody else in."""
    client.post("/fr/account/sign-out")
    client.get("/fr/account/sign-in")  # shows that one is signed out
    token = secrets.token_urlsafe(32)
    device = Device(token=token, name="Test", shared=False)
    accounts.start_session(session, person.id, device, staff=False, now=NOW)
    session.commit()
    with client.session_transaction() as kept:
        kept["_user_id"] = token


@pytest.fixture
def binta(session: Session, world: World) -> Person:
    made = make_person(session, "Binta Sow", language="fr", zone="Africa/Abidjan")
    enrol_person(session, world.running, made, by=None, now=NOW)
    session.commit()
    return made


def test_two_people_in_one_browser_never_see_each_other_s_pages(
    app: Flask, session: Session, world: World, binta: Person
) -> None:
    client = sign_in(app, session, world.awa)
    for person in (binta, world.staff[Role.TUTOR], world.staff[Role.EXPERT], world.awa):
        seen = versions(app, client)
        assert seen.keys() >= KNOWN - {"home.this_week"}
        assert statuses(client, seen) == dict.fromkeys(seen, 304)
        take_over(client, session, person)
        found = statuses(client, seen)
        assert 304 not in found.values()
        for name in found.keys() & versions(app, client).keys():
            text = client.get(seen[name][0], headers={"If-None-Match": seen[name][1]}).text
            assert person.name in text, name


def test_every_page_that_answers_304_is_found(app: Flask, session: Session, world: World) -> None:
    """An address without a sample value stops the enumeration; VALUES has to name one."""
    assert versions(app, sign_in(app, session, world.awa)).keys() >= KNOWN


def test_every_page_of_somebody_is_private_and_varies_with_who_asks(
    app: Flask, session: Session, world: World
) -> None:
    """Caches on the way keep none of them; a browser's own asks, and not for another cookie."""
    client = sign_in(app, session, world.awa)
    for address in pages(app).values():
        answer = client.get(address)
        assert answer.headers["Cache-Control"] in {"private, no-cache", "no-store"}, address
        if answer.mimetype == "text/html":
            assert "Cookie" in answer.headers["Vary"], address


def test_a_visitor_is_shown_nothing_from_before(app: Flask, session: Session, world: World) -> None:
    client = sign_in(app, session, world.awa)
    seen = versions(app, client)
    client.post("/fr/account/sign-out")
    client.get("/fr/account/sign-in")
    assert 304 not in statuses(client, seen).values()


def rename(session: Session, world: World) -> None:
    del session
    world.awa.name = "Awa Koné-Traoré"
    world.awa.version += 1


def move_to_another_zone(session: Session, world: World) -> None:
    del session
    world.awa.zone = "Asia/Tokyo"


def become_a_tutor(session: Session, world: World) -> None:
    held = RoleAssignment(person_id=world.awa.id, role=Role.TUTOR, edition_id=world.running.id)
    accounts.grant_role(session, held, by=None, now=NOW)


def become_an_auditor(session: Session, world: World) -> None:
    """A role on the whole site brings a link to the staff area into the bar of every page."""
    held = RoleAssignment(person_id=world.awa.id, role=Role.AUDITOR, edition_id=None)
    accounts.grant_role(session, held, by=None, now=NOW)


def lose_the_place(session: Session, world: World) -> None:
    """The tutor that one became meanwhile still reads, but studies no more."""
    become_a_tutor(session, world)
    world.place.status = EnrolmentStatus.WITHDRAWN


def be_seen_through(session: Session, world: World) -> None:
    """Somebody looks through these eyes, by the same sign-in."""
    mine = session.scalars(select(UserSession).where(UserSession.person_id == world.awa.id)).one()
    mine.person_id = world.staff[Role.ADMINISTRATOR].id
    why = AccountDecision(by=mine.person_id, why="a test")
    impersonation.start_impersonation(session, mine.token_hash, world.awa, why, now=NOW)


@pytest.mark.parametrize(
    "change",
    [
        rename,
        move_to_another_zone,
        become_a_tutor,
        become_an_auditor,
        lose_the_place,
        be_seen_through,
    ],
)
def test_what_changes_for_oneself_makes_every_page_new(
    app: Flask, session: Session, world: World, change
) -> None:
    client = sign_in(app, session, world.awa)
    seen = versions(app, client)
    assert statuses(client, seen) == dict.fromkeys(seen, 304)
    change(session, world)
    session.commit()
    assert 304 not in statuses(client, seen).values()


def test_the_version_does_not_depend_on_the_process(
    app: Flask, session: Session, world: World
) -> None:
    """Sets have no order of their own; what the version is made of is sorted."""
    client = sign_in(app, session, world.staff[Role.TUTOR])
    with client:
        client.get("/fr/")
        assert "frozenset" not in repr((login.reader_identity(), app.extensions["layout"]()))

"""Two people do the same thing at the same moment, in a database where everything is committed."""

import secrets
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning import wiring
from learning.access.permissions import Role
from learning.accounts import actions, queries, tokens, two_factor
from learning.accounts.actions import RoleAssignment
from learning.accounts.models import Person, RoleGrant, TokenPurpose
from learning.accounts.tokens import TokenRequest
from learning.app import create_app
from learning.cli import migrate_to_head
from learning.kit.database import Database
from learning.kit.engines import make_engine
from learning.kit.sqlite_lock import SQLiteConnection
from learning.settings import Settings
from tests.conftest import CACHE
from tests.databases import own_database
from tests.kit.test_failures import not_testing
from tests.world import NOW, World, make_person, make_world, sign_in

PASSWORD = "walnut harbour twelve"


@dataclass(frozen=True, kw_only=True)
class Site:
    """An application on a database of its own; `ids` are of its people by role."""

    app: Flask
    database: Database
    world: World


@pytest.fixture(scope="module")
def database(database_kind, database_url, tmp_path_factory) -> Iterator[Database]:
    folder = tmp_path_factory.mktemp("race")
    with own_database(database_kind, database_url, folder) as url:
        engine = make_engine(url)
        made = wiring.database(engine)
        migrate_to_head(made)
        yield made
        engine.dispose()


@pytest.fixture(scope="module")
def site(database: Database, course, tmp_path_factory) -> Site:
    app = create_app(
        Settings(
            database_url=database.engine.url.render_as_string(hide_password=False),
            secret_key="only for tests",
            two_factor_for_staff=False,
            files=tmp_path_factory.mktemp("files"),
            cache=CACHE,
        ),
        database,
    )
    app.testing = True
    with database.session(write=True) as session:
        session.expire_on_commit = False
        world = make_world(session, course)
        session.commit()
    return Site(app=app, database=database, world=world)


def visitor(site: Site) -> FlaskClient:
    client = site.app.test_client()
    client.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    return client


def signed_in(site: Site, person: Person) -> FlaskClient:
    with site.database.session(write=True) as session:
        return sign_in(site.app, session, person)


@contextmanager
def meeting(patch: pytest.MonkeyPatch, owner: object, name: str) -> Iterator[None]:
    """Let two wait for each other just before a function; where one holds the lock, alone."""
    both, own = threading.Barrier(2), getattr(owner, name)

    def meet(*positional: object, **named: object) -> object:
        with suppress(threading.BrokenBarrierError):
            both.wait(timeout=1)
        return own(*positional, **named)

    with patch.context() as inner:
        inner.setattr(owner, name, meet)
        yield


def at_once(*transitions: Callable[[], int]) -> list[int]:
    with ThreadPoolExecutor(len(transitions)) as pool:
        return sorted(
            each.result() for each in [pool.submit(transition) for transition in transitions]
        )


def people_at(site: Site, email: str) -> int:
    with site.database.read_transaction() as session:
        return session.scalar(select(func.count()).select_from(Person).where(Person.email == email))


def link(site: Site, token_request: TokenRequest) -> str:
    with site.database.transaction() as session:
        return f"/en{tokens.create_token(session, token_request, now=NOW)}"


def test_two_links_to_sign_up_with_one_address_make_one_account(site: Site, monkeypatch) -> None:
    email = f"{secrets.token_hex(4)}@example.org"
    payload = {"email": email, "name": "Two", "language": "en", "zone": "UTC"}
    paths = [
        link(site, TokenRequest(purpose=TokenPurpose.SIGN_UP, email=email, payload=payload))
        for _ in range(2)
    ]
    form = {"name": "Two", "password": PASSWORD}
    with meeting(monkeypatch, actions, "add_person"):
        found = at_once(
            *(lambda p=path: visitor(site).post(p, data=form).status_code for path in paths)
        )
    assert found == [303, 409]
    assert people_at(site, email) == 1


def test_two_people_confirm_one_new_address(site: Site, monkeypatch) -> None:
    email = f"{secrets.token_hex(4)}@example.org"
    paths = [
        link(
            site, TokenRequest(purpose=TokenPurpose.EMAIL_CHANGE, email=email, person_id=person.id)
        )
        for person in (site.world.awa, site.world.stranger)
    ]
    with not_testing(site.app), meeting(monkeypatch, actions.credentials, "invalidate"):
        found = at_once(*(lambda p=path: visitor(site).post(p).status_code for path in paths))
    assert found == [303, 409]
    assert people_at(site, email) == 1


def test_two_invitations_of_one_address_make_one_person(site: Site, monkeypatch) -> None:
    email = f"{secrets.token_hex(4)}@example.org"
    form = {
        "name": "Invited", "email": email, "language": "en", "role": "auditor", "reason": "because",
    }  # fmt: skip
    administrator = site.world.staff[Role.ADMINISTRATOR]

    def invite(key: str) -> int:
        client = signed_in(site, administrator)
        data = form | {"idempotency_key": key * 20}
        return client.post("/en/staff/people/invite", data=data).status_code

    with meeting(monkeypatch, actions, "add_person"):
        found = at_once(lambda: invite("a"), lambda: invite("b"))
    assert found[0] == 303
    assert found[1] in {409, 422}  # met late, or found in time where writers come one by one
    assert people_at(site, email) == 1


def test_of_recovery_codes_made_twice_at_once_the_later_ones_work(site: Site, monkeypatch) -> None:
    def make() -> int:
        with site.database.transaction() as session:
            person = session.get_one(Person, site.world.stranger.id)
            return len(two_factor.create_recovery_codes(session, person, now=NOW))

    with meeting(monkeypatch, two_factor, "_new_code"):
        assert at_once(make, make) == [10, 10]
    with site.database.read_transaction() as session:
        assert two_factor.count_recovery_codes(session, site.world.stranger.id) == 10


def test_a_role_given_twice_at_once_is_given_once(site: Site) -> None:
    administrator = site.world.staff[Role.ADMINISTRATOR]
    path = f"/en/staff/people/{site.world.stranger.uid}/roles"

    data = {"role": "finance", "reason": "because", "confirmed": "finance"}

    def give(client: FlaskClient) -> int:
        return client.post(path, data=data).status_code

    clients = [signed_in(site, administrator) for _ in range(4)]
    assert at_once(*(lambda c=client: give(c) for client in clients)) == [303] * 4


@pytest.mark.parametrize(
    "transitions", [("close", "close"), ("close", "revoke"), ("revoke", "close")]
)
def test_two_administrators_who_shut_each_other_out_leave_one(
    site: Site, monkeypatch, transitions: tuple[str, str]
) -> None:
    with site.database.transaction() as session:
        own = select(RoleGrant).where(RoleGrant.role == Role.ADMINISTRATOR)
        for grant in session.scalars(own).all():
            session.delete(grant)
        ids = [make_person(session, f"Administrator {transition}").id for transition in transitions]
        grants = []
        for person_id in ids:
            held = RoleAssignment(person_id=person_id, role=Role.ADMINISTRATOR)
            actions.grant_role(session, held, by=None, now=NOW)
            grants.append(session.scalar(own.where(RoleGrant.person_id == person_id)).id)
    with site.database.read_transaction() as session:
        two = [session.get_one(Person, person_id) for person_id in ids]
    clients = [signed_in(site, person) for person in two]
    paths = {
        "close": [f"/en/staff/people/{person.uid}/close" for person in two],
        "revoke": [
            f"/en/staff/people/{person.uid}/roles/{grant}/revoke"
            for person, grant in zip(two, grants, strict=True)
        ],
    }

    def shut_out(client: FlaskClient, other: int, transition: str) -> int:
        return client.post(
            paths[transition][other], data={"reason": "because", "version": "1"}
        ).status_code

    with meeting(monkeypatch, queries, "person_by_uid"):
        at_once(
            lambda: shut_out(clients[0], 1, transitions[0]),
            lambda: shut_out(clients[1], 0, transitions[1]),
        )
    with site.database.read_transaction() as session:
        assert len(administrators(session)) == 1


def administrators(session: Session) -> list[int]:
    left = (
        select(Person.id)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(RoleGrant.role == Role.ADMINISTRATOR, Person.closed_at.is_(None))
    )
    return list(session.scalars(left))


def test_two_links_of_one_person_are_used_at_once_and_one_counts(site: Site) -> None:
    """A thief confirms a new address while the owner sets a new password: one of them is late."""
    person = site.world.staff[Role.TUTOR]
    email = f"{secrets.token_hex(4)}@example.org"
    thief = link(
        site, TokenRequest(purpose=TokenPurpose.EMAIL_CHANGE, email=email, person_id=person.id)
    )
    owner = link(
        site, TokenRequest(purpose=TokenPurpose.RESET, email=person.email, person_id=person.id)
    )
    found = at_once(
        lambda: visitor(site).post(thief).status_code,
        lambda: visitor(site).post(owner, data={"password": PASSWORD}).status_code,
    )
    assert found[0] == 303
    assert found[1] in {409, 410}


def test_a_lock_that_is_held_too_long_is_503_and_says_when_to_come_back(
    site: Site, monkeypatch
) -> None:
    client = signed_in(site, site.world.awa)
    monkeypatch.setattr(SQLiteConnection, "lock_timeout", 0.1)
    form = {"name": "A name that was typed at length", "language": "en", "zone": "UTC"}
    with site.database.read_transaction() as reading:
        version = reading.get_one(Person, site.world.awa.id).version
    form |= {"version": str(version), "institution": "ILO"}
    with not_testing(site.app), site.database.transaction() as lock_owner:
        lock_owner.get_one(Person, site.world.awa.id, with_for_update=True).institution = "held"
        lock_owner.flush()
        answer = client.post("/fr/account/profile", data=form)
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0
        assert "A name that was typed at length</textarea>" in answer.text
        assert "Beaucoup de monde en même temps" in answer.text
    assert client.post("/fr/account/profile", data=form).status_code in {303, 409}

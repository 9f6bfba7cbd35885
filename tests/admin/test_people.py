"""People and roles: nobody raises themselves, nobody removes the last administrator."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.accounts import queries
from learning.accounts.models import Person, RoleGrant, UserSession
from learning.audit.models import AuditEntry
from tests.world import World, sign_in

WHY = {"reason": "asked by the director"}


@pytest.fixture
def administrator(app: Flask, session: Session, world: World) -> FlaskClient:
    return sign_in(app, session, world.staff[Role.ADMINISTRATOR])


def roles(session: Session, person_id: int) -> set[Role]:
    session.expire_all()
    held = select(RoleGrant.role).where(RoleGrant.person_id == person_id)
    return set(session.scalars(held))


def last_row(session: Session, action: str) -> AuditEntry:
    rows = select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id.desc())
    return session.scalars(rows).first()


def as_shown(person: Person) -> dict[str, str]:
    """Return a reason, on a page that was made just now."""
    return WHY | {"version": str(person.credentials_version)}


def give(client: FlaskClient, person: Person, role: str, **more: str):
    data = {"role": role, "confirmed": role} | WHY | more
    return client.post(f"/en/staff/people/{person.uid}/roles", data=data)


def test_a_role_is_given_with_a_reason_and_taken_away(administrator, session, world) -> None:
    stranger = world.stranger
    assert give(administrator, stranger, "finance").status_code == 303
    assert roles(session, stranger.id) == {Role.FINANCE}
    assert "asked by the director" in last_row(session, "role granted").detail
    (held,) = queries.grants_of(session, stranger.id)
    path = f"/en/staff/people/{stranger.uid}/roles/{held.id}/revoke"
    assert administrator.post(path, data={"reason": ""}).status_code == 422
    assert administrator.post(path, data=WHY).status_code == 303
    assert roles(session, stranger.id) == set()


@pytest.mark.parametrize("role", ["tutor", "expert", "lead"])
def test_who_teaches_has_a_role_in_one_edition(administrator, session, world, role) -> None:
    stranger = world.stranger
    assert give(administrator, stranger, role).status_code == 422
    assert give(administrator, stranger, role, edition="no-such").status_code == 422
    assert give(administrator, stranger, role, edition=world.open.code).status_code == 303
    (held,) = queries.grants_of(session, stranger.id)
    assert (held.role, held.edition_id) == (Role(role), world.open.id)


@pytest.mark.parametrize("role", ["participant", "visitor", "member", "sponsor", ""])
def test_what_is_no_role_to_give_is_refused(administrator, world: World, role) -> None:
    assert give(administrator, world.stranger, role).status_code == 422


@pytest.mark.parametrize("role", ["administrator", "approver", "finance"])
def test_a_powerful_role_is_given_in_two_steps(administrator, session, world, role) -> None:
    page = give(administrator, world.stranger, role, confirmed="")
    assert page.status_code == 200
    assert world.stranger.name in page.text
    assert "From then on Nobody Here may" in page.text
    assert f'name="confirmed" value="{role}"' in page.text
    assert 'name="reason" value="asked by the director"' in page.text, "nothing typed is lost"
    assert roles(session, world.stranger.id) == set()
    give(administrator, world.stranger, role, confirmed="auditor")  # seen for another role
    assert roles(session, world.stranger.id) == set()
    assert give(administrator, world.stranger, role).status_code == 303
    assert roles(session, world.stranger.id) == {Role(role)}


def test_an_invitation_with_a_powerful_role_is_sent_in_two_steps(administrator, session) -> None:
    form = {
        "name": "New Person", "email": "new@example.org", "language": "en", "role": "finance",
        "idempotency_key": "k" * 20,
    }  # fmt: skip
    page = administrator.post("/en/staff/people/invite", data=form | WHY)
    assert (page.status_code, "New Person" in page.text) == (200, True)
    assert queries.person_by_email(session, "new@example.org") is None
    sent = administrator.post("/en/staff/people/invite", data=form | WHY | {"confirmed": "finance"})
    assert sent.status_code == 303
    assert queries.person_by_email(session, "new@example.org") is not None


def test_nobody_raises_themselves(administrator, session, world: World) -> None:
    me = world.staff[Role.ADMINISTRATOR]
    assert give(administrator, me, "approver").status_code == 409
    assert roles(session, me.id) == {Role.ADMINISTRATOR}


def test_nobody_takes_their_own_role_or_the_last_administrator_s(
    app: Flask, administrator, session, world: World
) -> None:
    me = world.staff[Role.ADMINISTRATOR]
    (mine,) = queries.grants_of(session, me.id)
    path = f"/en/staff/people/{me.uid}/roles/{mine.id}/revoke"
    assert administrator.post(path, data=WHY).status_code == 409
    give(administrator, world.stranger, "administrator")
    other = sign_in(app, session, world.stranger)
    administrator.post(
        f"/en/staff/people/{world.stranger.uid}/close", data=as_shown(world.stranger)
    )
    assert other.post(path, data=WHY).status_code == 401  # closed, and out at once
    assert roles(session, me.id) == {Role.ADMINISTRATOR}


def test_another_s_grant_cannot_be_taken_through_somebody_s_address(
    administrator, session, world: World
) -> None:
    (held,) = queries.grants_of(session, world.staff[Role.FINANCE].id)
    path = f"/en/staff/people/{world.stranger.uid}/roles/{held.id}/revoke"
    assert administrator.post(path, data=WHY).status_code == 404


def test_a_closed_account_is_out_at_once_and_can_be_opened(
    app: Flask, administrator, session, world: World
) -> None:
    awa = sign_in(app, session, world.awa)
    path = f"/en/staff/people/{world.awa.uid}/close"
    assert administrator.post(path, data=as_shown(world.awa)).status_code == 303
    assert awa.get("/en/this-week").status_code == 303
    session.expire_all()
    assert world.awa.closed_at is not None
    administrator.post(path, data=as_shown(world.awa) | {"open": "1"})
    session.expire_all()
    assert world.awa.closed_at is None
    me = world.staff[Role.ADMINISTRATOR]
    assert administrator.post(f"/en/staff/people/{me.uid}/close", data=WHY).status_code == 409


def test_an_account_that_was_closed_anew_is_not_opened_from_an_older_page(
    administrator, session, world: World
) -> None:
    path, awa = f"/en/staff/people/{world.awa.uid}/close", world.awa
    administrator.post(path, data=as_shown(awa))
    session.expire_all()
    older = as_shown(awa) | {"open": "1", "reason": "Back from leave"}
    assert (
        f'name="version" value="{older["version"]}"'
        in administrator.get(path.removesuffix("/close")).text
    )
    for more in ({"open": "1"}, {}):  # opened, and closed for another reason
        administrator.post(path, data=as_shown(awa) | more)
        session.expire_all()
    for version in (older["version"], "", "x"):
        late = administrator.post(path, data=older | {"version": version})
        assert late.status_code == 409
        assert "This account was changed meanwhile." in late.text
        assert 'id="why" name="reason" value="Back from leave"' in late.text
    session.expire_all()
    assert awa.closed_at is not None
    assert administrator.post(path, data=as_shown(awa) | {"open": "1"}).status_code == 303


def test_a_second_factor_that_was_set_up_since_is_not_switched_off(
    administrator, session, world: World
) -> None:
    awa = world.awa
    awa.totp_secret = "JBSWY3DPEHPK3PXP"
    session.commit()
    path, older = f"/en/staff/people/{awa.uid}/two-factor", as_shown(awa)
    awa.credentials_version += 1
    session.commit()
    assert administrator.post(path, data=older).status_code == 409
    session.expire_all()
    assert awa.totp_secret is not None
    assert administrator.post(path, data=as_shown(awa)).status_code == 303
    session.expire_all()
    assert awa.totp_secret is None


def test_seeing_as_somebody_is_read_only_named_and_on_the_trail(
    app: Flask, administrator, session, world: World
) -> None:
    here = f"/fr/editions/{world.running.code}/lessons/m4-l1"
    begin = f"/en/staff/impersonation/{world.awa.uid}"
    unsaid = administrator.post(begin, data={"reason": " "})
    assert unsaid.status_code == 422
    assert "Say why; it is kept in the audit trail." in unsaid.text
    assert f'action="{begin}"' in unsaid.text, "the form is there to be sent again"
    assert administrator.post(begin, data=WHY).location == "/en/this-week"
    seen = administrator.get(here)
    assert seen.status_code == 200
    assert "Administrator Person" in seen.text
    for path in ("/fr/account/profile", "/fr/account/security", "/fr/account/devices"):
        assert administrator.get(path).status_code == 404
    assert administrator.get("/en/staff/people/").status_code == 404
    before = session.scalar(select(AuditEntry.id).order_by(AuditEntry.id.desc()))
    for path in (f"{here}/done", f"{here}/bookmark", f"{here}/notes/one-level-1"):
        assert administrator.post(path, data={"body": "x", "done": "1"}).status_code == 409
    assert administrator.post("/fr/account/sign-out").status_code == 404
    session.expire_all()
    assert session.scalar(select(AuditEntry.id).order_by(AuditEntry.id.desc())) == before
    began = last_row(session, "impersonation started")
    assert (began.actor_id, began.subject) == (
        world.staff[Role.ADMINISTRATOR].id, f"person {world.awa.id}",
    )  # fmt: skip
    assert administrator.post("/en/staff/impersonation/stop").location == "/en/staff/"
    assert administrator.get("/en/staff/people/").status_code == 200
    assert last_row(session, "impersonation ended").actor_id == world.staff[Role.ADMINISTRATOR].id
    del app


def test_nobody_looks_through_an_administrator_s_eyes(administrator, world: World, session) -> None:
    give(administrator, world.stranger, "administrator")
    answer = administrator.post(f"/en/staff/impersonation/{world.stranger.uid}", data=WHY)
    assert answer.status_code == 409
    me = world.staff[Role.ADMINISTRATOR]
    assert administrator.post(f"/en/staff/impersonation/{me.uid}", data=WHY).status_code == 404
    assert session.scalars(select(UserSession.impersonating_id)).all().count(None) >= 1


def test_inviting_an_address_that_is_known_says_whose_it_is_and_changes_nothing(
    administrator, session, world: World
) -> None:
    form = {
        "name": "Somebody Else", "email": world.awa.email.upper(), "language": "en",
        "role": "auditor", "idempotency_key": "k" * 20,
    }  # fmt: skip
    answer = administrator.post("/en/staff/people/invite", data=form | WHY)
    assert answer.status_code == 409
    assert "This address belongs to Awa Koné." in answer.text
    assert f"/en/staff/people/{world.awa.uid}" in answer.text
    assert 'value="Somebody Else"' in answer.text
    assert roles(session, world.awa.id) == {Role.PARTICIPANT}


def test_a_role_that_nobody_chose_is_not_given(administrator, session, world: World) -> None:
    form = {"name": "New Person", "email": "new@example.org", "idempotency_key": "k" * 20}
    answer = administrator.post("/en/staff/people/invite", data=form | WHY)
    assert answer.status_code == 422
    assert "Choose a role." in answer.text
    assert "Choose a language." in answer.text
    assert queries.person_by_email(session, "new@example.org") is None
    assert give(administrator, world.stranger, "").status_code == 422
    assert roles(session, world.stranger.id) == set()


def test_a_role_is_given_to_somebody_by_name(administrator, world: World) -> None:
    person = world.stranger
    assert give(administrator, person, "finance").status_code == 303
    page = administrator.get(f"/en/staff/people/{person.uid}").text
    assert "Nobody Here has this role now: finance." in page

"""People and roles: nobody raises themselves, nobody removes the last administrator."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.accounts import queries
from learning.accounts.models import Person, RoleGrant, SignIn
from learning.audit.models import AuditRow
from tests.world import World, make_person, sign_in

WHY = {"reason": "asked by the director"}


@pytest.fixture
def administrator(app: Flask, session: Session, world: World) -> FlaskClient:
    return sign_in(app, session, world.staff[Role.ADMINISTRATOR])


def roles(session: Session, person_id: int) -> set[Role]:
    session.expire_all()
    held = select(RoleGrant.role).where(RoleGrant.person_id == person_id)
    return set(session.scalars(held))


def last_row(session: Session, action: str) -> AuditRow:
    rows = select(AuditRow).where(AuditRow.action == action).order_by(AuditRow.id.desc())
    return session.scalars(rows).first()


def as_shown(person: Person) -> dict[str, str]:
    """Return a reason, on a page that was made just now."""
    return WHY | {"version": str(person.credentials_version)}


def give(client: FlaskClient, person_id: int, role: str, **more: str):
    return client.post(f"/en/desk/people/{person_id}/roles", data={"role": role} | WHY | more)


def test_a_role_is_given_with_a_reason_and_taken_away(administrator, session, world) -> None:
    stranger = world.stranger.id
    assert give(administrator, stranger, "finance").status_code == 303
    assert roles(session, stranger) == {Role.FINANCE}
    assert "asked by the director" in last_row(session, "role granted").detail
    (held,) = queries.grants_of(session, stranger)
    path = f"/en/desk/people/{stranger}/roles/{held.id}/withdraw"
    assert administrator.post(path, data={"reason": ""}).status_code == 422
    assert administrator.post(path, data=WHY).status_code == 303
    assert roles(session, stranger) == set()


def test_a_tutor_is_one_of_an_edition(administrator, session, world: World) -> None:
    stranger = world.stranger.id
    assert give(administrator, stranger, "tutor").status_code == 422
    assert give(administrator, stranger, "tutor", edition="no-such").status_code == 422
    assert give(administrator, stranger, "tutor", edition=world.open.code).status_code == 303
    (held,) = queries.grants_of(session, stranger)
    assert held.edition_id == world.open.id


@pytest.mark.parametrize("role", ["participant", "visitor", "member", "king", ""])
def test_what_is_no_role_to_give_is_refused(administrator, world: World, role) -> None:
    assert give(administrator, world.stranger.id, role).status_code == 422


def test_nobody_raises_themselves(administrator, session, world: World) -> None:
    me = world.staff[Role.ADMINISTRATOR].id
    assert give(administrator, me, "approver").status_code == 409
    assert roles(session, me) == {Role.ADMINISTRATOR}


def test_nobody_takes_their_own_role_or_the_last_administrator_s(
    app: Flask, administrator, session, world: World
) -> None:
    me = world.staff[Role.ADMINISTRATOR].id
    (mine,) = queries.grants_of(session, me)
    path = f"/en/desk/people/{me}/roles/{mine.id}/withdraw"
    assert administrator.post(path, data=WHY).status_code == 409
    give(administrator, world.stranger.id, "administrator")
    other = sign_in(app, session, world.stranger)
    administrator.post(f"/en/desk/people/{world.stranger.id}/lock", data=as_shown(world.stranger))
    assert other.post(path, data=WHY).status_code == 401  # closed, and out at once
    assert roles(session, me) == {Role.ADMINISTRATOR}


def test_the_last_administrator_who_can_sign_in_stays() -> None:
    from learning.accounts.rules import RoleFault, may_withdraw  # noqa: PLC0415 named beside its use

    fault = may_withdraw(Role.ADMINISTRATOR, administrators=1, own=False)
    assert fault is RoleFault.LAST_ADMINISTRATOR
    assert may_withdraw(Role.ADMINISTRATOR, administrators=2, own=False) is None
    assert may_withdraw(Role.FINANCE, administrators=1, own=False) is None
    assert may_withdraw(Role.FINANCE, administrators=9, own=True) is RoleFault.OWN


def test_another_s_grant_cannot_be_taken_through_somebody_s_address(
    administrator, session, world: World
) -> None:
    (held,) = queries.grants_of(session, world.staff[Role.FINANCE].id)
    path = f"/en/desk/people/{world.stranger.id}/roles/{held.id}/withdraw"
    assert administrator.post(path, data=WHY).status_code == 404


def test_a_closed_account_is_out_at_once_and_can_be_opened(
    app: Flask, administrator, session, world: World
) -> None:
    awa = sign_in(app, session, world.awa)
    path = f"/en/desk/people/{world.awa.id}/lock"
    assert administrator.post(path, data=as_shown(world.awa)).status_code == 303
    assert awa.get("/en/this-week").status_code == 303
    session.expire_all()
    assert world.awa.locked_at is not None
    administrator.post(path, data=as_shown(world.awa) | {"open": "1"})
    session.expire_all()
    assert world.awa.locked_at is None
    me = world.staff[Role.ADMINISTRATOR].id
    assert administrator.post(f"/en/desk/people/{me}/lock", data=WHY).status_code == 409


def test_an_account_that_was_closed_anew_is_not_opened_from_an_older_page(
    administrator, session, world: World
) -> None:
    path, awa = f"/en/desk/people/{world.awa.id}/lock", world.awa
    administrator.post(path, data=as_shown(awa))
    session.expire_all()
    older = as_shown(awa) | {"open": "1", "reason": "Back from leave"}
    assert f'name="version" value="{older["version"]}"' in administrator.get(path[:-5]).text
    for more in ({"open": "1"}, {}):  # opened, and closed for another reason
        administrator.post(path, data=as_shown(awa) | more)
        session.expire_all()
    for version in (older["version"], "", "x"):
        late = administrator.post(path, data=older | {"version": version})
        assert late.status_code == 409
        assert "This account was changed meanwhile." in late.text
        assert 'id="why" name="reason" value="Back from leave"' in late.text
    session.expire_all()
    assert awa.locked_at is not None
    assert administrator.post(path, data=as_shown(awa) | {"open": "1"}).status_code == 303


def test_a_second_step_that_was_set_up_since_is_not_switched_off(
    administrator, session, world: World
) -> None:
    awa = world.awa
    awa.totp_secret = "JBSWY3DPEHPK3PXP"
    session.commit()
    path, older = f"/en/desk/people/{awa.id}/second-step", as_shown(awa)
    awa.credentials_version += 1
    session.commit()
    assert administrator.post(path, data=older).status_code == 409
    session.expire_all()
    assert awa.totp_secret is not None
    assert administrator.post(path, data=as_shown(awa)).status_code == 303
    session.expire_all()
    assert awa.totp_secret is None


def test_people_are_found_by_any_part_of_what_is_known(administrator, world: World) -> None:
    for asked in ("kone", "AWA", world.awa.email):
        shown = administrator.get("/en/desk/people/", query_string={"q": asked})
        assert "Awa Koné" in shown.text
        assert "Nobody Here" not in shown.text
    for asked in ("%", "_", "'; drop table people; --"):
        assert (
            "Awa Koné" not in administrator.get("/en/desk/people/", query_string={"q": asked}).text
        )


def test_nobody_is_lost_between_two_pages_even_among_namesakes(administrator, session) -> None:
    for number in range(queries.PAGE + 5):
        make_person(session, "Fatou Diop", email=f"fatou{number}@example.org")
    session.commit()
    first = queries.people(session, "fatou", after=None)
    second = queries.people(session, "fatou", after=first[-1].id)
    assert len({person.id for person in (*first, *second)}) == queries.PAGE + 5
    page = administrator.get("/en/desk/people/", query_string={"q": "fatou"}).text
    assert f"after={first[-1].id}" in page


def test_seeing_as_somebody_is_read_only_named_and_on_the_trail(
    app: Flask, administrator, session, world: World
) -> None:
    here = f"/fr/editions/{world.running.code}/lessons/m4-l1"
    begin = f"/en/desk/see-as/{world.awa.id}"
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
    assert administrator.get("/en/desk/people/").status_code == 404
    before = session.scalar(select(AuditRow.id).order_by(AuditRow.id.desc()))
    for path in (f"{here}/done", f"{here}/bookmark", f"{here}/notes/one-level-1"):
        assert administrator.post(path, data={"body": "x", "done": "1"}).status_code == 409
    assert administrator.post("/fr/account/sign-out").status_code == 404
    session.expire_all()
    assert session.scalar(select(AuditRow.id).order_by(AuditRow.id.desc())) == before
    began = last_row(session, "seen through")
    assert (began.actor, began.subject) == (
        world.staff[Role.ADMINISTRATOR].id, f"person {world.awa.id}",
    )  # fmt: skip
    assert administrator.post("/en/desk/see-as/stop").location == "/en/desk/"
    assert administrator.get("/en/desk/people/").status_code == 200
    assert last_row(session, "seen no more").actor == world.staff[Role.ADMINISTRATOR].id
    del app


def test_nobody_looks_through_an_administrator_s_eyes(administrator, world: World, session) -> None:
    give(administrator, world.stranger.id, "administrator")
    answer = administrator.post(f"/en/desk/see-as/{world.stranger.id}", data=WHY)
    assert answer.status_code == 409
    me = world.staff[Role.ADMINISTRATOR].id
    assert administrator.post(f"/en/desk/see-as/{me}", data=WHY).status_code == 404
    assert session.scalars(select(SignIn.seeing_as_id)).all().count(None) >= 1


def test_inviting_an_address_that_is_known_says_whose_it_is_and_changes_nothing(
    administrator, session, world: World
) -> None:
    form = {
        "name": "Somebody Else", "email": world.awa.email.upper(), "language": "en",
        "role": "auditor", "form_key": "k" * 20,
    }  # fmt: skip
    answer = administrator.post("/en/desk/people/invite", data=form | WHY)
    assert answer.status_code == 422
    assert "This address belongs to Awa Koné." in answer.text
    assert f"/en/desk/people/{world.awa.id}" in answer.text
    assert 'value="Somebody Else"' in answer.text
    assert roles(session, world.awa.id) == {Role.PARTICIPANT}


def test_a_role_that_nobody_chose_is_not_given(administrator, session, world: World) -> None:
    form = {"name": "New Person", "email": "new@example.org", "form_key": "k" * 20}
    answer = administrator.post("/en/desk/people/invite", data=form | WHY)
    assert answer.status_code == 422
    assert "Choose a role." in answer.text
    assert "Choose a language." in answer.text
    assert queries.person_by_email(session, "new@example.org") is None
    assert give(administrator, world.stranger.id, "").status_code == 422
    assert roles(session, world.stranger.id) == set()


def test_a_role_is_given_to_somebody_by_name(administrator, world: World) -> None:
    person = world.stranger
    assert give(administrator, person.id, "finance").status_code == 303
    page = administrator.get(f"/en/desk/people/{person.id}").text
    assert "Nobody Here has this role now: finance." in page

"""One administrator who can sign in stays, whichever command takes the others away."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.accounts import actions
from learning.accounts.actions import AccountDecision, RoleAssignment
from learning.accounts.models import Person, RoleGrant
from learning.accounts.rules import RoleProblem
from learning.kit.errors import RuleViolation
from tests.world import NOW, World, make_person

WHY = AccountDecision(by=None, why="a test")


def close(session: Session, person: Person) -> None:
    assert actions.close_account(session, person, WHY, reopen=False, now=NOW)


def revoke(session: Session, person: Person) -> None:
    held = RoleAssignment(person_id=person.id, role=Role.ADMINISTRATOR)
    actions.revoke_role(session, held, by=None, now=NOW)


def another_administrator(session: Session) -> Person:
    person = make_person(session, "Second Person")
    held = RoleAssignment(person_id=person.id, role=Role.ADMINISTRATOR)
    actions.grant_role(session, held, by=None, now=NOW)
    return person


def administrators_of(session: Session) -> set[int]:
    return set(
        session.scalars(select(RoleGrant.person_id).where(RoleGrant.role == Role.ADMINISTRATOR))
    )


@pytest.mark.parametrize("take_away", [close, revoke])
def test_the_last_administrator_stays_whatever_asks(
    session: Session, world: World, take_away: Callable[[Session, Person], None]
) -> None:
    first = world.staff[Role.ADMINISTRATOR]
    second = another_administrator(session)
    take_away(session, first)
    with pytest.raises(RuleViolation) as refused:
        take_away(session, second)
    assert refused.value.code is RoleProblem.LAST_ADMINISTRATOR
    assert second.id in administrators_of(session)
    assert second.closed_at is None


def test_the_role_of_a_closed_account_is_revoked_while_one_administrator_is_left(
    session: Session, world: World
) -> None:
    first = world.staff[Role.ADMINISTRATOR]
    second = another_administrator(session)
    close(session, first)
    revoke(session, first)
    assert administrators_of(session) == {second.id}


def test_an_account_that_changed_since_the_page_is_not_closed(
    session: Session, world: World
) -> None:
    seen = AccountDecision(by=None, why="a test", version=world.awa.credentials_version)
    assert actions.close_account(session, world.awa, seen, reopen=False, now=NOW)
    assert not actions.close_account(session, world.awa, seen, reopen=True, now=NOW)
    assert world.awa.closed_at == NOW

"""A place is confirmed by its money alone."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.admissions.commands import decisions
from learning.admissions.commands.transitions import TransitionRequest
from learning.admissions.rules.states import ApplicationEvent, ApplicationState
from learning.enrolment.rules import ActorRole
from learning.kit.errors import RuleViolation
from learning.kit.money import Money
from tests.admissions.factories import NOW, in_state
from tests.admissions.test_board import board_of
from tests.world import World, sign_in


def test_a_place_is_not_confirmed_by_the_word_of_staff(
    app: Flask, session: Session, world: World
) -> None:
    """Whatever reason a registrar gives, the fee is what counts; the page says so."""
    application = in_state(session, world, ApplicationState.ACCEPTED)
    for role in (ActorRole.REGISTRAR, ActorRole.FINANCE, ActorRole.SYSTEM):
        request = TransitionRequest(
            event=ApplicationEvent.ACTIVATE, actor_role=role, by=None, now=NOW, reason="payé"
        )
        with pytest.raises(RuleViolation):
            decisions.decide(session, application, request)
    registrar = sign_in(app, session, world.staff[Role.REGISTRAR])
    own = f"{board_of(world.open)}{application.reference}"
    page = registrar.get(own).text
    assert "La place est confirmée quand" in page
    for path in ("confirm/activate", "decide/activate"):
        assert registrar.get(f"{own}/{path}").status_code == 404


def test_a_place_that_costs_nothing_is_confirmed_at_once(session: Session, world: World) -> None:
    world.open.fee = Money(0, "EUR")
    application = in_state(session, world, ApplicationState.ACCEPTED)
    assert application.state is ApplicationState.ENROLLED

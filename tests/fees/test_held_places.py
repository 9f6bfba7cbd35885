"""A place does not lapse while its sponsor's promise of a purchase order holds it."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.admissions.commands import decisions
from learning.admissions.commands.transitions import TransitionRequest
from learning.admissions.models import Application, ApplicationTransition, Sponsorship
from learning.admissions.rules.answers import Funding
from learning.admissions.rules.states import ApplicationEvent, ApplicationState
from learning.catalogue.models import Edition
from learning.enrolment.rules import ActorRole
from learning.fees.commands.sponsor_billing import (
    BillingChange,
    give_order,
    lock_billing,
    promise_order,
)
from learning.fees.problems import LABELS, OrderProblem
from learning.kit.errors import RuleViolation
from learning.kit.i18n import i18n_for
from learning.mail.models import OutgoingEmail
from tests.admissions.factories import NOW
from tests.admissions.test_board import board_of
from tests.admissions.test_decision_pages import hidden
from tests.fees.sponsor_scenes import a_nominee, a_sponsor, accept
from tests.fees.test_own_fee_pages import plain
from tests.world import World, sign_in

HELD_FOR = timedelta(days=10)


def change(session: Session, sponsorship: Sponsorship) -> BillingChange:
    return BillingChange(version=lock_billing(session, sponsorship).version, by=None, now=NOW)


@pytest.fixture
def sponsorship(session: Session, world: World) -> Sponsorship:
    """Return a sponsor that has promised its order for ten days from now."""
    sponsorship, _ = a_sponsor(session, world, share=60)
    promise_order(session, sponsorship, NOW.date() + HELD_FOR, change(session, sponsorship))
    return sponsorship


@pytest.fixture
def place(session: Session, world: World, sponsorship: Sponsorship) -> Application:
    application = a_nominee(session, world, sponsorship)
    accept(session, world, application)
    session.commit()
    return application


def lapse(
    session: Session,
    application: Application,
    *,
    role: ActorRole = ActorRole.FINANCE,
    after=HELD_FOR,
) -> None:
    request = TransitionRequest(
        event=ApplicationEvent.LAPSE, actor_role=role, by=None, now=NOW + after, reason="rien reçu"
    )
    decisions.decide(session, application, request)


def rows(session: Session) -> tuple[int, ...]:
    """Return how many transitions and e-mails there are."""
    tables = (ApplicationTransition, OutgoingEmail)
    return tuple(session.scalars(select(func.count()).select_from(each)).one() for each in tables)


@pytest.mark.parametrize("role", [ActorRole.REGISTRAR, ActorRole.FINANCE, ActorRole.SYSTEM])
def test_a_held_place_does_not_lapse_through_its_last_day(
    session: Session, place: Application, role: ActorRole
) -> None:
    before = rows(session)
    for after in (timedelta(0), HELD_FOR):
        with pytest.raises(RuleViolation) as refused:
            lapse(session, place, role=role, after=after)
        assert refused.value.code is OrderProblem.HELD
    session.rollback()
    assert (place.state, rows(session)) == (ApplicationState.ACCEPTED, before)


def test_it_lapses_the_day_after(session: Session, place: Application) -> None:
    lapse(session, place, after=HELD_FOR + timedelta(days=1))
    assert place.state is ApplicationState.LAPSED


def test_the_last_day_is_that_of_the_edition(session: Session, place: Application) -> None:
    edition = session.get_one(Edition, place.edition_id)
    next_day = (HELD_FOR + timedelta(days=1)).days
    midnight = NOW.replace(hour=0, minute=30) + timedelta(days=next_day)
    edition.zone = "America/Lima"  # there it is the evening before
    with pytest.raises(RuleViolation):
        lapse(session, place, after=midnight - NOW)
    edition.zone = "UTC"
    lapse(session, place, after=midnight - NOW)
    assert place.state is ApplicationState.LAPSED


def test_an_order_that_has_come_holds_nothing(
    session: Session, place: Application, sponsorship: Sponsorship
) -> None:
    give_order(session, sponsorship, "PO-4711", change(session, sponsorship))
    lapse(session, place, after=timedelta(0))
    assert place.state is ApplicationState.LAPSED


def test_a_place_that_the_sponsor_does_not_pay_is_not_held(
    session: Session, place: Application
) -> None:
    place.funding = Funding.SELF
    lapse(session, place, after=timedelta(0))
    assert place.state is ApplicationState.LAPSED


def test_the_promise_of_another_sponsor_holds_nothing(
    session: Session, world: World, place: Application
) -> None:
    other, _ = a_sponsor(session, world)
    application = a_nominee(session, world, other)
    accept(session, world, application)
    lapse(session, application, after=timedelta(0))
    assert (application.state, place.state) == (ApplicationState.LAPSED, ApplicationState.ACCEPTED)


def test_a_waiting_list_has_no_place_to_hold(
    session: Session, world: World, sponsorship: Sponsorship
) -> None:
    application = a_nominee(session, world, sponsorship, ApplicationState.WAITLISTED)
    lapse(session, application, after=timedelta(0))
    assert application.state is ApplicationState.LAPSED


@pytest.mark.parametrize(
    ("role", "path"),
    [(Role.FINANCE, "confirm/lapse"), (Role.REGISTRAR, "decide/lapse")],
)
def test_the_page_says_why(
    app, session: Session, world: World, place: Application, role: Role, path: str
) -> None:
    client = sign_in(app, session, world.staff[role])
    address = f"{board_of(world.open)}{place.reference}/{path}"
    data = {"version": hidden(client.get(address).text, "version")[0], "reason": "rien reçu"}
    answer = client.post(address, data=data)
    assert answer.status_code == 409
    assert "L’institution de parrainage a annoncé son bon de commande" in plain(answer.text)
    session.expire_all()
    assert place.state is ApplicationState.ACCEPTED


@pytest.mark.parametrize(
    ("language", "word"), [("en", "promised"), ("fr", "annoncé"), ("es", "ha anunciado")]
)
def test_it_is_said_in_three_languages(language: str, word: str) -> None:
    sentence = LABELS[OrderProblem, ""][OrderProblem.HELD]
    assert word in i18n_for(language).gettext(sentence)

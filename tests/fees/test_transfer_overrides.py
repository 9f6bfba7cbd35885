"""A late transfer or substitution takes two people, and costs something later."""

import io
import itertools
from datetime import date, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.admissions.commands.overrides import (
    NewOverride,
    OverrideDecision,
    decide_override,
    propose_override,
)
from learning.admissions.models import Application
from learning.admissions.override_models import TransferOverride
from learning.admissions.queries.agreements import agreement_of
from learning.admissions.queries.overrides import override_cost
from learning.admissions.queries.terms import terms_of
from learning.admissions.rules.stages import Stage
from learning.admissions.rules.states import ApplicationState
from learning.catalogue.models import Edition, EditionStatus
from learning.files.models import FileState, StoredFile
from learning.files.rules import FileKind
from learning.kit.errors import RuleViolation
from learning.kit.money import Money
from tests.admissions.factories import NOW, in_state, stage_of
from tests.admissions.test_decision_pages import address_of
from tests.admissions.test_own_applications import browser_of
from tests.fees.places import a_place, account_for, cancel, check_money, gross_of, pay, transfer
from tests.fees.test_cancel_own_place import noon
from tests.fees.test_transfer_costs import hidden, plain
from tests.files.samples import PDF
from tests.world import World, make_edition, sign_in

FEE = 98000
NUMBERS = itertools.count(1)
DAY = timedelta(days=1)


@pytest.fixture
def later(session: Session, world: World) -> Edition:
    return make_edition(session, f"{world.open.code}-later", -90, EditionStatus.OPEN)


def a_stored_file(session: Session, purpose: str) -> StoredFile:
    """Return a file that was sent: its row alone."""
    name = f"document {next(NUMBERS)}"
    file = StoredFile(
        purpose=purpose, slug=name, key=name, name=name, kind=FileKind.PDF, size=1, sha256="0",
        state=FileState.CLEAN, owner_id=None, created_at=NOW,
    )  # fmt: skip
    session.add(file)
    session.flush()
    return file


def days_before(world: World, days: int) -> date:
    return world.open.starts_on - days * DAY


def proposed(
    session: Session, world: World, application: Application, goal: Edition | Application, day: date
) -> TransferOverride:
    new = NewOverride(
        goal=goal,
        received_on=day,
        reason="Visa refusé",
        file_id=a_stored_file(session, "override_document").id,
        by=world.staff[Role.REGISTRAR].id,
        now=noon(day),
    )
    return propose_override(session, application, new)


def decided(session: Session, world: World, override: TransferOverride, day: date, **more) -> None:
    values = {"approved": True, "by": world.staff[Role.APPROVER].id, "now": noon(day)} | more
    decide_override(session, override, OverrideDecision(**values))


def floor_of(session: Session, application: Application) -> int:
    agreement = agreement_of(session, application)
    assert agreement is not None
    return agreement.penalty_floor


def moved_of(session: Session, old: Application) -> Application:
    found = select(Application).where(Application.transferred_from_id == old.id)
    return session.scalars(found).one()


@pytest.mark.parametrize(
    ("days", "floor", "refunded"), [(13, 50, 49000), (8, 50, 49000), (7, 100, 0), (0, 100, 0)]
)
def test_a_late_transfer_sets_a_floor_under_every_later_cancellation(
    session: Session, world: World, later: Edition, days: int, floor: int, refunded: int
) -> None:
    day = days_before(world, days)
    old = a_place(session, world)
    pay(session, old, FEE)
    override = proposed(session, world, old, later, day)
    assert stage_of(session, old) is Stage.ENROLLED, "so far it is a proposal"
    cost = override_cost(session, override, old)
    assert cost.penalty_floor == floor
    decided(session, world, override, day, cost_key=cost.key, version=0)
    new = moved_of(session, old)
    assert (stage_of(session, old), new.state) == (
        Stage.TRANSFERRED_OUT,
        ApplicationState.ENROLLED,
    )
    assert floor_of(session, new) == floor
    assert terms_of(session, new, later).window(day).percent == floor
    cancel(session, world, new, now=noon(day), received_on=day)
    assert gross_of(session, account_for(session, new)) == ([refunded] if refunded else [])
    check_money(session)


def test_a_floor_stays_after_the_next_transfer_and_a_substitution(
    session: Session, world: World, later: Edition
) -> None:
    day = days_before(world, 10)
    old = a_place(session, world)
    pay(session, old, FEE)
    decided(session, world, proposed(session, world, old, later, day), day)
    far = make_edition(session, f"{later.code}-far", -200, EditionStatus.OPEN)
    new = transfer(session, world, moved_of(session, old), far, now=noon(day))
    assert floor_of(session, new) == 50
    successor = in_state(session, world, ApplicationState.UNDER_REVIEW, edition=far)
    late = far.starts_on - 3 * DAY
    decided(session, world, proposed(session, world, new, successor, late), late)
    assert floor_of(session, successor) == 100
    assert successor.state is ApplicationState.ENROLLED
    check_money(session)


@pytest.mark.parametrize("approved", [True, False])
def test_two_people_decide_once(
    session: Session, world: World, later: Edition, approved: bool
) -> None:
    day = days_before(world, 10)
    old = a_place(session, world)
    override = proposed(session, world, old, later, day)
    for by, code in (
        (world.staff[Role.REGISTRAR].id, "same_person"),
        (old.person_id, "own_place"),
    ):
        with pytest.raises(RuleViolation) as refused:
            decided(session, world, override, day, by=by)
        assert refused.value.code == code
    with pytest.raises(RuleViolation) as refused:
        proposed(session, world, old, later, day)
    assert refused.value.code == "waits"
    with pytest.raises(RuleViolation) as refused:
        decided(session, world, override, day, approved=False, version=7)
    assert refused.value.code == "decided"
    decided(session, world, override, day, approved=approved)
    expected = Stage.TRANSFERRED_OUT if approved else Stage.ACCEPTED
    assert stage_of(session, old) is expected
    with pytest.raises(RuleViolation) as refused:
        decided(session, world, override, day)
    assert refused.value.code == "decided"


def test_another_price_is_read_first(session: Session, world: World, later: Edition) -> None:
    day = days_before(world, 10)
    old = a_place(session, world)
    override = proposed(session, world, old, later, day)
    key = override_cost(session, override, old).key
    later.fee = Money(120000, "EUR")
    with pytest.raises(RuleViolation) as refused:
        decided(session, world, override, day, cost_key=key)
    assert refused.value.code == "other_price"


def test_a_notice_in_time_needs_nobody(session: Session, world: World, later: Edition) -> None:
    day = days_before(world, 14)
    with pytest.raises(RuleViolation) as refused:
        proposed(session, world, a_place(session, world), later, day)
    assert refused.value.code == "in_time"


def test_the_database_wants_two_people(session: Session, world: World, later: Edition) -> None:
    day = days_before(world, 10)
    override = proposed(session, world, a_place(session, world), later, day)
    override.decided_by_id, override.decided_at = override.proposed_by_id, NOW
    override.approved = True
    with pytest.raises(DatabaseError, match="two_people"):
        session.flush()
    session.rollback()


def test_it_is_proposed_and_approved_on_pages(
    app: Flask, session: Session, world: World, later: Edition
) -> None:
    old = a_place(session, world)
    pay(session, old, FEE)
    session.commit()
    day = days_before(world, 10)
    with time_machine.travel(noon(day), tick=False):
        registrar = sign_in(app, session, world.staff[Role.REGISTRAR])
        address = address_of(world, old, "transfers/transfer/override")
        assert address in registrar.get(address_of(world, old, "transfers/transfer")).text
        form = form_of(registrar, address) | {"to": later.code, "received_on": day.isoformat()}
        missing = registrar.post(address, data=form | {"reason": ""})
        assert missing.status_code == 422
        assert "Joignez le document" in plain(missing.text)
        pdf = (io.BytesIO(PDF), "visa.pdf")
        done = registrar.post(
            address,
            data=form | {"reason": "Visa refusé", "document": pdf},
            content_type="multipart/form-data",
        )
        assert done.status_code == 303, plain(done.text)
        own = plain(registrar.get(done.location).text)
        assert "Visa refusé" in own
        assert "Approuver et exécuter" not in own
        _read_by_its_person(app, session, old)
        approver = sign_in(app, session, world.staff[Role.APPROVER])
        assert done.location in approver.get("/fr/staff/overrides/").text
        page = approver.get(done.location).text
        assert "au moins 50 %" in plain(page)
        assert approver.get(f"{done.location}/document").status_code == 200
        form = form_of(approver, done.location) | {"cost": hidden(page, "cost")}
        assert registrar.post(done.location, data=form | {"decision": "approve"}).status_code == 404
        assert approver.post(done.location, data=form).status_code == 422
        approved = approver.post(done.location, data=form | {"decision": "approve"})
        assert approved.status_code == 303, plain(approved.text)
    session.expire_all()
    assert stage_of(session, old) is Stage.TRANSFERRED_OUT
    quote = f"/fr/applications/{moved_of(session, old).reference}/fee/cancel"
    with time_machine.travel(noon(day), tick=False):
        page = plain(browser_of(app, session, moved_of(session, old)).get(quote).text)
    assert "490,00" in page
    assert "Aujourd’hui : remboursement de 490,00 EUR" in page


def _read_by_its_person(app: Flask, session: Session, application: Application) -> None:
    """Check that the person reads what it will cost later, before it is approved."""
    address = f"/fr/applications/{application.reference}/fee/transfer"
    page = plain(browser_of(app, session, application).get(address).text)
    assert "a proposé une exception" in page
    assert "au moins 50 %" in page


def form_of(client: FlaskClient, address: str) -> dict[str, str]:
    page = client.get(address)
    assert page.status_code == 200
    names = ("version", "idempotency_key")
    return {name: hidden(page.text, name) for name in names if f'name="{name}"' in page.text}


def test_only_finance_and_registrars_read_the_document(
    app: Flask, session: Session, world: World, later: Edition
) -> None:
    override = proposed(session, world, a_place(session, world), later, days_before(world, 10))
    session.commit()
    for role, status in ((Role.AUDITOR, 200), (Role.EXPERT, 404), (Role.TUTOR, 404)):
        client = sign_in(app, session, world.staff[role])
        assert client.get(f"/fr/staff/overrides/{override.uid}").status_code == status
    assert session.get(StoredFile, override.file_id) is not None
    auditor = sign_in(app, session, world.staff[Role.AUDITOR])
    assert auditor.get("/fr/staff/overrides/nowhere").status_code == 404

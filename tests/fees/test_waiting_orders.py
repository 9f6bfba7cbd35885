"""The queue of sponsors: an order that is late, places that wait for one invoice."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from learning.admissions.models import Sponsorship
from learning.catalogue.models import Edition
from learning.extension_points.waiting import WaitingKind, WaitingRequest
from learning.fees.commands.joint_invoices import issue_joint_invoice
from learning.fees.commands.sponsor_billing import BillingChange, choose_invoices, give_order
from learning.fees.commands.sponsor_quotes import NewQuote, issue_quote
from learning.fees.queries.overview import first_uninvoiced
from learning.fees.queries.sponsor_quotes import billing_of
from learning.fees.quote_models import SponsorBilling
from learning.fees.waiting_orders import KINDS
from learning.kit.i18n import I18n
from tests.admissions.factories import NOW
from tests.fees.sponsor_scenes import waiting_accounts
from tests.world import World

LATE, JOINT = KINDS
TODAY = NOW.date()


@pytest.fixture
def sponsorship(session: Session, world: World) -> Sponsorship:
    """Return a sponsor of two accepted nominees that has said nothing about an order."""
    return waiting_accounts(session, world, 2)[0]


def waits(session: Session, kind: WaitingKind, now: datetime = NOW) -> int:
    session.flush()
    request = WaitingRequest(editions=None, i18n=I18n("fr"), now=now, limit=5)
    rows = kind.provider(session, request)
    assert sum(group.count for group in kind.summary(session, request)) == rows.total
    return rows.total


def queues(session: Session, now: datetime = NOW) -> tuple[int, int, int]:
    """Return how many are late, are to be invoiced jointly, and are to be invoiced singly."""
    single = first_uninvoiced(session, limit=1)[1]
    return waits(session, LATE, now), waits(session, JOINT, now), single


def billing(session: Session, sponsorship: Sponsorship) -> SponsorBilling:
    found = billing_of(session, sponsorship.id)
    assert found
    return found


def change(session: Session, sponsorship: Sponsorship, now: datetime = NOW) -> BillingChange:
    return BillingChange(version=billing(session, sponsorship).version, by=None, now=now)


def test_two_places_of_a_sponsor_are_one_row(session: Session, sponsorship: Sponsorship) -> None:
    assert queues(session) == (0, 1, 0)
    issue_joint_invoice(session, sponsorship, by=None, now=NOW)
    assert queues(session) == (0, 0, 0)


@pytest.mark.parametrize(("days", "late"), [(-1, 1), (0, 0), (10, 0)])
def test_a_promise_waits_until_its_day_has_passed(
    session: Session, sponsorship: Sponsorship, days: int, late: int
) -> None:
    billing(session, sponsorship).po_promised_until = TODAY + timedelta(days=days)
    assert queues(session) == (late, 0, 0)


def test_the_day_is_that_of_the_edition(session: Session, sponsorship: Sponsorship) -> None:
    billing(session, sponsorship).po_promised_until = TODAY
    midnight = NOW.replace(hour=0, minute=30) + timedelta(days=1)
    edition = session.get_one(Edition, sponsorship.edition_id)
    for zone, late in (("America/Lima", 0), ("UTC", 1)):
        edition.zone = zone
        assert waits(session, LATE, midnight) == late


def test_an_order_makes_the_places_ready(session: Session, sponsorship: Sponsorship) -> None:
    billing(session, sponsorship).po_promised_until = TODAY - timedelta(days=1)
    session.flush()
    came = NOW + timedelta(hours=3)
    give_order(session, sponsorship, "PO-4711", change(session, sponsorship, came))
    assert queues(session, came) == (0, 1, 0)
    request = WaitingRequest(editions=None, i18n=I18n("fr"), now=came, limit=5)
    (row,) = JOINT.provider(session, request).rows
    assert (row.subject, row.since) == ("Ministère du Travail", came)


def test_a_valid_quote_waits_for_the_sponsor(session: Session, sponsorship: Sponsorship) -> None:
    quote = issue_quote(session, sponsorship, NewQuote(by=None, now=NOW))
    assert queues(session) == (0, 0, 0)
    expired = NOW + timedelta(days=(quote.valid_until - TODAY).days + 1)
    assert queues(session, expired) == (0, 1, 0)
    quote.withdrawn_at = NOW
    assert queues(session) == (0, 1, 0)


def test_separate_invoices_are_the_other_queue(session: Session, sponsorship: Sponsorship) -> None:
    choose_invoices(session, sponsorship, change(session, sponsorship), is_joint=False)
    assert queues(session) == (0, 0, 2)


def test_an_invoiced_place_is_not_late(session: Session, sponsorship: Sponsorship) -> None:
    billing(session, sponsorship).po_promised_until = date(2026, 1, 1)
    assert waits(session, LATE) == 1
    issue_joint_invoice(session, sponsorship, by=None, now=NOW)
    assert queues(session) == (0, 0, 0)

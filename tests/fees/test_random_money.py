"""Whatever is done with a place and its money, in any order: the books are right."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from learning.admissions.commands import decisions, transfers
from learning.admissions.models import Application
from learning.admissions.rules.answers import Funding
from learning.admissions.rules.states import ApplicationEvent
from learning.catalogue.models import Edition, EditionStatus
from learning.fees.commands.invoicing import issue_invoices
from learning.fees.commands.payments import reverse_payment
from learning.fees.commands.refunds import NewRefund, draft_refund
from learning.fees.models import Payer
from learning.fees.queries.accounts import account_of, latest_agreement_of, lock_account
from learning.fees.queries.balances import payments_of
from learning.fees.rules.refunds import RefundSource
from learning.kit.errors import RuleViolation
from learning.kit.money import Money
from tests.admissions.factories import NOW, a_draft, act
from tests.fees.places import cancel, check_money, pay, request_of, transfer
from tests.fees.scenes import the_centre
from tests.world import World, make_edition

AMOUNTS = (1, 33333, 49000, 98000, 100000)
E = ApplicationEvent
ACCEPTANCE = (E.SUBMIT, E.START_REVIEW, E.ACCEPT)
Action = Callable[[Session, World, "Walk", int], None]


class Walk:
    """A place on its way: the application that has it now, and the editions that it may be in."""

    def __init__(self, session: Session, world: World, sponsor_percent: int) -> None:
        self.editions = [
            world.open,
            make_edition(session, "money-dear", -30, EditionStatus.OPEN),
            make_edition(session, "money-cheap", -40, EditionStatus.OPEN),
        ]
        self.editions[1].fee = Money(120001, "EUR")
        self.editions[2].fee = Money(79999, "EUR")
        self.application = self.accepted(session, world, world.open, sponsor_percent)
        self.sponsor_percent = sponsor_percent

    @staticmethod
    def accepted(
        session: Session, world: World, edition: Edition, sponsor_percent: int
    ) -> Application:
        application = Walk.under_review(session, world, edition)
        if sponsor_percent:
            application.funding = Funding.SPONSOR if sponsor_percent == 100 else Funding.MIXED
            application.sponsor_share = sponsor_percent
        act(session, world, application, E.ACCEPT)
        return application

    @staticmethod
    def under_review(session: Session, world: World, edition: Edition) -> Application:
        application = a_draft(session, world, edition=edition)
        for event in ACCEPTANCE[:-1]:
            act(session, world, application, event)
        return application


def _pay(session: Session, _world: World, walk: Walk, number: int) -> None:
    if account_of(session, walk.application.id) is not None:
        payer = Payer.SPONSOR if number % 2 and walk.sponsor_percent else Payer.PARTICIPANT
        pay(session, walk.application, AMOUNTS[number % len(AMOUNTS)], payer)


def _reverse(session: Session, _world: World, walk: Walk, number: int) -> None:
    account = account_of(session, walk.application.id)
    if account is None:
        return
    lock_account(session, account.id)
    own = [each for each in payments_of(session, [account.id]) if each.reversed_at is None]
    if own:
        payment = own[number % len(own)]
        reverse_payment(session, payment, booked_on=NOW.date(), by=None, now=NOW)


def _cancel(session: Session, world: World, walk: Walk, number: int) -> None:
    edition = session.get_one(Edition, walk.application.edition_id)
    ahead = edition.starts_on - NOW.date() - timedelta(days=number)
    cancel(session, world, walk.application, now=NOW + ahead)


def _cancel_edition(session: Session, world: World, walk: Walk, _number: int) -> None:

    request = request_of(world, E.CANCEL_EDITION, actor_role="approver")
    decisions.execute(session, walk.application, request, frozenset())


def _transfer(session: Session, world: World, walk: Walk, number: int) -> None:
    target = walk.editions[number % len(walk.editions)]
    walk.application = transfer(session, world, walk.application, target)


def _substitute(session: Session, world: World, walk: Walk, _number: int) -> None:

    edition = session.get_one(Edition, walk.application.edition_id)
    successor = walk.under_review(session, world, edition)
    request = request_of(world, E.SUBSTITUTE)
    transfers.substitute(session, walk.application, successor, request)
    walk.application = successor


def _lapse(session: Session, world: World, walk: Walk, _number: int) -> None:
    act(session, world, walk.application, E.LAPSE)


def _accept_again(session: Session, world: World, walk: Walk, _number: int) -> None:
    for event in (E.REOPEN, E.ACCEPT):
        act(session, world, walk.application, event)


def _refund(session: Session, _world: World, walk: Walk, number: int) -> None:
    """Refund a credit, as finance does on request."""
    account = account_of(session, walk.application.id)
    if account is None:
        return
    account = lock_account(session, account.id)
    for payment in payments_of(session, [account.id]):
        if payment.reversed_at is None:
            gross = Money(min(AMOUNTS[number % len(AMOUNTS)], payment.amount.minor), "EUR")
            new = NewRefund(payment=payment, gross=gross, source=RefundSource.OVERPAYMENT)
            draft_refund(session, account, new, now=NOW)
            return


def _invoice_again(session: Session, _world: World, walk: Walk, _number: int) -> None:
    """Issue what is not issued: nothing, where the place has its invoices."""
    account = account_of(session, walk.application.id)
    if account is not None and walk.application.state in {"accepted", "enrolled"}:
        agreement = latest_agreement_of(session, lock_account(session, account.id))
        issue_invoices(session, account, agreement, now=NOW)


ACTIONS: tuple[Action, ...] = (
    _pay, _pay, _pay, _reverse, _cancel, _cancel_edition, _transfer, _transfer, _substitute,
    _lapse, _accept_again, _refund, _invoice_again,
)  # fmt: skip


@contextmanager
def undone(session: Session) -> Iterator[None]:
    """Undo whatever is done, so that the next walk begins where this one began."""
    outer = session.begin_nested()
    known = set(session.identity_map.keys())
    try:
        yield
    finally:
        if outer.is_active:
            outer.rollback()
        else:
            session.rollback()
        for key in set(session.identity_map.keys()) - known:
            session.expunge(session.identity_map[key])  # the next walk has the same ids


@settings(
    max_examples=25,
    phases=[Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.sampled_from((0, 33, 100)),
    st.lists(st.tuples(st.sampled_from(ACTIONS), st.integers(0, 20)), min_size=5, max_size=25),
)
def test_any_order_keeps_the_books(
    session: Session, world: World, sponsor_percent: int, steps: list[tuple[Action, int]]
) -> None:
    with undone(session):
        the_centre(session)
        walk = Walk(session, world, sponsor_percent)
        for action, number in steps:
            before = walk.application
            try:
                with session.begin_nested():
                    action(session, world, walk, number)
            except RuleViolation:
                walk.application = before
                session.expire_all()
            check_money(session)

"""Places with real money: accepted with invoices, paid, cancelled, transferred, substituted.

Unlike `scenes`, everything goes through the commands, and is posted in the ledger.
"""

import itertools
import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.admissions.commands import decisions, transfers
from learning.admissions.commands.transitions import TransitionRequest
from learning.admissions.models import Application
from learning.admissions.rules.states import ApplicationEvent, ApplicationState
from learning.catalogue.models import Edition
from learning.enrolment.rules import ActorRole
from learning.fees.commands.payments import NewPayment, record_payment
from learning.fees.invoice_models import Invoice, InvoiceKind
from learning.fees.models import FeeAccount, Payer
from learning.fees.payment_models import Payment, PaymentAllocation, PaymentMethod
from learning.fees.queries.accounts import account_of, lock_account
from learning.fees.queries.balances import balance_of, invoices_of, payments_of
from learning.fees.refund_models import Refund
from learning.fees.rules.refunds import RefundState
from learning.kit.money import Money
from learning.ledger.models import LedgerAccount
from learning.ledger.queries import balance, trial_balance
from tests.admissions.factories import NOW, in_state
from tests.fees.scenes import OTHER_IBAN, accepted, the_centre
from tests.world import World

KEYS = itertools.count(1)
NOT_POSTED = frozenset(
    {RefundState.DRAFT, RefundState.PENDING_APPROVAL, RefundState.CANCELLED, RefundState.RETURNED}
)
"""Refunds that the ledger does not have among the receivables."""


def a_place(session: Session, world: World, *, sponsor_percent: int = 0, **columns) -> Application:
    """Return an accepted application with its account and invoices."""
    return accepted(session, world, sponsor_percent=sponsor_percent, invoiced=True, **columns)


def account_for(session: Session, application: Application) -> FeeAccount:
    account = account_of(session, application.id)
    assert account is not None
    return account


def pay(
    session: Session,
    application: Application,
    minor: int,
    payer: Payer = Payer.PARTICIPANT,
    received_on: date | None = None,
) -> Payment:
    """Record a payment of finance for a place."""
    account = lock_account(session, account_for(session, application).id)
    new = NewPayment(
        payer=payer,
        method=PaymentMethod.MANUAL,
        source_key=f"place {os.getpid()} {next(KEYS)}",
        amount=Money(minor, "EUR"),
        received_on=received_on or NOW.date(),
        payer_name="Awa Koné",
        payer_iban=OTHER_IBAN,
        note="",
        bank_entry_id=None,
        by=None,
        now=NOW,
    )
    return record_payment(session, account, new)


def request_of(world: World, event: ApplicationEvent, **more) -> TransitionRequest:
    request = TransitionRequest(
        event=event,
        actor_role=ActorRole.REGISTRAR,
        by=world.staff[Role.REGISTRAR].id,
        now=NOW,
        reason="because",
    )
    return replace(request, **more)


def cancel(session: Session, world: World, application: Application, **more) -> None:
    """Cancel a place by the registrar; `now` and `received_on` as in a request."""
    decisions.decide(session, application, request_of(world, ApplicationEvent.CANCEL, **more))


def transfer(
    session: Session, world: World, application: Application, target: Edition, **more
) -> Application:
    request = request_of(world, ApplicationEvent.TRANSFER, **more)
    return transfers.transfer(session, application, target, request)


def substitute(session: Session, world: World, application: Application, **more) -> Application:
    """Give a place to another person, and return their application."""
    the_centre(session)
    edition = session.get_one(Edition, application.edition_id)
    successor = in_state(session, world, ApplicationState.UNDER_REVIEW, edition=edition)
    request = request_of(world, ApplicationEvent.SUBSTITUTE, **more)
    transfers.substitute(session, application, successor, request)
    return successor


def documents_of(session: Session, account: FeeAccount) -> list[tuple[InvoiceKind, Payer, int]]:
    rows = select(Invoice).where(Invoice.fee_account_id == account.id).order_by(Invoice.id)
    return [(each.kind, each.payer, each.total.minor) for each in session.scalars(rows)]


def refunds_of(session: Session, account: FeeAccount) -> Sequence[Refund]:
    rows = select(Refund).where(Refund.fee_account_id == account.id).order_by(Refund.id)
    return session.scalars(rows).all()


def gross_of(session: Session, account: FeeAccount) -> list[int]:
    return [each.gross.minor for each in refunds_of(session, account)]


def check_money(session: Session) -> None:
    """Check what holds about every account and the ledger, whatever was done."""
    session.flush()
    assert sum(each.balance.minor for each in trial_balance(session)) == 0
    for account in session.scalars(select(FeeAccount)):
        _check_account(session, account)


def _check_account(session: Session, account: FeeAccount) -> None:
    found, payments = balance_of(session, account), payments_of(session, [account.id])
    own = {each.id: each for each in payments}
    refunds = refunds_of(session, account)
    for payer in Payer:
        of_payer = found.of(payer)
        assert 0 <= of_payer.refunded.minor <= of_payer.received.minor, "at most their own"
    for refund in refunds:
        assert refund.payment_id in own, "to the person who paid"
    reserved = sum(
        each.gross.minor for each in refunds if each.state in NOT_POSTED - {RefundState.CANCELLED}
    )
    owed = sum(each.balance.minor for each in found.by_payer.values()) - reserved
    posted = balance(session, LedgerAccount.RECEIVABLES, f"account {account.id}")
    assert posted.minor == owed, "receivables are the balances"
    _check_allocations(session, account, own)


def _check_allocations(session: Session, account: FeeAccount, own: dict[int, Payment]) -> None:
    for each in invoices_of(session, [account.id]):
        assert 0 <= each.paid.minor <= each.invoice.total.minor
        if each.is_credited:
            assert each.paid.minor == 0, "nothing pays for what is credited"
    sums = session.execute(
        select(PaymentAllocation.payment_id, func.sum(PaymentAllocation.__table__.c.amount_minor))
        .where(PaymentAllocation.payment_id.in_(own))
        .group_by(PaymentAllocation.payment_id)
    )
    for payment_id, minor in sums:
        payment = own[payment_id]
        assert payment.reversed_at is None
        assert minor <= payment.amount.minor - payment.refunded_minor

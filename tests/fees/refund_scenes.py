"""Builders of refunds in each state, for tests."""

from datetime import timedelta

from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.fees.commands import refund_approval, refund_export, refunds
from learning.fees.commands.refund_export import ExportRequest
from learning.fees.commands.refund_steps import RefundAction
from learning.fees.commands.refunds import NewRefund, Settlement
from learning.fees.models import FeeAccount
from learning.fees.payment_models import Payment
from learning.fees.queries.refund_files import next_refunds
from learning.fees.refund_accounts import PURPOSE
from learning.fees.refund_models import BatchKind, Refund, RefundBatch
from learning.fees.rules.refund_digest import PayeeAccount
from learning.fees.rules.refunds import RefundSource, RefundState
from learning.kit.encryption import Cipher
from learning.kit.i18n import I18n
from learning.kit.money import Money
from tests.admissions.factories import NOW
from tests.fees.scenes import a_payment_row, an_account
from tests.world import World

CIPHER = Cipher("only for tests", PURPOSE)
WITHIN = PayeeAccount(
    holder_name="Awa Koné", iban="DE89370400440532013000", bank_country="DE", bic=""
)
OUTSIDE = PayeeAccount(
    holder_name="Awa Koné", account_number="01234567890", bic="ECOCCIAB", bank_country="CI"
)


def by(world: World, role: Role, **more: object) -> RefundAction:
    return RefundAction(by=world.staff[role].id, now=NOW, **more)  # type: ignore[arg-type]


def finance(world: World, **more: object) -> RefundAction:
    return by(world, Role.FINANCE, **more)


def approver(world: World, **more: object) -> RefundAction:
    return by(world, Role.APPROVER, **more)


def a_payment(session: Session, world: World, minor: int = 98000) -> tuple[FeeAccount, Payment]:
    account = an_account(session, world)
    return account, a_payment_row(session, account, minor)


def a_draft(
    session: Session,
    world: World,
    minor: int = 49000,
    source: RefundSource = RefundSource.CANCELLATION,
) -> Refund:
    account, payment = a_payment(session, world)
    new = NewRefund(payment=payment, gross=Money(minor, "EUR"), source=source)
    refund = refunds.draft_refund(session, account, new, now=NOW)
    session.commit()
    return refund


def prepare(session: Session, world: World, refund: Refund, account: PayeeAccount = WITHIN) -> None:
    refund_approval.prepare_refund(session, refund, account, CIPHER, finance(world))
    session.commit()


def approve(session: Session, world: World, refund: Refund) -> None:
    refund_approval.approve_refund(session, refund, refund.digest, CIPHER, approver(world))
    session.commit()


def export(
    session: Session, world: World, kind: BatchKind = BatchKind.PAIN001, seen: object = None
) -> RefundBatch:
    uids = [each.uid for each in next_refunds(session, kind)] if seen is None else seen
    request = ExportRequest(kind=kind, seen=uids, i18n=I18n("en"))  # type: ignore[arg-type]
    batch = refund_export.export_batch(session, request, CIPHER, finance(world))
    session.commit()
    return batch


def settle(session: Session, world: World, refund: Refund) -> None:
    refunds.settle_refund(session, refund, Settlement(action=finance(world)))
    session.commit()


def refund_in(session: Session, world: World, state: RefundState) -> Refund:
    """Return a refund of 490 EUR in a state."""
    refund = a_draft(session, world)
    if state is RefundState.DRAFT:
        return refund
    if state is RefundState.CANCELLED:
        refunds.cancel_refund(session, refund, finance(world, reason="A mistake."))
        return refund
    prepare(session, world, refund)
    if state is RefundState.PENDING_APPROVAL:
        return refund
    approve(session, world, refund)
    if state is RefundState.APPROVED:
        return refund
    export(session, world)
    if state is RefundState.EXPORTED:
        return refund
    settle(session, world, refund)
    if state is RefundState.RETURNED:
        action = finance(world, reason="Account closed.")
        refunds.mark_returned(session, refund, Settlement(action=action))
        session.commit()
    return refund


LATER = NOW + timedelta(hours=1)

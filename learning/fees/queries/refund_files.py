"""The refunds of the next file for the bank, and the files that were made."""

from collections.abc import Sequence

from sqlalchemy import and_, func, not_, or_, select
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.bank_formats.accounts import SEPA
from learning.fees.payment_models import Payment, PaymentMethod
from learning.fees.refund_models import BatchKind, Refund, RefundBatch
from learning.fees.rules.refunds import RefundState

BATCH_SIZE = 50  # refunds in a file
LATEST = 30  # files on a page
CURRENCY = Refund.__table__.c.gross_currency
WITHIN_SEPA = and_(Refund.iban != "", Refund.bank_country.in_(SEPA), CURRENCY == "EUR")
"""What a SEPA transfer reaches: in euro, to an IBAN of a country of SEPA."""
NOT_TO_CARD = or_(Payment.method != PaymentMethod.CARD, Refund.holder_name != "")
"""What goes to a bank account: the provider sends back what a card has paid."""


def next_refunds(session: Session, kind: BatchKind, *, lock: bool = False) -> list[Refund]:
    """Return the refunds of the next file of a kind, in one currency, the oldest approval first."""
    found = (
        select(Refund)
        .join(Payment, Payment.id == Refund.payment_id)
        .where(
            Refund.state == RefundState.APPROVED,
            NOT_TO_CARD,
            WITHIN_SEPA if kind is BatchKind.PAIN001 else not_(WITHIN_SEPA),
        )
        .order_by(Refund.approved_at, Refund.id)
        .limit(BATCH_SIZE)
    )
    if lock:
        found = found.with_for_update(of=Refund).execution_options(populate_existing=True)
    rows = session.scalars(found).all()
    return [each for each in rows if each.gross.currency == rows[0].gross.currency]


def latest_batches(session: Session) -> Sequence[tuple[RefundBatch, str]]:
    """Return the latest files with the name of the person who made each, the latest first."""
    rows = session.execute(
        select(RefundBatch, Person.name)
        .join(Person, Person.id == RefundBatch.exported_by_id)
        .order_by(RefundBatch.id.desc())
        .limit(LATEST)
    )
    return [(row.RefundBatch, row.name) for row in rows]


def batch_by_uid(session: Session, uid: str) -> RefundBatch | None:
    return session.scalar(select(RefundBatch).where(RefundBatch.uid == uid))


def refunds_of_batch(session: Session, batch: RefundBatch) -> Sequence[Refund]:
    """Return what is in a file; one that the bank returned is in another file by now."""
    return session.scalars(
        select(Refund).where(Refund.batch_id == batch.id).order_by(Refund.id)
    ).all()


def settled_in(session: Session, batch_ids: Sequence[int]) -> dict[int, int]:
    """Return how many refunds of each file are settled."""
    rows = session.execute(
        select(Refund.batch_id, func.count())
        .where(Refund.batch_id.in_(batch_ids), Refund.state == RefundState.SETTLED)
        .group_by(Refund.batch_id)
    )
    return {batch_id: number for batch_id, number in rows if batch_id is not None}

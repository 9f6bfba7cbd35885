"""Reads of proofs of transfer: of an invoice, of an account, and those that wait for finance."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, func, literal, select
from sqlalchemy.orm import Session

from learning.access.permissions import Permission
from learning.catalogue.models import Edition
from learning.extension_points.waiting import WaitingKind, WaitingRequest
from learning.extension_points.waiting_queries import WaitingQuery
from learning.fees.invoice_models import Invoice
from learning.fees.models import FeeAccount
from learning.fees.proof_models import TransferProof
from learning.kit.i18n import N_
from learning.kit.time import day_in


def proofs_of(session: Session, fee_account_id: int) -> list[tuple[TransferProof, str]]:
    """Return the proofs of an account with the numbers of their invoices, the latest first."""
    rows = session.execute(
        select(TransferProof, Invoice.number)
        .join(Invoice, Invoice.id == TransferProof.invoice_id)
        .where(Invoice.fee_account_id == fee_account_id)
        .order_by(TransferProof.id.desc())
    )
    return [(row[0], row[1]) for row in rows]


def proof_by_uid(session: Session, uid: str) -> TransferProof | None:
    return session.scalar(select(TransferProof).where(TransferProof.uid == uid))


def days_of_proofs(session: Session, invoice_ids: Collection[int]) -> dict[int, date]:
    """Return the day of the latest proof of each invoice that has one, in its edition's zone."""
    rows = session.execute(
        select(TransferProof.invoice_id, func.max(TransferProof.sent_at), Edition.zone)
        .join(Edition, Edition.id == TransferProof.edition_id)
        .where(TransferProof.invoice_id.in_(invoice_ids))
        .group_by(TransferProof.invoice_id, Edition.zone)
    )
    return {invoice_id: day_in(zone, sent_at) for invoice_id, sent_at, zone in rows}


def _waiting(_request: WaitingRequest) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Invoice.number.label("name"),
            literal("").label("code"),  # money belongs to the centre
            TransferProof.sent_at.label("since"),
            FeeAccount.uid,
        )
        .join(Invoice, Invoice.id == TransferProof.invoice_id)
        .join(FeeAccount, FeeAccount.id == Invoice.fee_account_id)
        .where(TransferProof.checked_at.is_(None))
    )


WAITING = WaitingQuery(
    found=_waiting,
    order=(TransferProof.sent_at, TransferProof.id),
    within=timedelta(days=5),
    row_path=lambda row: f"staff/money/accounts/{row.uid}",
    group_path=lambda _code: "staff/money/#overdue",
)
KINDS = (
    WaitingKind(
        key="transfer-proofs",
        label=N_("Proofs of transfer to check"),
        action=N_("Check the proofs"),
        permission=Permission.MANAGE_FINANCES,
        provider=WAITING.rows,
        summary=WAITING.groups,
        site_wide=True,
    ),
)

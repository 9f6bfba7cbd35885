"""Proofs of transfer: a payer sends one, finance checks it. Only money confirms a place."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from learning.audit.actions import record
from learning.fees.invoice_models import Invoice
from learning.fees.problems import ProofProblem
from learning.fees.proof_models import TransferProof
from learning.fees.queries.accounts import lock_account
from learning.fees.queries.balances import invoices_of
from learning.kit.errors import RuleViolation
from learning.kit.optimistic_lock import update_if_current


@dataclass(frozen=True, kw_only=True)
class NewProof:
    """A file that was sent; `by` is None for a sponsor."""

    file_id: int
    by: int | None
    now: datetime


def send_proof(session: Session, invoice: Invoice, new: NewProof) -> TransferProof:
    """Store the proof of an open invoice; raise RuleViolation if nothing of it is open."""
    account = lock_account(session, invoice.fee_account_id)
    balances = {each.invoice.id: each.open.minor for each in invoices_of(session, [account.id])}
    if balances.get(invoice.id, 0) <= 0:
        raise RuleViolation(ProofProblem.NOT_OPEN)
    proof = TransferProof(
        edition_id=invoice.edition_id,
        invoice_id=invoice.id,
        file_id=new.file_id,
        sent_at=new.now,
        sent_by_id=new.by,
    )
    session.add(proof)
    session.flush()
    subject = f"invoice {invoice.id}"
    record(session, "proof of transfer received", subject, by=new.by, now=new.now)
    return proof


def check_proof(
    session: Session, proof: TransferProof, *, by: int, now: datetime, version: int | None = None
) -> None:
    """Store that somebody has looked at a proof; raise RuleViolation if somebody had before."""
    if proof.checked_at is not None or not update_if_current(
        session, proof, seen_version=version, checked_by_id=by, checked_at=now
    ):
        raise RuleViolation(ProofProblem.CHECKED)
    record(session, "proof of transfer checked", f"invoice {proof.invoice_id}", by=by, now=now)

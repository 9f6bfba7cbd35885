"""The centre's bank data: what is paid to now, what is proposed, which accounts it had."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.fees.centre_models import BankDataProposal, CentreDetails
from learning.fees.queries.centre import centre_details
from learning.fees.rules.bank_data import BankData, ProposalState


def bank_data_now(session: Session) -> BankData:
    """Return the bank data that hold now, empty ones before the first are confirmed."""
    row = centre_details(session)
    return bank_data_in(row) if row else BankData()


def bank_data_in(row: CentreDetails | BankDataProposal) -> BankData:
    """Return the bank data of a row, of a proposal those that are proposed."""
    return BankData(legal_name=row.legal_name, iban=row.iban, bic=row.bic, bank_name=row.bank_name)


def former_data_in(row: BankDataProposal) -> BankData:
    """Return the bank data when a proposal was made."""
    return BankData(
        legal_name=row.old_legal_name,
        iban=row.old_iban,
        bic=row.old_bic,
        bank_name=row.old_bank_name,
    )


def open_proposal(session: Session) -> BankDataProposal | None:
    """Return the proposal that waits for a decision, None if there is none."""
    waits = BankDataProposal.state == ProposalState.OPEN
    first = select(BankDataProposal).where(waits).order_by(BankDataProposal.id).limit(1)
    return session.scalars(first).one_or_none()


def proposal_by_uid(session: Session, uid: str) -> BankDataProposal | None:
    """Return the proposal with a uid, None if there is none."""
    return session.scalar(select(BankDataProposal).where(BankDataProposal.uid == uid))


def own_ibans(session: Session, now: str) -> frozenset[str]:
    """Return the IBANs of the centre: that of `now`, and those that were confirmed before."""
    former = select(BankDataProposal.old_iban).where(
        BankDataProposal.state == ProposalState.CONFIRMED, BankDataProposal.old_iban != ""
    )
    return frozenset({now, *session.scalars(former)})

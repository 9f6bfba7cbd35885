"""Four eyes on the centre's bank data: one person proposes, another confirms (decision 77).

The decision is bound by a digest to the data before and after. It is counted again from the rows:
whatever was changed in between, even past the application, is found.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from learning.audit.actions import record
from learning.fees.centre_models import BankDataProposal
from learning.fees.commands.bank_data_emails import send_proposal_emails
from learning.fees.commands.centre import lock_centre
from learning.fees.problems import BankDataProblem
from learning.fees.queries.bank_data import (
    bank_data_in,
    bank_data_now,
    former_data_in,
    open_proposal,
)
from learning.fees.rules.bank_data import BankData, ProposalState, proposal_text
from learning.kit.encryption import Cipher
from learning.kit.errors import RuleViolation
from learning.kit.optimistic_lock import update_if_current

PURPOSE = "bank data of the centre"
ACTIONS = {
    ProposalState.OPEN: "bank data proposed",
    ProposalState.CONFIRMED: "bank data confirmed",
    ProposalState.REFUSED: "bank data refused",
    ProposalState.WITHDRAWN: "bank data withdrawn",
}


@dataclass(frozen=True, kw_only=True)
class ProposalDecision:
    """A decision; `version` and `digest` are those of the page on which it was made."""

    state: ProposalState
    by: int
    now: datetime
    version: int | None = None
    digest: str = ""


def propose_bank_data(
    session: Session, after: BankData, cipher: Cipher, *, by: int, now: datetime
) -> BankDataProposal:
    """Propose other bank data; the ones that hold stay until somebody else confirms it.

    Raise RuleViolation if a proposal waits already, or nothing would change.
    """
    lock_centre(session, now=now)
    before = bank_data_now(session)
    if open_proposal(session) is not None:
        raise RuleViolation(BankDataProblem.WAITS)
    if after == before:
        raise RuleViolation(BankDataProblem.SAME)
    proposal = BankDataProposal(
        old_legal_name=before.legal_name,
        old_iban=before.iban,
        old_bic=before.bic,
        old_bank_name=before.bank_name,
        legal_name=after.legal_name,
        iban=after.iban,
        bic=after.bic,
        bank_name=after.bank_name,
        digest="",
        proposed_at=now,
        proposed_by_id=by,
    )
    proposal.digest = _digest(proposal, before, cipher)
    session.add(proposal)
    session.flush()
    send_proposal_emails(session, proposal, now=now)
    _record(session, proposal, by=by, now=now)
    return proposal


def decide_bank_data(
    session: Session, proposal: BankDataProposal, cipher: Cipher, decision: ProposalDecision
) -> None:
    """Confirm a proposal, refuse it, or withdraw it; raise RuleViolation.

    The person who proposed it only withdraws it: the database refuses the rest, too.
    """
    centre = lock_centre(session, now=decision.now)
    session.refresh(proposal, with_for_update=True)
    if proposal.state is not ProposalState.OPEN:
        raise RuleViolation(BankDataProblem.DECIDED)
    is_proposer = proposal.proposed_by_id == decision.by
    if is_proposer and decision.state is not ProposalState.WITHDRAWN:
        raise RuleViolation(BankDataProblem.SAME_PERSON)
    if decision.state is ProposalState.CONFIRMED and not (
        decision.digest == proposal.digest == _digest(proposal, bank_data_now(session), cipher)
    ):
        raise RuleViolation(BankDataProblem.NOT_AS_PROPOSED)
    if not update_if_current(
        session,
        proposal,
        seen_version=decision.version,
        state=decision.state,
        decided_by_id=decision.by,
        decided_at=decision.now,
    ):
        raise RuleViolation(BankDataProblem.DECIDED)
    if decision.state is ProposalState.CONFIRMED:
        for name, value in vars(bank_data_in(proposal)).items():
            setattr(centre, name, value)
        centre.changed_at, centre.changed_by_id = decision.now, decision.by
        centre.version += 1
        session.flush()
    send_proposal_emails(session, proposal, now=decision.now)
    _record(session, proposal, by=decision.by, now=decision.now)


def _digest(proposal: BankDataProposal, before: BankData, cipher: Cipher) -> str:
    return cipher.digest(proposal_text(proposal.uid, before, bank_data_in(proposal)))


def _record(session: Session, proposal: BankDataProposal, *, by: int, now: datetime) -> None:
    before, after = vars(former_data_in(proposal)), vars(bank_data_in(proposal))
    detail = {
        name: f"{before[name]} → {after[name]}" for name in after if before[name] != after[name]
    }
    record(session, ACTIONS[proposal.state], "centre", by=by, now=now, **detail)

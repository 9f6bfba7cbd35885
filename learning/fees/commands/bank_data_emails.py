"""E-mails about a change of the centre's bank data, to all who read the finances."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from learning.access.permissions import GRANTS, Permission, Role
from learning.accounts.models import Person, RoleGrant
from learning.accounts.person_emails import recipient_of
from learning.fees.centre_models import BankDataProposal
from learning.fees.queries.bank_data import bank_data_in, former_data_in
from learning.mail.actions import EmailRequest, enqueue_emails

READERS = [role for role in Role if Permission.READ_FINANCES in GRANTS[role]]


def send_proposal_emails(session: Session, proposal: BankDataProposal, *, now: datetime) -> None:
    """Tell of a proposal and of its decision: the two people, and all who read the finances."""
    by_id = proposal.decided_by_id or proposal.proposed_by_id
    params = {
        "state": str(proposal.state),
        "by": session.get_one(Person, by_id).name,
        "old": vars(former_data_in(proposal)),
        "new": vars(bank_data_in(proposal)),
    }
    request = EmailRequest(kind="fees.bank-data", params=params, thread=f"bank data {proposal.uid}")
    readers = select(RoleGrant.person_id).where(RoleGrant.role.in_(READERS))
    notified = or_(Person.id.in_(readers), Person.id.in_({proposal.proposed_by_id, by_id}))
    people = session.scalars(
        select(Person).where(notified, Person.closed_at.is_(None)).order_by(Person.id)
    )
    enqueue_emails(session, [(recipient_of(each), request) for each in people], now=now)

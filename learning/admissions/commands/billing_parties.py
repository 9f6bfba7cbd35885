"""Billing parties: stored for an application or a sponsorship, copied for fee agreements."""

from sqlalchemy.orm import Session

from learning.admissions.billing_models import BillingParty
from learning.admissions.queries.answers import details_of
from learning.admissions.rules.billing import BillingDetails
from learning.kit.database import lock_row


def save_party(
    session: Session, party_id: int | None, edition_id: int, details: BillingDetails
) -> int:
    """Change the party of an application or a sponsorship, or add one; return its id."""
    if party_id is not None:
        session.get_one(BillingParty, party_id).details = details
        return party_id
    party = BillingParty(edition_id=edition_id, details=details)
    session.add(party)
    session.flush()  # its owner refers to it by id
    return party.id


def copy_party(session: Session, party_id: int | None, edition_id: int) -> int | None:
    """Add a party with the same details; return its id. No two owners share a row."""
    details = details_of(session, party_id)
    return save_party(session, None, edition_id, details) if details is not None else None


def lock_party(session: Session, party_id: int | None) -> None:
    """Read a party again and lock it; the row that refers to it is locked already."""
    if party_id is not None:
        lock_row(session, session.get_one(BillingParty, party_id))

"""What the links of a sponsor open: that of its nomination, and those in e-mails about money."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from learning.accounts.rules import token_hash
from learning.admissions.models import Sponsorship
from learning.fees.invoice_models import InvoiceLink


def active_sponsorship(session: Session, token: str, *, now: datetime) -> Sponsorship | None:
    """Return the sponsorship that a link opens now, None if there is none or it has ended."""
    hashed = token_hash(token)
    of_link = select(InvoiceLink.sponsorship_id).where(
        InvoiceLink.token_hash == hashed, InvoiceLink.ends_at > now
    )
    of_nomination = (Sponsorship.token_hash == hashed) & (Sponsorship.ends_at > now)
    found = select(Sponsorship).where(
        Sponsorship.id.in_(of_link) | of_nomination, Sponsorship.replaced_at.is_(None)
    )
    return session.scalar(found.options(joinedload(Sponsorship.edition)))


def sponsorship_behind(session: Session, token: str) -> Sponsorship | None:
    """Return the sponsorship of a link, ended ones included, None if it never opened one."""
    hashed = token_hash(token)
    of_link = select(InvoiceLink.sponsorship_id).where(InvoiceLink.token_hash == hashed)
    found = select(Sponsorship).where(
        Sponsorship.id.in_(of_link) | (Sponsorship.token_hash == hashed),
        Sponsorship.replaced_at.is_(None),
    )
    return session.scalar(found)

"""Scheduled jobs of accounts."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from learning.accounts.models import AccountToken, UserSession
from learning.kit import rate_limit


def purge(session: Session, *, now: datetime) -> None:
    """Delete sessions and tokens that have ended, and rate-limit counts that no longer matter."""
    session.execute(delete(UserSession).where(UserSession.expires_at < now))
    session.execute(delete(AccountToken).where(AccountToken.expires_at < now))
    rate_limit.purge_counts(session, now=now)

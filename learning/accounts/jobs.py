"""Regular work of accounts."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from learning.accounts.models import Link, SignIn
from learning.kit import rate_limit


def sweep(session: Session, *, now: datetime) -> None:
    """Forget sign-ins and links that have ended, and tries that count no more."""
    session.execute(delete(SignIn).where(SignIn.ends_at < now))
    session.execute(delete(Link).where(Link.ends_at < now))
    rate_limit.sweep(session, now=now)

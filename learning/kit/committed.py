"""What this process knows to be committed, so that it need not be written again.

A key counts only after the commit of the transaction that wrote it: after a rollback, also one to
a savepoint, it is written again. What is known belongs to one `Database`.
"""

from collections.abc import Collection

from sqlalchemy import event
from sqlalchemy.orm import Session

COMMITTED_KEY = "committed keys"  # in the info of every session of one database
PENDING_KEY = "keys to be committed"  # in the info of one session


def unknown(session: Session, keys: Collection[str]) -> set[str]:
    """Return those keys that this process does not know to be committed."""
    known: set[str] = session.info.get(COMMITTED_KEY, set())
    return set(keys) - known


def remember(session: Session, keys: Collection[str]) -> None:
    """Know these keys as soon as this transaction is committed.

    Only for rows that are never deleted: nobody tells other processes of a deletion.
    """
    session.info.setdefault(PENDING_KEY, set()).update(keys)


@event.listens_for(Session, "after_commit")
def _keep(session: Session) -> None:
    if session.in_nested_transaction():
        return  # the outer transaction may still be rolled back
    if pending := session.info.pop(PENDING_KEY, None):
        session.info.get(COMMITTED_KEY, set()).update(pending)


@event.listens_for(Session, "after_soft_rollback")
def _discard(session: Session, _previous: object) -> None:
    session.info.pop(PENDING_KEY, None)

"""Facts: what a room announces to rooms above it, without knowing them.

Who reacts stands in one table, `learning/wiring.py`. Reactions run at once, in the same
transaction; whatever leaves the database is a job that they enqueue.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

REACTIONS = "reactions"  # where a session carries the table
Reaction = Callable[[Session, Any], None]
Reactions = Mapping[type, Sequence[Reaction]]


def announce(session: Session, fact: object) -> None:
    """Let everybody who reacts to such a fact react, in the order of the table."""
    reactions: Reactions = session.info.get(REACTIONS, {})
    for reaction in reactions.get(type(fact), ()):
        reaction(session, fact)

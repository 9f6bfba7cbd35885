"""Events: what a package publishes to packages above it, without knowing them.

The handlers are in one table, `learning/wiring.py`. They run at once, in the same transaction;
whatever leaves the database is a job that they enqueue.
"""

from collections.abc import Callable
from typing import Any, Self, TypeVar

from sqlalchemy.orm import Session

HANDLERS_KEY = "event handlers"  # the key of the table in a session's info
Event = TypeVar("Event")


class EventHandlers:
    """The handlers of each event, in order; a handler takes the event that it is registered for."""

    def __init__(self) -> None:
        self._by_event: dict[type, tuple[Callable[[Session, Any], None], ...]] = {}

    def on(self, event: type[Event], *handlers: Callable[[Session, Event], None]) -> Self:
        """Register the handlers of an event, possibly none; return the table itself.

        Raises ValueError if the table has the event already: its order would depend on two
        places.
        """
        if event in self._by_event:
            raise ValueError(f"{event.__name__} stands in the table already")
        self._by_event[event] = handlers
        return self

    def events(self) -> frozenset[type]:
        """Return every event of the table, those without handlers included."""
        return frozenset(self._by_event)

    def dispatch(self, session: Session, event: object) -> None:
        """Run all handlers, in the order of the table.

        Raises LookupError if the table does not know the event.
        """
        if type(event) not in self._by_event:
            raise LookupError(f"{type(event).__name__} is not in the table of event handlers")
        for handler in self._by_event[type(event)]:
            handler(session, event)


def publish_event(session: Session, event: object) -> None:
    """Run all handlers of an event.

    Raises RuntimeError if the session has no handlers, and LookupError if the table does not
    know the event, which was then not wired.
    """
    handlers: EventHandlers | None = session.info.get(HANDLERS_KEY)
    if handlers is None:
        raise RuntimeError("this session has no event handlers: open it by a kit.database.Database")
    handlers.dispatch(session, event)

"""The contract `due`: what has a date for a person; for this week, calendars and reminders."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from sqlalchemy.orm import Session

from learning.extension_points.activities import Activity
from learning.extension_points.requests import EnrolmentsRequest


class DueKind(StrEnum):
    """What becomes of an item after its date."""

    DUE = "due"  # it is closed
    TARGET = "target"  # nothing closes
    EVENT = "event"  # it happens then, for everybody


@dataclass(frozen=True, kw_only=True)
class DueItem:
    """One date of one person, with extensions and accommodations in it; moments are in UTC.

    `key` is the course's key of a deadline where there is one ("peer-work"). `path` is an address
    without its language ("editions/…"). `when` is the date as a sentence, `detail` more in words.
    `done` is None where nobody can say, `done_at` when it was done, if that is known. Before
    `opens_at` it cannot be begun. `minutes` is the work that the course plans for it, 0 if none is
    counted, `minutes_done` how many of them are behind the person.
    """

    key: str
    title: str
    at: datetime
    when: str
    path: str
    kind: DueKind = DueKind.DUE
    detail: str = ""
    done: bool | None = None
    done_at: datetime | None = None
    opens_at: datetime | None = None
    activity: Activity = Activity.DATE
    minutes: int = 0
    minutes_done: int = 0

    @property
    def minutes_left(self) -> int:
        """Return how many minutes are still ahead of the person."""
        return self.minutes - self.minutes_done

    @cached_property
    def version(self) -> str:
        """Return a text that changes with all that a page may show of the item."""
        return repr(self)


@dataclass(frozen=True, kw_only=True)
class DueRequest(EnrolmentsRequest):
    """What is due from `since` until before `until`, both moments in UTC; None: without end."""

    since: datetime | None = None
    until: datetime | None = None

    def covers(self, at: datetime) -> bool:
        """Whether an item at a moment is asked for."""
        return (self.since is None or at >= self.since) and (self.until is None or at < self.until)


DueProvider = Callable[[Session, DueRequest], Mapping[int, Sequence[DueItem]]]
"""Returns the items of enrolments that are asked for, by their ids, in at most one query.

It may leave out what the request does not cover; the caller leaves it out anyway.
"""


def collect_due(
    providers: Mapping[str, DueProvider], session: Session, request: DueRequest
) -> dict[int, list[DueItem]]:
    """Return the items of each enrolment from all providers, the earliest first.

    Of two items with one key the provider that was registered later is right: an activity knows
    more of its deadline (a link, whether it is done) than the list of all dates.
    """
    found: dict[int, dict[str, DueItem]] = {each: {} for each in request.enrolment_ids}
    if found:
        for provider in providers.values():
            for enrolment_id, items in provider(session, request).items():
                found[enrolment_id] |= {item.key: item for item in items if request.covers(item.at)}
    return {
        enrolment_id: sorted(items.values(), key=lambda item: (item.at, item.key))
        for enrolment_id, items in found.items()
    }

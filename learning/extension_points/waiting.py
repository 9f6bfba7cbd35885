"""The contract `waiting`: what waits for staff, from all packages, as one queue."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from learning.access.actor import Actor
from learning.access.permissions import Permission
from learning.kit.i18n import I18n

NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class WaitingRequest:
    """What a provider is asked for: the most urgent rows of its kind, `limit` at most.

    `editions` are the codes of those in which the reader may act, None for all.
    """

    editions: Collection[str] | None
    i18n: I18n
    now: datetime
    limit: int


@dataclass(frozen=True, kw_only=True)
class WaitingRow:
    """Something that waits for somebody of the staff; moments are in UTC.

    `due` is when it should be done, None if nothing says so. `path` is an address without its
    language ("staff/…"), `edition` a code, "" for what belongs to none.
    """

    subject: str
    path: str
    since: datetime
    due: datetime | None = None
    edition: str = ""
    detail: str = ""

    @property
    def urgency(self) -> tuple[datetime, datetime]:
        """Return what rows are sorted by: what has to be done first, then what waits longest."""
        return self.due or NEVER, self.since


@dataclass(frozen=True, kw_only=True)
class WaitingRows:
    """The most urgent rows of one kind, and how many there are in all."""

    rows: Sequence[WaitingRow] = ()
    total: int = 0


@dataclass(frozen=True, kw_only=True)
class WaitingGroup:
    """How many rows of one kind wait in one edition, and how many of them are overdue.

    `since` is when the one that waits longest began to wait, `due` when the first should be done.
    `path` leads to the list of exactly these rows, without its language.
    """

    count: int
    since: datetime
    path: str
    overdue: int = 0
    due: datetime | None = None
    edition: str = ""


WaitingProvider = Callable[[Session, WaitingRequest], WaitingRows]
"""Returns rows of one kind, sorted by their urgency, with their number, in at most one query.

Rows of the same urgency always come in the same order, whatever the limit: pages hang on it.
"""

WaitingSummary = Callable[[Session, WaitingRequest], Sequence[WaitingGroup]]
"""Returns the groups of one kind, at most one an edition, in at most one query; no limit counts."""


@dataclass(frozen=True, kw_only=True)
class WaitingKind:
    """One kind of rows; `label` is its English name, `action` the English words on its button.

    Both are marked with N_; `permission` says who acts on it. `provider` returns the rows one by
    one, `summary` their numbers. A kind that is `site_wide` belongs to no
    edition; its permission counts on the whole site.
    """

    key: str
    label: str
    permission: Permission
    provider: WaitingProvider
    summary: WaitingSummary
    action: str
    site_wide: bool = False


@dataclass(frozen=True, kw_only=True)
class QueueRequest:
    """Who asks, and for which rows: `limit` after the first `start` of one kind, "" for none."""

    actor: Actor
    i18n: I18n
    now: datetime
    limit: int
    start: int = 0
    kind: str = ""


@dataclass(frozen=True, kw_only=True)
class StaffQueue:
    """What waits for the reader: a group for each kind and edition, the longest wait first.

    `rows` are those of the kind that was asked for, by urgency, `total` how many it has.
    """

    groups: Sequence[tuple[WaitingKind, WaitingGroup]]
    rows: Sequence[tuple[WaitingKind, WaitingRow]] = ()
    total: int = 0


def collect_waiting(
    kinds: Sequence[WaitingKind], session: Session, request: QueueRequest
) -> StaffQueue:
    """Return the queue, with rows of one kind if it is named.

    A kind on which the reader may not act is not asked for.
    """
    mine = [kind for kind in kinds if _may_act(request.actor, kind)]
    groups = [
        (kind, group)
        for kind in mine
        for group in kind.summary(session, _request_of(kind, request))
    ]
    groups.sort(key=lambda pair: pair[1].since)
    chosen = next((kind for kind in mine if kind.key == request.kind), None)
    if chosen is None:
        return StaffQueue(groups=groups)
    found = chosen.provider(session, _request_of(chosen, request))
    rows = [(chosen, row) for row in found.rows[request.start :]]
    return StaffQueue(groups=groups, rows=rows, total=found.total)


def _may_act(actor: Actor, kind: WaitingKind) -> bool:
    if kind.site_wide:
        return actor.may(kind.permission)
    return actor.may_in_any_edition(kind.permission)


def _request_of(kind: WaitingKind, request: QueueRequest) -> WaitingRequest:
    actor = request.actor
    codes = [code for code in actor.in_edition if actor.may(kind.permission, code)]
    return WaitingRequest(
        editions=None if actor.may(kind.permission) else codes,
        i18n=request.i18n,
        now=request.now,
        limit=request.start + request.limit,
    )

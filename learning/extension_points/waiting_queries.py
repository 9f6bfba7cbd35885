"""Rows and groups of the staff queue from one query, for kinds with one target for all.

The query has the columns `name`, `code` of the edition, and `since`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, Select, SQLColumnExpression, case, func, select
from sqlalchemy.orm import Session

from learning.extension_points.waiting import (
    WaitingGroup,
    WaitingRequest,
    WaitingRow,
    WaitingRows,
)

# Statements of every page are built once: building costs more than the database does.
TOTAL = func.count().over().label("total")


@dataclass(frozen=True, kw_only=True)
class WaitingQuery:
    """What waits, within which time it should be done, and where.

    `row_path` returns the address for a row of the query, `group_path` the one for an edition's
    code, both without their language.
    """

    found: Callable[[WaitingRequest], Select[*tuple[Any, ...]]]
    order: Sequence[SQLColumnExpression[Any]]
    within: timedelta
    row_path: Callable[[Row[*tuple[Any, ...]]], str]
    group_path: Callable[[str], str]

    def rows(self, session: Session, request: WaitingRequest) -> WaitingRows:
        """Return the most urgent rows, in one query."""
        found = self.found(request).add_columns(TOTAL).order_by(*self.order)
        rows = session.execute(found.limit(request.limit)).all()
        waiting = [
            WaitingRow(
                subject=row.name,
                path=self.row_path(row),
                since=row.since,
                due=row.since + self.within,
                edition=row.code,
            )
            for row in rows
        ]
        return WaitingRows(rows=waiting, total=rows[0].total if rows else 0)

    def groups(self, session: Session, request: WaitingRequest) -> list[WaitingGroup]:
        """Return how many wait in each edition, in one query."""
        each = self.found(request).subquery().c
        late = case((each.since < request.now - self.within, 1), else_=0)
        groups = select(
            each.code,
            func.count().label("number"),
            func.sum(late).label("late"),
            func.min(each.since).label("since"),
        ).group_by(each.code)
        return [
            WaitingGroup(
                count=row.number,
                overdue=row.late,
                since=row.since,
                due=row.since + self.within,
                path=self.group_path(row.code),
                edition=row.code,
            )
            for row in session.execute(groups.order_by(each.code))
        ]

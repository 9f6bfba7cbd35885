"""Optimistic locking: a row changes only if it is still in the version that was read.

The UPDATE names the version and raises it. Of two requests at once the second changes nothing, and
its person reads why (docs/decisions/0061).
"""

from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from learning.kit.database import Base


def update_if_current(
    session: Session, row: Base, *, seen_version: int | None = None, **values: object
) -> bool:
    """Change a row that has a `version`; return False, and change nothing, if it is not current.

    `seen_version` is that of the page on which the change was decided, if any. The row then
    shows what is stored.
    """
    table: Any = type(row)
    read: Any = row
    if seen_version is not None and seen_version != read.version:
        return False
    changed = session.execute(
        update(table)
        .where(table.id == read.id, table.version == read.version)
        .values(version=table.version + 1, **values)
        .returning(table.id)
        .execution_options(synchronize_session=False)
    ).first()
    session.refresh(row)
    return changed is not None

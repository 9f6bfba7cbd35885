"""What checks found that are too slow for a page: kept, with the moment, by the name of each."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from learning.kit.db import Base


class CheckResult(Base):
    """What a check found the last time; `fault` is empty if all was well."""

    __tablename__ = "check_results"

    name: Mapped[str] = mapped_column(primary_key=True)
    checked_at: Mapped[datetime]
    fault: Mapped[str]


def store(session: Session, name: str, fault: str, *, now: datetime) -> None:
    session.merge(CheckResult(name=name, checked_at=now, fault=fault))


def stored(session: Session) -> dict[str, CheckResult]:
    """Return what each check found the last time, by name."""
    return {row.name: row for row in session.scalars(select(CheckResult))}

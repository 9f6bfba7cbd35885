"""Results of checks that are too slow for a page: stored by name, with their moment."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from learning.kit.database import Base


class CheckResult(Base):
    """The last result of a check; `problem` is empty if there was none."""

    __tablename__ = "check_results"

    name: Mapped[str] = mapped_column(primary_key=True)
    checked_at: Mapped[datetime]
    problem: Mapped[str]


def save_result(session: Session, name: str, problem: str, *, now: datetime) -> None:
    session.merge(CheckResult(name=name, checked_at=now, problem=problem))


def latest_result(session: Session, name: str) -> CheckResult | None:
    """Return the last result of a check, None before the first."""
    return session.get(CheckResult, name)


def latest_results(session: Session) -> dict[str, CheckResult]:
    """Return the last result of each check, by name."""
    return {row.name: row for row in session.scalars(select(CheckResult))}

"""The trail cannot be changed unseen."""

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from learning.audit.actions import record
from learning.audit.models import AuditRow
from learning.audit.queries import PAGE, broken_at, latest
from learning.audit.rules import first_break
from tests.world import NOW


def make_rows(session: Session, count: int = 5) -> None:
    for number in range(count):
        record(session, "did", f"thing {number}", by=None, now=NOW, what="é", number=number)


def test_a_whole_trail_is_whole(session: Session) -> None:
    assert first_break([]) is None
    make_rows(session)
    assert broken_at(session) is None


@pytest.mark.parametrize("column", ["action", "subject", "detail", "previous_hash", "hash"])
def test_a_changed_row_is_found(session: Session, column: str) -> None:
    make_rows(session)
    third = latest(session)[2].id
    session.execute(update(AuditRow).where(AuditRow.id == third).values({column: "x"}))
    session.expire_all()
    assert broken_at(session) == third


def test_a_missing_row_is_found(session: Session) -> None:
    make_rows(session)
    third = latest(session)[2].id
    session.execute(delete(AuditRow).where(AuditRow.id == third))
    session.expire_all()
    assert broken_at(session) == third + 1


def test_pages_of_the_trail_follow_each_other(session: Session) -> None:
    make_rows(session, PAGE + 3)
    first = latest(session)
    assert len(first) == PAGE
    assert latest(session, before=first[-1].id)[0].id == first[-1].id - 1

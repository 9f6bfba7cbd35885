"""When a message should be answered."""

from datetime import UTC, datetime, timedelta

import pytest

from learning.contact.rules import answer_due, overdue_before

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("sent", "due"),
    [
        ((2026, 11, 2, 9), (2026, 11, 4, 9)),  # Monday: Wednesday
        ((2026, 11, 4, 9), (2026, 11, 6, 9)),  # Wednesday: Friday
        ((2026, 11, 5, 9), (2026, 11, 9, 9)),  # Thursday: Monday
        ((2026, 11, 6, 9), (2026, 11, 10, 9)),  # Friday: Tuesday
        ((2026, 11, 7, 23), (2026, 11, 11, 0)),  # Saturday: the end of Tuesday
        ((2026, 11, 8, 0), (2026, 11, 11, 0)),  # Sunday: the end of Tuesday
        ((2026, 11, 9, 0), (2026, 11, 11, 0)),
    ],
)
def test_a_message_is_answered_within_two_working_days(sent, due) -> None:
    assert answer_due(datetime(*sent, tzinfo=UTC)) == datetime(*due, tzinfo=UTC)


def test_what_is_overdue_was_sent_before_one_moment() -> None:
    """A query compares the moment of sending, which is stored, with this one."""
    start = datetime(2026, 11, 2, 0, 30, tzinfo=UTC)
    hours = [start + n * HOUR for n in range(14 * 24)]
    for now in hours[::5]:
        before = overdue_before(now + HOUR / 4)
        for sent in hours:
            assert (answer_due(sent) < now + HOUR / 4) is (sent < before), (sent, now)

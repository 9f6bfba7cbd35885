"""Rules of contact: plain values in, a plain value out."""

from datetime import datetime, time, timedelta

TARGET_WORKING_DAYS = 2
FRIDAY = 5  # of isoweekday


def answer_due(sent_at: datetime) -> datetime:
    """Return when a message should be answered: two working days after it was sent.

    Working days are Monday to Friday, in UTC; public holidays are not known. What was sent at a
    weekend counts from its end.
    """
    due, step = sent_at, timedelta(days=1)
    while not _is_working_day(due):
        due = _midnight(due) + step
    return _add_working_days(due, step)


def overdue_before(now: datetime) -> datetime:
    """Return the moment before which a message was sent whose answer is overdue now."""
    start = now
    while not _is_working_day(start):
        start = _midnight(start) - timedelta(microseconds=1)
    return _add_working_days(start, -timedelta(days=1))


def _add_working_days(moment: datetime, step: timedelta) -> datetime:
    left = TARGET_WORKING_DAYS
    while left:
        moment += step
        left -= _is_working_day(moment)
    return moment


def _is_working_day(moment: datetime) -> bool:
    return moment.isoweekday() <= FRIDAY


def _midnight(moment: datetime) -> datetime:
    return datetime.combine(moment.date(), time(), moment.tzinfo)

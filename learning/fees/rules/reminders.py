"""When the payer of an invoice is reminded: three times, never twice, and not in a row; pure.

Before the due day once, then one week and three weeks after it. What comes then is decided by a
person: a place lapses only by the registrar.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum


class ReminderStep(StrEnum):
    """A step of the schedule, or a reminder that a member of staff sent."""

    BEFORE_DUE = "before_due"
    FIRST = "first"
    SECOND = "second"
    MANUAL = "manual"


DAYS_AFTER_DUE: Mapping[ReminderStep, int] = {
    ReminderStep.BEFORE_DUE: -3,
    ReminderStep.FIRST: 7,
    ReminderStep.SECOND: 21,
}
"""From which day on a step is sent, in days after the due day."""
LAPSE_AFTER_DAYS = 21
"""An invoice that is overdue for longer waits for a person's decision."""
MIN_GAP_DAYS = 4
"""Between the issue of an invoice and a reminder, and between two reminders."""
LAST_DAY_AFTER_DUE = 60
"""Nobody is reminded of older invoices: they were imported, or a person has dealt with them."""
PROOF_DAYS = 10
"""After a proof of transfer, reminders rest: a transfer from far away takes a week."""


def rests(day: date, proof_on: date | None) -> bool:
    """Whether reminders rest, because a proof of transfer came on a day, if any."""
    return proof_on is not None and (day - proof_on).days < PROOF_DAYS


def step_on(
    day: date, *, due_on: date, issued_on: date, sent: Mapping[ReminderStep, date]
) -> ReminderStep | None:
    """Return the step to send on a day, None for none.

    `sent` has the latest day of each step that was sent. Of several steps whose day has come, only
    the latest is sent: a worker that stood still does not make up for what it missed.
    """
    late = (day - due_on).days
    if late > LAST_DAY_AFTER_DUE or not may_remind(day, issued_on=issued_on, sent=sent):
        return None
    reached = [step for step, days in DAYS_AFTER_DUE.items() if late >= days]
    if not reached:
        return None
    step = reached[-1]
    if step is ReminderStep.BEFORE_DUE and late > 0:
        return None
    return None if step in sent else step


def may_remind(day: date, *, issued_on: date, sent: Mapping[ReminderStep, date]) -> bool:
    """Whether enough days have passed since the invoice and since the latest reminder."""
    latest = max([issued_on, *sent.values()])
    return (day - latest).days >= MIN_GAP_DAYS


def days_overdue(day: date, due_on: date) -> int:
    """Return for how many days an invoice is overdue, 0 until the end of its due day."""
    return max(0, (day - due_on).days)

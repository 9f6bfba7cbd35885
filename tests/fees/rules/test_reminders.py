"""When the payer of an invoice is reminded, as a table."""

from datetime import date, timedelta

import pytest

from learning.fees.rules.reminders import (
    LAST_DAY_AFTER_DUE,
    ReminderStep,
    days_overdue,
    may_remind,
    rests,
    step_on,
)

DUE = date(2027, 1, 11)
ISSUED = date(2026, 12, 1)
BEFORE, FIRST, SECOND, MANUAL = ReminderStep


def day(late: int) -> date:
    return DUE + timedelta(days=late)


@pytest.mark.parametrize(
    ("late", "sent", "expected"),
    [
        (-4, {}, None),
        (-3, {}, BEFORE),
        (-2, {}, BEFORE),
        (0, {}, BEFORE),
        (1, {}, None),
        (6, {}, None),
        (7, {}, FIRST),
        (20, {}, FIRST),
        (21, {}, SECOND),
        (60, {}, SECOND),
        (61, {}, None),
        (0, {BEFORE: -3}, None),
        (7, {BEFORE: -3}, FIRST),
        (8, {BEFORE: -3, FIRST: 7}, None),
        (21, {BEFORE: -3, FIRST: 7}, SECOND),
        (40, {BEFORE: -3, FIRST: 7, SECOND: 21}, None),
        (40, {SECOND: 21}, None),
        (7, {MANUAL: 4}, None),
        (7, {MANUAL: 3}, FIRST),
        (8, {MANUAL: 4}, FIRST),
        (21, {FIRST: 18}, None),
        (22, {FIRST: 18}, SECOND),
    ],
)
def test_the_step_of_a_day(
    late: int, sent: dict[ReminderStep, int], expected: ReminderStep | None
) -> None:
    days = {step: day(after) for step, after in sent.items()}
    assert step_on(day(late), due_on=DUE, issued_on=ISSUED, sent=days) == expected


def test_nobody_is_reminded_of_an_invoice_that_has_just_come() -> None:
    for age, expected in ((0, None), (3, None), (4, BEFORE)):
        issued = DUE - timedelta(days=age)
        assert step_on(DUE, due_on=DUE, issued_on=issued, sent={}) == expected


def test_a_person_may_remind_when_some_days_have_passed() -> None:
    assert not may_remind(ISSUED + timedelta(days=3), issued_on=ISSUED, sent={})
    assert may_remind(ISSUED + timedelta(days=4), issued_on=ISSUED, sent={})
    assert not may_remind(day(24), issued_on=ISSUED, sent={BEFORE: day(-3), SECOND: day(21)})


def test_whatever_runs_when_each_step_is_sent_once_and_never_in_a_row() -> None:
    for every in range(1, 12):
        sent: dict[ReminderStep, date] = {}
        last: date | None = None
        for late in range(-40, LAST_DAY_AFTER_DUE + 20, every):
            step = step_on(day(late), due_on=DUE, issued_on=ISSUED, sent=sent)
            if step is not None:
                assert step not in sent
                assert last is None or (day(late) - last).days >= 4
                sent[step] = last = day(late)
        assert SECOND in sent


@pytest.mark.parametrize(("late", "expected"), [(-5, 0), (0, 0), (1, 1), (22, 22)])
def test_days_overdue(late: int, expected: int) -> None:
    assert days_overdue(day(late), DUE) == expected


@pytest.mark.parametrize(
    ("proof_on", "expected"),
    [
        (None, False),
        (DUE, True),
        (DUE - timedelta(days=9), True),
        (DUE - timedelta(days=10), False),
    ],
)
def test_reminders_rest_for_ten_days_after_a_proof(proof_on: date | None, expected: bool) -> None:
    assert rests(DUE, proof_on) is expected

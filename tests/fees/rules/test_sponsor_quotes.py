"""Quotes and purchase orders: states, days."""

from datetime import date, timedelta

import pytest

from learning.fees.rules.sponsor_quotes import (
    QuoteState,
    held_until,
    is_order_late,
    last_promise_day,
    may_be_valid_until,
    may_promise,
    quote_state,
    valid_until,
)

TODAY = date(2026, 12, 1)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("accepted", "withdrawn", "until", "state"),
    [
        (False, False, TODAY, QuoteState.OPEN),
        (False, False, TODAY - DAY, QuoteState.EXPIRED),
        (True, False, TODAY - DAY, QuoteState.ACCEPTED),
        (False, True, TODAY + DAY, QuoteState.WITHDRAWN),
    ],
)
def test_the_state_of_a_quote(accepted, withdrawn, until, state) -> None:
    found = quote_state(
        is_accepted=accepted, is_withdrawn=withdrawn, valid_until=until, today=TODAY
    )
    assert found is state


@pytest.mark.parametrize(
    ("first_day", "until"),
    [
        (TODAY + 60 * DAY, TODAY + 30 * DAY),
        (TODAY + 31 * DAY, TODAY + 30 * DAY),
        (TODAY + 30 * DAY, TODAY + 29 * DAY),
        (TODAY + DAY, TODAY),
        (TODAY - 5 * DAY, TODAY),
    ],
)
def test_a_quote_is_valid_for_30_days_and_not_once_the_course_has_begun(first_day, until) -> None:
    assert valid_until(TODAY, first_day) == until


@pytest.mark.parametrize(("days", "may"), [(-1, False), (0, True), (365, True), (366, False)])
def test_the_days_that_finance_may_choose(days: int, may: bool) -> None:
    assert may_be_valid_until(TODAY + days * DAY, today=TODAY) is may


@pytest.mark.parametrize(
    ("days", "first", "may"),
    [(-1, 90, False), (0, 90, True), (60, 90, True), (61, 90, False), (9, 10, True),
     (10, 10, False), (0, 0, False)],
)  # fmt: skip
def test_the_days_for_which_an_order_is_promised(days: int, first: int, may: bool) -> None:
    first_day = TODAY + first * DAY
    assert may_promise(TODAY + days * DAY, today=TODAY, first_day=first_day) is may
    assert last_promise_day(TODAY, first_day) == min(TODAY + 60 * DAY, first_day - DAY)


@pytest.mark.parametrize(
    ("number", "promised", "held", "late"),
    [
        ("", None, None, False),
        ("", TODAY, TODAY, False),
        ("", TODAY + DAY, TODAY + DAY, False),
        ("", TODAY - DAY, None, True),
        ("PO-1", TODAY + DAY, None, False),
        ("PO-1", TODAY - DAY, None, False),
    ],
)
def test_a_promised_order_holds_a_place_until_its_day(number, promised, held, late) -> None:
    assert held_until(number, promised, TODAY) == held
    assert is_order_late(number, promised, TODAY) is late

"""What cancelling costs, by the day on which the notice is received: the whole table of cases."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.catalogue.cancellation import (
    LastDay,
    NoticeError,
    Outcome,
    Policy,
    Tier,
    days_named,
    notice_error,
    outcome_of,
    policy_errors,
    quote,
    shares_named,
    window,
    with_floor,
)
from learning.kit.money import Money

START = date(2023, 9, 25)  # the edition of the information note A9716205
FEE = Money(98000, "EUR")
NOTE = Policy(
    version="A9716205",
    valid_from=date(2023, 1, 1),
    tiers=(Tier(min_days=14, percent=0), Tier(min_days=8, percent=50)),
    late_percent=100,
    transfer_days=14,
)
FINE = replace(NOTE, tiers=(Tier(min_days=30, percent=10), *NOTE.tiers[1:]), late_percent=80)


def before(days: int) -> date:
    return START - timedelta(days=days)


@pytest.mark.parametrize(
    ("days", "percent", "may_transfer"),
    [
        (365, 0, True),
        (15, 0, True),
        (14, 0, True),  # 11 September: the last free day
        (13, 50, False),
        (8, 50, False),  # 17 September: the last day for half
        (7, 100, False),
        (5, 100, False),  # 20 September: the last day to apply
        (1, 100, False),
        (0, 100, False),
        (-1, 100, False),  # the course has begun
        (-40, 100, False),
    ],
)
def test_the_percent_follows_from_the_days_before_the_first_day(days, percent, may_transfer):
    found = window(NOTE, [START], before(days))
    assert (found.days, found.percent, found.may_transfer) == (days, percent, may_transfer)
    assert found.is_free is (percent == 0)


def test_the_last_day_of_each_tier_is_named() -> None:
    found = window(NOTE, [START], before(20))
    assert found.last_days == (
        LastDay(until=date(2023, 9, 11), percent=0),
        LastDay(until=date(2023, 9, 17), percent=50),
    )
    assert found.free_until == found.transfer_until == date(2023, 9, 11)
    assert found.late_percent == 100


@pytest.mark.parametrize(("days", "current"), [(20, 0), (14, 0), (13, 1), (8, 1), (7, 2), (-1, 2)])
def test_the_periods_follow_each_other_and_one_is_today_s(days: int, current: int) -> None:
    first, second, third = periods = window(NOTE, [START], before(days)).periods
    assert (first.first, first.last, first.percent) == (None, date(2023, 9, 11), 0)
    assert (second.first, second.last, second.percent) == (
        date(2023, 9, 12),
        date(2023, 9, 17),
        50,
    )
    assert (third.first, third.last, third.percent) == (date(2023, 9, 18), None, 100)
    assert [each.is_current for each in periods] == [number == current for number in range(3)]


@pytest.mark.parametrize(
    ("agreed", "today", "counts"),
    [
        (0, 0, 0),
        (0, 10, 10),  # moved later: the later day
        (0, -10, 0),  # moved earlier: the day that was agreed
        (10, 0, 10),
    ],
)
def test_the_better_of_two_first_days_counts(agreed: int, today: int, counts: int) -> None:
    first_days = [START + timedelta(days=agreed), START + timedelta(days=today)]
    found = window(NOTE, first_days, before(5))
    assert found.first_day == START + timedelta(days=counts)
    assert found.days == 5 + counts


def test_without_a_first_day_there_is_no_window() -> None:
    with pytest.raises(ValueError, match="empty"):
        window(NOTE, [], START)


def test_a_policy_of_other_tiers_is_counted_by_its_own() -> None:
    shares = [window(FINE, [START], before(days)).percent for days in (31, 30, 29, 8, 7)]
    assert shares == [10, 10, 50, 50, 80]
    assert window(FINE, [START], before(40)).free_until is None
    assert window(FINE, [START], before(14)).may_transfer


@given(st.integers(-60, 60), st.integers(-60, 60), st.integers(-60, 60))
def test_no_first_day_makes_it_worse(agreed: int, today: int, received: int) -> None:
    days = [START + timedelta(days=agreed), START + timedelta(days=today)]
    received_on = START + timedelta(days=received)
    both = window(NOTE, days, received_on)
    each = [window(NOTE, [day], received_on) for day in days]
    assert both.percent == min(one.percent for one in each)
    assert both.may_transfer is any(one.may_transfer for one in each)


@pytest.mark.parametrize(
    ("days", "pays", "percent", "outcome"),
    [
        (14, True, 0, Outcome.FULL_REFUND),
        (13, True, 50, Outcome.PARTIAL_REFUND),
        (7, True, 100, Outcome.NO_REFUND),
        (7, False, 0, Outcome.NOTHING_PAID),
    ],
)
def test_the_quote_says_what_it_comes_to(days, pays, percent, outcome) -> None:
    found = quote(window(NOTE, [START], before(days)), FEE, pays=pays)
    assert (found.percent, found.base, found.outcome) == (percent, FEE, outcome)
    assert found.free_until == date(2023, 9, 11)


@pytest.mark.parametrize(
    ("percent", "outcome"),
    [(0, Outcome.FULL_REFUND), (1, Outcome.PARTIAL_REFUND), (99, Outcome.PARTIAL_REFUND)],
)
def test_each_share_has_its_sentence(percent: int, outcome: Outcome) -> None:
    assert outcome_of(percent) is outcome


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({}, []),
        ({"version": " "}, ["the version is empty"]),
        ({"tiers": ()}, ["there is no tier"]),
        (
            {"tiers": (Tier(min_days=8, percent=0), Tier(min_days=8, percent=50))},
            ["the days of the tiers do not fall from one to the next"],
        ),
        (
            {"tiers": (Tier(min_days=14, percent=50), Tier(min_days=8, percent=50))},
            ["the shares of the tiers do not rise from one to the next"],
        ),
        ({"late_percent": 101}, ["a share is not between 0 and 100 percent"]),
        (
            {"tiers": (Tier(min_days=14, percent=-1),)},
            ["a share is not between 0 and 100 percent"],
        ),
        ({"transfer_days": 0}, []),
        ({"transfer_days": 365}, []),
        ({"transfer_days": 366}, ["a number of days is not between 0 and 365"]),
        (
            {"tiers": (Tier(min_days=-1, percent=0),)},
            ["a number of days is not between 0 and 365"],
        ),
    ],
)
def test_what_is_wrong_with_a_policy_is_named(change, text) -> None:
    assert list(policy_errors(replace(NOTE, **change))) == text


def test_what_a_text_can_name_of_a_policy() -> None:
    assert days_named(NOTE) == {14, 13, 8, 7}
    assert days_named(FINE) == {30, 29, 14, 8, 7}
    assert shares_named(NOTE) == {0, 50, 100}
    assert shares_named(FINE) == {10, 90, 50, 80, 20}


@pytest.mark.parametrize(
    ("received_on", "agreed_on", "error"),
    [
        (date(2023, 9, 1), date(2023, 8, 1), None),
        (date(2023, 8, 1), date(2023, 8, 1), None),  # on the day of the acceptance itself
        (date(2023, 9, 3), date(2023, 8, 1), None),  # today
        (date(2023, 9, 4), date(2023, 8, 1), NoticeError.AFTER_TODAY),
        (date(2023, 9, 4), None, NoticeError.AFTER_TODAY),
        (date(2023, 7, 31), date(2023, 8, 1), NoticeError.BEFORE_AGREEMENT),
        (date(2023, 7, 31), None, None),  # nothing was agreed yet
    ],
)
def test_a_notice_is_received_after_the_acceptance_and_by_today(received_on, agreed_on, error):
    assert notice_error(received_on, agreed_on=agreed_on, today=date(2023, 9, 3)) is error


@pytest.mark.parametrize(
    ("floor", "percents"),
    [
        (0, [0, 50, 50, 100, 100]),
        (30, [30, 50, 50, 100, 100]),
        (50, [50, 50, 50, 100, 100]),
        (100, [100, 100, 100, 100, 100]),
    ],
)
def test_no_day_charges_less_than_the_floor(floor: int, percents: list[int]) -> None:
    policy = with_floor(NOTE, floor)
    days = [14, 13, 8, 7, -3]
    found = [window(policy, [START], START - timedelta(days=each)) for each in days]
    assert [each.percent for each in found] == percents
    for each in found:
        shown = next(period for period in each.periods if period.is_current)
        assert shown.percent == each.percent, "the legend says the same"
        assert [period.percent for period in each.periods] == sorted(
            {period.percent for period in each.periods}
        )
    assert policy_errors(policy) == ([] if floor < 100 else ["there is no tier"])


@pytest.mark.parametrize("floor", [-1, 101])
def test_a_floor_is_a_percentage(floor: int) -> None:
    with pytest.raises(ValueError, match="percent"):
        with_floor(NOTE, floor)


@given(st.integers(0, 100), st.integers(-30, 60))
def test_the_floor_and_the_tier_the_higher_counts(floor: int, days: int) -> None:
    received_on = START - timedelta(days=days)
    plain = window(NOTE, [START], received_on)
    raised = window(with_floor(NOTE, floor), [START], received_on)
    assert raised.percent == max(plain.percent, floor)
    assert (raised.may_transfer, raised.transfer_until) == (
        plain.may_transfer,
        plain.transfer_until,
    )

"""The last seconds of each tier, in the zone of the edition, wherever the person is."""

import calendar
import itertools
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.fees.models import FeeCancellation
from learning.fees.queries.quotes import cancellation_quote
from learning.kit.time import day_in
from tests.admissions.factories import NOW, a_person
from tests.fees.places import a_place, account_for, cancel, check_money, gross_of, pay
from tests.world import World

ROME = ZoneInfo("Europe/Rome")
SEEN_FROM = ("Asia/Manila", "America/Lima")
FEE = 98000
FIRST, LAST = time(0, 0, 0), time(23, 59, 59)
BOUNDARIES = [
    (14, LAST, 0, FEE),
    (13, FIRST, 50, 49000),
    (8, LAST, 50, 49000),
    (7, FIRST, 100, 0),
    (0, FIRST, 100, 0),
    (-1, FIRST, 100, 0),
]


def leap_day() -> date:
    year = next(each for each in itertools.count(NOW.year + 1) if calendar.isleap(each))
    return date(year, 2, 29)


def change_of_clocks(month: int) -> date:
    """Return the last Sunday of a month next year, when clocks change in Italy."""
    last = date(NOW.year + 1, month, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7)


FIRST_DAYS = {
    "an ordinary Monday": date(NOW.year + 1, 9, 20),
    "clocks go forward in between": change_of_clocks(3) + timedelta(days=5),
    "clocks go forward on the first day": change_of_clocks(3),
    "clocks go back in between": change_of_clocks(10) + timedelta(days=5),
    "clocks go back on the eighth day before": change_of_clocks(10) + timedelta(days=8),
    "29 February is the first day": leap_day(),
    "29 February is the fourteenth day before": leap_day() + timedelta(days=14),
    "29 February is the eighth day before": leap_day() + timedelta(days=8),
}


@pytest.fixture(params=FIRST_DAYS.values(), ids=FIRST_DAYS)
def first_day(request: pytest.FixtureRequest, session: Session, world: World) -> date:
    day: date = request.param
    world.open.zone = "Europe/Rome"
    world.open.starts_on = day
    world.open.ends_on = day + timedelta(days=39)
    world.open.project_due_on = world.open.ends_on
    session.flush()
    return day


def at(day: date, hour: time) -> datetime:
    """Return a moment of the clock in Turin."""
    return datetime.combine(day, hour, ROME).astimezone(UTC)


@pytest.mark.parametrize(("days", "hour", "percent", "refund"), BOUNDARIES)
def test_the_clock_of_the_edition_decides(
    session: Session, world: World, first_day: date, days: int, hour: time, percent, refund
) -> None:
    moment = at(first_day - timedelta(days=days), hour)
    for zone in SEEN_FROM:
        application = a_place(session, world, person=a_person(session, zone=zone))
        pay(session, application, FEE)
        local = moment.astimezone(ZoneInfo(zone))
        quote = cancellation_quote(session, application, day_in("Europe/Rome", local))
        assert (quote.quote.percent, quote.refund.minor) == (percent, refund)
        cancel(session, world, application, now=local.astimezone(UTC))
        account = account_for(session, application)
        own = select(FeeCancellation).where(FeeCancellation.fee_account_id == account.id)
        row = session.scalars(own).one()
        assert (row.days, row.percent) == (days, percent)
        assert gross_of(session, account) == ([refund] if refund else [])
        assert session.get_one(Person, application.person_id).zone == zone
    check_money(session)


def test_the_same_second_is_another_day_elsewhere() -> None:
    """What the boundaries above rest on: Manila is a day ahead, Lima a day behind."""
    moment = at(date(2026, 9, 7), LAST)
    days = [day_in(zone, moment).day for zone in ("Europe/Rome", *SEEN_FROM)]
    assert days == [7, 8, 7]
    midnight = at(date(2026, 9, 8), FIRST)
    assert [day_in(zone, midnight).day for zone in ("Europe/Rome", *SEEN_FROM)] == [8, 8, 7]

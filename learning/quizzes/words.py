"""Sentences about times, marks and attempts."""

from datetime import datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from babel.numbers import format_percent

from learning.deadlines.rules import Accommodation, time_limit
from learning.kit.i18n import I18n
from learning.kit.percentages import from_hundredths
from learning.kit.time import day_in
from learning.quizzes.models import QuizAttempt
from learning.quizzes.rules import marking

HUNDRED = 100
MINUTE = timedelta(minutes=1)


def time_sum(i18n: I18n, usual: int | None, minutes: int | None, extra_time: int) -> str:
    """Return a time limit, as a sum where more was agreed: “68 min = 45 + 50%”.

    There is no sum for an attempt that the last day ends before its time.
    """
    if usual is None or minutes is None:
        return i18n.gettext("No time limit")
    if not extra_time or minutes != time_limit(usual, Accommodation(extra_time=extra_time)):
        return i18n.hours(minutes)
    return i18n.gettext("%(minutes)s = %(usual)s + %(share)s") % {
        "minutes": f"{i18n.number(minutes)}\u00a0min",
        "usual": i18n.number(usual),
        "share": i18n.percent(extra_time / HUNDRED),
    }


def clock(i18n: I18n, at: datetime, now: datetime) -> str:
    """Return a moment in the reader's zone: its hour, with the day if that is another one."""
    if day_in(i18n.zone, at) == day_in(i18n.zone, now):
        return f"{at.astimezone(ZoneInfo(i18n.zone)):%H:%M}"
    return i18n.weekday_time(at)


def minutes_left(at: datetime, now: datetime) -> int:
    """Return the whole minutes until a moment; the last one counts until it is over."""
    return max(0, -((now - at) // MINUTE))


def percent(i18n: I18n, hundredths: int) -> str:
    """Return a mark in percent to the hundredth, as it is compared: “68.40%”."""
    share = from_hundredths(hundredths) / HUNDRED
    return str(format_percent(share, _exact_pattern(i18n), locale=i18n.formats))


def points(i18n: I18n, hundredths: int) -> str:
    """Return points to the hundredth: “6.84”."""
    return i18n.amount(from_hundredths(hundredths))


def short_points(i18n: I18n, share: Fraction) -> str:
    """Return the points of one question, to the hundredth where they are no whole number."""
    if share.denominator == 1:
        return i18n.number(share.numerator)
    return i18n.amount(marking.points([share]))


def best(attempts: list[QuizAttempt]) -> QuizAttempt | None:
    """Return the ended attempt with the best mark, the first of equal ones."""
    ended = [each for each in attempts if each.percent is not None]
    return max(ended, key=lambda each: (each.percent or 0, -each.number), default=None)


def _exact_pattern(i18n: I18n) -> str:
    """Return the language's own pattern for percents, with two decimals."""
    usual = str(i18n.formats.percent_formats[None].pattern)
    return usual.replace("#,##0", "#,##0.00")

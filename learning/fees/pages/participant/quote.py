"""The quote of a cancellation: what comes back on each day. Only the amount of today binds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from babel.dates import format_date
from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.permissions import Permission
from learning.admissions.models import Application
from learning.admissions.queries.cancellation_costs import CancellationCost, cancellation_cost
from learning.admissions.queries.stages import stages_of
from learning.admissions.queries.terms import Terms, terms_of
from learning.admissions.rules import deadlines
from learning.admissions.rules.answers import Funding
from learning.fees.pages.participant.blueprint import answer, bp, fee_url, own_application
from learning.fees.pages.participant.fee import HAS_SEAT
from learning.fees.pages.participant.quote_lines import DayQuote, TierLine, day_quote, tier_lines
from learning.fees.rules.refund_calendar import calendar_weeks, last_shown
from learning.kit.db import db
from learning.kit.i18n import I18n
from learning.kit.languages import current_i18n
from learning.kit.money import Money
from learning.kit.pages import Page
from learning.kit.time import day_in, now

SPONSORED = frozenset({Funding.SPONSOR, Funding.MIXED})


@dataclass(frozen=True, kw_only=True)
class CalendarDay:
    """A cell of the calendar; `percent` that is charged, None for a day that is over."""

    day: date
    percent: int | None
    is_today: bool = False
    is_chosen: bool = False
    is_first_day: bool = False
    address: str = ""


@dataclass(frozen=True, kw_only=True)
class CalendarWeek:
    """A row of the calendar: `month` is the title above it, if one begins; no day is a gap."""

    days: Sequence[CalendarDay]
    month: str = ""


@dataclass(frozen=True, kw_only=True)
class QuotePage(Page):
    """The calendar, the quote for the day that is looked at, and that of today, which binds."""

    template: ClassVar[str] = "fees/quote.html"

    application: Application
    weeks: Sequence[CalendarWeek]
    weekdays: Sequence[tuple[str, str]]
    chosen: DayQuote
    today: DayQuote
    fee: Money
    first_day: date
    moved_from: date | None  # the other first day, if it was moved: the later one counts
    binds_until: str
    tiers: Sequence[TierLine]
    transfer_until: date
    may_transfer: bool


@dataclass(frozen=True, kw_only=True)
class QuoteContext:
    """An application with a seat, its terms, and today in the zone of its edition."""

    application: Application
    terms: Terms
    today: date

    @property
    def is_sponsored(self) -> bool:
        return self.application.funding in SPONSORED

    def cost(self, day: date) -> CancellationCost:
        application = self.application
        return cancellation_cost(db(), application, application.edition, day, self.terms)


@bp.get("/cancel", needs=Permission.OWN_PAGES, impersonator_needs=Permission.READ_FINANCES)
def show_quote(reference: str) -> ResponseReturnValue:
    """Show what comes back, day by day; `day` in the address is the day that is looked at."""
    application = own_application(reference)
    if not has_seat(application):
        return redirect(fee_url(application), 303)
    return answer(quote_page(quote_context(application), request.args.get("day", "")))


def has_seat(application: Application) -> bool:
    """Whether there is a place to cancel."""
    return stages_of(db(), [application.id])[application.id] in HAS_SEAT


def quote_context(application: Application) -> QuoteContext:
    return QuoteContext(
        application=application,
        terms=terms_of(db(), application, application.edition),
        today=day_in(application.edition.zone, now()),
    )


def quote_page(context: QuoteContext, typed: str) -> QuotePage:
    i18n, today = current_i18n(), context.today
    window = context.terms.window(today)
    day = chosen_day(typed, today, window.first_day)
    costs = _costs_by_percent(context)
    today_quote = day_quote(i18n, context.cost(today), sponsored=context.is_sponsored)
    chosen = day_quote(i18n, context.cost(day), sponsored=context.is_sponsored)
    return QuotePage(
        application=context.application,
        weeks=_weeks(i18n, context, day),
        weekdays=_weekdays(i18n),
        chosen=chosen,
        today=today_quote,
        fee=context.terms.fee,
        first_day=window.first_day,
        moved_from=moved_from(context.terms),
        binds_until=binds_until(i18n, context),
        tiers=tier_lines(i18n, window, today, costs),
        transfer_until=window.transfer_until,
        may_transfer=window.may_transfer,
    )


def moved_from(terms: Terms) -> date | None:
    """Return the earlier of the agreed first day and today's, None if they are the same."""
    earlier = min(terms.first_days)
    return earlier if earlier < terms.first_day else None


def binds_until(i18n: I18n, context: QuoteContext) -> str:
    """Return the last second of today in the edition's zone: there, and where the reader is."""
    zone = context.application.edition.zone
    return i18n.moment_in(deadlines.last_second(context.today, zone), zone)


def chosen_day(typed: str, today: date, first_day: date) -> date:
    """Return the day of the address; today for one that is over, too late or not a day."""
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return today
    return day if today <= day <= last_shown(today, first_day) else today


def _costs_by_percent(context: QuoteContext) -> Mapping[int, CancellationCost]:
    """Return the cost in each period that is not over; one query for each."""
    window = context.terms.window(context.today)
    days = {
        each.percent: max(each.first or context.today, context.today)
        for each in window.periods
        if each.last is None or each.last >= context.today
    }
    return {percent: context.cost(day) for percent, day in days.items()}


def _weeks(i18n: I18n, context: QuoteContext, chosen: date) -> list[CalendarWeek]:
    window = context.terms.window(context.today)
    weeks = calendar_weeks(context.today, window.free_until, window.first_day)
    after_gap = [True, *(not week for week in weeks)]
    return [
        CalendarWeek(
            days=[_calendar_day(context, day, chosen) for day in week],
            month=_months(i18n, week, begins=begins),
        )
        for week, begins in zip(weeks, after_gap, strict=False)
    ]


def _months(i18n: I18n, week: Sequence[date], *, begins: bool) -> str:
    """Return the months of a week that begins the calendar or holds the first day of one."""
    if not week or not (begins or any(day.day == 1 for day in week)):
        return ""
    pattern = "MMMM 'de' y" if i18n.language == "es" else "MMMM y"
    names = (format_date(day, pattern, locale=i18n.formats) for day in (week[0], week[-1]))
    return " – ".join(dict.fromkeys(names))


def _calendar_day(context: QuoteContext, day: date, chosen: date) -> CalendarDay:
    if day < context.today:
        return CalendarDay(day=day, percent=None)
    reference = context.application.reference
    return CalendarDay(
        day=day,
        percent=context.terms.window(day).percent,
        is_today=day == context.today,
        is_chosen=day == chosen,
        is_first_day=day == context.terms.first_day,
        address=url_for("fees.show_quote", reference=reference, day=day.isoformat()),
    )


def _weekdays(i18n: I18n) -> list[tuple[str, str]]:
    short, full = (i18n.formats.days["format"][width] for width in ("short", "wide"))
    return [(short[number], full[number]) for number in range(7)]

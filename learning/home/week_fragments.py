"""Parts of a participant's week as HTML: cached for all who see an item, a strip of weeks alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from markupsafe import Markup

from learning.extension_points.due import DueItem
from learning.extension_points.labels import ACTIVITIES
from learning.home import week_plan
from learning.home.week_plan import ModuleWeek, WeekDay
from learning.kit.i18n import I18n
from learning.kit.pages import template_macro
from learning.kit.text import mark_safe

TEMPLATE = "home/week_parts.html"


@dataclass(frozen=True, kw_only=True)
class StripWeek:
    """One week of the strip, as a reader sees it."""

    module: str
    title: str
    starts_on: date
    state: str
    done: int
    total: int


def weekday(i18n: I18n, day: date, width: str = "wide") -> str:
    """Return the weekday of a day: “Monday”, or “Mon” for the width "abbreviated"."""
    return str(i18n.formats.days["format"][width][day.weekday()])


def render_items(i18n: I18n, items: Sequence[DueItem], now: str) -> Markup:
    """Return items as rows of a list; `now` is the key of the one that is next, "" for none."""
    return mark_safe("".join(_item(i18n, item, item.key == now) for item in items))


def render_dates(items: Sequence[DueItem]) -> Markup:
    """Return items as steps of a timeline."""
    return mark_safe("".join(_date(item) for item in items))


def render_weeks(i18n: I18n, weeks: Sequence[ModuleWeek]) -> Markup:
    return _weeks(
        i18n,
        tuple(
            StripWeek(
                module=each.module.key,
                title=each.module.title,
                starts_on=each.starts_on,
                state=each.state,
                done=each.module.done,
                total=each.module.written_count,
            )
            for each in weeks
        ),
    )


def render_days(i18n: I18n, days: Sequence[WeekDay]) -> Markup:
    return mark_safe("".join(_day(i18n, day) for day in days))


@lru_cache(maxsize=4096)
def _item(i18n: I18n, item: DueItem, now: bool) -> Markup:  # noqa: FBT001 what the cache keys on
    when = item.when if week_plan.has_moment(item) else ""
    detail = " · ".join(text for text in (item.detail, when) if text)
    return _show("show_item", item, detail, now, i18n)


@lru_cache(maxsize=1024)
def _date(item: DueItem) -> Markup:
    return _show("show_date", item)


@lru_cache(maxsize=1024)
def _weeks(i18n: I18n, weeks: tuple[StripWeek, ...]) -> Markup:
    return _show("show_weeks", weeks, i18n)


@lru_cache(maxsize=1024)
def _day(i18n: I18n, day: WeekDay) -> Markup:
    words = [
        (mark.kind, mark.at, ", ".join(i18n.gettext(ACTIVITIES[a]) for a in mark.activities))
        for mark in day.marks
    ]
    marks = [
        (kind, f"{i18n.short_moment(at, at)} {text}" if at else text) for kind, at, text in words
    ]
    return _show("show_day", day, weekday(i18n, day.day, "abbreviated"), marks)


def _show(macro: str, *values: object) -> Markup:
    return mark_safe(template_macro(TEMPLATE, macro)(*values))

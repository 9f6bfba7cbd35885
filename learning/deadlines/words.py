"""Sentences about one person's due date and accommodation."""

from collections.abc import Iterator
from datetime import datetime

from learning.deadlines.rules import Accommodation, DueDate
from learning.kit.i18n import I18n
from learning.kit.time import day_in


def due_sentence(i18n: I18n, due: DueDate) -> str:
    """Return one person's date in their zone, and how much later it is than for everybody.

    As in “Saturday 18 July, 23:59 (Paris), 2 days later for you”.
    """
    deadline = i18n.deadline(due.at)
    later = later_words(i18n, due)
    return (
        i18n.gettext("%(due)s, %(later)s") % {"due": deadline, "later": later}
        if later
        else (deadline)
    )


def later_words(i18n: I18n, due: DueDate) -> str:
    """Return how much later a date is for one person than for everybody, "" if it is not."""
    if not due.is_later:
        return ""
    if not due.days_later:
        return i18n.gettext("later that day for you")
    return i18n.ngettext(
        "%(num)s day later for you", "%(num)s days later for you", due.days_later
    ) % {"num": i18n.number(due.days_later)}


def days_away(i18n: I18n, at: datetime, now: datetime) -> str:
    """Return how far away a date is by the reader's calendar: “tomorrow”; "" if it is over."""
    if at <= now:
        return ""
    days = (day_in(i18n.zone, at) - day_in(i18n.zone, now)).days
    if days <= 1:
        return i18n.gettext("tomorrow") if days else i18n.gettext("today")
    return i18n.ngettext("in %(num)s day", "in %(num)s days", days) % {"num": i18n.number(days)}


def agreed_sentences(i18n: I18n, agreed: Accommodation) -> Iterator[str]:
    """Yield one sentence for each part of an accommodation; none if it changes nothing."""
    if agreed.no_timer:
        yield i18n.gettext("No time limits.")
    if agreed.extra_time:
        share = i18n.percent(agreed.extra_time / 100)
        yield i18n.gettext("%(share)s more time where there is a time limit.") % {"share": share}
    if number := agreed.extra_attempts:
        yield i18n.ngettext(
            "%(num)s attempt more than usual.", "%(num)s attempts more than usual.", number
        ) % {"num": i18n.number(number)}
    if number := agreed.shift_days:
        yield i18n.ngettext("Dates %(num)s day later.", "Dates %(num)s days later.", number) % {
            "num": i18n.number(number)
        }

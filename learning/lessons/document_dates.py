"""The dates that a document names, as its reader has them.

The text of a course is the same for every edition: it names a deadline by its key. The page puts
the reader's own date there, in their zone. Without one it shows the words of the text.
"""

import re
from collections.abc import Callable
from datetime import datetime, time
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from learning.kit.i18n import I18n
from learning.kit.text import mark_safe

MENTION = re.compile(r'<a class="date" href="#date-([a-z0-9-]+)">(.*?)</a>')
TIME = Markup('<time datetime="{}">{}</time>')


def names_a_date(html: str) -> bool:
    """Whether a text names a deadline."""
    return MENTION.search(html) is not None


def fill_dates(html: Markup, date_of: Callable[[str], datetime | None], i18n: I18n) -> Markup:
    """Return a text with a date for each deadline that it names; `date_of` takes its key."""

    def fill(found: re.Match[str]) -> str:
        at = date_of(found[1])
        if at is None:
            return found[2]
        shown = day_and_time(at, i18n)
        if found[2][:1].isupper():
            shown = shown[:1].upper() + shown[1:]
        return str(TIME.format(at.isoformat(), escape(shown)))

    return mark_safe(MENTION.sub(fill, str(html)))


def day_and_time(at: datetime, i18n: I18n) -> str:
    """Return a moment in the reader's zone: “Saturday 18 July, 23:59”; at midnight only the day."""
    if at.astimezone(ZoneInfo(i18n.zone)).time() == time():
        return i18n.weekday_date(at)
    return i18n.weekday_time(at)

"""Words and formats in one language: an explicit value, handed to every page, mail and document."""

import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import (
    format_date,
    format_skeleton,
    format_timedelta,
    get_timezone_location,
)
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal, format_percent
from babel.support import NullTranslations, Translations

from learning.kit import french
from learning.kit.money import Money

LANGUAGES = {"fr": "Français", "en": "English", "es": "Español"}
DEFAULT = "en"
Day = date
FORMATS = {"fr": "fr", "en": "en_GB", "es": "es"}
CATALOGUES = Path(__file__).parents[2] / "translations"


def N_(message: str) -> str:  # noqa: N802 the name that gettext tools look for
    """Mark a sentence for translators; it is translated when shown."""
    return message


@lru_cache
def catalogue(language: str) -> NullTranslations:
    """Return a language's words, compiled from its .po file; English is the source itself."""
    path = CATALOGUES / language / "LC_MESSAGES/messages.po"
    if language == DEFAULT:
        return NullTranslations()
    with path.open("rb") as file:
        messages = read_po(file, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return Translations(compiled)


@dataclass(frozen=True)
class I18n:
    """A language and a zone; every method returns text ready to be shown."""

    language: str
    zone: str = "UTC"

    @property
    def formats(self) -> Locale:
        return _locale(FORMATS[self.language])

    @property
    def direction(self) -> str:
        return _locale(self.language).text_direction

    def gettext(self, message: str) -> str:
        return str(catalogue(self.language).ugettext(message)) if message else ""

    def ngettext(self, one: str, many: str, number: int) -> str:
        return str(catalogue(self.language).ungettext(one, many, number))

    def pgettext(self, context: str, message: str) -> str:
        return str(catalogue(self.language).upgettext(context, message))

    def npgettext(self, context: str, one: str, many: str, number: int) -> str:
        return str(catalogue(self.language).unpgettext(context, one, many, number))

    def date(self, day: Day, *, weekday: bool = True) -> str:
        """Return a day in full, as in “Monday 23 November 2026”."""
        return _date(self.language, day, weekday)

    def short_date(self, day: Day) -> str:
        """Return a day without its year, the month spelled: “23 Nov”."""
        return _short_date(self.language, day)

    def moment(self, at: datetime, *, seconds: bool = False) -> str:
        """Return a moment in the reader's zone, with the zone's city."""
        local = at.astimezone(ZoneInfo(self.zone))
        clock = f"{local:%H:%M:%S}" if seconds else f"{local:%H:%M}"
        return self.gettext("%(day)s, %(clock)s (%(city)s time)") % {
            "day": self.date(local.date()),
            "clock": clock,
            "city": self.of_city(self.zone),
        }

    def city(self, zone: str) -> str:
        return _city(self.language, zone)

    def of_city(self, zone: str) -> str:
        """Return a zone's city as it follows “time”: French joins it, as in “heure d’Abidjan”."""
        city = self.city(zone)
        return french.of_city(city) if self.language == "fr" else city

    def country(self, code: str) -> str:
        """Return the name of a country by its ISO 3166 code, the code itself if it has none."""
        return str(self.formats.territories.get(code, code))

    def ago(self, at: datetime, now: datetime) -> str:
        """Return how long ago something was: “3 days ago”."""
        return format_timedelta(
            min(at - now, timedelta(0)), add_direction=True, locale=self.formats
        )

    def duration(self, length: timedelta) -> str:
        """Return how long something lasts, roughly: “2 minutes”."""
        return format_timedelta(max(length, timedelta(seconds=1)), locale=self.formats)

    def money(self, amount: Money) -> str:
        """Return an amount with its currency's code, as on an invoice: “980.00 EUR”."""
        return format_currency(
            amount.major, amount.currency, "#,##0.00\u00a0¤¤", locale=self.formats
        )

    def said(self, value: object) -> str:
        """Return a day, a moment, an amount or a number as it is written in a sentence."""
        if isinstance(value, datetime):
            return self.moment(value)
        if isinstance(value, date):
            return self.date(value)
        if isinstance(value, Money):
            return self.money(value)
        return self.number(value) if isinstance(value, int) else str(value)

    def amount(self, value: Decimal) -> str:
        """Return an amount without its currency, as one types it: “1,234.50”."""
        return format_decimal(value, "#,##0.00", locale=self.formats)

    def number(self, value: float) -> str:
        return _decimal(self.language, value)

    def percent(self, share: float) -> str:
        return format_percent(share, locale=self.formats)

    def kilobytes(self, size: int) -> str:
        """Return a size in whole kilobytes, never “0”."""
        unit = "ko" if self.language == "fr" else "kB"
        return f"{self.number(max(1, round(size / 1000)))}\u00a0{unit}"

    def hours(self, minutes: int) -> str:
        """Return a length of time: “40 min”, “2 h 5 min”."""
        hours, rest = divmod(minutes, 60)
        parts = [f"{hours}\u00a0h"] * bool(hours) + [f"{rest}\u00a0min"] * bool(rest or not hours)
        return "\u00a0".join(parts)

    def labelled(self, label: str, text: object) -> str:
        """Return a text after its label, with the colon as the language sets it."""
        return self.gettext("%(label)s: %(text)s") % {"label": label, "text": text}

    def announced(self, label: str) -> str:
        """Return what introduces the line below it, with the colon as the language sets it."""
        return self.gettext("%(label)s:") % {"label": label}

    def listing(self, words: Iterable[str]) -> str:
        return format_list(list(words), locale=self.formats)


@lru_cache(maxsize=4096)
def _date(language: str, day: Day, weekday: bool) -> str:  # noqa: FBT001 what the cache keys on
    pattern = "EEEE d MMMM y" if weekday else "d MMMM y"
    if language == "es":
        pattern = pattern.replace("EEEE d", "EEEE, d").replace("MMMM y", "'de' MMMM 'de' y")
    text = format_date(day, pattern, locale=_locale(FORMATS[language]))
    return french.with_first(day, text) if language == "fr" else text


@lru_cache(maxsize=4096)
def _short_date(language: str, day: Day) -> str:
    text = format_skeleton("MMMd", day, locale=_locale(FORMATS[language]))
    return french.with_first(day, text) if language == "fr" else text


@lru_cache(maxsize=2048)
def _city(language: str, zone: str) -> str:
    return get_timezone_location(zone, locale=_locale(FORMATS[language]), return_city=True)


@lru_cache(maxsize=4096)
def _decimal(language: str, value: float) -> str:
    return format_decimal(value, locale=_locale(FORMATS[language]))


@lru_cache
def _locale(name: str) -> Locale:
    return Locale.parse(name)


i18n_for = lru_cache(maxsize=1024)(I18n)

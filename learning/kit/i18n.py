"""Translations and formats of one language and zone, for pages, e-mails and documents."""

import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton, format_timedelta, get_timezone_location
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent
from babel.support import NullTranslations, Translations

from learning.kit import french
from learning.kit.money import Money, format_amount, format_exact_amount

LANGUAGES = {"fr": "Français", "en": "English", "es": "Español"}
DEFAULT_LANGUAGE = "en"
Day = date
FORMAT_LOCALES = {"fr": "fr", "en": "en_GB", "es": "es"}
MEGABYTE = 1_000_000  # bytes
TRANSLATIONS = Path(__file__).parents[2] / "translations"


def N_(message: str) -> str:  # noqa: N802 the name that gettext tools look for
    """Mark a message for translation; it is translated when shown."""
    return message


@lru_cache
def translations_of(language: str) -> NullTranslations:
    """Return a language's translations, compiled from its .po file; English is the source."""
    path = TRANSLATIONS / language / "LC_MESSAGES/messages.po"
    if language == DEFAULT_LANGUAGE:
        return NullTranslations()
    with path.open("rb") as file:
        messages = read_po(file, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return Translations(compiled)


@dataclass(frozen=True)
class I18n:
    """A language and a zone; every method returns text for the reader."""

    language: str
    zone: str = "UTC"

    @property
    def formats(self) -> Locale:
        return _locale(FORMAT_LOCALES[self.language])

    @property
    def direction(self) -> str:
        return _locale(self.language).text_direction

    def gettext(self, message: str) -> str:
        return str(translations_of(self.language).ugettext(message)) if message else ""

    def ngettext(self, one: str, many: str, number: int) -> str:
        return str(translations_of(self.language).ungettext(one, many, number))

    def pgettext(self, context: str, message: str) -> str:
        return str(translations_of(self.language).upgettext(context, message))

    def npgettext(self, context: str, one: str, many: str, number: int) -> str:
        return str(translations_of(self.language).unpgettext(context, one, many, number))

    def date(self, day: Day, *, weekday: bool = True) -> str:
        """Return a day in full, as in “Monday 23 November 2026”."""
        return _date(self.language, day, weekday)

    def short_date(self, day: Day, *, year: bool = False) -> str:
        """Return a day with its month in short form: “23 Nov”, with its year “23 Nov 2026”."""
        return _short_date(self.language, day, "yMMMd" if year else "MMMd")

    def short_period(self, first: Day, last: Day) -> str:
        """Return two days in short form, the year once: “18 Jan – 26 Feb 2027”; one day once."""
        if first == last:
            return self.short_date(last, year=True)
        begins = self.short_date(first, year=first.year != last.year)
        return f"{begins} – {self.short_date(last, year=True)}"

    def moment(self, at: datetime) -> str:
        """Return a moment in the reader's zone, with the zone's city."""
        local = at.astimezone(ZoneInfo(self.zone))
        return self.gettext("%(day)s, %(clock)s (%(city)s time)") % {
            "day": self.date(local.date()),
            "clock": f"{local:%H:%M}",
            "city": self.city_after_time(self.zone),
        }

    def moment_in(self, at: datetime, zone: str) -> str:
        """Return a moment in the reader's zone, with its time in another zone if that differs."""
        local = at.astimezone(ZoneInfo(self.zone))
        return self.gettext("%(day)s, %(clock)s (%(zones)s)") % {
            "day": self.date(local.date()),
            "clock": f"{local:%H:%M}",
            "zones": self.zones_of(at, zone),
        }

    def zones_of(self, at: datetime, zone: str) -> str:
        """Return the zone of a moment and its time in another: “Lima time; 15:00 in Rome”.

        The day is added where it is another one there.
        """
        local, there = at.astimezone(ZoneInfo(self.zone)), at.astimezone(ZoneInfo(zone))
        words = {"city": self.city_after_time(self.zone), "there": f"{there:%H:%M}"}
        if local.replace(tzinfo=None) == there.replace(tzinfo=None):
            return self.gettext("%(city)s time") % words
        if local.date() != there.date():
            day = _weekday_date(self.language, there.date())
            words["there"] = self.gettext("%(day)s, %(clock)s") % {
                "day": day,
                "clock": words["there"],
            }
        return self.gettext("%(city)s time; %(there)s %(in_city)s") % (
            words | {"in_city": self.in_city(zone)}
        )

    def in_city(self, zone: str) -> str:
        """Return a zone's city after “in”: “in Rome”, “à Rome”, “en Roma”."""
        city = self.city(zone)
        if self.language == "fr":
            return french.in_city(city)
        return self.gettext("in %(city)s") % {"city": city}

    def short_moment(self, at: datetime, now: datetime) -> str:
        """Return a moment in a row: “08:12” today, “12 Nov, 08:12”, or “12 Nov 2025”."""
        local, today = (each.astimezone(ZoneInfo(self.zone)) for each in (at, now))
        if local.year != today.year:
            return format_date(local.date(), "d MMM y", locale=self.formats)
        clock, day = f"{local:%H:%M}", self.short_date(local.date())
        if local.date() == today.date():
            return clock
        return self.gettext("%(day)s, %(clock)s") % {"day": day, "clock": clock}

    def deadline(self, at: datetime) -> str:
        """Return a date of a course in the reader's zone: “Saturday 18 July, 23:59 (Paris)”."""
        local = at.astimezone(ZoneInfo(self.zone))
        return self.gettext("%(day)s, %(clock)s (%(city)s)") % {
            "day": _weekday_date(self.language, local.date()),
            "clock": f"{local:%H:%M}",
            "city": self.city(self.zone),
        }

    def weekday_time(self, at: datetime) -> str:
        """Return a deadline where its city is stated elsewhere: “Saturday 18 July, 23:59”."""
        local = at.astimezone(ZoneInfo(self.zone))
        day, clock = _weekday_date(self.language, local.date()), f"{local:%H:%M}"
        return self.gettext("%(day)s, %(clock)s") % {"day": day, "clock": clock}

    def weekday_date(self, at: datetime) -> str:
        """Return the day of a moment in the reader's zone, without its year."""
        return _weekday_date(self.language, at.astimezone(ZoneInfo(self.zone)).date())

    def city(self, zone: str) -> str:
        return _city(self.language, zone)

    def city_after_time(self, zone: str) -> str:
        """Return a zone's city after “time”, which French joins: “heure d’Abidjan”."""
        city = self.city(zone)
        return french.of_city(city) if self.language == "fr" else city

    def country(self, code: str) -> str:
        """Return the name of a country by its ISO 3166 code, the code itself if it has none."""
        return str(self.formats.territories.get(code, code))

    def time_ago(self, at: datetime, now: datetime) -> str:
        """Return how long ago something was: “3 days ago”."""
        return format_timedelta(
            min(at - now, timedelta(0)), add_direction=True, locale=self.formats
        )

    def duration(self, length: timedelta) -> str:
        """Return how long something lasts, roughly: “2 minutes”."""
        return format_timedelta(max(length, timedelta(seconds=1)), locale=self.formats)

    def money(self, amount: Money) -> str:
        """Return an amount for a page or an e-mail: “980 €”, “490.50 €”."""
        return format_amount(amount, self.formats)

    def exact_money(self, amount: Money) -> str:
        """Return an amount as in a contract, an invoice or a table of figures: “980.00 EUR”."""
        return format_exact_amount(amount, self.formats)

    def format_value(self, value: object) -> str:
        """Return a day, a moment, an amount or a number formatted for a sentence."""
        if isinstance(value, datetime):
            return self.moment(value)
        if isinstance(value, date):
            return self.date(value)
        if isinstance(value, Money):
            return self.money(value)
        return self.number(value) if isinstance(value, int) else str(value)

    def amount(self, value: Decimal) -> str:
        """Return an amount without its currency, as people type it: “1,234.50”."""
        return format_decimal(value, "#,##0.00", locale=self.formats)

    def number(self, value: float) -> str:
        return _decimal(self.language, value)

    def percent(self, share: float) -> str:
        return _percent(self.language, share)

    def kilobytes(self, size: int) -> str:
        """Return a size in whole kilobytes, never “0”."""
        unit = "ko" if self.language == "fr" else "kB"
        return f"{self.number(max(1, round(size / 1000)))}\u00a0{unit}"

    def file_size(self, size: int) -> str:
        """Return a size in megabytes from one megabyte on (“5 MB”), else in kilobytes."""
        if size < MEGABYTE:
            return self.kilobytes(size)
        unit = "Mo" if self.language == "fr" else "MB"
        return f"{self.number(round(size / MEGABYTE, 1))}\u00a0{unit}"

    def hours(self, minutes: int) -> str:
        """Return a length of time: “40 min”, “2 h 5 min”; in French and Spanish “2 h 05”."""
        hours, rest = divmod(minutes, 60)
        if hours and rest and self.language != "en":
            return f"{hours}\u00a0h\u00a0{rest:02}"
        parts = [f"{hours}\u00a0h"] * bool(hours) + [f"{rest}\u00a0min"] * bool(rest or not hours)
        return "\u00a0".join(parts)

    def time_left(self, length: timedelta) -> str:
        """Return a rest of time in short: “2 d 1 h”, below one day “5 h 20 min”."""
        days, rest = divmod(max(0, round(length.total_seconds() / 60)), 24 * 60)
        if not days:
            return self.hours(rest)
        short = self.gettext("%(days)s d %(hours)s h") % {"days": days, "hours": rest // 60}
        return short.replace(" ", "\u00a0")

    def label_and_text(self, label: str, text: object) -> str:
        """Return a label and a text, with the colon of the language."""
        return self.gettext("%(label)s: %(text)s") % {"label": label, "text": text}

    def with_colon(self, label: str) -> str:
        """Return a line that introduces the next one, with the colon of the language."""
        return self.gettext("%(label)s:") % {"label": label}

    def join_list(self, words: Iterable[str]) -> str:
        return format_list(list(words), locale=self.formats)


@lru_cache(maxsize=4096)
def _date(language: str, day: Day, weekday: bool) -> str:  # noqa: FBT001 what the cache keys on
    pattern = "EEEE d MMMM y" if weekday else "d MMMM y"
    if language == "es":
        pattern = pattern.replace("EEEE d", "EEEE, d").replace("MMMM y", "'de' MMMM 'de' y")
    text = format_date(day, pattern, locale=_locale(FORMAT_LOCALES[language]))
    return french.with_first(day, text) if language == "fr" else text


@lru_cache(maxsize=4096)
def _weekday_date(language: str, day: Day) -> str:
    """Return a day with its weekday and without its year."""
    pattern = "EEEE, d 'de' MMMM" if language == "es" else "EEEE d MMMM"
    text = format_date(day, pattern, locale=_locale(FORMAT_LOCALES[language]))
    return french.with_first(day, text) if language == "fr" else text


@lru_cache(maxsize=4096)
def _short_date(language: str, day: Day, skeleton: str = "MMMd") -> str:
    """Return a day with the month spelled short: “26 Feb”, with "yMMMd" “26 Feb 2027”."""
    text = format_skeleton(skeleton, day, locale=_locale(FORMAT_LOCALES[language]))
    return french.with_first(day, text) if language == "fr" else text


@lru_cache(maxsize=2048)
def _city(language: str, zone: str) -> str:
    return get_timezone_location(zone, locale=_locale(FORMAT_LOCALES[language]), return_city=True)


@lru_cache(maxsize=4096)
def _decimal(language: str, value: float) -> str:
    return format_decimal(value, locale=_locale(FORMAT_LOCALES[language]))


@lru_cache(maxsize=4096)
def _percent(language: str, share: float) -> str:
    return format_percent(share, locale=_locale(FORMAT_LOCALES[language]))


@lru_cache
def _locale(name: str) -> Locale:
    return Locale.parse(name)


i18n_for = lru_cache(maxsize=1024)(I18n)

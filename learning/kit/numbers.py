"""Numbers as people type them: read in the notation of their language, exactly, or not at all."""

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache

from babel.numbers import get_currency_precision, get_decimal_symbol, get_group_symbol

from learning.kit.i18n import I18n
from learning.kit.money import Money

MOST_FIGURES = 25  # more than any row can have; nobody waits for a longer one to be read
SPACES = "\u0020\u00a0\u2009\u202f"


class TooFineError(ValueError):
    """An amount has more decimals than its currency."""


def in_ascii(text: str) -> str:
    """Return a text with the figures of every script as 0 to 9, and one sign for minus."""
    figures = (str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)
    return "".join(figures).replace("\u2212", "-").replace("\uff0e", ".").replace("\uff0c", ",")


def read_number(text: str, i18n: I18n) -> Decimal | None:
    """Return a number as it is written in a language: “1 234,50”, “1.234,50”, “1,234.50”.

    Groups have three figures, or there are none; nothing is guessed, and no exponent is read.
    """
    plain = in_ascii(text).strip()
    if len(plain) > MOST_FIGURES:
        return None
    match = _notation(i18n).fullmatch(plain)
    if match is None:
        return None
    whole = re.sub(r"\D", "", match["whole"])
    return Decimal(f"{match['sign']}{whole}.{match['decimals'] or '0'}")


def read_amount(text: str, currency: str, i18n: I18n) -> Money | None:
    """Return an amount of money, to the last minor unit; raise TooFineError for a finer one."""
    number = read_number(text, i18n)
    if number is None:
        return None
    places = get_currency_precision(currency)
    written = in_ascii(text).strip().rpartition(get_decimal_symbol(i18n.formats))
    if written[1] and len(written[2]) > places:
        raise TooFineError(places)
    return Money(int(number.scaleb(places)), currency)


@lru_cache
def _notation(i18n: I18n) -> re.Pattern[str]:
    decimal = re.escape(get_decimal_symbol(i18n.formats))
    group = f"[{re.escape(SPACES + get_group_symbol(i18n.formats))}]"
    grouped = rf"\d{{1,3}}(?P<group>{group})\d{{3}}(?:(?P=group)\d{{3}})*"
    return re.compile(rf"(?P<sign>[+-]?)(?P<whole>{grouped}|\d+)(?:{decimal}(?P<decimals>\d+))?")

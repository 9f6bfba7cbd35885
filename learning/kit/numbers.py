"""Numbers as people type them: read in the notation of their language, exactly, or not at all."""

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache

from babel.numbers import get_currency_precision, get_decimal_symbol, get_group_symbol

from learning.kit.i18n import I18n
from learning.kit.money import Money

MAX_DIGITS = 25  # more than any column can store; bounds the time to parse
SPACES = "\u0020\u00a0\u2009\u202f"


class TooManyDecimalsError(ValueError):
    """An amount has more decimals than its currency."""


def to_ascii_digits(text: str) -> str:
    """Return a text with the digits of every script as 0 to 9, and one minus sign."""
    figures = (str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)
    return "".join(figures).replace("\u2212", "-").replace("\uff0e", ".").replace("\uff0c", ",")


def parse_number(text: str, i18n: I18n) -> Decimal | None:
    """Return a number as it is written in a language: “1 234,50”, “1.234,50”, “1,234.50”.

    Groups have three digits, or there are none; nothing is guessed, and no exponent is read.
    """
    plain = to_ascii_digits(text).strip()
    if len(plain) > MAX_DIGITS:
        return None
    match = _notation(i18n).fullmatch(plain)
    if match is None:
        return None
    whole = re.sub(r"\D", "", match["whole"])
    return Decimal(f"{match['sign']}{whole}.{match['decimals'] or '0'}")


def parse_amount(text: str, currency: str, i18n: I18n) -> Money | None:
    """Return an amount of money in its currency; raise TooManyDecimalsError for more decimals."""
    number = parse_number(text, i18n)
    if number is None:
        return None
    decimals = get_currency_precision(currency)
    parts = to_ascii_digits(text).strip().rpartition(get_decimal_symbol(i18n.formats))
    if parts[1] and len(parts[2]) > decimals:
        raise TooManyDecimalsError(decimals)
    return Money(int(number.scaleb(decimals)), currency)


@lru_cache
def _notation(i18n: I18n) -> re.Pattern[str]:
    decimal = re.escape(get_decimal_symbol(i18n.formats))
    group = f"[{re.escape(SPACES + get_group_symbol(i18n.formats))}]"
    grouped = rf"\d{{1,3}}(?P<group>{group})\d{{3}}(?:(?P=group)\d{{3}})*"
    return re.compile(rf"(?P<sign>[+-]?)(?P<whole>{grouped}|\d+)(?:{decimal}(?P<decimals>\d+))?")

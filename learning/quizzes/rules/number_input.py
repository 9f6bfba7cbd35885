"""A number as somebody types it in an answer, whichever way their country writes it.

`learning.kit.numbers` reads amounts in the notation of one language only, because a wrong amount
costs money. Here “1 250,5”, “1,250.5” and “1.250,5” are 1250.5 in every language; only a lone
separator before exactly three digits is read as the language has it, and the page shows the
number that was understood.
"""

import re
from collections.abc import Collection
from decimal import Decimal

from learning.kit.folding import fold
from learning.kit.numbers import MAX_DIGITS, to_ascii_digits

GROUP_SIGN = {"en": ",", "es": "."}  # French groups with spaces
_SIGNS = ".,"
_APOSTROPHES = re.compile("(?<=[0-9])['’](?=[0-9]{3})")
_SPACE_BETWEEN = re.compile(r"(?<=[0-9])\s(?=[0-9]{3}(?![0-9]))")
_SIGNED = re.compile(r"(?P<sign>[+-]?)\s?(?P<figures>[0-9.,]*[0-9][0-9.,]*)(?P<unit>.*)", re.DOTALL)
_GROUPED = re.compile(r"[1-9][0-9]{0,2}([.,])[0-9]{3}(?:\1[0-9]{3})*")


def read_number(text: str, language: str, units: Collection[str] = ()) -> Decimal | None:
    """Return the number of a typed answer, exactly; None if it is none.

    One of the question's `units` may stand behind it.
    """
    plain = to_ascii_digits(" ".join(text.split()))
    match = _SIGNED.fullmatch(_APOSTROPHES.sub("", _SPACE_BETWEEN.sub("", plain)))
    if match is None or not _is_unit(match["unit"], units):
        return None
    figures = _with_point(match["figures"], language)
    if figures is None or len(figures) > MAX_DIGITS:
        return None
    return Decimal(match["sign"] + figures)


def _is_unit(text: str, units: Collection[str]) -> bool:
    return fold(text).strip() in {"", *(fold(unit).strip() for unit in units)}


def _with_point(figures: str, language: str) -> str | None:
    """Return figures with a decimal point and no groups; None if they are written in no way."""
    signs = [sign for sign in figures if sign in _SIGNS]
    if len(signs) == 1 and not (
        signs[0] == GROUP_SIGN.get(language) and _GROUPED.fullmatch(figures)
    ):
        return figures.replace(",", ".")  # a decimal sign
    if len(set(signs)) <= 1:
        return _ungrouped(figures)
    whole, _, decimals = figures.rpartition(signs[-1])
    bare = _ungrouped(whole)
    return f"{bare}.{decimals}" if bare and decimals else None


def _ungrouped(figures: str) -> str | None:
    """Return whole figures without the separator of their groups; None if groups are uneven."""
    if figures.isdecimal():
        return figures
    return re.sub("[.,]", "", figures) if _GROUPED.fullmatch(figures) else None

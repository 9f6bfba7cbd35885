"""Folding of letters: what search, sorting and comparing treat as equal.

No case, no accents, full-width as narrow; letters that Unicode does not decompose (đ ł ø ß æ œ) as
people type them on a keyboard without them; one apostrophe, one dash, no invisible characters.
"""

import re
import unicodedata

APOSTROPHES = "'`´ʹʻʼʽʾʿˈˊˋ՚׳‘’‛′‵ꞌ＇"  # noqa: RUF001 that is what they are
LETTERS = {
    "đ": "d", "ð": "d", "ɖ": "d", "ɗ": "d", "ħ": "h", "ɦ": "h", "\u0131": "i",
    "\u0269": "i", "ɨ": "i",
    "ł": "l", "ŀ": "l", "ƙ": "k", "ĸ": "q", "ø": "o", "ɔ": "o", "ɵ": "o", "œ": "oe", "æ": "ae",
    "ß": "ss", "þ": "th", "ŧ": "t", "ƭ": "t", "ƀ": "b", "ɓ": "b", "ɛ": "e", "ə": "e", "ǝ": "e",
    "ƒ": "f", "ǥ": "g", "ɠ": "g", "\u0263": "g", "ŋ": "n", "ɲ": "ny", "ƥ": "p", "ʉ": "u",
    "\u028b": "v",
    "ƴ": "y", "ƶ": "z", "ʒ": "z",
}  # fmt: skip
_SAME = str.maketrans(dict.fromkeys(APOSTROPHES, "'") | LETTERS)
_MIDDLE_DOT = re.compile("(?<=l)[·\u2027](?=l)")  # Catalan: col·lega
_DROPPED = frozenset({"Cf", "Cs"})
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")


def fold(text: str) -> str:
    """Return a text folded for search; kinds of apostrophes and dashes become one."""
    bare = unicodedata.normalize("NFKD", text.translate(_SAME).casefold())
    return _NOT_ASCII.sub(lambda match: _plain(match[0]), bare.translate(_SAME))


def sort_key(name: str) -> str:
    """Return the sort and search key of a name, the same on every database.

    “O’Connor” is “oconnor”, “Jean-Pierre” is “jean pierre”, “Đặng” is “dang”.
    """
    bare = _MIDDLE_DOT.sub("", fold(name)).replace("'", "").replace("-", " ")
    return " ".join(bare.split())


def _plain(sign: str) -> str:
    """Return a folded character; "" for combining marks and invisible ones."""
    category = unicodedata.category(sign)
    if category == "Pd" or sign == "\u2212":
        return "-"
    return "" if unicodedata.combining(sign) or category in _DROPPED else sign

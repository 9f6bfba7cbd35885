"""Typography of French, Spanish and English: spaces and marks, and checks for authors."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from itertools import takewhile

NARROW, WIDE = "\u202f", "\u00a0"
RUN_SEPARATOR = "\ufdd0"  # a noncharacter: stands between two runs of one sentence
UNTOUCHED = rf"https?://[^\s{RUN_SEPARATOR}]*[\w/=#&%-]|`[^`\n]*`"
"""Addresses and code, which are not prose."""

Rule = tuple[re.Pattern[str], Callable[[re.Match[str]], str]]


def _rule(pattern: str, put: str | Callable[[str], str]) -> Rule:
    """Return a rule: what matches is replaced, but never inside an address or code."""

    def replace(match: re.Match[str]) -> str:
        if match["alone"]:
            return match[0]
        return put if isinstance(put, str) else put(match[0])

    return re.compile(f"(?P<alone>{UNTOUCHED})|{pattern}"), replace


def _spaced(space: str) -> Callable[[str], str]:
    """Return a replacement: each space in the match becomes that one."""
    return lambda matched: re.sub("[ \u00a0\u2009\u202f]", space, matched)


_SPACES = "[ \u00a0\u2009\u202f]*"
_NO_SPACE = "(?<![ \u00a0\u2009\u202f])"
_END = rf"(?=[\s»)\]”…,.{RUN_SEPARATOR}]|$)"
_NUMBER = rf"(?:(?<=\d)|(?<=\d{RUN_SEPARATOR}))"
_UNITS = r"(?=(?:[€£$%‰]|°C|(?:EUR|USD|h|min|km|kg|ko|kB|KB|Mo|MB|Go|GB)\b))"

_NUMBER_AND_UNIT = _rule(rf"{_NUMBER} {_UNITS}", WIDE)
_APOSTROPHE = _rule(rf"(?<=[^\W\d_])'(?=[^\W\d_]|{RUN_SEPARATOR}|«)", "’")
_THOUSANDS = _rule(
    "(?<![\\w+.,])(?<!\\d[ \u00a0\u202f])[1-9]\\d{0,2}(?:[ \u00a0\u202f]\\d{3})+(?!\\d)",
    _spaced(NARROW),
)
_FRENCH = (
    _rule(rf"(?<=[^\s:/]){_SPACES}:(?=[\s;!?»{RUN_SEPARATOR}]|$)", WIDE + ":"),
    _rule(
        rf"(?<=[^\s;!?(\[«]){_SPACES}[;!?]+{_END}",
        lambda marks: NARROW + marks.lstrip(" \u00a0\u2009\u202f"),
    ),
    _rule(f"«{_SPACES}", "«" + WIDE),
    _rule(f"{_NO_SPACE}{_SPACES}»", WIDE + "»"),
    _rule(r"\b[nN]° (?=\d)", _spaced(WIDE)),
    _rule(rf"(?<=\d[ {WIDE}]h) (?=\d)", WIDE),
)
RULES = {
    "fr": (*_FRENCH, _APOSTROPHE, _THOUSANDS, _NUMBER_AND_UNIT),
    "en": (_APOSTROPHE, _NUMBER_AND_UNIT),
    "es": (_APOSTROPHE, _THOUSANDS, _NUMBER_AND_UNIT),
}


def typeset(text: str, language: str) -> str:
    """Return prose with the spaces and apostrophes of its language; idempotent.

    French: narrow no-break space before ; ! ?, no-break space before : and inside « » (Lexique
    des règles typographiques en usage à l’Imprimerie nationale). Times, addresses, code stay.
    """
    return typeset_runs((text,), language)[0]


def typeset_runs(runs: Sequence[str], language: str) -> list[str]:
    """Set the runs of one sentence that marks such as bold cut apart, each in view of the others.

    A space that belongs to a sign is set although a run ends between them.
    """
    text = RUN_SEPARATOR.join(run.replace(RUN_SEPARATOR, "") for run in runs)
    for pattern, replace in RULES[language]:
        text = pattern.sub(replace, text)
    return text.split(RUN_SEPARATOR) if runs else []


CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u180e\u200b\u200e\u200f"
    "\u2028-\u202e\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff9-\ufffb"
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\U000e0000-\U000e007f]"
)
NOT_NFC = "not NFC"
_COMMON_ISSUES = (
    (re.compile('"'), "straight quotation mark"),
    (re.compile("'"), "straight apostrophe"),
    (re.compile(r"\.\.\."), "three dots instead of …"),
    (re.compile(r"(?<=\S)  +(?=\S)"), "double space"),
    (CONTROLS, "invisible control character"),
)
_FRENCH_ISSUES = (
    (
        re.compile(r"[^\s;!?:«(\[…](?P<at>[;!?])(?=[\s»)\]”*_]|$)"),
        "no space before ; ! or ?",
    ),
    (re.compile(r"[^\s:/](?P<at>:)(?=[\s*_]|$)"), "no space before :"),
    (re.compile(r"«(?=\S)|(?<=\S)»"), "no space inside « »"),
    (re.compile("[“”]"), "English quotation mark"),
)
_SPANISH_ISSUES = (
    (re.compile(r"(?:^[^¿?]*|\?[^¿?]+)(?<!\()(?P<at>\?)"), "no ¿ before ?"),
    (re.compile(r"(?:^[^¡!]*|![^¡!]+)(?<!\()(?P<at>!)"), "no ¡ before !"),
)
_ENGLISH_ISSUES = ((re.compile("[«»]"), "French quotation mark"),)
ISSUES = {
    "fr": _COMMON_ISSUES + _FRENCH_ISSUES,
    "en": _COMMON_ISSUES + _ENGLISH_ISSUES,
    "es": _COMMON_ISSUES + _SPANISH_ISSUES,
}
_UNTOUCHED = re.compile(UNTOUCHED)


def find_issues(text: str, language: str) -> Iterator[tuple[int, str]]:
    """Return (position, message) of every typographic issue in prose."""
    prose = _UNTOUCHED.sub(lambda match: "x" * len(match[0]), text)
    for pattern, message in ISSUES[language]:
        for match in pattern.finditer(prose):
            at = match.start("at") if "at" in pattern.groupindex else match.start()
            yield at, message
    composed = unicodedata.normalize("NFC", text)
    if composed != text:
        same = takewhile(lambda pair: pair[0] == pair[1], zip(composed, text, strict=False))
        yield sum(1 for _ in same), NOT_NFC


def typography_issues(text: str, language: str) -> list[str]:
    """Return the typographic issues of a line of prose, in English, each once."""
    return list(dict.fromkeys(message for _, message in find_issues(text, language)))

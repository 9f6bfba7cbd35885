"""The spaces and marks of French, Spanish and English, set right; and what an author got wrong."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from itertools import takewhile

NARROW, WIDE = "\u202f", "\u00a0"
SEAM = "\ufdd0"  # a noncharacter: stands between two runs of one sentence
ALONE = rf"https?://[^\s{SEAM}]*[\w/=#&%-]|`[^`\n]*`"  # addresses and code are nobody's prose

Rule = tuple[re.Pattern[str], Callable[[re.Match[str]], str]]


def _rule(pattern: str, put: str | Callable[[str], str]) -> Rule:
    """Return a rule: what matches is replaced, but never inside an address or code."""

    def replace(match: re.Match[str]) -> str:
        if match["alone"]:
            return match[0]
        return put if isinstance(put, str) else put(match[0])

    return re.compile(f"(?P<alone>{ALONE})|{pattern}"), replace


def _spaced(space: str) -> Callable[[str], str]:
    """Return a replacement: each space in the match becomes that one."""
    return lambda matched: re.sub("[ \u00a0\u2009\u202f]", space, matched)


_SPACES = "[ \u00a0\u2009\u202f]*"
_NO_SPACE = "(?<![ \u00a0\u2009\u202f])"
_END = rf"(?=[\s»)\]”…,.{SEAM}]|$)"
_NUMBER = rf"(?:(?<=\d)|(?<=\d{SEAM}))"
_UNITS = r"(?=(?:[€£$%‰]|°C|(?:EUR|USD|h|min|km|kg|ko|kB|KB|Mo|MB|Go|GB)\b))"

_NUMBER_AND_UNIT = _rule(rf"{_NUMBER} {_UNITS}", WIDE)
_APOSTROPHE = _rule(rf"(?<=[^\W\d_])'(?=[^\W\d_]|{SEAM}|«)", "’")
_THOUSANDS = _rule(
    "(?<![\\w+.,])(?<!\\d[ \u00a0\u202f])[1-9]\\d{0,2}(?:[ \u00a0\u202f]\\d{3})+(?!\\d)",
    _spaced(NARROW),
)
_FRENCH = (
    _rule(rf"(?<=[^\s:/]){_SPACES}:(?=[\s;!?»{SEAM}]|$)", WIDE + ":"),
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
    """Return prose with the spaces and apostrophes of its language; done twice changes nothing.

    French: narrow no-break space before ; ! ?, no-break space before : and inside « » (Lexique
    des règles typographiques en usage à l’Imprimerie nationale). Times, addresses, code stay.
    """
    return typeset_runs((text,), language)[0]


def typeset_runs(runs: Sequence[str], language: str) -> list[str]:
    """Set the runs of one sentence that marks such as bold cut apart, each in view of the others.

    A space that belongs to a sign is set although a run ends between them.
    """
    text = SEAM.join(run.replace(SEAM, "") for run in runs)
    for pattern, replace in RULES[language]:
        text = pattern.sub(replace, text)
    return text.split(SEAM) if runs else []


CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u180e\u200b\u200e\u200f"
    "\u2028-\u202e\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff9-\ufffb"
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\U000e0000-\U000e007f]"
)
NOT_NFC = "not NFC"
_FAULTS_EVERYWHERE = (
    (re.compile('"'), "straight quotation mark"),
    (re.compile("'"), "straight apostrophe"),
    (re.compile(r"\.\.\."), "three dots instead of …"),
    (re.compile(r"(?<=\S)  +(?=\S)"), "double space"),
    (CONTROLS, "invisible control character"),
)
_FRENCH_FAULTS = (
    (
        re.compile(r"[^\s;!?:«(\[…](?P<at>[;!?])(?=[\s»)\]”*_]|$)"),
        "no space before ; ! or ?",
    ),
    (re.compile(r"[^\s:/](?P<at>:)(?=[\s*_]|$)"), "no space before :"),
    (re.compile(r"«(?=\S)|(?<=\S)»"), "no space inside « »"),
    (re.compile("[“”]"), "English quotation mark"),
)
_SPANISH_FAULTS = (
    (re.compile(r"(?:^[^¿?]*|\?[^¿?]+)(?<!\()(?P<at>\?)"), "no ¿ before ?"),
    (re.compile(r"(?:^[^¡!]*|![^¡!]+)(?<!\()(?P<at>!)"), "no ¡ before !"),
)
_ENGLISH_FAULTS = ((re.compile("[«»]"), "French quotation mark"),)
FAULTS = {
    "fr": _FAULTS_EVERYWHERE + _FRENCH_FAULTS,
    "en": _FAULTS_EVERYWHERE + _ENGLISH_FAULTS,
    "es": _FAULTS_EVERYWHERE + _SPANISH_FAULTS,
}
_ALONE = re.compile(ALONE)


def find_faults(text: str, language: str) -> Iterator[tuple[int, str]]:
    """Return (position, message) of everything that an author should mend in prose."""
    prose = _ALONE.sub(lambda match: "x" * len(match[0]), text)
    for pattern, message in FAULTS[language]:
        for match in pattern.finditer(prose):
            at = match.start("at") if "at" in pattern.groupindex else match.start()
            yield at, message
    composed = unicodedata.normalize("NFC", text)
    if composed != text:
        same = takewhile(lambda pair: pair[0] == pair[1], zip(composed, text, strict=False))
        yield sum(1 for _ in same), NOT_NFC


def faults(text: str, language: str) -> list[str]:
    """Return what an author should mend in a line of prose, in English, each fault once."""
    return list(dict.fromkeys(message for _, message in find_faults(text, language)))

"""The spaces and marks of French, Spanish and English, set right; and what an author got wrong."""

import re
import unicodedata

MOST_PASSES = 5
NARROW, WIDE = "\u202f", "\u00a0"
_SPACES = "[ \u00a0\u2009\u202f]*"
_UNITS = r"(?=(?:[€%]|(?:EUR|USD|h|min|ko|kB|Mo|MB|km)\b))"

_COMMON = ((re.compile(r"(?<=\d) " + _UNITS), WIDE),)
_FRENCH = (
    (re.compile(r"(?<=[^\s:/])" + _SPACES + r":(?=\s|$)"), WIDE + ":"),
    (re.compile(r"^[ \u00a0\u202f]+:(?=\s|$)"), WIDE + ":"),
    (re.compile(_SPACES + r"([;!?]+)(?=\s|$|[»)\]”…])"), NARROW + r"\1"),
    (re.compile(f"«{_SPACES}"), "«" + WIDE),
    (re.compile(f"{_SPACES}»"), WIDE + "»"),
    (re.compile(r"(?<=\w)'(?=\w)"), "’"),
    (re.compile(r"(?<=\d) (?=\d{3}(?!\d))"), NARROW),
    (re.compile(r"\bn° (?=\d)"), "n°" + WIDE),
)
_APOSTROPHE = ((re.compile(r"(?<=\w)'(?=\w)"), "’"),)
RULES = {"fr": _FRENCH + _COMMON, "en": _APOSTROPHE + _COMMON, "es": _COMMON}

CONTROLS = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
)
_FAULTS_EVERYWHERE = (
    (re.compile('"'), "straight quotation mark"),
    (re.compile("'"), "straight apostrophe"),
    (re.compile(r"\.\.\."), "three dots instead of …"),
    (re.compile(r"(?<=\S)  +(?=\S)"), "double space"),
    (CONTROLS, "invisible control character"),
)
_FRENCH_FAULTS = (
    (re.compile(r"[^\s;!?:«(\[…][;!?](?=\s|$)"), "no space before ; ! or ?"),
    (re.compile(r"[^\s:/\d]:(?=\s|$)"), "no space before :"),
    (re.compile(r"«(?=\S)(?![\u00a0\u202f])|(?<=\S)(?<![\u00a0\u202f])»"), "no space inside « »"),
    (re.compile("[“”]"), "English quotation mark"),
)
_SPANISH_FAULTS = (
    (re.compile(r"^[^¿?]*\?"), "no ¿ before ?"),
    (re.compile(r"^[^¡!]*!"), "no ¡ before !"),
)
_ENGLISH_FAULTS = ((re.compile("[«»]"), "French quotation mark"),)
FAULTS = {
    "fr": _FAULTS_EVERYWHERE + _FRENCH_FAULTS,
    "en": _FAULTS_EVERYWHERE + _ENGLISH_FAULTS,
    "es": _FAULTS_EVERYWHERE + _SPANISH_FAULTS,
}


def typeset(text: str, language: str) -> str:
    """Return prose with the spaces and apostrophes of its language; done twice changes nothing.

    French: narrow no-break space before ; ! ?, no-break space before : and inside « » (Lexique
    des règles typographiques en usage à l’Imprimerie nationale). Times and addresses stay.
    """
    for _ in range(MOST_PASSES):  # one mark may wait for the space before its neighbour
        before = text
        for pattern, replacement in RULES[language]:
            text = pattern.sub(replacement, text)
        if text == before:
            break
    return text


def faults(text: str, language: str) -> list[str]:
    """Return what an author should mend in a line of prose, in English."""
    found = [message for pattern, message in FAULTS[language] if pattern.search(text)]
    if not unicodedata.is_normalized("NFC", text):
        found.append("not NFC")
    return found

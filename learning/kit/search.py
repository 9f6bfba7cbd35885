"""Words for search: no case, no accents, no plurals, in three languages.

Accents are removed first, stems second, so that “évaluer” and “evaluer” match.
"""

import re
import threading
from functools import lru_cache

import snowballstemmer

from learning.kit.folding import fold

_STEMMERS = {
    language: snowballstemmer.stemmer(name)
    for language, name in (("fr", "french"), ("en", "english"), ("es", "spanish"))
}
_one_at_a_time = threading.Lock()  # a stemmer has mutable state
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
WHOLE = frozenset({"aujourd'hui"})
_FRENCH = (
    "au aux ce ces de des du elle en est et eux il je la le les leur lui ma mais me mes ne nos "
    "notre nous on ou par pas pour qu que qui sa se ses son sur ta te tes tu un une vos votre vous"
)
_ENGLISH = (
    "an and are as at be but by for if in into is it no not of on or such that the their then "
    "there these they this to was will with"
)
_SPANISH = (
    "al como con de del el en es la las le les lo los mas mi no nos o para pero por que se si sin "
    "su sus te un una unas uno unos y ya"
)
STOP = {
    "fr": frozenset(_FRENCH.split()),
    "en": frozenset(_ENGLISH.split()),
    "es": frozenset(_SPANISH.split()),
}


def tokens(text: str, language: str) -> list[str]:
    """Return the stems of a text's words, in order; only a–z, 0–9 and other scripts' letters."""
    return [_stem(word, language) for word in words(text) if word not in STOP[language]]


def words(text: str) -> list[str]:
    """Return a text's words without case, accents, elisions and words of one letter."""
    result = []
    for word in _WORD.findall(fold(text)):
        parts = [word.replace("'", "")] if word in WHOLE else word.split("'")
        result += [part for part in parts if len(part) > 1 or part.isdigit()]
    return result


@lru_cache(maxsize=20_000)
def _stem(word: str, language: str) -> str:
    with _one_at_a_time:
        return str(_STEMMERS[language].stemWord(word))

"""Excerpts of a text around search terms, with the terms marked."""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby

from markupsafe import Markup, escape

from learning.kit.folding import fold
from learning.kit.search import tokens, words

MARKED = Markup("<mark>{}</mark>")
ELLIPSIS, EMPTY = Markup("…"), Markup("")
CONTEXT_WORDS = 14  # words on each side of the first one found
LIGATURES = ("oe", "ae", "ss", "th", "ny")
SURE = 4  # letters that a word and its stem have in common, if the stem has more


def excerpt(body: str, stems: Sequence[str], begun: str, language: str) -> Markup:
    """Return an excerpt around the first hit, escaped, with hits marked.

    Words are found by their stems; `begun` is the beginning of one, "" for none.
    """
    tokens = body.split(" ")
    hits = _hits(body, frozenset(stems), begun, language)
    begin = max(0, (hits[0] if hits else 0) - CONTEXT_WORDS)
    end = min(begin + 2 * CONTEXT_WORDS, len(tokens))
    shown = [
        MARKED.format(tokens[hit]) if hit >= 0 else escape(" ".join(tokens[at] for at in run))
        for hit, run in groupby(range(begin, end), lambda at: at if at in hits else -1)
    ]
    if end < len(tokens):
        shown.append(ELLIPSIS)
    return (ELLIPSIS + " " if begin else EMPTY) + Markup(" ").join(shown)


def _hits(body: str, stems: frozenset[str], begun: str, language: str) -> list[int]:
    """Return the indexes of words that match, up to the end of the excerpt around the first."""
    hits: list[int] = []
    for match in _likely(stems, begun).finditer(body):
        begin = body.rfind(" ", 0, match.start()) + 1
        at = body.count(" ", 0, begin)
        if hits and at >= hits[0] + 2 * CONTEXT_WORDS:
            break
        piece = body[begin : (body.find(" ", begin) + 1 or len(body) + 1) - 1]
        if at not in hits and _is_hit(piece, stems, begun, language):
            hits.append(at)
    return hits


@lru_cache(maxsize=500)
def _likely(stems: frozenset[str], begun: str) -> re.Pattern[str]:
    """Return a pattern that every possible hit matches: first letters, with any accent."""
    starts = {stem[: min(SURE, len(stem) - 1)] or stem for stem in stems} | ({begun} - {""})
    patterns = sorted({"".join(map(_letter, _before_ligature(start))) for start in starts})
    return re.compile("|".join(patterns) or "(?!)", re.IGNORECASE)


def _before_ligature(start: str) -> str:
    """Return a beginning up to two letters that may be written as one, as in “œuvre”."""
    head, pair, _ = next(
        (start.partition(each) for each in LIGATURES if each in start), (start, "", "")
    )
    return head + pair[:1]


def _letter(letter: str) -> str:
    return f"[{re.escape(letter)}{_variants().get(letter, '')}]"


@lru_cache(maxsize=1)
def _variants() -> dict[str, str]:
    """Return Latin letters by the first letter that folding turns them into."""
    variants: dict[str, str] = {}
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        if plain := fold(chr(code)):
            variants[plain[0]] = variants.get(plain[0], "") + chr(code)
    return variants


def _is_hit(piece: str, stems: frozenset[str], begun: str, language: str) -> bool:
    """Whether a text has a word with one of the stems, or that begins like the last one."""
    own, last = _forms(piece, language)
    return bool(begun and last.startswith(begun)) or not stems.isdisjoint(own)


@lru_cache(maxsize=5_000)
def _forms(piece: str, language: str) -> tuple[frozenset[str], str]:
    """Return the stems of a text between two blanks, and its last word without accents."""
    return frozenset(tokens(piece, language)), (words(piece)[-1:] or [""])[0]

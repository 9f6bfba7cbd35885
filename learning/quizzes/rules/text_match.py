"""Short texts: what counts as the same words, and what as a small typing error.

Case, accents, apostrophes, ligatures, dashes, punctuation and spaces make no difference. Spanish
keeps its ñ: “ano” is no spelling of “año”.
"""

import re
import unicodedata

from learning.content.activity_types import Question, QuestionText
from learning.kit.folding import fold

MIN_LETTERS = 5
"""An accepted answer of shorter words only allows no error: a letter makes another word of it."""
KEPT = "\ue000"  # stands for ñ while accents are dropped; no keyboard writes it
_NOT_WORD = re.compile(rf"[^\w{KEPT}]+|_")


def normal_text(text: str, language: str) -> str:
    """Return a text as it is compared in a language: words only, folded, with single spaces."""
    composed = unicodedata.normalize("NFKC", text).replace(KEPT, "")
    if language == "es":
        composed = composed.replace("ñ", KEPT).replace("Ñ", KEPT)
    folded = _NOT_WORD.sub(" ", fold(composed))
    return " ".join(folded.split()).replace(KEPT, "ñ")


def is_accepted(question: Question, text: str, language: str) -> bool:
    """Tell whether a text, typed in a language, is an accepted answer of any language.

    In its own language it may have one typing error: one letter too many, too few, wrong, or two
    neighbours swapped. The first letter is right, as it nearly always is, and a word that the
    question itself uses is no error but another answer.
    """
    if any(normal_text(text, own) in _accepted(t, own) for own, t in question.texts.items()):
        return True
    texts = question.texts.get(language)
    return texts is not None and _is_near_miss(texts, normal_text(text, language), language)


def within_one_error(one: str, other: str) -> bool:
    """Tell whether one edit makes a text of the other (Damerau-Levenshtein distance 1 or 0)."""
    short, long = sorted((one, other), key=len)
    start = next((n for n, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), None)
    if start is None:
        return len(long) - len(short) <= 1
    rest, end = short[start:], long[start:]
    if len(short) < len(long):
        return rest == end[1:]
    swapped = rest[:2] == end[1::-1] and rest[2:] == end[2:]
    return swapped or rest[1:] == end[1:]


def _is_near_miss(texts: QuestionText, typed: str, language: str) -> bool:
    near = (
        each[0] == typed[:1]
        and _longest_word(each) >= MIN_LETTERS
        and _figures(each) == _figures(typed)
        and within_one_error(typed, each)
        for each in _accepted(texts, language)
    )
    prose = normal_text(" ".join((texts.prompt, texts.explain, *texts.feedback)), language)
    return any(near) and not set(typed.split()) <= set(prose.split())


def _accepted(texts: QuestionText, language: str) -> set[str]:
    return {normal_text(each, language) for each in texts.accepted} - {""}


def _longest_word(text: str) -> int:
    return max(sum(sign.isalpha() for sign in word) for word in text.split())


def _figures(text: str) -> str:
    return "".join(filter(str.isdecimal, text))

"""What the surface of an answer shows to somebody who does not know the subject.

Signs are those of the literature on multiple-choice questions (Haladyna, Downing and Rodriguez
2002; Tarrant and Ware 2008): length, a reason in one option only, absolute words, words of the
question repeated in the option, one specific option among vague ones, the option that resembles
the others most, position. A sign gives a number for each option: the higher, the more of it.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from learning.kit.folding import fold

Sign = Callable[["ChoiceItem"], Sequence[float]]
POSITIONS = 6
STEM_LENGTH = 5  # letters by which two words are taken for forms of one
WORD = re.compile(r"[a-z]+")
NUMBER = re.compile(r"\d")
REASONS: Mapping[str, str] = {
    "fr": "puisqu|car|parce qu|afin|pour qu|de sorte|faute de|grace a|sinon|des lors",
    "en": "since|because|so that|in order|as it|as they|given that|otherwise|therefore",
    "es": "ya que|porque|para que|a fin de|puesto que|pues|de modo que|gracias a|por lo tanto",
}
ABSOLUTES: Mapping[str, str] = {
    "fr": "toujours|jamais|tou(?:t|te|s|tes)|aucune?|seule?s?|seulement|uniquement|nulle part|"
    "chaque|rien|personne|exclusivement|obligatoirement|automatiquement",
    "en": "always|never|all|every|everybody|everyone|none|no|only|nowhere|each|nothing|nobody|"
    "exclusively|necessarily|automatically|entirely",
    "es": "siempre|nunca|jamas|tod[oa]s?|ningun[oa]?|solo|solamente|unicamente|cada|nada|nadie|"
    "exclusivamente|necesariamente|automaticamente",
}
HEDGES: Mapping[str, str] = {
    "fr": "peu(?:t|vent)|souvent|parfois|en general|plutot|selon|certaine?s|plusieurs|surtout",
    "en": "may|might|can|often|sometimes|usually|rather|some|depending|several|mostly",
    "es": "puede[n]?|a menudo|a veces|en general|mas bien|segun|algun[oa]s|vari[oa]s|sobre todo",
}
NEGATIONS: Mapping[str, str] = {
    "fr": "ne|n'|pas|sans|ni",
    "en": "not|without|nor|cannot|n't",
    "es": "no|sin|ni|tampoco",
}


@dataclass(frozen=True, kw_only=True)
class ChoiceItem:
    """Something to choose in one language; `right` are numbers of options, from 1."""

    key: str
    language: str
    stem: str
    options: Sequence[str]
    right: frozenset[int]

    @property
    def chance(self) -> float:
        """Return the part of the right options that a blind choice of as many finds."""
        return len(self.right) / len(self.options)


def _words(text: str) -> list[str]:
    return WORD.findall(fold(text))


def _stems(text: str) -> frozenset[str]:
    """Return the words that carry a meaning, shortened so that their forms are one."""
    return frozenset(word[:STEM_LENGTH] for word in _words(text) if len(word) >= STEM_LENGTH)


def _shared(stems: frozenset[str], others: frozenset[str]) -> float:
    return len(stems & others) / len(stems) if stems else 0


def length(item: ChoiceItem) -> Sequence[float]:
    return [len(option) for option in item.options]


def punctuation(item: ChoiceItem) -> Sequence[float]:
    return [sum(option.count(sign) for sign in ",;:(") for option in item.options]


def specific(item: ChoiceItem) -> Sequence[float]:
    """Count numbers and names, which vaguer options do not have."""
    return [
        bool(NUMBER.search(option)) + sum(word[:1].isupper() for word in option.split()[1:])
        for option in item.options
    ]


def repeats_question(item: ChoiceItem) -> Sequence[float]:
    question = _stems(item.stem)
    return [_shared(_stems(option), question) for option in item.options]


def resembles_others(item: ChoiceItem) -> Sequence[float]:
    """Tell how many of an option's words others have: the right one is often their model."""
    stems = [_stems(option) for option in item.options]
    return [
        sum(_shared(own, other) for m, other in enumerate(stems) if m != n)
        for n, own in enumerate(stems)
    ]


def other_beginning(item: ChoiceItem) -> Sequence[float]:
    """Tell how few options begin alike: one that begins otherwise may not fit the question."""
    first = [(_words(option) or [""])[0] for option in item.options]
    return [-first.count(word) for word in first]


def _has(words: Mapping[str, str]) -> Sign:
    def sign(item: ChoiceItem) -> Sequence[float]:
        searched = re.compile(rf"\b(?:{words[item.language]})(?:\b|(?<='))")
        return [bool(searched.search(fold(option))) for option in item.options]

    return sign


def _at(position: int) -> Sign:
    def sign(item: ChoiceItem) -> Sequence[float]:
        return [number == position for number in range(1, len(item.options) + 1)]

    return sign


SIGNS: Mapping[str, Sign] = {
    "length": length,
    "punctuation": punctuation,
    "specific": specific,
    "repeats the question": repeats_question,
    "resembles the others": resembles_others,
    "other beginning": other_beginning,
    "reason": _has(REASONS),
    "absolute": _has(ABSOLUTES),
    "hedge": _has(HEDGES),
    "negation": _has(NEGATIONS),
} | {f"position {number}": _at(number) for number in range(1, POSITIONS + 1)}

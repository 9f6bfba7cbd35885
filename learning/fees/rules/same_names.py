"""Whether two names, as banks and invoices write them, may be of the same payer; pure."""

import re

from learning.kit.folding import sort_key

MIN_WORD = 3  # letters of a word of a name that is no initial


def is_same_name(one: str, other: str) -> bool:
    """Whether two names may be the same: each word of the shorter one is in the longer one.

    An initial stands for a word. One word of three letters or more has to agree, and of a
    person's name two words.
    """
    shorter, longer = sorted((_words(one), _words(other)), key=len)
    left, whole = list(longer), 0
    for word in sorted(shorter, key=len, reverse=True):
        fit = next((each for each in left if _is_same_word(word, each)), None)
        if fit is None:
            return False
        left.remove(fit)
        whole += min(len(word), len(fit)) >= MIN_WORD
    return whole >= 1 and len(shorter) > 1


def _is_same_word(one: str, other: str) -> bool:
    return one == other or (1 in {len(one), len(other)} and one[0] == other[0])


def _words(name: str) -> list[str]:
    return [each for each in re.split(r"[^\w]+", sort_key(name)) if each]

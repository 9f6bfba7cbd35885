"""Selecting fairly: scores, conflicts of interest, the order of a waiting list, likeness."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from enum import StrEnum

from learning.kit.folding import sort_key

MOST_POINTS = 4
ASSESSORS = 2
ALIKE, NAMES_ALIKE = 0.86, 0.75  # of SequenceMatcher, for institutions and for names
VOWELS = frozenset("aeiouy")


class Criterion(StrEnum):
    """What an assessor gives 0 to 4 points for."""

    FUNCTION = "function"  # how near the work is to return and reintegration
    INFLUENCE = "influence"  # what the person can change in their institution
    MOTIVATION = "motivation"
    USE = "use"  # what they will do with it afterwards


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """Somebody on the waiting list, as far as the order goes."""

    application_id: int
    score: int
    submitted_at: datetime


def score(assessments: Sequence[Mapping[Criterion, int]]) -> int | None:
    """Return the mean of all assessors in hundredths of the highest score; None without any."""
    if not assessments:
        return None
    points = sum(sum(each.values()) for each in assessments)
    most = MOST_POINTS * len(Criterion) * len(assessments)
    return round(points * 10_000 / most)


def in_order(waiting: Iterable[Waiting]) -> list[Waiting]:
    """Return a waiting list in its order: the higher score first, then who applied earlier."""
    return sorted(waiting, key=lambda w: (-w.score, w.submitted_at, w.application_id))


def has_conflict(assessor: str, applicant: str) -> bool:
    """Whether an assessor comes from the applicant's institution, however it is spelled."""
    ours, theirs = plain(assessor), plain(applicant)
    return bool(ours) and bool(theirs) and (ours == theirs or _alike(ours, theirs))


def name_key(name: str) -> str:
    """Return what the spellings of one name share: sorted words, doubled letters and vowels gone.

    "KONE Awa" and "Awa Koné" have one key, "Mohamed Ali" and "Ali Muhammad", too.
    """
    return " ".join(sorted(_skeleton(word) for word in plain(name).split()))


def is_same_person(first: tuple[str, str], second: tuple[str, str]) -> bool:
    """Whether two (name, institution) may well be the same person, for somebody to look at."""
    if name_key(first[0]) != name_key(second[0]):
        return False
    ours, theirs = (" ".join(sorted(plain(name).split())) for name, _ in (first, second))
    return _alike(ours, theirs, NAMES_ALIKE) or has_conflict(first[1], second[1])


def plain(text: str) -> str:
    """Return a text without case, accents and signs."""
    return " ".join(re.findall(r"\w+", sort_key(text)))


def _skeleton(word: str) -> str:
    kept = word[:1] + "".join(c for c in word[1:] if c not in VOWELS)
    return re.sub(r"(.)\1+", r"\1", kept)


def _alike(first: str, second: str, least: float = ALIKE) -> bool:
    return SequenceMatcher(None, first, second).ratio() >= least

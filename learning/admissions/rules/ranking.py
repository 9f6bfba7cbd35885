"""Selection: scores, conflicts of interest, the order of a waiting list, similar names."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from enum import StrEnum

from learning.kit.folding import sort_key

MAX_POINTS = 4
ASSESSORS = 2
FAR_APART = 2  # points for a criterion by which assessors differ so much that they should talk
ALIKE, NAMES_ALIKE = 0.86, 0.75  # ratio of SequenceMatcher, for institutions and for names
VOWELS = frozenset("aeiouy")


class Criterion(StrEnum):
    """A criterion that an assessor scores from 0 to 4."""

    FUNCTION = "function"  # how near the work is to return and reintegration
    INFLUENCE = "influence"  # what the person can change in their institution
    MOTIVATION = "motivation"
    USE = "use"  # what they will do with it afterwards


@dataclass(frozen=True, kw_only=True)
class WaitlistEntry:
    """A person on the waiting list, with what the order depends on."""

    application_id: int
    score: int
    submitted_at: datetime


def score(assessments: Sequence[Mapping[Criterion, int]]) -> int | None:
    """Return the mean of all assessors in hundredths of the highest score; None without any."""
    if not assessments:
        return None
    points = sum(sum(each.values()) for each in assessments)
    max_score = MAX_POINTS * len(Criterion) * len(assessments)
    return round(points * 10_000 / max_score)


def notable_difference(points: Sequence[int]) -> int:
    """Return by how many points assessors differ on a criterion, 0 below FAR_APART."""
    difference = max(points) - min(points)
    return difference if difference >= FAR_APART else 0


def ranked(waiting: Iterable[WaitlistEntry]) -> list[WaitlistEntry]:
    """Return a waiting list in order: the higher score first, then the earlier application."""
    return sorted(waiting, key=lambda w: (-w.score, w.submitted_at, w.application_id))


def has_conflict(assessor: str, applicant: str) -> bool:
    """Whether an assessor comes from the applicant's institution, however it is spelled."""
    ours, theirs = plain(assessor), plain(applicant)
    return bool(ours) and _alike(ours, theirs)


def name_key(name: str) -> str:
    """Return a key that spellings of one name share.

    Sorted words without doubled letters and vowels.

    "KONE Awa" and "Awa Koné" have one key, "Mohamed Ali" and "Ali Muhammad", too.
    """
    return " ".join(sorted(_skeleton(word) for word in plain(name).split()))


def is_same_person(first: tuple[str, str], second: tuple[str, str]) -> bool:
    """Whether two (name, institution) may be the same person, for staff to decide."""
    if name_key(first[0]) != name_key(second[0]):
        return False
    ours, theirs = (" ".join(sorted(plain(name).split())) for name, _ in (first, second))
    return _alike(ours, theirs, NAMES_ALIKE) or has_conflict(first[1], second[1])


def plain(text: str) -> str:
    """Return a text without case, accents and punctuation."""
    return " ".join(re.findall(r"\w+", sort_key(text)))


def _skeleton(word: str) -> str:
    consonants = word[:1] + "".join(c for c in word[1:] if c not in VOWELS)
    return re.sub(r"(.)\1+", r"\1", consonants)


def _alike(first: str, second: str, threshold: float = ALIKE) -> bool:
    return SequenceMatcher(None, first, second).ratio() >= threshold

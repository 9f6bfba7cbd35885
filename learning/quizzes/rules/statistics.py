"""Item analysis: what the answers of many people say about a question.

First ended attempts count. Each person was asked other questions, so a question is compared with
the rest of the same attempt. Covariances are exact; only the roots at the end are not.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import sqrt

from learning.content.activity_types import Question
from learning.quizzes.rules.answers import Answer, places
from learning.quizzes.rules.marking import mark

MIN_ANSWERS, ENOUGH_ANSWERS = 10, 30
"""With fewer than the first nothing is said; with fewer than the second it is uncertain."""
TOO_HARD_BELOW, TOO_EASY_ABOVE, LOW_DISCRIMINATION_BELOW = 20, 95, 10
HUNDRED, THIRD = 100, 3


class Evidence(StrEnum):
    """How much the number of answers allows to say."""

    TOO_FEW = "too-few"
    UNCERTAIN = "uncertain"
    ENOUGH = "enough"


class ItemFlag(StrEnum):
    """What is worth a look at a question."""

    TOO_HARD = "too-hard"
    TOO_EASY = "too-easy"
    LOW_DISCRIMINATION = "low-discrimination"
    KEY_DOUBTED = "key-doubted"  # the best third prefers a wrong option to the right one


@dataclass(frozen=True, kw_only=True)
class Response:
    """One person's answer to a question, its credit, and the credit of the rest of the attempt."""

    fraction: Fraction
    rest: Fraction
    answer: Answer | None
    language: str


@dataclass(frozen=True, kw_only=True)
class ItemStatistics:
    """The statistics of a question in percent; None where they cannot be computed.

    `facility` is the mean mark, `discrimination` the correlation of the mark with the rest of the
    attempt, `efficiency` that covariance compared with the highest that these marks allow.
    """

    answers: int
    facility: float | None
    deviation: float | None
    discrimination: float | None
    efficiency: float | None

    @property
    def evidence(self) -> Evidence:
        if self.answers < MIN_ANSWERS:
            return Evidence.TOO_FEW
        return Evidence.UNCERTAIN if self.answers < ENOUGH_ANSWERS else Evidence.ENOUGH


@dataclass(frozen=True, kw_only=True)
class OptionCount:
    """How often an option was chosen, by all and by the third with the best rest."""

    number: int
    right: bool
    chosen: int
    best: int


def item_statistics(responses: Sequence[Response]) -> ItemStatistics:
    """Return the statistics of one question over its answers."""
    marks, rests = [r.fraction for r in responses], [r.rest for r in responses]
    if not responses:
        return ItemStatistics(
            answers=0, facility=None, deviation=None, discrimination=None, efficiency=None
        )
    together, highest = covariance(marks, rests), covariance(sorted(marks), sorted(rests))
    spread = covariance(marks, marks) * covariance(rests, rests)
    return ItemStatistics(
        answers=len(responses),
        facility=float(HUNDRED * sum(marks, Fraction(0)) / len(marks)),
        deviation=HUNDRED * sqrt(covariance(marks, marks)) if len(marks) > 1 else None,
        discrimination=HUNDRED * float(together) / sqrt(spread) if spread else None,
        efficiency=float(HUNDRED * together / highest) if highest else None,
    )


def by_language(responses: Iterable[Response]) -> Mapping[str, ItemStatistics]:
    """Return the statistics of a question for those who answered it in each language."""
    grouped: dict[str, list[Response]] = {}
    for response in responses:
        grouped.setdefault(response.language, []).append(response)
    return {language: item_statistics(grouped[language]) for language in sorted(grouped)}


def option_counts(question: Question, responses: Sequence[Response]) -> list[OptionCount]:
    """Return how often each option of a single, multiple or true/false question was chosen."""
    chosen, best = _chosen(responses), _chosen(best_third(responses))
    size = max(places(question), default=0)
    return [
        OptionCount(number=n, right=n in question.right, chosen=chosen[n], best=best[n])
        for n in range(1, size + 1)
    ]


def part_facilities(question: Question, responses: Sequence[Response]) -> list[int]:
    """Return how many people had each stem, item or gap right."""
    parts = [mark(question, response.answer).parts for response in responses]
    return [sum(column) for column in zip(*parts, strict=True)]


def best_third(responses: Sequence[Response]) -> list[Response]:
    """Return those whose rest is in the best third; as many more as are equal to its last."""
    number = len(responses) // THIRD
    if not number:
        return []
    last = sorted((response.rest for response in responses), reverse=True)[number - 1]
    return [response for response in responses if response.rest >= last]


def flags(statistics: ItemStatistics, counts: Sequence[OptionCount] = ()) -> list[ItemFlag]:
    """Return what is worth a look; nothing where the answers are too few."""
    if statistics.evidence is Evidence.TOO_FEW or statistics.facility is None:
        return []
    right = [each.best for each in counts if each.right]
    wrong = [each.best for each in counts if not each.right]
    low = statistics.discrimination
    found = {
        ItemFlag.TOO_HARD: statistics.facility < TOO_HARD_BELOW,
        ItemFlag.TOO_EASY: statistics.facility > TOO_EASY_ABOVE,
        ItemFlag.LOW_DISCRIMINATION: low is not None and low < LOW_DISCRIMINATION_BELOW,
        ItemFlag.KEY_DOUBTED: max(wrong, default=0) > min(right, default=0),
    }
    return [flag for flag, is_so in found.items() if is_so]


def covariance(one: Sequence[Fraction], other: Sequence[Fraction]) -> Fraction:
    """Return the covariance of a sample (n - 1), exactly; 0 for fewer than two."""
    size = len(one)
    if size <= 1:
        return Fraction(0)
    products = sum((a * b for a, b in zip(one, other, strict=True)), Fraction(0))
    return (products - sum(one, Fraction(0)) * sum(other, Fraction(0)) / size) / (size - 1)


def _chosen(responses: Iterable[Response]) -> Counter[int]:
    return Counter(n for response in responses if response.answer for n in response.answer.numbers)

"""Decisions about studying: plain values in, a plain value out."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

HIGHEST = 4
LOW, HIGH = Fraction(4, 10), Fraction(7, 10)


@dataclass(frozen=True, kw_only=True)
class Step:
    """One lesson as the path sees it."""

    lesson: str
    open: bool
    done: bool


def opens_on(starts_on: date, week: int, exception: date | None = None) -> date:
    """Return the day a module opens: the first day of its week, or earlier by exception."""
    regular = starts_on + timedelta(weeks=week - 1)
    return min(regular, exception) if exception else regular


def next_step(steps: Sequence[Step], last: str | None) -> str | None:
    """Return the lesson to go on with, None if everything open is done.

    The lesson that was open last comes first; then the first after it; then any that was left out.
    """
    waiting = [step.lesson for step in steps if step.open and not step.done]
    if last in waiting:
        return last
    order = [step.lesson for step in steps]
    position = order.index(last) if last in order else -1
    return next((w for w in waiting if order.index(w) > position), next(iter(waiting), None))


def is_right(chosen: Collection[int], right: Collection[int]) -> bool:
    """Whether an answer to a knowledge check has all the right answers and no other."""
    return set(chosen) == set(right)


def minutes_left(minutes: int, blocks: Sequence[str], place: str | None) -> int:
    """Return how long the rest of a lesson takes from the block where somebody stopped."""
    if place not in blocks:
        return minutes
    rest = 1 - blocks.index(place) / len(blocks)
    return max(1, round(minutes * rest))


def chosen_numbers(values: Iterable[str], answers: int) -> list[int] | None:
    """Return the numbers of the answers that were chosen, None if a value is not one of them."""
    allowed = {str(number): number for number in range(answers)}
    given = list(values)
    if not set(given) <= allowed.keys():
        return None
    return sorted({allowed[value] for value in given})


@dataclass(frozen=True, kw_only=True)
class Scores:
    """What the laboratory's answers add up to: each between 0 and 1; bands by dimension."""

    by_dimension: Mapping[str, Fraction]
    total: Fraction
    bands: Mapping[str, str]


def lab_answers(keys: Collection[str], given: Mapping[str, str]) -> dict[str, int]:
    """Return the answers that are whole numbers from 0 to 4, by statement."""
    allowed = {str(level): level for level in range(HIGHEST + 1)}
    return {key: allowed[given[key]] for key in keys if given.get(key) in allowed}


def lab_scores(answers: Mapping[str, int], dimensions: Mapping[str, str]) -> Scores:
    """Return sub-scores, sum of answers over the most they could be, and their mean.

    A sub-score under 0.4 is low, one from 0.7 on is high.
    """
    groups: dict[str, list[int]] = {}
    for key, dimension in dimensions.items():
        groups.setdefault(dimension, []).append(answers[key])
    scores = {name: Fraction(sum(levels), HIGHEST * len(levels)) for name, levels in groups.items()}
    return Scores(
        by_dimension=scores,
        total=sum(scores.values(), Fraction(0)) / len(scores),
        bands={name: _band(score) for name, score in scores.items()},
    )


def _band(score: Fraction) -> str:
    if score < LOW:
        return "low"
    return "high" if score >= HIGH else "middle"

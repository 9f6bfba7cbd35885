"""Rules of lessons: plain values in, a plain value out."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from hashlib import sha256

MAX_ANSWER = 4
MAX_ATTEMPTS = 2  # at a knowledge check, before all reasons are shown
LOW_BAND_BELOW, HIGH_BAND_FROM = Fraction(4, 10), Fraction(7, 10)


class Pace(StrEnum):
    """How a participant keeps up with the weeks that are over."""

    BEHIND = "behind"  # by a week or more
    LATE = "late"  # by less
    ON_TIME = "on-time"


@dataclass(frozen=True, kw_only=True)
class LessonStep:
    """One lesson on the learning path."""

    lesson: str
    open: bool
    done: bool


def opens_on(starts_on: date, week: int, exception: date | None = None) -> date:
    """Return the day a module opens: the first day of its week, or that of an override."""
    regular = starts_on + timedelta(weeks=week - 1)
    return min(regular, exception) if exception else regular


def pace(behind: int, week: int) -> Pace:
    """Return how somebody keeps up.

    `behind` is how many lessons of the weeks that are over they have not finished, `week` how
    many lessons the last of these weeks had.
    """
    if behind == 0:
        return Pace.ON_TIME
    return Pace.BEHIND if behind >= max(week, 1) else Pace.LATE


def next_lesson(steps: Sequence[LessonStep], last: str | None) -> str | None:
    """Return the next lesson, None if everything open is done.

    The lesson that was open last comes first; then the first after it; then any that was
    skipped.
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


def shown_reasons(
    chosen: Collection[int] | None, right: Collection[int], *, attempts: int, options: int
) -> frozenset[int]:
    """Return the options of a check whose reasons a reader sees, by number.

    There are none before an answer. After a first wrong one they are those of the chosen options;
    after a right one, or the last try, they are all.
    """
    if chosen is None:
        return frozenset()
    if is_right(chosen, right) or attempts >= MAX_ATTEMPTS:
        return frozenset(range(options))
    return frozenset(chosen)


def option_order(seed: str, options: int) -> tuple[int, ...]:
    """Return the numbers of a check's options in the order in which one reader sees them.

    Equal seeds give equal orders, in every language and on every device.
    """

    def place(number: int) -> str:
        return sha256(f"{seed} {number}".encode()).hexdigest()

    return tuple(sorted(range(options), key=place))


def percent_read(blocks: Sequence[str], position: str | None, *, done: bool) -> int:
    """Return how much of a lesson lies before the reading position, in percent."""
    if done:
        return 100
    return 100 * blocks.index(position) // len(blocks) if position in blocks else 0


def minutes_left(minutes: int, blocks: Sequence[str], position: str | None) -> int:
    """Return the remaining minutes of a lesson from the block of the reading position."""
    if position not in blocks:
        return minutes
    rest = 1 - blocks.index(position) / len(blocks)
    return max(1, round(minutes * rest))


def chosen_numbers(values: Iterable[str], answers: int) -> list[int] | None:
    """Return the numbers of the chosen answers, None if a value is invalid."""
    options = {str(number): number for number in range(answers)}
    numbers = list(values)
    if not set(numbers) <= options.keys():
        return None
    return sorted({options[value] for value in numbers})


@dataclass(frozen=True, kw_only=True)
class Scores:
    """The scores of the laboratory: each between 0 and 1; bands by dimension."""

    by_dimension: Mapping[str, Fraction]
    total: Fraction
    bands: Mapping[str, str]


def lab_answers(keys: Collection[str], values: Mapping[str, str]) -> dict[str, int]:
    """Return the answers that are whole numbers from 0 to 4, by statement."""
    allowed = {str(level): level for level in range(MAX_ANSWER + 1)}
    return {key: allowed[values[key]] for key in keys if values.get(key) in allowed}


def lab_scores(answers: Mapping[str, int], dimensions: Mapping[str, str]) -> Scores:
    """Return sub-scores, the sum of answers over the maximum, and their mean.

    A sub-score under 0.4 is low, one from 0.7 on is high.
    """
    groups: dict[str, list[int]] = {}
    for key, dimension in dimensions.items():
        groups.setdefault(dimension, []).append(answers[key])
    scores = {
        name: Fraction(sum(levels), MAX_ANSWER * len(levels)) for name, levels in groups.items()
    }
    return Scores(
        by_dimension=scores,
        total=sum(scores.values(), Fraction(0)) / len(scores),
        bands={name: _band(score) for name, score in scores.items()},
    )


def _band(score: Fraction) -> str:
    if score < LOW_BAND_BELOW:
        return "low"
    return "high" if score >= HIGH_BAND_FROM else "middle"

"""Marks in percent, to the hundredth; nothing is ever rounded up across a pass mark.

A mark is rounded once, when it is published. Means are made of published marks, so that anybody
can add them up again. What is not published counts for nothing yet, what somebody is exempt from
leaves the sum, and the weights of the rest are scaled up to a hundred.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from learning.kit.percentages import to_percentage


@dataclass(frozen=True, kw_only=True)
class WeightedMark:
    """The mark of one kind of work, None while nothing is published, with its weight."""

    weight: int
    mark: Decimal | None
    exempt: bool = False


@dataclass(frozen=True, kw_only=True)
class CourseMark:
    """The mark of the course so far.

    `counted` is the weight of the marks in it, `of` that of everything which is not exempt: the
    mark is final once they are equal. `exempt` is the weight that was left out of the sum.
    """

    value: Decimal | None
    counted: int
    of: int
    exempt: int

    @property
    def is_final(self) -> bool:
        return self.value is not None and self.counted == self.of

    @property
    def is_rescaled(self) -> bool:
        """Whether the weights of the rest are scaled up, as something is exempt, but not all."""
        return self.exempt > 0 and self.of > 0


def percentage(points: Decimal, of: Decimal, pass_mark: Decimal | None = None) -> Decimal:
    """Return points as a percentage of the most that there are."""
    return to_percentage(Fraction(points) * 100 / Fraction(of), pass_mark)


def passes(mark: Decimal, pass_mark: Decimal) -> bool:
    """Whether a published mark passes; it is this number that everybody sees."""
    return mark >= pass_mark


def mean(marks: Sequence[Decimal], pass_mark: Decimal | None = None) -> Decimal | None:
    """Return the mean of published marks, None if there is none."""
    if not marks:
        return None
    return to_percentage(sum(map(Fraction, marks), Fraction(0)) / len(marks), pass_mark)


def course_mark(marks: Sequence[WeightedMark]) -> CourseMark:
    """Return the weighted mean of what is published, of all that somebody is not exempt from."""
    required = [each for each in marks if not each.exempt]
    published = [(each.weight, each.mark) for each in required if each.mark is not None]
    counted = sum(weight for weight, _ in published)
    total = sum((weight * Fraction(mark) for weight, mark in published), Fraction(0))
    return CourseMark(
        value=to_percentage(total / counted) if counted else None,
        counted=counted,
        of=sum(each.weight for each in required),
        exempt=sum(each.weight for each in marks if each.exempt),
    )

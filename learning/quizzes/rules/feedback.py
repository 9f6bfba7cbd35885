"""Which reasons a person sees of a marked question, and whether the right answers are shown."""

from collections.abc import Iterable
from dataclasses import dataclass

from learning.content.activity_types import Question
from learning.quizzes.rules.answers import CHOSEN, TYPED, Answer
from learning.quizzes.rules.marking import Mark

WHEN_RIGHT, WHEN_WRONG = 1, 2  # the feedbacks of a typed answer


@dataclass(frozen=True, kw_only=True)
class Reason:
    """A reason by its number in the question's feedback, from 1; for a right part or not."""

    number: int
    right: bool


def answers_are_shown(*, passed: bool, attempts_left: int, in_progress: bool) -> bool:
    """Whether the right answers are shown: once the quiz is passed, or nothing can be won more.

    While an attempt is in progress they are not: it may ask the same questions again.
    """
    return not in_progress and (passed or attempts_left <= 0)


def shown_reasons(
    question: Question, answer: Answer | None, mark: Mark, *, released: bool
) -> tuple[Reason, ...]:
    """Return the reasons that a person sees.

    Before the right answers are `released` they are those of what the person chose. The reason of a
    stem, an item or a gap says what belongs there, and that of a wrong text what was meant: so they
    are shown only where the answer is right.
    """
    if question.type in TYPED:
        right = all(mark.parts)
        shown = right or released
        number = WHEN_RIGHT if right else WHEN_WRONG
        return (Reason(number=number, right=right),) if shown else ()
    if question.type in CHOSEN:
        return _of_options(question, answer, released=released)
    parts = enumerate(mark.parts, start=1)
    return tuple(Reason(number=n, right=right) for n, right in parts if right or released)


def _of_options(question: Question, answer: Answer | None, *, released: bool) -> tuple[Reason, ...]:
    """Return the reasons of the chosen options, wrong ones first; then, if released, the others."""
    chosen = answer.numbers if answer else ()
    missed = [number for number in question.right if number not in chosen] if released else []
    return tuple(
        Reason(number=number, right=number in question.right)
        for number in (*_wrong_first(question, chosen), *missed)
    )


def _wrong_first(question: Question, chosen: Iterable[int]) -> list[int]:
    return sorted(chosen, key=lambda number: (number in question.right, number))

"""Which reasons are shown: those of one's own choice, and all once the right answers are."""

import pytest

from learning.content.activity_types import Question
from learning.quizzes.rules.answers import Answer
from learning.quizzes.rules.feedback import answers_are_shown, shown_reasons
from learning.quizzes.rules.marking import mark
from tests.quizzes.questions import (
    CLOZE,
    MATCHING,
    MULTIPLE,
    NUMERIC,
    ORDERING,
    SINGLE,
    TEXT,
    TRUE_FALSE,
)

FRENCH = {"language": "fr"}


@pytest.mark.parametrize(
    ("question", "answer", "own", "released"),
    [
        (SINGLE, Answer(numbers=(2,)), [(2, True)], [(2, True)]),
        (SINGLE, Answer(numbers=(4,)), [(4, False)], [(4, False), (2, True)]),
        (SINGLE, None, [], [(2, True)]),
        (TRUE_FALSE, Answer(numbers=(1,)), [(1, False)], [(1, False), (2, True)]),
        (
            MULTIPLE,
            Answer(numbers=(1, 2)),
            [(2, False), (1, True)],
            [(2, False), (1, True), (3, True)],
        ),
        (MULTIPLE, Answer(numbers=(4, 2)), [(2, False), (4, False)], None),
        (
            MATCHING,
            Answer(numbers=(2, 3, 4)),
            [(1, True), (3, True)],
            [(1, True), (2, False), (3, True)],
        ),
        (CLOZE, Answer(numbers=(2, 3)), [(1, True)], [(1, True), (2, False)]),
        (
            ORDERING,
            Answer(numbers=(1, 3, 2, 4)),
            [(1, True), (4, True)],
            [(1, True), (2, False), (3, False), (4, True)],
        ),
        (NUMERIC, Answer(text="1250.5", **FRENCH), [(1, True)], [(1, True)]),
        (NUMERIC, Answer(text="7", **FRENCH), [], [(2, False)]),
        (TEXT, Answer(text="reintegration", **FRENCH), [(1, True)], [(1, True)]),
        (TEXT, None, [], [(2, False)]),
    ],
)
def test_reasons_are_those_of_ones_own_choice_until_the_answers_are_shown(
    question: Question,
    answer: Answer | None,
    own: list[tuple[int, bool]],
    released: list[tuple[int, bool]] | None,
) -> None:
    def shown(*, all_of_them: bool) -> list[tuple[int, bool]]:
        reasons = shown_reasons(question, answer, mark(question, answer), released=all_of_them)
        return [(each.number, each.right) for each in reasons]

    assert shown(all_of_them=False) == own
    if released is not None:
        assert shown(all_of_them=True) == released


@pytest.mark.parametrize(
    ("passed", "left", "shown"),
    [(True, 2, True), (True, 0, True), (False, 1, False), (False, 0, True), (False, -1, True)],
)
def test_right_answers_are_shown_once_passed_or_after_the_last_attempt(
    passed: bool, left: int, shown: bool
) -> None:
    assert answers_are_shown(passed=passed, attempts_left=left, in_progress=False) is shown
    assert not answers_are_shown(passed=passed, attempts_left=left, in_progress=True)

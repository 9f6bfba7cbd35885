"""The rule that computes how long study takes, and how far stated minutes may differ from it."""

import pytest

from learning.content import study_minutes


@pytest.mark.parametrize(("words", "minutes"), [(0, 0), (100, 1), (1350, 13.5)])
def test_a_hundred_words_are_read_in_a_minute(words, minutes) -> None:
    assert study_minutes.reading(words) == minutes


@pytest.mark.parametrize(
    ("checks", "tables", "drawings", "file_boxes", "minutes"),
    [
        (0, 0, 0, 0, 13),
        (1, 0, 0, 0, 15),
        (0, 1, 0, 0, 15),
        (0, 0, 1, 0, 15),
        (0, 0, 0, 1, 18),
        (2, 3, 1, 1, 30),
    ],
)
def test_a_lesson_takes_its_words_and_what_there_is_to_do(
    checks, tables, drawings, file_boxes, minutes
) -> None:
    computed = study_minutes.lesson(
        1300, checks=checks, tables=tables, drawings=drawings, file_boxes=file_boxes
    )
    assert computed == minutes


@pytest.mark.parametrize(("words", "questions", "minutes"), [(1400, 5, 34), (900, 0, 9), (0, 1, 4)])
def test_a_reading_takes_four_minutes_for_each_question(words, questions, minutes) -> None:
    assert study_minutes.guided_reading(words, questions=questions) == minutes


def test_a_quiz_takes_two_and_a_half_minutes_for_each_question() -> None:
    assert study_minutes.quiz(12) == 30


def test_a_discussion_is_two_texts_of_one_s_own_and_fourteen_of_others() -> None:
    assert study_minutes.discussion(150) == 1.5 + (150 + 75) / 6 + 14 * 150 / 100


@pytest.mark.parametrize(
    ("words", "tasks", "fieldwork", "minutes"), [(700, 4, 28, 95), (700, 5, 13, 95), (0, 0, 0, 0)]
)
def test_a_page_of_the_file_counts_its_tasks_and_its_fieldwork(
    words, tasks, fieldwork, minutes
) -> None:
    assert study_minutes.file_page(words, tasks=tasks, fieldwork=fieldwork) == minutes


def test_the_group_exercise_counts_reading_sorting_meetings_and_writing() -> None:
    assert study_minutes.group_exercise(1500, people=120) == 15 + 30 + 150 + 40


@pytest.mark.parametrize(
    ("stated", "computed", "agree"),
    [
        (26, 26.0, True),
        (26, 23.0, True),  # three minutes of few
        (26, 22.9, False),
        (26, 29.0, True),
        (26, 29.1, False),
        (90, 100.0, True),  # a tenth of many
        (89, 100.0, False),
        (110, 100.0, True),
        (111, 100.0, False),
    ],
)
def test_stated_minutes_may_differ_by_a_tenth_or_three_minutes(stated, computed, agree) -> None:
    assert study_minutes.agrees(stated, computed) is agree

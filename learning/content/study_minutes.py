"""How long study takes: the rule that the minutes of a course follow.

Adults read about 240 words a minute in their own language. Participants study, many of them in a
second language: they go back, look terms up and take notes. docs/course-format.md explains the
numbers.
"""

WORDS_READ = 100  # in a minute of study
WORDS_WRITTEN = 6  # in a minute, the thought before them included
CHECK = 2  # to answer a knowledge check and read why
TABLE = 2  # to compare its rows with one's own place
DRAWING = 2
FILE_BOX = 5  # to note what a lesson asks for; the page of the file is written later
QUESTION = 4  # to answer in two to four sentences before the model answer is opened
TASK = 15  # to write one part of a page of the file
QUIZ_QUESTION = 2.5
CONTRIBUTION, REPLY = 150, 75  # words of one's own in a discussion
CONTRIBUTIONS_READ = 14  # by others
PEOPLE_SORTED = 4  # rows of the manifest in a minute
MEETINGS = 150  # of the group: two of 75 minutes
SHARE_OF_PLAN = 240  # words that each of five people writes

MIN_TOLERANCE = 3
TOLERANCE_PERCENT = 10


def reading(words: float) -> float:
    """Return the minutes of study for a text."""
    return words / WORDS_READ


def lesson(words: float, *, checks: int, tables: int, drawings: int, file_boxes: int) -> float:
    """Return the minutes of a lesson; its words include those of everything in it."""
    return (
        reading(words)
        + CHECK * checks
        + TABLE * tables
        + DRAWING * drawings
        + FILE_BOX * file_boxes
    )


def guided_reading(words: float, *, questions: int) -> float:
    """Return the minutes of a reading; its words are those of summary, guide and answers."""
    return reading(words) + QUESTION * questions


def quiz(questions: int) -> float:
    return QUIZ_QUESTION * questions


def discussion(words: float) -> float:
    """Return the minutes of a discussion whose question has so many words."""
    written = (CONTRIBUTION + REPLY) / WORDS_WRITTEN
    return reading(words + CONTRIBUTIONS_READ * CONTRIBUTION) + written


def file_page(words: float, *, tasks: int, fieldwork: int) -> float:
    """Return the minutes of a page of the file; `fieldwork` are those of questions to others."""
    return reading(words) + TASK * tasks + fieldwork


def group_exercise(words: float, *, people: int) -> float:
    """Return one member's minutes; the brief has so many words, the manifest so many people."""
    return reading(words) + people / PEOPLE_SORTED + MEETINGS + SHARE_OF_PLAN / WORDS_WRITTEN


def agrees(stated: int, computed: float) -> bool:
    """Whether stated minutes are those of the rule, give or take a tenth or three minutes."""
    tolerance = max(MIN_TOLERANCE, computed * TOLERANCE_PERCENT / 100)
    return abs(stated - computed) <= tolerance

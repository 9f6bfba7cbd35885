"""What the page of a result shows of each question: the mark, how it came about, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from learning.content.activity_types import Question, QuestionText, QuestionType
from learning.content.course import Course
from learning.kit.i18n import I18n
from learning.quizzes import mark_words, words
from learning.quizzes.queries import DrawnQuestion
from learning.quizzes.question_views import gap_rows, option_texts
from learning.quizzes.rules.answers import CHOSEN, TYPED, Answer, number_understood
from learning.quizzes.rules.feedback import shown_reasons
from learning.quizzes.rules.marking import Mark


class Level(StrEnum):
    """How much of a question is right."""

    RIGHT = "right"
    PART = "part"
    WRONG = "wrong"
    LEFT_OUT = "left-out"


@dataclass(frozen=True, kw_only=True)
class AnswerPart:
    """A part of an answer as it was given; `label` is the stem or the gap, "" for none."""

    label: str
    text: str


@dataclass(frozen=True, kw_only=True)
class ShownReason:
    """A reason, and the part of the question that it is about, "" for the whole.

    It is an `own` one where it speaks of what the reader chose.
    """

    own: bool
    right: bool
    about: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """A marked question, with the `share` of its point that it brought.

    `answers` are the right ones, and `explain` the explanation, where they are shown. `lesson` is
    "" if the course has the lesson of the stored question no longer.
    """

    position: int
    prompt: str
    level: Level
    points: str
    share: Fraction
    credit: str
    own: Sequence[AnswerPart]
    reasons: Sequence[ShownReason]
    answers: Sequence[AnswerPart]
    explain: str
    lesson: str
    lesson_title: str
    lesson_minutes: int


def verdict_of(
    drawn: DrawnQuestion, course: Course, module: str, i18n: I18n, *, released: bool
) -> Verdict:
    """Return a marked question; the right answer and the explanation if they are `released`.

    A bank names a lesson without its module.
    """
    question, credit = drawn.question, Fraction(drawn.row.credit or 0)
    points = words.short_points(i18n, credit)
    lesson = course.lessons.get(f"{module}-{question.lesson}")
    text = question.texts[i18n.language]
    return Verdict(
        position=drawn.position,
        prompt=text.prompt,
        level=level_of(drawn),
        points=points,
        share=credit,
        credit=mark_words.credit(i18n, question, drawn.value, drawn.mark, points),
        own=answer_parts(question, drawn.value, i18n) if drawn.value else [],
        reasons=reasons_of(question, drawn.value, drawn.mark, i18n, released=released),
        answers=right_answer(question, i18n) if released and credit < 1 else [],
        explain=text.explain if released else "",
        lesson=lesson.key if lesson else "",
        lesson_title=lesson.title[i18n.language] if lesson else "",
        lesson_minutes=lesson.minutes if lesson else 0,
    )


def level_of(drawn: DrawnQuestion) -> Level:
    if not drawn.is_begun:
        return Level.LEFT_OUT
    fraction = Fraction(drawn.row.credit or 0)
    if fraction == 1:
        return Level.RIGHT
    return Level.PART if fraction else Level.WRONG


def answer_parts(question: Question, answer: Answer, i18n: I18n) -> list[AnswerPart]:
    """Return an answer in words, part by part."""
    text = question.texts[i18n.language]
    match question.type:
        case QuestionType.NUMERIC | QuestionType.TEXT:
            return [AnswerPart(label="", text=_typed(question, answer, text, i18n))]
        case QuestionType.MATCHING:
            return _pairs(text.stems, text.choices, answer.numbers, i18n)
        case QuestionType.CLOZE:
            labels = [_gap_label(text, n) for n in range(len(text.gaps))]
            chosen = zip(text.gaps, answer.numbers, strict=False)
            texts = [gap[n - 1] if n else "" for gap, n in chosen]
            return [
                AnswerPart(label=label, text=own or mark_words.left_open(i18n))
                for label, own in zip(labels, texts, strict=False)
            ]
        case QuestionType.ORDERING:
            return [
                AnswerPart(
                    label=i18n.number(place),
                    text=text.items[item - 1] if item else mark_words.left_open(i18n),
                )
                for place, item in enumerate(answer.numbers, start=1)
            ]
        case _:
            options = option_texts(question, i18n)
            return [AnswerPart(label="", text=options[number - 1]) for number in answer.numbers]


def right_answer(question: Question, i18n: I18n) -> list[AnswerPart]:
    """Return the right answer in words, part by part."""
    text = question.texts[i18n.language]
    if question.type is QuestionType.NUMERIC:
        return [AnswerPart(label="", text=mark_words.number(i18n, question.number, text.unit))]
    if question.type is QuestionType.TEXT:
        return [AnswerPart(label="", text=text.accepted[0])]
    numbers = tuple(question.right)
    if question.type is QuestionType.ORDERING:
        numbers = tuple(range(1, len(text.items) + 1))
    return answer_parts(question, Answer(numbers=numbers), i18n)


def reasons_of(
    question: Question, answer: Answer | None, mark: Mark, i18n: I18n, *, released: bool
) -> list[ShownReason]:
    """Return the reasons that the reader sees, each with what it is about."""
    text = question.texts[i18n.language]
    chosen = answer.numbers if answer else ()
    return [
        ShownReason(
            own=question.type not in CHOSEN or each.number in chosen,
            right=each.right,
            about=_about(question, each.number, text),
            text=text.feedback[each.number - 1],
        )
        for each in shown_reasons(question, answer, mark, released=released)
    ]


def _about(question: Question, number: int, text: QuestionText) -> str:
    match question.type:
        case QuestionType.MULTIPLE:
            return text.options[number - 1]
        case QuestionType.MATCHING:
            return text.stems[number - 1]
        case QuestionType.ORDERING:
            return text.items[number - 1]
        case QuestionType.CLOZE:
            return _gap_label(text, number - 1)
        case _:  # the answer stands beside it
            return ""


def _typed(question: Question, answer: Answer, text: QuestionText, i18n: I18n) -> str:
    """Return what was typed, and the number that was understood if it was a number."""
    understood = number_understood(question, answer) if question.type in TYPED else None
    if question.type is not QuestionType.NUMERIC or understood is None:
        return answer.text
    return mark_words.typed_number(i18n, answer.text, str(understood), text.unit)


def _pairs(
    stems: Sequence[str], choices: Sequence[str], numbers: Sequence[int], i18n: I18n
) -> list[AnswerPart]:
    return [
        AnswerPart(label=stem, text=choices[n - 1] if n else mark_words.left_open(i18n))
        for stem, n in zip(stems, numbers, strict=False)
    ]


def _gap_label(text: QuestionText, gap: int) -> str:
    """Return the last words before a gap, which say where it is."""
    before = {number: piece for piece, number in gap_rows(text)[0]}
    return mark_words.gap_after(before.get(gap + 1, ""))

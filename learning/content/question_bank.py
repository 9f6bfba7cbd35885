"""A module's question bank: one key, three languages. What options reveal: `guesser`."""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from learning.content.activity_types import Difficulty, Question, QuestionText, QuestionType
from learning.content.course import ALL
from learning.content.toml_reader import TomlTable
from learning.kit.typography import typeset

MIN_QUESTIONS = 40  # three draws of twelve without a repeat, by objective and difficulty
MIN_PER_LESSON = 2  # questions for each objective and lesson
OPTIONS = (QuestionType.SINGLE, QuestionType.MULTIPLE)
LISTS = {
    QuestionType.SINGLE: ("options",),
    QuestionType.MULTIPLE: ("options",),
    QuestionType.TRUE_FALSE: (),
    QuestionType.MATCHING: ("stems", "choices"),
    QuestionType.ORDERING: ("items",),
    QuestionType.NUMERIC: (),
    QuestionType.TEXT: ("accepted",),
    QuestionType.CLOZE: (),
}
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
GAP = re.compile(r"\{(\d)\}")
TWO = 2


def read_bank(sheet: TomlTable, lessons: Collection[str], objectives: int) -> list[Question]:
    """Return the questions of a bank; issues are reported on its file."""
    tables = sheet.tables("questions")
    questions = [_question(table, lessons, objectives) for table in tables]
    keys = Counter(question.key for question in questions)
    for table, question in zip(tables, questions, strict=True):
        if keys[question.key] > 1:
            table.report("key", f"{keys[question.key]} questions have the key “{question.key}”")
    _coverage(sheet, questions, lessons, objectives)
    return questions


def _coverage(
    sheet: TomlTable, bank: Sequence[Question], lessons: Collection[str], objectives: int
) -> None:
    if len(bank) < MIN_QUESTIONS:
        sheet.report("questions", f"{len(bank)} questions; a bank has {MIN_QUESTIONS} or more")
    for number in range(1, objectives + 1):
        if sum(question.objective == number for question in bank) < MIN_PER_LESSON:
            sheet.report("questions", f"objective {number} is hardly tested")
    for lesson in sorted(lessons):
        if sum(question.lesson == lesson for question in bank) < MIN_PER_LESSON:
            sheet.report("questions", f"lesson “{lesson}” is hardly tested")


def _question(table: TomlTable, lessons: Collection[str], objectives: int) -> Question:
    kind = _member(table, "type", QuestionType, QuestionType.SINGLE)
    lesson, objective = table.line("lesson"), table.positive_int("objective")
    if lesson not in lessons:
        table.report("lesson", f"there is no lesson “{lesson}”")
    if objective > objectives:
        table.report("objective", f"there are {objectives} objectives")
    texts = {language: _text(table.table(language), kind, language) for language in ALL}
    numeric = kind is QuestionType.NUMERIC
    question = Question(
        key=table.key("key"),
        type=kind,
        lesson=lesson,
        objective=objective,
        difficulty=_member(table, "difficulty", Difficulty, Difficulty.EASY),
        right=() if numeric else _right(table, kind),
        number=_number(table, "right") if numeric else "",
        tolerance=_number(table, "tolerance") if numeric else "0",
        texts=texts,
    )
    _check_equal_counts(table, question)
    _check_answer_key(table, question)
    return question


def _member(table: TomlTable, entry: str, kinds: Any, otherwise: Any) -> Any:  # noqa: ANN401 any enum
    value = table.entries.get(entry)
    if value in set(kinds):
        return kinds(value)
    table.report(entry, f"{entry}: one of {', '.join(kinds)}")
    return otherwise


def _number(table: TomlTable, entry: str) -> str:
    value = table.entries.get(entry)
    if isinstance(value, str) and NUMBER.fullmatch(value):
        return value
    table.report(entry, f"{entry}: a number in quotation marks")
    return "0"


def _right(table: TomlTable, kind: QuestionType) -> Sequence[int]:
    if kind in {QuestionType.ORDERING, QuestionType.TEXT}:
        return ()
    value = table.entries.get("right")
    if isinstance(value, list) and value and all(isinstance(v, int) and v > 0 for v in value):
        return tuple(value)
    table.report("right", "right: the numbers of the right answers, from 1")
    return (1,)


def _text(table: TomlTable, kind: QuestionType, language: str) -> QuestionText:
    lists: dict[str, Any] = {name: table.prose_list(name, language) for name in LISTS[kind]}
    if kind is QuestionType.CLOZE:
        lists |= {"text": table.prose("text", language), "gaps": _gaps(table, language)}
    if kind is QuestionType.NUMERIC:
        lists["unit"] = str(table.entries.get("unit", ""))
    return QuestionText(
        prompt=table.prose("prompt", language),
        explain=table.prose("explain", language),
        feedback=table.prose_list("feedback", language),
        **lists,
    )


def _gaps(table: TomlTable, language: str) -> Sequence[Sequence[str]]:
    value = table.entries.get("gaps")
    lists = isinstance(value, list) and all(isinstance(gap, list) and gap for gap in value)
    if lists and value:
        return tuple(tuple(typeset(str(each), language) for each in gap) for gap in value)
    table.report("gaps", "gaps: a list of choices for each gap")
    return ()


def _feedback_count(question: Question, text: QuestionText) -> int:
    """Return how many feedbacks a question needs: one for each answerable part."""
    kind = question.type
    if kind in OPTIONS:
        return len(text.options)
    sizes: Mapping[QuestionType, Sequence[object]] = {
        QuestionType.MATCHING: text.stems,
        QuestionType.ORDERING: text.items,
        QuestionType.CLOZE: text.gaps,
    }
    return len(sizes[kind]) if kind in sizes else TWO


def _check_equal_counts(table: TomlTable, question: Question) -> None:
    first = question.texts[ALL[0]]
    for language, text in question.texts.items():
        own = table.table(language)
        if len(text.feedback) != _feedback_count(question, text):
            own.report(
                "feedback",
                f"{_feedback_count(question, text)} feedbacks; here {len(text.feedback)}",
            )
        for name in ("options", "stems", "choices", "items", "gaps"):
            if len(getattr(text, name)) != len(getattr(first, name)):
                own.report(name, f"{name}: not as many as in “{ALL[0]}”")
        if [len(gap) for gap in text.gaps] != [len(gap) for gap in first.gaps]:
            own.report("gaps", f"gaps: not the same numbers of choices as in “{ALL[0]}”")
        if sorted(GAP.findall(text.text)) != [str(n + 1) for n in range(len(text.gaps))]:
            own.report("text", "text: one {1}, {2}, … for each gap")


def _check_answer_key(table: TomlTable, question: Question) -> None:
    """Report a key that names no answer, or leaves no wrong one."""
    kind, right = question.type, question.right
    text = question.texts[ALL[0]]
    answers = {
        QuestionType.SINGLE: len(text.options),
        QuestionType.MULTIPLE: len(text.options),
        QuestionType.TRUE_FALSE: TWO,
        QuestionType.MATCHING: len(text.choices),
        QuestionType.CLOZE: max(map(len, text.gaps), default=0),
    }.get(kind, 0)
    if max(right, default=0) > answers:
        table.report("right", f"right: there is no answer {max(right)}")
    expected = {QuestionType.SINGLE: 1, QuestionType.TRUE_FALSE: 1}.get(kind, len(right))
    expected = {QuestionType.MATCHING: len(text.stems), QuestionType.CLOZE: len(text.gaps)}.get(
        kind, expected
    )
    if len(right) != expected or (kind is QuestionType.MULTIPLE and not 1 < len(right) < answers):
        table.report("right", f"right: {len(right)} numbers do not fit a question of this type")

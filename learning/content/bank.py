"""A module's question bank: one key, three languages, nothing given away."""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from learning.content.course import ALL
from learning.content.pieces import Difficulty, Question, QuestionText, QuestionType
from learning.content.sheets import Table

FEWEST = 24
FEWEST_EACH = 2  # questions for each objective and lesson
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


def read_bank(sheet: Table, lessons: Collection[str], objectives: int) -> list[Question]:
    """Return the questions of a bank; what is wrong is reported on its sheet."""
    tables = sheet.tables("questions")
    found = [_question(table, lessons, objectives) for table in tables]
    keys = Counter(question.key for question in found)
    for table, question in zip(tables, found, strict=True):
        if keys[question.key] > 1:
            table.fault("key", f"{keys[question.key]} questions have the key “{question.key}”")
    _coverage(sheet, found, lessons, objectives)
    return found


def _coverage(
    sheet: Table, bank: Sequence[Question], lessons: Collection[str], objectives: int
) -> None:
    if len(bank) < FEWEST:
        sheet.fault("questions", f"{len(bank)} questions; a bank has {FEWEST} or more")
    for number in range(1, objectives + 1):
        if sum(question.objective == number for question in bank) < FEWEST_EACH:
            sheet.fault("questions", f"objective {number} is hardly tested")
    for lesson in sorted(lessons):
        if sum(question.lesson == lesson for question in bank) < FEWEST_EACH:
            sheet.fault("questions", f"lesson “{lesson}” is hardly tested")


def _question(table: Table, lessons: Collection[str], objectives: int) -> Question:
    kind = _member(table, "type", QuestionType, QuestionType.SINGLE)
    lesson, objective = table.line("lesson"), table.whole("objective")
    if lesson not in lessons:
        table.fault("lesson", f"there is no lesson “{lesson}”")
    if objective > objectives:
        table.fault("objective", f"there are {objectives} objectives")
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
    _same_shape(table, question)
    _key_fits(table, question)
    return question


def _member(table: Table, entry: str, kinds: Any, otherwise: Any) -> Any:  # noqa: ANN401 any enum
    value = table.entries.get(entry)
    if value in set(kinds):
        return kinds(value)
    table.fault(entry, f"{entry}: one of {', '.join(kinds)}")
    return otherwise


def _number(table: Table, entry: str) -> str:
    value = table.entries.get(entry)
    if isinstance(value, str) and NUMBER.fullmatch(value):
        return value
    table.fault(entry, f"{entry}: a number in quotation marks")
    return "0"


def _right(table: Table, kind: QuestionType) -> Sequence[int]:
    if kind in {QuestionType.ORDERING, QuestionType.TEXT}:
        return ()
    value = table.entries.get("right")
    if isinstance(value, list) and value and all(isinstance(v, int) and v > 0 for v in value):
        return tuple(value)
    table.fault("right", "right: the numbers of the right answers, from 1")
    return (1,)


def _text(table: Table, kind: QuestionType, language: str) -> QuestionText:
    lists: dict[str, Any] = {name: tuple(table.strings(name)) for name in LISTS[kind]}
    for texts in lists.values():
        for text in texts:
            table.check_writing("prompt", text, language)
    feedback = tuple(table.strings("feedback"))
    for text in feedback:
        table.check_writing("feedback", text, language)
    if kind is QuestionType.CLOZE:
        lists |= {"text": table.prose("text", language), "gaps": _gaps(table)}
    if kind is QuestionType.NUMERIC:
        lists["unit"] = str(table.entries.get("unit", ""))
    return QuestionText(
        prompt=table.prose("prompt", language),
        explain=table.prose("explain", language),
        feedback=feedback,
        **lists,
    )


def _gaps(table: Table) -> Sequence[Sequence[str]]:
    value = table.entries.get("gaps")
    lists = isinstance(value, list) and all(isinstance(gap, list) and gap for gap in value)
    if lists and value:
        return tuple(tuple(map(str, gap)) for gap in value)
    table.fault("gaps", "gaps: a list of choices for each gap")
    return ()


def _places(question: Question, text: QuestionText) -> int:
    """Return how many feedbacks a question needs: one for each thing that can be answered."""
    kind = question.type
    if kind in OPTIONS:
        return len(text.options)
    sizes: Mapping[QuestionType, Sequence[object]] = {
        QuestionType.MATCHING: text.stems,
        QuestionType.ORDERING: text.items,
        QuestionType.CLOZE: text.gaps,
    }
    return len(sizes[kind]) if kind in sizes else TWO


def _same_shape(table: Table, question: Question) -> None:
    model = question.texts[ALL[0]]
    for language, text in question.texts.items():
        own = table.table(language)
        if len(text.feedback) != _places(question, text):
            own.fault("feedback", f"{_places(question, text)} feedbacks; here {len(text.feedback)}")
        for name in ("options", "stems", "choices", "items", "gaps"):
            if len(getattr(text, name)) != len(getattr(model, name)):
                own.fault(name, f"{name}: not as many as in “{ALL[0]}”")
        if [len(gap) for gap in text.gaps] != [len(gap) for gap in model.gaps]:
            own.fault("gaps", f"gaps: not the same numbers of choices as in “{ALL[0]}”")
        if sorted(GAP.findall(text.text)) != [str(n + 1) for n in range(len(text.gaps))]:
            own.fault("text", "text: one {1}, {2}, … for each gap")


def _key_fits(table: Table, question: Question) -> None:
    """Report a key that names no answer, leaves none wrong, or is given away by its length."""
    kind, right = question.type, question.right
    text = question.texts[ALL[0]]
    most = {
        QuestionType.SINGLE: len(text.options),
        QuestionType.MULTIPLE: len(text.options),
        QuestionType.TRUE_FALSE: TWO,
        QuestionType.MATCHING: len(text.choices),
        QuestionType.CLOZE: max(map(len, text.gaps), default=0),
    }.get(kind, 0)
    if max(right, default=0) > most:
        table.fault("right", f"right: there is no answer {max(right)}")
    wanted = {QuestionType.SINGLE: 1, QuestionType.TRUE_FALSE: 1}.get(kind, len(right))
    wanted = {QuestionType.MATCHING: len(text.stems), QuestionType.CLOZE: len(text.gaps)}.get(
        kind, wanted
    )
    if len(right) != wanted or (kind is QuestionType.MULTIPLE and not 1 < len(right) < most):
        table.fault("right", f"right: {len(right)} numbers do not fit a question of this type")
    for language in ALL if kind in OPTIONS else ():
        options = question.texts[language].options
        longest = max(range(len(options)), key=lambda n: len(options[n]), default=-1) + 1
        if longest in right:
            table.table(language).fault("options", "the right answer is the longest one")

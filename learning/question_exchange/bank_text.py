"""Converted questions as the text of a `bank.toml`; what is missing is empty, so it is reported."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from learning.content.activity_types import QuestionText, QuestionType
from learning.content.course import ALL
from learning.content.question_bank import LISTS

ESCAPED = re.compile(r'["\\\x00-\x1f\x7f]')
SHORT = {"\n": r"\n", "\t": r"\t", '"': r"\"", "\\": r"\\"}
HEAD = "# Converted from {source}. `learning course check` names what is missing.\n"


@dataclass(frozen=True, kw_only=True)
class BankQuestion:
    """A question in the languages that there are files of."""

    key: str
    type: QuestionType
    lesson: str
    objective: int
    difficulty: str
    right: Sequence[int]
    number: str
    tolerance: str
    texts: Mapping[str, QuestionText]


def bank_text(questions: Sequence[BankQuestion], source: str) -> str:
    """Return the text of a bank; `source` is what it was converted from."""
    return HEAD.format(source=source) + "".join(f"\n{_question(each)}" for each in questions)


def toml_string(text: str) -> str:
    """Return a text as a basic string of TOML."""
    return f'"{ESCAPED.sub(lambda sign: _escape(sign[0]), text)}"'


def _escape(sign: str) -> str:
    return SHORT.get(sign) or f"\\u{ord(sign):04X}"


def _question(question: BankQuestion) -> str:
    lines = [
        "[[questions]]",
        f"key = {toml_string(question.key)}",
        f"type = {toml_string(question.type)}",
        f"lesson = {toml_string(question.lesson)}",
        f"objective = {question.objective}",
        f"difficulty = {toml_string(question.difficulty)}",
    ]
    if question.type is QuestionType.NUMERIC:
        lines.append(f"right = {toml_string(question.number)}")
        lines.append(f"tolerance = {toml_string(question.tolerance)}")
    elif question.right:
        lines.append(f"right = [{', '.join(map(str, question.right))}]")
    for language in ALL:
        if language in question.texts:
            lines += _language(question.type, language, question.texts[language])
        else:
            lines.append(f"# [questions.{language}] is missing")
    return "\n".join(lines) + "\n"


def _language(kind: QuestionType, language: str, text: QuestionText) -> list[str]:
    lines = [f"[questions.{language}]", f"prompt = {toml_string(text.prompt)}"]
    if kind is QuestionType.NUMERIC:
        lines.append(f"unit = {toml_string(text.unit)}")
    if kind is QuestionType.CLOZE:
        lines.append(f"text = {toml_string(text.text)}")
        gaps = (f"  [{', '.join(map(toml_string, gap))}]," for gap in text.gaps)
        lines += ["gaps = [", *gaps, "]"]
    for name in LISTS[kind]:
        lines += _list(name, getattr(text, name))
    return [*lines, *_list("feedback", text.feedback), f"explain = {toml_string(text.explain)}"]


def _list(name: str, texts: Sequence[str]) -> list[str]:
    return [f"{name} = [", *(f"  {toml_string(each)}," for each in texts), "]"]

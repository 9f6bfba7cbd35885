"""Questions as GIFT, as Moodle’s own export writes them; gaps in a text are not part of GIFT."""

import re
from collections.abc import Callable, Mapping, Sequence

from learning.content.activity_types import Question, QuestionText, QuestionType
from learning.question_exchange.gift_reader import ARROW, CATEGORY, FORMAT, GENERAL, WEIGHT
from learning.question_exchange.moodle_terms import shares_of, tags_of
from learning.question_exchange.prose import html_of

PLAIN = "[plain]"
BRACES = re.compile(r"[\\{}]")
RESERVED = re.compile(r"[\\#={}~:\n]")
WITH_FEEDBACK_LIST = frozenset({QuestionType.MATCHING, QuestionType.ORDERING})


def write_gift(questions: Sequence[Question], language: str, category: str) -> str:
    """Return the questions in one language. Those that GIFT cannot hold are named in a comment."""
    blocks = [f"{CATEGORY} $course$/top/{category}"]
    blocks += [_block(question, question.texts[language]) for question in questions]
    return "\n\n".join(blocks) + "\n"


def _block(question: Question, text: QuestionText) -> str:
    if not fits_gift(question):
        return (
            f"// {question.key}: GIFT cannot hold this question ({question.type}): see Moodle XML."
        )
    tags = "".join(f" [tag:{tag.replace(']', chr(92) + ']')}]" for tag in tags_of(question, text))
    answers = WRITERS[question.type](question, text)
    general = _general(question, text)
    return (
        f"// [id:{question.key}]{tags}\n"
        f"::{_escape(question.key)}::{PLAIN}{_escape(text.prompt)}{{{answers}{general}}}"
    )


def fits_gift(question: Question) -> bool:
    """Whether GIFT can hold a question: it has no gaps, and an arrow always makes a pair."""
    texts = question.texts.values()
    with_arrows = {
        QuestionType.MATCHING: [each for text in texts for each in text.stems],
        QuestionType.TEXT: [each for text in texts for each in (*text.accepted, *text.feedback)],
    }
    arrows = any(ARROW in each for each in with_arrows.get(question.type, ()))
    return question.type is not QuestionType.CLOZE and not arrows


def _general(question: Question, text: QuestionText) -> str:
    if question.type in WITH_FEEDBACK_LIST:
        return f"####[html]{_escape(html_of([text.explain], text.feedback))}\n"
    return f"####{_formatted(text.explain)}\n"


def _escape(text: str) -> str:
    return RESERVED.sub(lambda sign: "\\n" if sign[0] == "\n" else f"\\{sign[0]}", text)


def _formatted(text: str) -> str:
    """Return a text that begins with nothing that GIFT would take for a format."""
    return f"{PLAIN if FORMAT.match(text) else ''}{_escape(text)}"


def _answer(sign: str, text: str, feedback: str) -> str:
    """Return an answer. One that begins as a share of the mark gets its own before that."""
    if WEIGHT.match(text) and "%" not in sign:
        sign += "%100%" if sign == "=" else "%0%"
    return f"\t{sign}{_formatted(text)}#{_formatted(feedback)}\n"


def _options(question: Question, text: QuestionText) -> str:
    """“=” marks the one right option; of several right ones, each has its share of the mark."""
    right, wrong = shares_of(question, text)
    several = question.type is QuestionType.MULTIPLE
    signs = (f"~%{right}%", f"~%{wrong}%") if several else ("=", "~")
    lines = (
        _answer(signs[number not in question.right], option, why)
        for number, (option, why) in enumerate(zip(text.options, text.feedback, strict=True), 1)
    )
    return "\n" + "".join(lines)


def _true_false(question: Question, text: QuestionText) -> str:
    true = question.right[0] == 1
    when_true, when_false = text.feedback
    right, wrong = (when_true, when_false) if true else (when_false, when_true)
    return f"{'TRUE' if true else 'FALSE'}#{_formatted(wrong)}#{_formatted(right)}\n"


def _text(_question: Question, text: QuestionText) -> str:
    right, wrong = text.feedback
    lines = (_answer("=%100%", each.replace("*", r"\*"), right) for each in text.accepted)
    return "\n" + "".join(lines) + _answer("=%0%", "*", wrong)


def _number(question: Question, text: QuestionText) -> str:
    right, wrong = text.feedback
    value = f"=%100%{question.number}:{question.tolerance}"
    return f"#\n\t{value}#{_formatted(right)}\n{_answer('~', '', wrong)}"


def _matching(question: Question, text: QuestionText) -> str:
    pairs = [
        (stem, text.choices[right - 1])
        for stem, right in zip(text.stems, question.right, strict=True)
    ]
    pairs += [("", choice) for n, choice in enumerate(text.choices, 1) if n not in question.right]
    lines = (f"\t={_formatted(stem)} -> {_formatted(choice)}\n" for stem, choice in pairs)
    return "\n" + "".join(lines)


def _item(text: str) -> str:
    """Return an item. Moodle reads items as they stand: only what would end them is escaped."""
    reserved = RESERVED if GENERAL in text else BRACES
    safe = reserved.sub(lambda sign: f"\\{sign[0]}", text)
    return f"{PLAIN if FORMAT.match(text) else ''}{safe}"


def _ordering(_question: Question, text: QuestionText) -> str:
    items = "".join(f"{_item(item)}\n" for item in text.items)
    return f">0 ALL VERTICAL ABSOLUTE_POSITION SHOW none\n{items}"


WRITERS: Mapping[QuestionType, Callable[[Question, QuestionText], str]] = {
    QuestionType.SINGLE: _options,
    QuestionType.MULTIPLE: _options,
    QuestionType.TRUE_FALSE: _true_false,
    QuestionType.TEXT: _text,
    QuestionType.NUMERIC: _number,
    QuestionType.MATCHING: _matching,
    QuestionType.ORDERING: _ordering,
}

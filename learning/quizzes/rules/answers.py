"""The answer to a question as a value: from the fields of a form, to and from JSON.

Numbers are those of the bank, whatever order was shown, so that neither the order nor the language
of the page matters.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from learning.content.activity_types import Question, QuestionText, QuestionType
from learning.quizzes.rules.number_input import read_number

MAX_TEXT = 200
TYPED = frozenset({QuestionType.NUMERIC, QuestionType.TEXT})
CHOSEN = frozenset({QuestionType.SINGLE, QuestionType.TRUE_FALSE, QuestionType.MULTIPLE})
_NUMBER = re.compile(r"[0-9]{1,3}")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An answer; 0 among the `numbers` is a part left open.

    The `numbers` are: for single and true/false, the chosen option; for multiple, the ticked
    options; for matching and cloze, a choice for each stem or gap; for ordering, the items in
    the reader's order. Numeric and text questions have the `text` as typed, and the `language`
    in which it was typed.
    """

    numbers: tuple[int, ...] = ()
    text: str = ""
    language: str = ""


def places(question: Question) -> tuple[int, ...]:
    """Return how many numbers each place of an answer offers; () for a typed answer.

    Single and true/false have one place; multiple has one for each option.
    """
    text = any_text(question)
    options, choices, items = len(text.options), len(text.choices), len(text.items)
    sizes = {
        QuestionType.SINGLE: (options,),
        QuestionType.TRUE_FALSE: (2,),
        QuestionType.MULTIPLE: (options,) * options,
        QuestionType.MATCHING: (choices,) * len(text.stems),
        QuestionType.ORDERING: (items,) * items,
        QuestionType.CLOZE: tuple(len(gap) for gap in text.gaps),
    }
    return sizes.get(question.type, ())


def any_text(question: Question) -> QuestionText:
    """Return the question in one language; the counts are the same in all."""
    return next(iter(question.texts.values()))


def answer_from_fields(question: Question, values: Sequence[str], language: str) -> Answer:
    """Return the answer that a form sent; "" and "0" leave a part open.

    Raise ValueError for numbers that do not exist, doubles, a wrong count or too long a text.
    """
    if question.type in TYPED:
        return _typed_answer(question, values, language)
    numbers = tuple(_number(value) for value in values)
    kind, sizes = question.type, places(question)
    if kind in CHOSEN:
        numbers = tuple(sorted(number for number in numbers if number))
    elif not numbers:
        numbers = (0,) * len(sizes)
    elif len(numbers) != len(sizes):
        raise ValueError(f"{len(sizes)} numbers are expected, not {len(numbers)}")
    if any(number > size for number, size in zip(numbers, sizes, strict=False)):
        raise ValueError("there is no such choice")
    if len(numbers) > len(sizes) or (_is_distinct(kind) and _has_doubles(numbers)):
        raise ValueError("a choice was made twice")
    return Answer(numbers=numbers)


def number_understood(question: Question, answer: Answer | None) -> Decimal | None:
    """Return the number that was read in the answer to a numeric question; None: none."""
    if answer is None:
        return None
    units = {text.unit for text in question.texts.values()}
    return read_number(answer.text, answer.language, units)


def is_complete(question: Question, answer: Answer | None) -> bool:
    """Tell whether every part is answered; a numeric answer has to be a number."""
    if answer is None:
        return False
    if question.type is QuestionType.NUMERIC:
        return number_understood(question, answer) is not None
    if question.type is QuestionType.TEXT:
        return bool(answer.text.strip())
    if question.type is QuestionType.MULTIPLE:
        return bool(answer.numbers)
    return len(answer.numbers) == len(places(question)) and 0 not in answer.numbers


def keeps_numbers(drawn: Question, today: Question) -> bool:
    """Tell whether the numbers of an answer mean the same now that a question was changed.

    They do not if it has another number of parts, or if the text of one stands in another place.
    """
    if drawn.type is not today.type or places(drawn) != places(today):
        return False
    pairs = ((text, today.texts[key]) for key, text in drawn.texts.items() if key in today.texts)
    return not any(
        _has_moved(before, after)
        for one, other in pairs
        for before, after in zip(_numbered(one), _numbered(other), strict=True)
    )


def _numbered(text: QuestionText) -> Sequence[Sequence[str]]:
    return (text.options, text.stems, text.choices, text.items, *text.gaps)


def _has_moved(before: Sequence[str], after: Sequence[str]) -> bool:
    pairs = zip(before, after, strict=True)
    return any(one != other and one in after for one, other in pairs)


def to_json(answer: Answer) -> str:
    """Return an answer as it is stored."""
    if answer.language:
        values: dict[str, object] = {"text": answer.text, "language": answer.language}
    else:
        values = {"numbers": answer.numbers}
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def from_json(text: str) -> Answer:
    """Return a stored answer; raise ValueError for what `to_json` does not write."""
    match json.loads(text):
        case {"text": str(typed), "language": str(language), **rest} if not rest:
            return Answer(text=typed, language=language)
        case {"numbers": [*numbers], **rest} if not rest and all(type(n) is int for n in numbers):
            return Answer(numbers=tuple(numbers))
        case _:
            raise ValueError("this is no answer")


def _typed_answer(question: Question, values: Sequence[str], language: str) -> Answer:
    if len(values) > 1:
        raise ValueError("a question with one field has one text")
    if language not in question.texts:
        raise ValueError(f"the question has no language “{language}”")
    text = "".join(values).strip()
    if len(text) > MAX_TEXT:
        raise ValueError(f"the text has more than {MAX_TEXT} characters")
    return Answer(text=text, language=language)


def _number(value: str) -> int:
    if value == "":
        return 0
    if _NUMBER.fullmatch(value) is None:
        raise ValueError("this is no number of a choice")
    return int(value)


def _is_distinct(kind: QuestionType) -> bool:
    return kind in {QuestionType.MULTIPLE, QuestionType.ORDERING}


def _has_doubles(numbers: Sequence[int]) -> bool:
    chosen = [number for number in numbers if number]
    return len(set(chosen)) < len(chosen)

"""What the page of an attempt shows of each question, in the order of this attempt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from learning.content.activity_types import Question, QuestionText, QuestionType
from learning.content.question_bank import GAP
from learning.kit.i18n import N_, I18n
from learning.kit.text import clean_line
from learning.quizzes import mark_words
from learning.quizzes.queries import DrawnQuestion
from learning.quizzes.rules import draw
from learning.quizzes.rules.answers import CHOSEN, Answer, answer_from_fields, number_understood

KINDS: Mapping[QuestionType, str] = {
    QuestionType.SINGLE: N_("one answer"),
    QuestionType.TRUE_FALSE: N_("true or false"),
    QuestionType.MULTIPLE: N_("several answers"),
    QuestionType.MATCHING: N_("matching"),
    QuestionType.ORDERING: N_("put in order"),
    QuestionType.NUMERIC: N_("a number"),
    QuestionType.TEXT: N_("a short answer"),
    QuestionType.CLOZE: N_("fill in the gaps"),
}
TRUE, FALSE = N_("True"), N_("False")


class QuestionState(StrEnum):
    """How far a question is answered, as the server knows."""

    SAVED = "saved"
    PART = "part"
    EMPTY = "empty"


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One choice: its number in the bank, or the place of an item; "0" is none yet."""

    number: int
    text: str
    chosen: bool


@dataclass(frozen=True, kw_only=True)
class Row:
    """A line with choices: a stem, an item to be placed, or the text before a gap."""

    text: str
    choices: Sequence[Choice] = ()


@dataclass(frozen=True, kw_only=True)
class QuestionView:
    """A question as it is asked: `options` to tick or choose, `rows` with choices, or a field.

    `read_as` says which number was read in what was typed.
    """

    position: int
    type: QuestionType
    kind: str
    prompt: str
    options: Sequence[Choice]
    rows: Sequence[Row]
    text: str
    read_as: str
    unit: str
    base: int
    flagged: bool
    state: QuestionState
    saved_at: datetime | None

    @property
    def is_typed(self) -> bool:
        return self.type in {QuestionType.NUMERIC, QuestionType.TEXT}


def state_of(drawn: DrawnQuestion) -> QuestionState:
    if drawn.is_complete:
        return QuestionState.SAVED
    return QuestionState.PART if drawn.is_begun else QuestionState.EMPTY


def question_view(drawn: DrawnQuestion, seed: int, i18n: I18n) -> QuestionView:
    """Return a question in the reader's language; its options stand as the seed has them."""
    question, value = drawn.question, drawn.value or Answer()
    text = question.texts[i18n.language]
    stored = drawn.answer
    return QuestionView(
        position=drawn.position,
        type=question.type,
        kind=i18n.gettext(KINDS[question.type]),
        prompt=text.prompt,
        options=_options(question, value, seed, i18n),
        rows=_rows(question, value, seed, text),
        text=value.text,
        read_as=_read_as(question, value, i18n),
        unit=text.unit,
        base=stored.sequence if stored else 0,
        flagged=drawn.flagged,
        state=state_of(drawn),
        saved_at=stored.received_at if stored else None,
    )


def _read_as(question: Question, value: Answer, i18n: I18n) -> str:
    """Return the number that was understood, "" if nothing was typed."""
    if question.type is not QuestionType.NUMERIC or not value.text:
        return ""
    understood = number_understood(question, value)
    if understood is None:
        return i18n.gettext(N_("This is not read as a number yet."))
    return i18n.gettext(N_("Read as %(number)s.")) % {
        "number": mark_words.number(i18n, str(understood), question.texts[i18n.language].unit)
    }


def option_texts(question: Question, i18n: I18n) -> Sequence[str]:
    """Return the texts of the options; those of true and false are the page's own."""
    if question.type is QuestionType.TRUE_FALSE:
        return [i18n.gettext(TRUE), i18n.gettext(FALSE)]
    return question.texts[i18n.language].options


def read_answer(question: Question, seed: int, fields: Sequence[str], language: str) -> Answer:
    """Return the answer in the fields of a question, as `question_view` shows them for a seed.

    Raises ValueError for what no page offers.
    """
    values: Sequence[str] = [clean_line(each) for each in fields]
    if question.type is QuestionType.ORDERING:
        values = places_of(question, seed, values)
    return answer_from_fields(question, values, language)


def places_of(question: Question, seed: int, values: Sequence[str]) -> list[str]:
    """Return the items in the order of the places that a reader gave them, as they are stored.

    `values` are the places by line of the page, "" or "0" for none. A place that no line has, or
    more than one, is open: 0. Raises ValueError for what is no number of a place.
    """
    order = draw.option_order(question, seed)
    if len(values) != len(order):
        raise ValueError(f"{len(order)} places are expected, not {len(values)}")
    offered = {str(place) for place in range(len(order) + 1)}
    if not offered.issuperset(value or "0" for value in values):
        raise ValueError("there is no such place")
    places = [str(n + 1) for n in range(len(order))]
    items = dict(zip(values, order, strict=True))
    return [str(items[place]) if values.count(place) == 1 else "0" for place in places]


def gap_rows(text: QuestionText) -> tuple[list[tuple[str, int]], str]:
    """Return the text before each gap with the number of the gap, and the text at the end."""
    pieces = GAP.split(text.text)
    before = [(pieces[n], int(pieces[n + 1])) for n in range(0, len(pieces) - 1, 2)]
    return before, pieces[-1]


def _options(question: Question, value: Answer, seed: int, i18n: I18n) -> list[Choice]:
    if question.type not in CHOSEN:
        return []
    texts = option_texts(question, i18n)
    return [
        Choice(number=number, text=texts[number - 1], chosen=number in value.numbers)
        for number in draw.option_order(question, seed)
    ]


def _rows(question: Question, value: Answer, seed: int, text: QuestionText) -> list[Row]:
    match question.type:
        case QuestionType.MATCHING:
            order = draw.option_order(question, seed)
            return [
                Row(text=stem, choices=_choices(text.choices, order, _number_at(value, n)))
                for n, stem in enumerate(text.stems)
            ]
        case QuestionType.ORDERING:
            places = [str(n + 1) for n in range(len(text.items))]
            in_order = range(1, len(places) + 1)
            return [
                Row(
                    text=text.items[item - 1],
                    choices=_choices(places, in_order, _place_of(value, item)),
                )
                for item in draw.option_order(question, seed)
            ]
        case QuestionType.CLOZE:
            before, end = gap_rows(text)
            orders = draw.gap_orders(question, seed)
            rows = [
                Row(
                    text=piece,
                    choices=_choices(
                        text.gaps[gap - 1], orders[gap - 1], _number_at(value, gap - 1)
                    ),
                )
                for piece, gap in before
            ]
            return [*rows, Row(text=end)]
        case _:
            return []


def _choices(texts: Sequence[str], order: Sequence[int], chosen: int) -> list[Choice]:
    return [Choice(number=n, text=texts[n - 1], chosen=n == chosen) for n in order]


def _number_at(value: Answer, place: int) -> int:
    return value.numbers[place] if place < len(value.numbers) else 0


def _place_of(value: Answer, item: int) -> int:
    return value.numbers.index(item) + 1 if item in value.numbers else 0

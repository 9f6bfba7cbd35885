"""Answers of a file as those of a bank, alike for GIFT and Moodle XML."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from learning.content.activity_types import QuestionType
from learning.question_exchange.notes import LeftOut, NoteKind
from learning.question_exchange.questions import RIGHT, UNIT, Draft, ParsedQuestion, number_of

FULL, NONE = Decimal(100), Decimal(0)
ROUNDING = Decimal("0.01")  # Moodle writes a third of 100 as 33.33333
ANY = "*"
WILDCARD = re.compile(r"(?<!\\)\*")
MIN_CHOICES = 2
PERCENT = re.compile(r"-?\d{1,3}(?:\.\d*)?")


@dataclass(frozen=True, kw_only=True)
class ParsedAnswer:
    """An answer of a file, with its share of the mark in percent."""

    text: str
    percent: Decimal
    feedback: str = ""
    tolerance: str = "0"


def percent_of(text: str) -> Decimal:
    """Return a share of the mark; what is no number counts nothing."""
    return Decimal(text) if PERCENT.fullmatch(text) else NONE


def choice_question(
    draft: Draft, answers: Sequence[ParsedAnswer], *, several: bool
) -> ParsedQuestion:
    """Return a question with options. Of several right ones each counts as much as the others."""
    if len(answers) < MIN_CHOICES:
        raise LeftOut(NoteKind.NO_ANSWERS)
    right = [n for n, each in enumerate(answers, 1) if _is_right(each, several=several)]
    if not right:
        raise LeftOut(NoteKind.NO_RIGHT_ANSWER)
    if len(right) > 1 and not several:
        raise LeftOut(NoteKind.SEVERAL_RIGHT, ", ".join(map(str, right)))
    if several and len(right) == 1:
        draft.note(NoteKind.ONE_RIGHT)
    if uneven := _uneven_marks(answers, right):
        draft.note(NoteKind.MARKS, ", ".join(f"{float(each):g} %" for each in uneven))
    kind = QuestionType.MULTIPLE if len(right) > 1 else QuestionType.SINGLE
    return draft.finish(
        kind,
        right=tuple(right),
        options=tuple(each.text for each in answers),
        feedback=tuple(each.feedback for each in answers),
    )


def _is_right(answer: ParsedAnswer, *, several: bool) -> bool:
    return answer.percent > NONE if several else answer.percent == FULL


def _uneven_marks(answers: Sequence[ParsedAnswer], right: Sequence[int]) -> list[Decimal]:
    """Return the shares that a bank does not know: it marks hits/m less wrong/d."""
    wrong = len(answers) - len(right)
    penalty = -FULL / wrong if wrong and len(right) > 1 else NONE
    expected = [FULL / len(right) if n in right else penalty for n in range(1, len(answers) + 1)]
    return [
        answer.percent
        for answer, share in zip(answers, expected, strict=True)
        if abs(answer.percent - share) > ROUNDING
    ]


def true_false_question(draft: Draft, *, true: bool, feedback: tuple[str, str]) -> ParsedQuestion:
    """Return a statement; `feedback` is that of the answers “true” and “false”."""
    return draft.finish(QuestionType.TRUE_FALSE, right=(1 if true else 2,), feedback=feedback)


def text_question(draft: Draft, answers: Sequence[ParsedAnswer]) -> ParsedQuestion:
    """Return a short answer. A bank has no wildcards and no half marks for some answers."""
    right, wrong = _by_mark(draft, answers)
    accepted: list[str] = []
    for each in right:
        if WILDCARD.search(each.text):
            draft.note(NoteKind.WILDCARD, each.text)
        else:
            accepted.append(each.text.replace(r"\*", ANY))
    if not accepted:
        raise LeftOut(NoteKind.NO_RIGHT_ANSWER)
    return draft.finish(
        QuestionType.TEXT,
        accepted=tuple(accepted),
        feedback=(_one_feedback(draft, right), wrong),
    )


def number_question(draft: Draft, answers: Sequence[ParsedAnswer], unit: str) -> ParsedQuestion:
    """Return a number with its tolerance to both sides."""
    right, wrong = _by_mark(draft, answers)
    if not right:
        raise LeftOut(NoteKind.NO_RIGHT_ANSWER)
    if len(right) > 1:
        raise LeftOut(NoteKind.SEVERAL_RIGHT, ", ".join(each.text for each in right))
    return draft.finish(
        QuestionType.NUMERIC,
        number=number_of(right[0].text),
        tolerance=number_of(right[0].tolerance),
        unit=unit or draft.tag(UNIT),
        feedback=(right[0].feedback, wrong),
    )


def _by_mark(draft: Draft, answers: Sequence[ParsedAnswer]) -> tuple[list[ParsedAnswer], str]:
    """Return the answers with the full mark, and the feedback of all others: that of “*”."""
    right = [each for each in answers if each.percent == FULL]
    for each in answers:
        if each.percent != FULL and (each.percent != NONE or each.text != ANY):
            draft.note(NoteKind.OTHER_ANSWERS, f"{each.text} ({float(each.percent):g} %)")
    anything = [each for each in answers if each.percent == NONE and each.text == ANY]
    return right, _one_feedback(draft, anything)


def _one_feedback(draft: Draft, answers: Sequence[ParsedAnswer]) -> str:
    """Return the first feedback of some answers; note the others if they differ."""
    texts = dict.fromkeys(each.feedback for each in answers if each.feedback)
    if len(texts) > 1:
        draft.note(NoteKind.FEEDBACK, f"{len(texts) - 1}")
    return next(iter(texts), "")


def matching_question(draft: Draft, pairs: Sequence[tuple[str, str]]) -> ParsedQuestion:
    """Return a matching question; a pair without a stem is a choice that fits none.

    The tag “right:2-1-3” of an export says in which order the choices stood.
    """
    stems = [stem for stem, _ in pairs if stem]
    fitting = [choice for stem, choice in pairs if stem]
    if not stems or not all(choice for _, choice in pairs):
        raise LeftOut(NoteKind.NO_PAIR)
    extras = [choice for stem, choice in pairs if not stem and choice not in fitting]
    choices, right = _tagged_choices(draft.tag(RIGHT), fitting, extras)
    return draft.finish(
        QuestionType.MATCHING,
        parts=len(stems),
        right=right,
        stems=tuple(stems),
        choices=choices,
    )


def _tagged_choices(
    tag: str, fitting: Sequence[str], extras: Sequence[str]
) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Return the choices in the order of a tag, or as they come, with the right one by stem."""
    different = list(dict.fromkeys(fitting))
    size = len(different) + len(extras)
    right = [int(each) for each in tag.split("-") if re.fullmatch(r"[1-9]\d?", each)]
    places = dict(zip(right, fitting, strict=False))
    fits = len(right) == len(fitting) and max(right) <= size and len(places) == len(different)
    if not fits or any(places[n] != choice for n, choice in zip(right, fitting, strict=True)):
        right = [different.index(choice) + 1 for choice in fitting]
        places = dict(enumerate(different, 1))
    others = iter(extras)
    choices = tuple(places[n] if n in places else next(others) for n in range(1, size + 1))
    return choices, tuple(right)


def ordering_question(
    draft: Draft, items: Sequence[str], feedback: Sequence[str] = ()
) -> ParsedQuestion:
    """Return items in their right order."""
    if len(items) < MIN_CHOICES:
        raise LeftOut(NoteKind.NO_ANSWERS)
    return draft.finish(
        QuestionType.ORDERING, parts=len(items), items=tuple(items), feedback=feedback
    )

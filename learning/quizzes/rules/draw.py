"""Which questions an attempt has, and the order in which their choices are shown.

Both follow from the stored seed alone, on every machine and version: a rank is a hash of the seed
and a name.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from hashlib import sha256
from itertools import count

from learning.content.activity_types import Blueprint, Question, QuestionType
from learning.content.quiz_blueprint import (
    Counts,
    QuestionKind,
    cheapest_counts,
    draw_counts,
    even_bounds,
    kind_of,
)
from learning.quizzes.rules.answers import any_text
from learning.quizzes.rules.marking import pairs_in_order

UNSEEN, WRONG, RIGHT = 0, 1, 100
"""What a question costs: twelve that were answered wrongly are better than one answered rightly."""


def draw(
    bank: Sequence[Question], blueprint: Blueprint, seen: Mapping[str, bool], seed: int
) -> list[str]:
    """Return the keys of the questions of an attempt, in the order in which they are asked.

    `seen` says for each question of earlier attempts whether it was right. The draw satisfies
    the blueprint; within it, unseen questions come first, then those answered wrongly. It
    leaves as many draws of unseen questions as possible. Raise ValueError if the bank does not
    satisfy the blueprint.
    """
    by_kind: defaultdict[QuestionKind, list[Question]] = defaultdict(list)
    for question in sorted(bank, key=lambda question: _rank(seed, question.key)):
        by_kind[kind_of(question)].append(question)
    for questions in by_kind.values():
        questions.sort(key=lambda question: _cost(question, seen))
    counts = _counts_to_draw(by_kind, blueprint, seen, seed)
    chosen = [q.key for kind, own in by_kind.items() for q in own[: counts.get(kind, 0)]]
    return sorted(chosen, key=lambda key: _rank(seed, "place", key))


def option_order(question: Question, seed: int) -> tuple[int, ...]:
    """Return the numbers of options, choices or items in the order shown; () if there is none.

    True stands before false. Items that are to be ordered are shown so that the order itself
    earns nothing. The choices of a cloze are ordered by `gap_orders`.
    """
    text = any_text(question)
    match question.type:
        case QuestionType.TRUE_FALSE:
            return (1, 2)
        case QuestionType.SINGLE | QuestionType.MULTIPLE:
            return _shuffled(len(text.options), seed, question.key)
        case QuestionType.MATCHING:
            return _shuffled(len(text.choices), seed, question.key)
        case QuestionType.ORDERING:
            return _disordered(len(text.items), seed, question.key)
        case _:
            return ()


def gap_orders(question: Question, seed: int) -> tuple[tuple[int, ...], ...]:
    """Return for each gap of a cloze the numbers of its choices in the order shown."""
    gaps = any_text(question).gaps
    return tuple(
        _shuffled(len(choices), seed, f"{question.key}/{number}")
        for number, choices in enumerate(gaps, 1)
    )


def _counts_to_draw(
    by_kind: Mapping[QuestionKind, Sequence[Question]],
    blueprint: Blueprint,
    seen: Mapping[str, bool],
    seed: int,
) -> Counts:
    objectives = max((kind.objective for kind in by_kind), default=1)
    unseen = {kind: sum(q.key not in seen for q in own) for kind, own in by_kind.items()}
    counts = draw_counts(
        unseen, blueprint, objectives, lambda kind: _rank(seed, *map(str, kind))[0]
    ) or cheapest_counts(
        blueprint.numbers,
        {kind: [_cost(question, seen) for question in own] for kind, own in by_kind.items()},
        dict.fromkeys(range(1, objectives + 1), even_bounds(blueprint.questions, objectives)),
    )
    if counts is None:
        raise ValueError("the bank does not satisfy the blueprint")
    return counts


def _cost(question: Question, seen: Mapping[str, bool]) -> int:
    if question.key not in seen:
        return UNSEEN
    return RIGHT if seen[question.key] else WRONG


def _rank(seed: int, *names: str) -> bytes:
    return sha256("/".join((str(seed), *names)).encode()).digest()


def _shuffled(size: int, seed: int, name: str) -> tuple[int, ...]:
    return tuple(sorted(range(1, size + 1), key=lambda number: _rank(seed, name, str(number))))


def _disordered(size: int, seed: int, name: str) -> tuple[int, ...]:
    """Return the first shuffle with at most half of all pairs in the right order."""
    orders = (_shuffled(size, seed, f"{name}/{number}") for number in count())
    return next(order for order in orders if _earns_nothing(order))


def _earns_nothing(order: tuple[int, ...]) -> bool:
    right, pairs = pairs_in_order(order, len(order))
    return 2 * right <= pairs

"""Whether a bank satisfies the blueprint of a quiz, and how many questions of each kind to draw.

A kind is a difficulty and an objective. A draw has the blueprint's number of each difficulty, and
tests the objectives as evenly as the numbers allow. Such counts are a flow in a network. So if
one draw of n times the numbers exists, n draws without a repeat do, and its counts divided by n,
each rounded up or down, are one of them (the integer decomposition property of totally unimodular
systems; Baum and Trotter, 1978). The answer is exact, not a try of many.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import count
from typing import NamedTuple

from learning.content.activity_types import Blueprint, Difficulty, Question
from learning.kit.flows import SINK, SOURCE, Edge, cheapest_flow

REQUIRED = -1_000_000
"""The price of a unit that a lower bound asks for: the cheapest flow takes all of them."""


class QuestionKind(NamedTuple):
    """What a blueprint counts."""

    difficulty: Difficulty
    objective: int


class Bounds(NamedTuple):
    """At least so many, at most so many."""

    low: int
    high: int


Counts = Mapping[QuestionKind, int]
Price = Callable[[QuestionKind], int]


def kind_of(question: Question) -> QuestionKind:
    return QuestionKind(question.difficulty, question.objective)


def possible_draws(bank: Iterable[Question], blueprint: Blueprint, objectives: int) -> int:
    """Return how many draws without a repeat some questions have."""
    available = Counter(map(kind_of, bank))
    sizes = (_counts(available, blueprint, objectives, n) for n in count(1))
    return next(n for n, counts in enumerate(sizes) if counts is None)


def draw_counts(
    available: Counts, blueprint: Blueprint, objectives: int, price: Price
) -> Counts | None:
    """Return how many of each kind to draw so that as many draws as possible remain.

    `price` decides between several solutions. None: no draw is possible.
    """
    draws, total = 0, Counter[QuestionKind]()
    while found := _counts(available, blueprint, objectives, draws + 1, price):
        draws, total = draws + 1, Counter(found)
    if not draws:
        return None
    columns: Counter[int] = Counter()
    for kind, number in total.items():
        columns[kind.objective] += number
    return cheapest_counts(
        blueprint.numbers,
        {kind: _priced(_share(number, draws), price(kind)) for kind, number in total.items()},
        {objective: _share(number, draws) for objective, number in columns.items()},
    )


def even_bounds(questions: int, objectives: int, draws: int = 1) -> Bounds:
    """Return how many questions of each objective are even in so many draws."""
    low, rest = divmod(questions, objectives)
    return Bounds(low * draws, (low + bool(rest)) * draws)


def cheapest_counts(
    rows: Mapping[Difficulty, int],
    prices: Mapping[QuestionKind, Sequence[int]],
    columns: Mapping[int, Bounds],
) -> Counts | None:
    """Return the cheapest counts with so many of each difficulty, and objectives in bounds.

    `prices` are those of the first, second … question of a kind, and rise. None: there are none.
    """
    edges = [Edge(SOURCE, row) for row, number in rows.items() for _ in range(number)]
    for kind, own in prices.items():
        edges += [Edge(kind.difficulty, str(kind.objective), price) for price in own]
    for objective, bounds in columns.items():
        edges += [Edge(str(objective), SINK, price) for price in _priced(bounds, 0)]
    used = cheapest_flow(edges, sum(rows.values()))
    if used is None:
        return None
    between = [edges[n] for n in used if edges[n].start in set(Difficulty)]
    counts = Counter(QuestionKind(Difficulty(e.start), int(e.end)) for e in between)
    tested = Counter(edge.end for edge in between)
    short = any(tested[str(objective)] < bounds.low for objective, bounds in columns.items())
    return None if short else counts


def _counts(
    available: Counts,
    blueprint: Blueprint,
    objectives: int,
    draws: int,
    price: Price = lambda _: 0,
) -> Counts | None:
    """Return the counts of so many draws together."""
    if blueprint.questions * draws > sum(available.values()):
        return None
    bounds = even_bounds(blueprint.questions, objectives, draws)
    return cheapest_counts(
        {difficulty: n * draws for difficulty, n in blueprint.numbers.items()},
        {kind: [price(kind)] * number for kind, number in available.items()},
        dict.fromkeys(range(1, objectives + 1), bounds),
    )


def _share(number: int, draws: int) -> Bounds:
    return Bounds(number // draws, -(-number // draws))


def _priced(bounds: Bounds, price: int) -> Sequence[int]:
    return [REQUIRED + price] * bounds.low + [price] * (bounds.high - bounds.low)

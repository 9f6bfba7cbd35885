"""A guesser that knows nothing of the subject answers a bank by the surface of its options.

Each sign is followed in both directions (the longest option, the shortest one). Points of several
right options count in parts. A guesser that learned from the other banks how often each sign was
right weighs all of them together, as somebody does who has seen many questions of one author.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import NamedTuple

from learning.content.activity_types import Question, QuestionType
from learning.content.course import ALL, Module
from learning.content.surface_signs import SIGNS, ChoiceItem
from learning.kit.text import plain_text

MAX_ABOVE_CHANCE = 0.05
CHECKS, BANKS = "checks", "banks"
DIRECTIONS = {"most": 1, "least": -1}
Weights = Mapping[tuple[str, str], float]


@dataclass(frozen=True, kw_only=True)
class SignScore:
    """What a guesser gains by one sign over some items; `points` and `chance` are sums."""

    sign: str
    items: int
    points: float
    chance: float
    right: Sequence[str] = ()  # keys of the items that the sign alone answers

    @property
    def above_chance(self) -> float:
        return (self.points - self.chance) / self.items if self.items else 0

    @property
    def revealing(self) -> bool:
        return self.above_chance > MAX_ABOVE_CHANCE


class PartScore(NamedTuple):
    """The score of a part of a course in a language: a module's bank, `CHECKS` or `BANKS`."""

    part: str
    language: str
    score: SignScore


def question_items(question: Question, language: str) -> Iterator[ChoiceItem]:
    """Yield what a question gives to choose; none for those whose answer is not chosen."""
    text = question.texts[language]
    match question.type:
        case QuestionType.SINGLE | QuestionType.MULTIPLE:
            yield _item(question.key, language, text.prompt, text.options, question.right)
        case QuestionType.TRUE_FALSE:  # the statement is the option: what shows it to be true
            yield _item(question.key, language, "", (text.prompt, ""), question.right)
        case QuestionType.CLOZE:
            for number, (gap, right) in enumerate(zip(text.gaps, question.right, strict=True), 1):
                yield _item(f"{question.key}/{number}", language, text.text, gap, [right])
        case _:
            return


def check_items(modules: Sequence[Module], language: str) -> Iterator[ChoiceItem]:
    """Yield the knowledge checks of all lessons."""
    for lesson in (each for module in modules for each in module.lessons):
        if language in lesson.texts:
            for check in lesson.texts[language].checks.values():
                options = [plain_text(answer.html) for answer in check.answers]
                right = [n for n, answer in enumerate(check.answers, 1) if answer.right]
                stem = plain_text(check.question)
                yield _item(f"{lesson.key}/{check.key}", language, stem, options, right)


def bank_items(bank: Sequence[Question], language: str) -> list[ChoiceItem]:
    return [item for question in bank for item in question_items(question, language)]


def all_scores(modules: Sequence[Module]) -> Iterator[PartScore]:
    """Yield what each sign gains in each bank, in all checks, and what a learner of banks gains."""
    for language in ALL:
        banks = {module.key: bank_items(module.bank, language) for module in modules}
        for key, items in banks.items():
            yield from (PartScore(key, language, score) for score in sign_scores(items))
        checks = sign_scores(list(check_items(modules, language)))
        yield from (PartScore(CHECKS, language, score) for score in checks)
        yield PartScore(BANKS, language, learned_score(banks))


def _item(
    key: str, language: str, stem: str, options: Sequence[str], right: Sequence[int]
) -> ChoiceItem:
    return ChoiceItem(
        key=key, language=language, stem=stem, options=options, right=frozenset(right)
    )


def sign_scores(items: Sequence[ChoiceItem]) -> list[SignScore]:
    """Return what each sign gains in each direction, the most revealing first."""
    scores = [
        _score(f"{direction} {name}", items, [[factor * n for n in SIGNS[name](i)] for i in items])
        for name in SIGNS
        for direction, factor in DIRECTIONS.items()
    ]
    return sorted(scores, key=lambda score: -score.above_chance)


def _score(name: str, items: Sequence[ChoiceItem], values: Sequence[Sequence[float]]) -> SignScore:
    points = [_points(item, numbers) for item, numbers in zip(items, values, strict=True)]
    return SignScore(
        sign=name,
        items=len(items),
        points=sum(points),
        chance=sum(item.chance for item in items),
        right=[i.key for i, won in zip(items, points, strict=True) if won > i.chance],
    )


def _points(item: ChoiceItem, values: Sequence[float]) -> float:
    """Return the part of the right options among as many of the highest; ties by chance."""
    number = len(item.right)
    last = sorted(values, reverse=True)[number - 1]
    above = {n for n, value in enumerate(values, 1) if value > last}
    level = {n for n, value in enumerate(values, 1) if value == last}
    drawn = (number - len(above)) / len(level)
    return (len(above & item.right) + len(level & item.right) * drawn) / number


def learned_score(banks: Mapping[str, Sequence[ChoiceItem]]) -> SignScore:
    """Return what a guesser gains that learned, for each bank, from all the others."""
    scores = []
    for name, items in banks.items():
        weights = _learn([i for other, taught in banks.items() if other != name for i in taught])
        scores.append(_score("learned", items, [_weigh(item, weights) for item in items]))
    return SignScore(
        sign="learned",
        items=sum(score.items for score in scores),
        points=sum(score.points for score in scores),
        chance=sum(score.chance for score in scores),
        right=[key for score in scores for key in score.right],
    )


def _marks(item: ChoiceItem) -> list[set[tuple[str, str]]]:
    """Return, for each option, the signs that it alone has the most or the least of."""
    marks: list[set[tuple[str, str]]] = [set() for _ in item.options]
    for name, sign in SIGNS.items():
        values = sign(item)
        for direction, extreme in (("most", max(values)), ("least", min(values))):
            if list(values).count(extreme) == 1:
                marks[list(values).index(extreme)].add((name, direction))
    return marks


def _learn(items: Sequence[ChoiceItem]) -> Weights:
    """Return how much more often than by chance each mark was on a right option, as a log."""
    right: defaultdict[tuple[str, str], float] = defaultdict(lambda: 1)
    chance: defaultdict[tuple[str, str], float] = defaultdict(lambda: 1)
    for item in items:
        for number, marks in enumerate(_marks(item), 1):
            for mark in marks:
                right[mark] += number in item.right
                chance[mark] += item.chance
    return {mark: log(right[mark] / chance[mark]) for mark in chance}


def _weigh(item: ChoiceItem, weights: Weights) -> list[float]:
    return [sum(weights.get(mark, 0) for mark in marks) for marks in _marks(item)]

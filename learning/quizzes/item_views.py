"""The item analysis of a question as a page shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from learning.content.activity_types import Difficulty, Question, QuestionType
from learning.kit.i18n import LANGUAGES, N_, I18n
from learning.quizzes.cohort import AnsweredQuestion
from learning.quizzes.question_views import KINDS, option_texts
from learning.quizzes.rules import statistics
from learning.quizzes.rules.answers import CHOSEN
from learning.quizzes.rules.statistics import Evidence, ItemFlag, ItemStatistics

HUNDRED = 100
DIFFICULTIES: Mapping[Difficulty, str] = {
    Difficulty.EASY: N_("easy"),
    Difficulty.MEDIUM: N_("medium"),
    Difficulty.HARD: N_("hard"),
}
FLAGS: Mapping[ItemFlag, str] = {
    ItemFlag.TOO_HARD: N_("Hardly anybody has it right."),
    ItemFlag.TOO_EASY: N_("Nearly everybody has it right."),
    ItemFlag.LOW_DISCRIMINATION: N_(
        "Those who know the rest of the quiz do no better here: is the question clear?"
    ),
    ItemFlag.KEY_DOUBTED: N_(
        "The best third prefers a wrong option: is the right one marked as right?"
    ),
}


@dataclass(frozen=True, kw_only=True)
class NumbersView:
    """The numbers of a question for all (`language` is "") or in one language; "" if too few."""

    language: str
    answers: int
    facility: str
    discrimination: str
    efficiency: str
    evidence: Evidence


@dataclass(frozen=True, kw_only=True)
class CountView:
    """How often an option was chosen, or how many had a stem, an item or a gap right."""

    text: str
    right: bool
    count: int
    best: int


@dataclass(frozen=True, kw_only=True)
class ItemView:
    """A question with its numbers; `older` if the bank has another version today."""

    key: str
    prompt: str
    kind: str
    difficulty: str
    lesson: str
    older: bool
    numbers: NumbersView
    languages: Sequence[NumbersView]
    flags: Sequence[str]
    counts: Sequence[CountView]
    chosen: bool


def item_view(answered: AnsweredQuestion, bank: Mapping[str, Question], i18n: I18n) -> ItemView:
    question, responses = answered.question, answered.responses
    found = statistics.item_statistics(responses)
    options = statistics.option_counts(question, responses) if question.type in CHOSEN else []
    by_language = statistics.by_language([each for each in responses if each.language])
    return ItemView(
        key=question.key,
        prompt=question.texts[i18n.language].prompt,
        kind=i18n.gettext(KINDS[question.type]),
        difficulty=i18n.gettext(DIFFICULTIES[question.difficulty]),
        lesson=question.lesson,
        older=bank.get(question.key) != question,
        numbers=numbers_view("", found, i18n),
        languages=[numbers_view(key, each, i18n) for key, each in by_language.items()],
        flags=[i18n.gettext(FLAGS[flag]) for flag in statistics.flags(found, options)],
        counts=_counts(answered, options, i18n),
        chosen=question.type in CHOSEN,
    )


def numbers_view(language: str, found: ItemStatistics, i18n: I18n) -> NumbersView:
    """Return the numbers in words; nothing is said where there are too few answers."""
    enough = found.evidence is not Evidence.TOO_FEW

    def shown(value: float | None) -> str:
        return i18n.percent(value / HUNDRED) if enough and value is not None else ""

    return NumbersView(
        language=LANGUAGES.get(language, ""),
        answers=found.answers,
        facility=shown(found.facility),
        discrimination=shown(found.discrimination),
        efficiency=shown(found.efficiency),
        evidence=found.evidence,
    )


def _counts(
    answered: AnsweredQuestion, options: Sequence[statistics.OptionCount], i18n: I18n
) -> list[CountView]:
    question, text = answered.question, answered.question.texts[i18n.language]
    if options:
        texts = option_texts(question, i18n)
        return [
            CountView(text=own, right=each.right, count=each.chosen, best=each.best)
            for own, each in zip(texts, options, strict=True)
        ]
    labels = {
        QuestionType.MATCHING: text.stems,
        QuestionType.ORDERING: text.items,
        QuestionType.CLOZE: [gap[n - 1] for gap, n in zip(text.gaps, question.right, strict=False)],
    }.get(question.type, ())
    right = statistics.part_facilities(question, answered.responses)
    return [
        CountView(text=label, right=True, count=number, best=0)
        for label, number in zip(labels, right, strict=False)
    ]

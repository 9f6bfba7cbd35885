"""Page values of quizzes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, NamedTuple

from learning.kit.pages import Page
from learning.lessons.queries import LearnerEdition
from learning.quizzes.forms import StartForm, SubmitForm
from learning.quizzes.question_views import QuestionState, QuestionView
from learning.quizzes.verdicts import Verdict


class NextStep(StrEnum):
    """What a reader can do at the quiz of a module."""

    START = "start"
    CONTINUE = "continue"
    WAIT = "wait"
    NOT_OPEN = "not-open"
    NO_ATTEMPTS = "no-attempts"
    CLOSED = "closed"
    READ_ONLY = "read-only"  # staff, and who views pages as somebody else


@dataclass(frozen=True, kw_only=True)
class ModuleHead:
    """The module of a quiz, in the reader's language."""

    key: str
    week: int
    title: str


@dataclass(frozen=True, kw_only=True)
class AttemptLine:
    """An attempt in a list: its mark, "" while it is in progress, and how it ended."""

    number: int
    percent: str
    passed: bool
    when: str
    best: bool


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What holds for a reader: questions, time, attempts, what has to be reached, and until when.

    `minutes` is a sum where more time was agreed, `more_attempts` how many attempts were.
    """

    questions: int
    minutes: str
    timed: bool
    adjusted: bool
    attempts: int
    more_attempts: int
    pass_percent: int
    wait_hours: int
    recommended: str
    closes: str


@dataclass(frozen=True, kw_only=True)
class Next:
    """The next step, with the number of the attempt that it is about; `when` as a sentence."""

    step: NextStep
    number: int
    when: str
    left: int


@dataclass(frozen=True, kw_only=True)
class QuizPage(Page):
    """The front page of a quiz."""

    template: ClassVar[str] = "quizzes/quiz.html"

    edition: LearnerEdition
    module: ModuleHead
    terms: Terms
    next: Next
    attempts: Sequence[AttemptLine]
    form: StartForm


class GridItem(NamedTuple):
    """A question in the grid of an attempt, and the first question of its page."""

    position: int
    state: QuestionState
    flagged: bool
    current: bool


@dataclass(frozen=True, kw_only=True)
class AttemptHead:
    """What every page of an attempt says: which one it is, its time, what is saved."""

    module: ModuleHead
    number: int
    attempts: int
    questions: int
    complete: int
    minutes: str
    adjusted: bool
    timed: bool
    now: datetime
    ends_at: datetime
    ends: str
    left: str
    saved: str
    time_up: bool


@dataclass(frozen=True, kw_only=True)
class QuestionsPage(Page):
    """One page of questions of an attempt; `previous` and `next` are first questions, or 0."""

    template: ClassVar[str] = "quizzes/questions.html"

    edition: LearnerEdition
    head: AttemptHead
    grid: Sequence[GridItem]
    questions: Sequence[QuestionView]
    previous: int
    next: int


@dataclass(frozen=True, kw_only=True)
class ReviewPage(Page):
    """The page before an attempt is submitted: what is missing, what is to be reviewed."""

    template: ClassVar[str] = "quizzes/review.html"

    edition: LearnerEdition
    head: AttemptHead
    missing: Sequence[tuple[int, str, QuestionState]]
    flagged: Sequence[tuple[int, str]]
    submits_at: str
    form: SubmitForm


class LessonToRead(NamedTuple):
    """A lesson in which questions that cost points are answered."""

    key: str
    title: str
    minutes: int
    questions: str


@dataclass(frozen=True, kw_only=True)
class ResultPage(Page):
    """The result of an attempt: the mark, the questions that cost points, then the others."""

    template: ClassVar[str] = "quizzes/result.html"

    edition: LearnerEdition
    module: ModuleHead
    number: int
    attempts: int
    when: str
    by_itself: bool
    points: str
    max_points: int
    percent: str
    share: float
    pass_percent: int
    passed: bool
    counts: str
    short_of: str
    costly: Sequence[Verdict]
    right: Sequence[Verdict]
    right_numbers: str
    lessons: Sequence[LessonToRead]
    released: bool
    late: int
    submitted_in_time: bool
    next: Next
    closes: str
    others: Sequence[AttemptLine]

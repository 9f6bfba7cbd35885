"""Value types of a course besides its texts.

Deadlines, assessment, questions, rubrics, manifest.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time
from enum import StrEnum
from typing import Any


class QuestionType(StrEnum):
    """How a question is answered."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    TRUE_FALSE = "truefalse"
    MATCHING = "matching"
    ORDERING = "ordering"
    NUMERIC = "numeric"
    TEXT = "text"
    CLOZE = "cloze"


class Difficulty(StrEnum):
    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"


@dataclass(frozen=True, kw_only=True)
class QuestionText:
    """A question in one language; which lists are filled depends on its type.

    They are `options` (single, multiple), `stems` and `choices` (matching), `items` in the
    right order (ordering), `accepted` (text), `gaps` of `text` (cloze). `feedback` has one
    entry for each of them, or two: when right, when wrong.
    """

    prompt: str
    explain: str
    feedback: Sequence[str]
    options: Sequence[str] = ()
    stems: Sequence[str] = ()
    choices: Sequence[str] = ()
    items: Sequence[str] = ()
    accepted: Sequence[str] = ()
    text: str = ""
    gaps: Sequence[Sequence[str]] = ()
    unit: str = ""


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question of a bank: one key for all languages.

    `right` are numbers from 1 (options, choices by stem, choices by gap); `number` and
    `tolerance` belong to numeric questions. `objective` counts from 1 among the module's.
    """

    key: str
    type: QuestionType
    lesson: str
    objective: int
    difficulty: Difficulty
    right: Sequence[int]
    texts: Mapping[str, QuestionText]
    number: str = ""
    tolerance: str = "0"


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """One line of a rubric; `levels` are the sentences for 0, 1, 2, 3, 4 by language."""

    key: str
    weight: int
    title: Mapping[str, str]
    question: Mapping[str, str]
    levels: Mapping[str, Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class Example:
    """A marked example for calibration: levels by criterion, reasons by language and criterion."""

    marks: Mapping[str, int]
    reasons: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, kw_only=True)
class LabStatement:
    """A statement of the laboratory, answered from 0 to 4; `model` is a good answer, and why."""

    key: str
    dimension: str
    text: Mapping[str, str]
    model: int
    why: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Lab:
    """The indicator laboratory: a made-up situation, scored by the reader.

    `advice` is by dimension, language and level (low, middle, high). `model` says how to compare
    one's own answers with the model.
    """

    situation: Mapping[str, str]
    scale: Mapping[str, Sequence[str]]
    statements: Sequence[LabStatement]
    advice: Mapping[str, Mapping[str, Mapping[str, str]]]
    warning: Mapping[str, str]
    formula: Mapping[str, str]
    model: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """The people of the group exercise: coded rows, and the words of the codes by language."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    words: Mapping[str, Mapping[str, Any]]


class DeadlineKind(StrEnum):
    """What happens at a date."""

    DUE = "due"  # work is handed in by then; extensions are possible
    TARGET = "target"  # a target; nothing closes
    EVENT = "event"  # something opens or is released, for everybody at once


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """A date of the course's work; each edition computes its own instant.

    It is on a `weekday` (0 is Monday) of a `week` (from 1), or on one of the edition's own
    days: then `day` names that ("project_due_on", "ends_on"), and the other two are 0. `after`
    is the key of a deadline that comes before this one, or "".
    """

    key: str
    kind: DeadlineKind
    time: time
    title: Mapping[str, str]
    week: int = 0
    weekday: int = 0
    day: str = ""
    after: str = ""


@dataclass(frozen=True, kw_only=True)
class Blueprint:
    """How many questions of each difficulty a quiz has; its objectives are tested evenly."""

    easy: int
    medium: int
    hard: int

    @property
    def numbers(self) -> Mapping[Difficulty, int]:
        return {
            Difficulty.EASY: self.easy,
            Difficulty.MEDIUM: self.medium,
            Difficulty.HARD: self.hard,
        }

    @property
    def questions(self) -> int:
        return self.easy + self.medium + self.hard


@dataclass(frozen=True, kw_only=True)
class QuizRules:
    """How every module's quiz is passed; `questions` are drawn from the bank each time.

    An attempt has `time_limit_minutes`, and its answers may arrive `grace_minutes` later. The
    next one may begin `wait_hours` after the last one has ended.
    """

    pass_percent: int
    attempts: int
    questions: int
    time_limit_minutes: int
    wait_hours: int
    grace_minutes: int
    blueprint: Blueprint


@dataclass(frozen=True, kw_only=True)
class PeerRules:
    """How peers assess a work.

    A work to review is assigned for `review_hours`, with a reminder after `reminder_hours`, and
    `extensions` times as long again. With fewer than `min_reviews` a tutor marks.
    `min_words` are those of a comment and of the reasons of an appeal; `appeal_days` count
    from the release of the marks.
    """

    reviews: int
    pass_percent: int
    review_hours: int
    reminder_hours: int
    extensions: int
    extra_reviews: int
    min_reviews: int
    min_words: int
    appeal_days: int


@dataclass(frozen=True, kw_only=True)
class GroupRules:
    """The size of a group, and how its plan passes.

    All essential criteria and `other_criteria` of the others are needed; a plan that does not
    pass is returned so many times.
    """

    min_size: int
    max_size: int
    other_criteria: int
    returns: int


@dataclass(frozen=True, kw_only=True)
class ProjectRules:
    """How the final project passes."""

    pass_percent: int
    resubmissions: int


class RequirementKey(StrEnum):
    """A kind of requirement of the certificate."""

    QUIZZES = "quizzes"
    DISCUSSIONS = "discussions"
    PEER = "peer"
    GROUP = "group"
    LIVE = "live"
    PROJECT = "project"


@dataclass(frozen=True, kw_only=True)
class Requirement:
    """One requirement of the certificate.

    `contributions` and `replies` are those of each module's discussion, `sessions` the live
    sessions that must be followed; all are 0 where they do not apply.
    """

    key: RequirementKey
    contributions: int = 0
    replies: int = 0
    sessions: int = 0


@dataclass(frozen=True, kw_only=True)
class Assessment:
    """The assessment rules of a course; None for what it does not have.

    `weights` are the percents of the course grade, 100 together, by kind of work.
    """

    quiz: QuizRules | None = None
    peer: PeerRules | None = None
    group: GroupRules | None = None
    project: ProjectRules | None = None
    requirements: Sequence[Requirement] = ()
    weights: Mapping[str, int] = field(default_factory=dict[str, int])

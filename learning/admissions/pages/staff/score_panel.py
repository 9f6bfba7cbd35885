"""The scores of an application beside it: for each criterion where each assessor stands."""

from collections.abc import Sequence
from dataclasses import dataclass

from learning.admissions.models import Assessment
from learning.admissions.queries.scores import ApplicationScores
from learning.admissions.rules import ranking
from learning.admissions.rules.ranking import Criterion

SIGNS = ("●", "◆")
POINTS = range(ranking.MAX_POINTS + 1)


@dataclass(frozen=True, kw_only=True)
class ScoreMark:
    """The points of one assessor for a criterion, and the sign by which they are drawn."""

    sign: str
    name: str
    points: int


@dataclass(frozen=True, kw_only=True)
class ScoreLine:
    """One criterion: the marks to draw; the mean if both have scored it, and how far apart."""

    criterion: Criterion
    marks: Sequence[ScoreMark]
    mean: float | None
    difference: int  # in points, 0 if it is not worth a word


@dataclass(frozen=True, kw_only=True)
class AssessorTotal:
    """Whose sign it is, the share of the points that they gave, and their remark."""

    sign: str
    name: str
    share: float
    remark: str


@dataclass(frozen=True, kw_only=True)
class ScorePanel:
    """What a reader sees of the scores of an application.

    `count` is how many assessors have saved theirs; `are_hidden` says that those are not shown yet.
    """

    count: int
    are_hidden: bool
    total: int | None
    lines: Sequence[ScoreLine]
    assessors: Sequence[AssessorTotal]


def score_panel(scores: ApplicationScores, *, own: Assessment | None) -> ScorePanel:
    """Return the panel; the points of `own` are in its form, and get no mark."""
    marked = [each for each in scores.shown if each is not own]
    signed = list(zip(SIGNS, marked, strict=False))
    return ScorePanel(
        count=scores.count,
        are_hidden=scores.are_hidden,
        total=scores.total,
        lines=[_line(criterion, scores, signed) for criterion in Criterion],
        assessors=[
            AssessorTotal(
                sign=sign,
                name=each.assessor.name,
                share=(ranking.score([each.scores]) or 0) / 10_000,
                remark=each.remark,
            )
            for sign, each in signed
        ],
    )


def _line(
    criterion: Criterion, scores: ApplicationScores, signed: Sequence[tuple[str, Assessment]]
) -> ScoreLine:
    points = [each.scores[criterion] for each in scores.shown]
    are_compared = len(points) > 1
    return ScoreLine(
        criterion=criterion,
        marks=[
            ScoreMark(sign=sign, name=each.assessor.name, points=each.scores[criterion])
            for sign, each in signed
        ],
        mean=sum(points) / len(points) if are_compared else None,
        difference=ranking.notable_difference(points) if are_compared else 0,
    )

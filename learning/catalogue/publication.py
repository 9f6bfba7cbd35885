"""The publication check: the findings against an edition that is or becomes public."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from learning.catalogue import dates, queries, rules, schedule
from learning.catalogue.models import Edition, EditionStatus
from learning.catalogue.problems import EditionProblem
from learning.catalogue.rules import Finding, Inconsistency, Plan
from learning.content.activity_types import Deadline
from learning.kit.errors import RuleViolation
from learning.kit.time import day_in

CHECKED_STATUSES = frozenset({EditionStatus.OPEN, EditionStatus.RUNNING})
"""In these states an edition is read by people who decide by it."""


class InconsistentEdition(RuleViolation):
    """An edition contradicts itself or its course; see `findings`."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(EditionProblem.INCONSISTENT)
        self.findings = findings


@dataclass(frozen=True, kw_only=True)
class CourseFacts:
    """The facts of an edition's course for the publication check: its length and its deadlines."""

    minutes: int
    deadlines: Sequence[Deadline] = ()


def findings_of(
    session: Session, edition: Edition, course: CourseFacts, *, now: datetime
) -> list[Finding]:
    """Return all findings of the publication check for an edition."""
    today = day_in(edition.zone, now)
    findings = rules.inconsistencies(
        plan_of(session, edition), course_minutes=course.minutes, today=today
    )
    is_draft = edition.status is EditionStatus.DRAFT
    relevant = [each for each in findings if is_draft or each.what is not Inconsistency.PAST]
    return relevant + findings_of_dates(session, edition, course.deadlines)


def findings_of_dates(
    session: Session, edition: Edition, deadlines: Sequence[Deadline]
) -> list[Finding]:
    """Return the findings about an edition's dates among each other and against its own days."""
    instants = dates.instants_of(session, edition, deadlines)
    findings = {
        Inconsistency.DATES_ORDER: schedule.out_of_order(deadlines, instants),
        Inconsistency.DATES_OUTSIDE: schedule.outside(instants, dates.own_days(edition)),
    }
    return [Finding(what=what, keys=tuple(keys)) for what, keys in findings.items() if keys]


def plan_of(session: Session, edition: Edition) -> Plan:
    """Return an edition as the input of the publication check."""
    fields = Plan.__dataclass_fields__.keys() - {"languages", "texts", "policy"}
    return Plan(
        languages=tuple(edition.languages.split()),
        texts=queries.texts(session, edition),
        policy=queries.policy(session, edition.policy_version),
        **{name: getattr(edition, name) for name in fields},
    )


def require_consistent(
    session: Session, edition: Edition, course: CourseFacts, *, now: datetime
) -> None:
    """Raise InconsistentEdition if there are findings."""
    findings = findings_of(session, edition, course, now=now)
    if findings:
        raise InconsistentEdition(findings)

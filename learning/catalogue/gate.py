"""The gate: what speaks against an edition that the public sees, or is to see."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from learning.catalogue import queries, rules
from learning.catalogue.models import Edition, EditionStatus
from learning.catalogue.rules import Finding, Inconsistency, Plan
from learning.kit.errors import Refused
from learning.kit.i18n import N_
from learning.kit.time import day_in

HELD = frozenset({EditionStatus.OPEN, EditionStatus.RUNNING})
"""In these states an edition is read by people who decide by it."""


class Contradicted(Refused):
    """An edition contradicts itself; `findings` says in what."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(
            N_("Nothing is saved: this edition is public, and it would contradict itself.")
        )
        self.findings = findings


def findings_of(
    session: Session, edition: Edition, *, course_minutes: int, now: datetime
) -> list[Finding]:
    """Return everything in which an edition contradicts itself, its texts or its course."""
    today = day_in(edition.zone, now)
    found = rules.inconsistencies(
        plan_of(session, edition), course_minutes=course_minutes, today=today
    )
    is_draft = edition.status is EditionStatus.DRAFT
    return [each for each in found if is_draft or each.what is not Inconsistency.PAST]


def plan_of(session: Session, edition: Edition) -> Plan:
    """Return an edition as the gate sees it."""
    fields = Plan.__dataclass_fields__.keys() - {"languages", "texts"}
    return Plan(
        languages=tuple(edition.languages.split()),
        texts=queries.texts(session, edition),
        **{name: getattr(edition, name) for name in fields},
    )


def hold(session: Session, edition: Edition, *, course_minutes: int, now: datetime) -> None:
    """Refuse an edition that contradicts itself."""
    found = findings_of(session, edition, course_minutes=course_minutes, now=now)
    if found:
        raise Contradicted(found)

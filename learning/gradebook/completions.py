"""Counting again what is stored of completion, and completing who has met everything."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.accounts.person_emails import send_email_to
from learning.catalogue.models import Edition
from learning.deadlines.events import DueDatesChanged
from learning.enrolment.commands import EnrolmentChange, apply_transition
from learning.enrolment.models import Enrolment
from learning.enrolment.rules import (
    UNENROLLED,
    ActorRole,
    EnrolmentEvent,
    EnrolmentGuard,
    EnrolmentStatus,
)
from learning.extension_points.results import ResultChanged
from learning.gradebook import facts, queries
from learning.gradebook.models import CompletionStatus, ItemResult, RequirementStatus
from learning.gradebook.queries import PersonResults
from learning.gradebook.sources import GradebookSources
from learning.kit.database import Base
from learning.kit.i18n import I18n
from learning.kit.percentages import in_hundredths
from learning.mail.actions import EmailRequest

NEUTRAL = I18n("en")  # no text of a result is stored


@dataclass(frozen=True, kw_only=True)
class Cohort:
    """Enrolments of one edition, whose rows are locked."""

    edition: Edition
    enrolments: Sequence[Enrolment]

    @property
    def ids(self) -> list[int]:
        return [each.id for each in self.enrolments]


@dataclass(frozen=True)
class StoredAs:
    """A table of states, and its column that has one row for each enrolment, "" for none."""

    table: type[Base]
    key: str


def follow_result(
    sources: GradebookSources, session: Session, fact: ResultChanged | DueDatesChanged
) -> None:
    """Count again for one person, in the transaction that changed a result.

    What is agreed with somebody changes results too: one more attempt keeps a quiz possible.
    """
    edition = session.get_one(Edition, fact.edition_id)
    recompute(session, sources, lock_cohort(session, edition, [fact.enrolment_id]), now=fact.at)


def lock_cohort(session: Session, edition: Edition, enrolment_ids: Sequence[int]) -> Cohort:
    """Lock enrolments in the order of their ids; those who are out are left out."""
    rows = session.scalars(
        select(Enrolment)
        .where(Enrolment.id.in_(enrolment_ids), Enrolment.status.not_in(UNENROLLED))
        .order_by(Enrolment.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return Cohort(edition=edition, enrolments=rows.all())


def recompute(
    session: Session, sources: GradebookSources, cohort: Cohort, *, now: datetime
) -> None:
    """Store the states of a cohort anew, then complete those whose list is complete.

    A few queries for any number. Nobody's completion is taken back: `complete_since` says that
    the list is not complete any more, and an e-mail tells the person, as when it is complete again.
    """
    session.flush()
    found = queries.person_results(session, sources, cohort.edition, cohort.ids, NEUTRAL)
    _store_requirements(session, cohort, found, now)
    _store_items(session, cohort, found, now)
    before = _store_completions(session, sources, cohort, found, now)
    session.flush()
    for enrolment in cohort.enrolments:
        is_complete = found[enrolment.id].completion.is_complete
        if is_complete and enrolment.status is EnrolmentStatus.ACTIVE:
            complete(session, cohort.edition, enrolment, now=now)
        elif enrolment.status is EnrolmentStatus.COMPLETED and enrolment.id in before:
            was_complete = before[enrolment.id] is not None
            if is_complete != was_complete:
                kind = "gradebook.completed" if is_complete else "gradebook.reopened"
                _tell(session, cohort.edition, enrolment, kind, now=now)


def complete(session: Session, edition: Edition, enrolment: Enrolment, *, now: datetime) -> None:
    """Complete an enrolment whose list is complete, and write to the person."""
    _tell(session, edition, enrolment, "gradebook.completed", now=now)
    change = EnrolmentChange(
        event=EnrolmentEvent.COMPLETE, actor_role=ActorRole.SYSTEM, by=None, now=now
    )
    apply_transition(session, enrolment, change, frozenset({EnrolmentGuard.RESULT}))


def _tell(
    session: Session, edition: Edition, enrolment: Enrolment, kind: str, *, now: datetime
) -> None:
    person = session.get_one(Person, enrolment.person_id)
    what = EmailRequest(kind=kind, params={"edition": edition.code, "course": edition.course})
    send_email_to(session, person, what, now=now)


def _store_requirements(
    session: Session, cohort: Cohort, found: Mapping[int, PersonResults], now: datetime
) -> None:
    rows = {
        (enrolment_id, str(each.key)): {
            "state": each.state,
            "done": each.done,
            "needed": each.needed,
        }
        for enrolment_id, own in found.items()
        for each in own.completion.requirements
    }
    _store(session, cohort, StoredAs(RequirementStatus, "requirement"), rows, now)


def _store_items(
    session: Session, cohort: Cohort, found: Mapping[int, PersonResults], now: datetime
) -> None:
    rows = {
        (enrolment_id, part.key): {
            "requirement": each.key,
            "state": part.state,
            "mark": in_hundredths(part.mark),
            "raw": in_hundredths(part.raw),
        }
        for enrolment_id, own in found.items()
        for each in own.completion.requirements
        for part in each.parts
    }
    _store(session, cohort, StoredAs(ItemResult, "item"), rows, now)


def _store(
    session: Session,
    cohort: Cohort,
    kind: StoredAs,
    rows: Mapping[tuple[int, str], Mapping[str, Any]],
    now: datetime,
) -> None:
    """Write rows that are new or other than stored, and delete those that are no more."""
    table: Any = kind.table
    stored = {
        (row.enrolment_id, getattr(row, kind.key) if kind.key else ""): row
        for row in session.scalars(select(table).where(table.enrolment_id.in_(cohort.ids)))
    }
    for (enrolment_id, key), values in rows.items():
        row = stored.pop((enrolment_id, key), None)
        if row is None:
            own = {"enrolment_id": enrolment_id, "edition_id": cohort.edition.id}
            own_key = {kind.key: key} if kind.key else {}
            session.add(table(**own, **own_key, **values, changed_at=now))
        elif any(getattr(row, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            row.changed_at = now
    for row in stored.values():
        session.delete(row)


def _store_completions(
    session: Session,
    sources: GradebookSources,
    cohort: Cohort,
    found: Mapping[int, PersonResults],
    now: datetime,
) -> dict[int, datetime | None]:
    """Store how far everybody is; return since when the lists were complete until now."""
    assessment = sources.course_of(cohort.edition.course).assessment
    stored = select(CompletionStatus.enrolment_id, CompletionStatus.complete_since).where(
        CompletionStatus.enrolment_id.in_(cohort.ids)
    )
    complete_since = {row.enrolment_id: row.complete_since for row in session.execute(stored)}
    rows = {
        (enrolment_id, ""): {
            "fulfilled": own.completion.fulfilled,
            "required": len(own.completion.requirements),
            "mark": in_hundredths(facts.course_mark(assessment, own.completion).value),
            "complete_since": (complete_since.get(enrolment_id) or now)
            if own.completion.is_complete
            else None,
        }
        for enrolment_id, own in found.items()
    }
    _store(session, cohort, StoredAs(CompletionStatus, ""), rows, now)
    return complete_since

"""Closing an edition: the sheet, its two signatures, and what becomes of everybody on it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, func, null, select
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.audit.actions import record
from learning.batches import actions as batches
from learning.batches.actions import NewItem, NewOperation, finish_item
from learning.batches.jobs import BatchHandler
from learning.batches.models import BatchItem, BatchOperation, ItemState
from learning.batches.queries import edition_scope, params_of, payload_of
from learning.catalogue.actions import lock_edition
from learning.catalogue.models import Edition
from learning.deadlines.models import AccommodationProfile, Extension
from learning.enrolment.commands import EnrolmentChange, apply_transition
from learning.enrolment.models import Enrolment
from learning.enrolment.rules import ActorRole, EnrolmentEvent, EnrolmentGuard, EnrolmentStatus
from learning.gradebook import completions, facts, queries
from learning.gradebook.models import ClosingSheet
from learning.gradebook.queries import PersonResults
from learning.gradebook.rules.closing import (
    BorderlineReason,
    ClosingOutcome,
    FailedMark,
    borderline_reasons,
    closing_outcome,
)
from learning.gradebook.rules.decisions import SheetState, Signatory, signature_problem
from learning.gradebook.sources import GradebookSources
from learning.kit.errors import RuleViolation
from learning.kit.i18n import N_, I18n
from learning.kit.time import day_in

KIND = "gradebook.close"
EVENTS = {
    ClosingOutcome.NOT_COMPLETED: EnrolmentEvent.CLOSE,
    ClosingOutcome.NO_SHOW: EnrolmentEvent.MARK_NO_SHOW,
}


@dataclass(frozen=True, kw_only=True)
class SheetRow:
    """One active enrolment on the sheet, and what becomes of it."""

    enrolment_id: int
    uid: str
    name: str
    outcome: ClosingOutcome
    reasons: Sequence[BorderlineReason]
    person: PersonResults


@dataclass(frozen=True, kw_only=True)
class Signature:
    """Who signs, in which role, and the digest of the list that they read."""

    signatory: Signatory
    person_id: int
    digest: str


RowsOf = Callable[[Session, Edition], Sequence[SheetRow]]
"""Reads the rows of an edition's sheet."""


def last_day(session: Session, edition: Edition) -> date:
    """Return the last day of an edition, a later one if somebody in it was given more time."""
    shift, until = session.execute(
        select(func.max(AccommodationProfile.shift_days), func.max(Extension.until))
        .select_from(Enrolment)
        .outerjoin(AccommodationProfile, AccommodationProfile.enrolment_id == Enrolment.id)
        .outerjoin(Extension, Extension.enrolment_id == Enrolment.id)
        .where(Enrolment.edition_id == edition.id, Enrolment.status == EnrolmentStatus.ACTIVE)
    ).one()
    shifted = edition.ends_on + timedelta(days=shift or 0)
    return max(shifted, day_in(edition.zone, until)) if until else shifted


def is_over(session: Session, edition: Edition, now: datetime) -> bool:
    """Whether the last day is over for everybody, by the clock of the edition."""
    return day_in(edition.zone, now) > last_day(session, edition)


def sheet_rows(
    session: Session,
    sources: GradebookSources,
    edition: Edition,
    i18n: I18n,
) -> list[SheetRow]:
    """Return everybody who still takes part, by name; a few queries for any number."""
    seen = _last_seen(sources)
    people = session.execute(
        select(Enrolment.id, Enrolment.uid, Person.name, seen.label("seen"))
        .join(Enrolment.person)
        .where(Enrolment.edition_id == edition.id, Enrolment.status == EnrolmentStatus.ACTIVE)
        .order_by(Person.sort_key, Enrolment.id)
    ).all()
    found = queries.person_results(session, sources, edition, [row.id for row in people], i18n)
    return [
        SheetRow(
            enrolment_id=row.id,
            uid=row.uid,
            name=row.name,
            outcome=closing_outcome(
                is_complete=found[row.id].completion.is_complete, was_active=row.seen is not None
            ),
            reasons=borderline_reasons(
                found[row.id].completion, _failed(sources, edition, found[row.id])
            ),
            person=found[row.id],
        )
        for row in people
    ]


def _last_seen(sources: GradebookSources) -> ColumnElement[Any]:
    """Return when somebody was last active in the course, as a column beside their enrolment."""
    return sources.last_active(Enrolment.id) if sources.last_active else null()


def _failed(sources: GradebookSources, edition: Edition, person: PersonResults) -> list[FailedMark]:
    assessment = sources.course_of(edition.course).assessment
    return [
        FailedMark(mark=part.mark, pass_mark=required)
        for each in person.completion.requirements
        if (required := facts.pass_mark(assessment, each.key)) is not None
        for part in each.parts
        if part.mark is not None and part.counts
    ]


def digest_of(rows: Sequence[SheetRow]) -> str:
    """Return a hash of who is on the sheet with which outcome; a signature stands under it."""
    lines = sorted(f"{row.enrolment_id} {row.outcome}" for row in rows)
    return sha256("\n".join(lines).encode()).hexdigest()


def sheet_state(session: Session, edition_id: int) -> SheetState:
    row = session.get(ClosingSheet, edition_id)
    if row is None:
        return SheetState()
    return SheetState(
        digest=row.digest,
        lead_id=row.lead_id,
        registrar_id=row.registrar_id,
        is_closed=row.closed_at is not None,
    )


def sign(
    session: Session,
    edition_id: int,
    rows_of: RowsOf,
    signature: Signature,
    *,
    now: datetime,
) -> BatchOperation | None:
    """Sign the sheet; with the second signature the edition is closed, by an operation.

    A signature under another list is dropped: the list has changed since. `rows_of` reads the
    sheet once the edition is locked.
    """
    edition = lock_edition(session, edition_id)
    rows = rows_of(session, edition)
    digest, state = digest_of(rows), sheet_state(session, edition.id)
    problem = signature_problem(
        state,
        signature.digest,
        digest,
        person_id=signature.person_id,
        is_over=is_over(session, edition, now),
    )
    if problem is not None:
        raise RuleViolation(problem)
    sheet = session.get(ClosingSheet, edition.id) or ClosingSheet(edition_id=edition.id)
    session.add(sheet)
    if sheet.digest != digest:
        sheet.digest, sheet.lead_id, sheet.registrar_id = digest, None, None
        sheet.lead_signed_at = sheet.registrar_signed_at = None
    if signature.signatory is Signatory.LEAD:
        sheet.lead_id, sheet.lead_signed_at = signature.person_id, now
    else:
        sheet.registrar_id, sheet.registrar_signed_at = signature.person_id, now
    session.flush()
    operation = None
    if sheet_state(session, edition.id).is_signed:
        sheet.closed_at = now
        operation = _start(session, edition, rows, sheet, now=now)
    subject, role = f"edition {edition.code}", str(signature.signatory)
    by = signature.person_id
    record(session, "closing sheet signed", subject, by=by, now=now, role=role, people=len(rows))
    if operation is not None:
        record(session, "edition closed", subject, by=by, now=now, people=len(rows))
    return operation


def _start(
    session: Session,
    edition: Edition,
    rows: Sequence[SheetRow],
    sheet: ClosingSheet,
    *,
    now: datetime,
) -> BatchOperation:
    new = NewOperation(
        kind=KIND,
        label=N_("Close the edition"),
        scope=edition_scope(edition.id),
        params={"edition": edition.id},
        by=sheet.registrar_id,
    )
    items = [NewItem(label=row.name, payload={"enrolment": row.enrolment_id}) for row in rows]
    return batches.start_operation(session, new, items, now=now)


def close_some(
    sources: GradebookSources,
    session: Session,
    operation: BatchOperation,
    items: Sequence[BatchItem],
    now: datetime,
) -> None:
    """Complete whose list is complete by now, and close the enrolments of the others."""
    edition = session.get_one(Edition, params_of(operation)["edition"])
    ids = [payload_of(item)["enrolment"] for item in items]
    cohort = completions.lock_cohort(session, edition, ids)
    completions.recompute(session, sources, cohort, now=now)
    seen = _last_seen(sources)
    rows = session.execute(select(Enrolment.id, seen).where(Enrolment.id.in_(ids))).all()
    active = {row[0]: row[1] is not None for row in rows}
    by_id = {each.id: each for each in cohort.enrolments}
    for item, enrolment_id in zip(items, ids, strict=True):
        enrolment = by_id.get(enrolment_id)
        if enrolment is None:
            finish_item(item, ItemState.SKIPPED, now=now)
            continue
        if enrolment.status is EnrolmentStatus.ACTIVE:
            outcome = closing_outcome(is_complete=False, was_active=active[enrolment_id])
            _close(session, enrolment, outcome, by=operation.started_by, now=now)
        finish_item(item, ItemState.DONE, now=now)


def _close(
    session: Session,
    enrolment: Enrolment,
    outcome: ClosingOutcome,
    *,
    by: int | None,
    now: datetime,
) -> None:
    change = EnrolmentChange(
        event=EVENTS[outcome],
        actor_role=ActorRole.REGISTRAR,
        by=by,
        now=now,
        reason=N_("The list for the certificate was not complete when the edition was closed."),
    )
    apply_transition(session, enrolment, change, frozenset({EnrolmentGuard.BEGUN}))


def batch_handlers(sources: GradebookSources) -> dict[str, BatchHandler]:
    return {KIND: BatchHandler(process_items=partial(close_some, sources))}

"""Enrolling people, and ending enrolments: checked by the table, recorded, published.

Every change of status goes through `apply_transition` or `enrol_all`.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.accounts import actions as accounts
from learning.accounts.actions import RoleAssignment
from learning.audit.actions import record, record_all
from learning.catalogue.models import Edition
from learning.enrolment import events, queries, rules, seats
from learning.enrolment.models import Enrolment, EnrolmentMethod, EnrolmentTransition
from learning.enrolment.rules import (
    UNENROLLED,
    ActorRole,
    EnrolmentEvent,
    EnrolmentGuard,
    EnrolmentProblem,
    EnrolmentStatus,
)
from learning.kit.database import bulk_insert
from learning.kit.errors import RuleViolation
from learning.kit.events import publish_event
from learning.kit.optimistic_lock import update_if_current


@dataclass(frozen=True, kw_only=True)
class EnrolmentChange:
    """A requested change of an enrolment: the event, in which role, when and why.

    `by` is None for the system.

    `version` is that of the page on which it was decided, if any; `received_on` the day on
    which a written notice arrived, if that is not today.
    """

    event: EnrolmentEvent
    actor_role: ActorRole
    by: int | None
    now: datetime
    reason: str = ""
    version: int | None = None
    received_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Admission:
    """Who enrols people, how and when; `has_seat` if their seats were reserved before."""

    method: EnrolmentMethod
    actor_role: ActorRole
    by: int | None
    now: datetime
    has_seat: bool = False


def apply_transition(
    session: Session,
    enrolment: Enrolment,
    change: EnrolmentChange,
    satisfied: frozenset[EnrolmentGuard] = frozenset(),
) -> None:
    """Change the status of an enrolment.

    Raise RuleViolation, with the reason, for what the table or a guard does not allow, and if
    the enrolment has changed since it was read. If this frees a seat, call it within
    `seats.seat_changes`.
    """
    check(enrolment.status, change, satisfied)
    before, after = enrolment.status, rules.RULE_OF[change.event].after
    ended_at = None if after is EnrolmentStatus.ACTIVE else change.now
    if not update_if_current(
        session, enrolment, seen_version=change.version, status=after, ended_at=ended_at
    ):
        raise RuleViolation(EnrolmentProblem.INVALID_TRANSITION)
    _record_transition(session, enrolment, change, before)
    _announce(session, enrolment, change)


def check(
    status: EnrolmentStatus | None, change: EnrolmentChange, satisfied: frozenset[EnrolmentGuard]
) -> None:
    """Raise RuleViolation unless the table and its guards allow a change."""
    if change.reason.strip():
        satisfied |= {EnrolmentGuard.REASON}
    problem = rules.violation_of(status, change.event, change.actor_role, satisfied)
    if problem is not None:
        raise RuleViolation(problem)


def enrol_people(
    session: Session, edition: Edition, people_ids: Sequence[int], admission: Admission
) -> list[Enrolment]:
    """Enrol people, or enrol them again, and publish it; otherwise as `enrol_all`."""
    enrolments = enrol_all(session, edition, people_ids, admission)
    for each in enrolments:
        publish_event(session, events.EnrolmentConfirmed(enrolment_id=each.id, at=admission.now))
    return enrolments


def enrol_all(
    session: Session, edition: Edition, people_ids: Sequence[int], admission: Admission
) -> list[Enrolment]:
    """Enrol people in a few statements, for any number; the edition is locked.

    Raise RuleViolation if a person takes part already, or if there are too few seats. It publishes
    that people are enrolled; the caller publishes each enrolment, once its rows refer to it.
    """
    existing = queries.enrolments_by_person(session, edition, people_ids)
    before = {person_id: enrolment.status for person_id, enrolment in existing.items()}
    _check_all(session, edition, [before.get(each) for each in people_ids], admission)
    _re_enrol(session, list(existing.values()), admission)
    new = [each for each in people_ids if each not in existing]
    bulk_insert(session, [_new(edition, each, admission) for each in new])
    existing = queries.enrolments_by_person(session, edition, people_ids)
    if people_ids:
        role = RoleAssignment(person_id=people_ids[0], role=Role.PARTICIPANT, edition_id=edition.id)
        accounts.grant_role_to_all(session, people_ids, role, by=admission.by, now=admission.now)
    enrolments = [existing[each] for each in people_ids]
    if enrolments:
        publish_event(session, events.PeopleEnrolled(edition_id=edition.id, at=admission.now))
    _record_all(session, edition, enrolments, before, admission)
    return enrolments


def _check_all(
    session: Session,
    edition: Edition,
    statuses: Collection[EnrolmentStatus | None],
    admission: Admission,
) -> None:
    satisfied = frozenset[EnrolmentGuard]()
    if admission.has_seat or seats.free(session, edition) >= len(statuses):
        satisfied |= {EnrolmentGuard.SEAT_LEFT}
    for status in set(statuses):
        check(status, _change(admission, _event(status)), satisfied)


def _event(before: EnrolmentStatus | None) -> EnrolmentEvent:
    return EnrolmentEvent.ENROL if before is None else EnrolmentEvent.RE_ENROL


def _change(admission: Admission, event: EnrolmentEvent) -> EnrolmentChange:
    return EnrolmentChange(
        event=event, actor_role=admission.actor_role, by=admission.by, now=admission.now
    )


def _new(edition: Edition, person_id: int, admission: Admission) -> Enrolment:
    return Enrolment(
        person_id=person_id,
        edition_id=edition.id,
        enrolled_at=admission.now,
        method=admission.method,
    )


def _re_enrol(session: Session, enrolments: Sequence[Enrolment], admission: Admission) -> None:
    """Enrol former participants again, all of them or none."""
    if not enrolments:
        return
    ids = [each.id for each in enrolments]
    changed = session.scalars(
        update(Enrolment)
        .where(Enrolment.id.in_(ids), Enrolment.status.in_(UNENROLLED))
        .values(
            status=EnrolmentStatus.ACTIVE,
            version=Enrolment.version + 1,
            period=Enrolment.period + 1,
            method=admission.method,
            enrolled_at=admission.now,
            ended_at=None,
        )
        .returning(Enrolment.id)
        .execution_options(synchronize_session=False)
    ).all()
    if len(changed) != len(ids):
        raise RuleViolation(EnrolmentProblem.INVALID_TRANSITION)
    for each in enrolments:
        session.expire(each)


def _record_transition(
    session: Session, enrolment: Enrolment, change: EnrolmentChange, before: EnrolmentStatus
) -> None:
    """Add a change to the history, revoke the role if needed, and audit it last."""
    session.add(_transition(enrolment, change, before))
    edition = session.get_one(Edition, enrolment.edition_id)
    if enrolment.status in UNENROLLED:
        assignment = RoleAssignment(
            person_id=enrolment.person_id, role=Role.PARTICIPANT, edition_id=edition.id
        )
        accounts.revoke_role(session, assignment, by=change.by, now=change.now)
    notice = {"received_on": change.received_on.isoformat()} if change.received_on else {}
    record(
        session,
        f"enrolment {change.event}",
        f"enrolment {enrolment.id}",
        by=change.by,
        now=change.now,
        edition=edition.code,
        actor_role=str(change.actor_role),
        before=str(before),
        after=str(enrolment.status),
        **notice,
    )


def _record_all(
    session: Session,
    edition: Edition,
    enrolments: Sequence[Enrolment],
    before: Mapping[int, EnrolmentStatus],
    admission: Admission,
) -> None:
    """Add the enrolments to the history, and record them in the audit trail last."""
    rows = [
        _transition(each, _change(admission, _event(former)), former)
        for each in enrolments
        for former in [before.get(each.person_id)]
    ]
    bulk_insert(session, rows)
    for event in (EnrolmentEvent.ENROL, EnrolmentEvent.RE_ENROL):
        ids: Iterable[int] = (row.enrolment_id for row in rows if row.event is event)
        record_all(
            session,
            f"enrolment {event}",
            [f"enrolment {each}" for each in ids],
            by=admission.by,
            now=admission.now,
            edition=edition.code,
            actor_role=str(admission.actor_role),
            method=str(admission.method),
        )


def _transition(
    enrolment: Enrolment, change: EnrolmentChange, before: EnrolmentStatus | None
) -> EnrolmentTransition:
    return EnrolmentTransition(
        enrolment_id=enrolment.id,
        edition_id=enrolment.edition_id,
        period=enrolment.period,
        event=change.event,
        before=before,
        after=enrolment.status,
        actor_role=change.actor_role,
        actor_id=change.by,
        at=change.now,
        reason=change.reason,
        received_on=change.received_on,
    )


def _announce(session: Session, enrolment: Enrolment, change: EnrolmentChange) -> None:
    if enrolment.status is EnrolmentStatus.ACTIVE:
        publish_event(session, events.EnrolmentConfirmed(enrolment_id=enrolment.id, at=change.now))
        enrolled = events.PeopleEnrolled(edition_id=enrolment.edition_id, at=change.now)
        publish_event(session, enrolled)
    elif enrolment.status is EnrolmentStatus.COMPLETED:
        publish_event(session, events.EnrolmentCompleted(enrolment_id=enrolment.id, at=change.now))
    else:
        ended = events.EnrolmentEnded(
            enrolment_id=enrolment.id,
            event=change.event,
            at=change.now,
            by=change.by,
            received_on=change.received_on,
        )
        publish_event(session, ended)

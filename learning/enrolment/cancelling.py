"""Cancelling an edition (T18): whoever applied to it, or has a place in it, is told.

The edition is cancelled at once, so that nobody else gets in; its people follow in batches.
"""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from learning.accounts import joining
from learning.accounts.models import Person
from learning.batches import actions as batches
from learning.batches.actions import NewItem, NewOperation, settle
from learning.batches.jobs import BatchHandler
from learning.batches.models import BatchItem, BatchOperation, ItemState
from learning.batches.queries import params_of, payload_of
from learning.catalogue.actions import set_status
from learning.catalogue.models import Edition, EditionStatus
from learning.enrolment import actions, deciding, rules
from learning.enrolment.batch_decisions import lock_applications
from learning.enrolment.batch_enrolment import scope_of
from learning.enrolment.letters import LETTER_AFTER
from learning.enrolment.models import Application, Enrolment, EnrolmentStatus
from learning.enrolment.moving import Deed, lock
from learning.enrolment.place_letters import days_of
from learning.enrolment.rules import LIVE, REFUSALS, Event, Guard, Problem, Who
from learning.kit.errors import Refused
from learning.mail.actions import Outgoing

KIND = "enrolment.cancel-edition"


def cancel_edition(session: Session, edition_id: int, deed: Deed) -> BatchOperation | None:
    """Cancel an edition, and let all that hangs on it follow; None if it was cancelled before.

    Raise Refused for an edition that has ended.
    """
    edition = lock(session, edition_id)
    if edition.status is EditionStatus.CANCELLED:
        return None
    if deed.who not in rules.BY_EVENT[deed.event].who:
        raise Refused(REFUSALS[Problem.NOT_YOURS])
    if not deed.reason.strip():
        raise Refused(REFUSALS[Guard.REASON])
    set_status(session, edition, EditionStatus.CANCELLED, by=deed.by, now=deed.now)
    params = {"edition": edition.id, "reason": deed.reason}
    new = NewOperation(kind=KIND, scope=scope_of(edition), params=params, by=deed.by or 0)
    return batches.start(session, new, _people_hit(session, edition), now=deed.now)


def _people_hit(session: Session, edition: Edition) -> list[NewItem]:
    """Return everybody whom the edition still holds: applications first, then places by hand."""
    live = (
        select(Application)
        .options(joinedload(Application.person))
        .where(Application.edition_id == edition.id, Application.state.in_(LIVE))
        .order_by(Application.id)
    )
    applied = session.scalars(live).all()
    items = [
        NewItem(label=each.person.name, payload={"application": each.id}, reference=each.reference)
        for each in applied
    ]
    theirs = {each.enrolment_id for each in applied}
    active = (
        select(Enrolment)
        .options(joinedload(Enrolment.person))
        .where(Enrolment.edition_id == edition.id, Enrolment.status == EnrolmentStatus.ACTIVE)
        .order_by(Enrolment.id)
    )
    items += [
        NewItem(label=place.person.name, payload={"place": place.id})
        for place in session.scalars(active)
        if place.id not in theirs
    ]
    return items


def _carry_out(
    session: Session, operation: BatchOperation, items: Sequence[BatchItem], now: datetime
) -> None:
    params = params_of(operation)
    edition = lock(session, params["edition"])
    deed = Deed(
        event=Event.CANCEL_EDITION,
        who=Who.APPROVER,
        by=operation.started_by,
        now=now,
        reason=params["reason"],
    )
    payloads = [payload_of(item) for item in items]
    applications = lock_applications(
        session, [each["application"] for each in payloads if "application" in each]
    )
    places = _lock_places(session, [each["place"] for each in payloads if "place" in each])
    for item, payload in zip(items, payloads, strict=True):
        if "application" in payload:
            done = _end_application(session, applications[payload["application"]], deed)
        else:
            done = _end_place(session, edition, places[payload["place"]], deed)
        settle(item, ItemState.DONE if done else ItemState.SKIPPED, now=now)


def _end_application(session: Session, application: Application, deed: Deed) -> bool:
    if application.state not in LIVE:
        return False
    return deciding.carry_out(session, application, deed, frozenset())


def _end_place(session: Session, edition: Edition, place: Enrolment, deed: Deed) -> bool:
    """Take back a place that staff gave by hand, and tell its person."""
    if place.status is not EnrolmentStatus.ACTIVE:
        return False
    actions.take_back(session, edition, place, by=deed.by, now=deed.now)
    params = days_of(edition) | {"reference": "", "reason": deed.reason}
    person = session.get_one(Person, place.person_id)
    letter = Outgoing(kind=LETTER_AFTER[deed.event], params=params)
    joining.tell(session, person, letter, now=deed.now)
    return True


def _lock_places(session: Session, ids: Sequence[int]) -> dict[int, Enrolment]:
    found = select(Enrolment).where(Enrolment.id.in_(ids)).order_by(Enrolment.id)
    return {each.id: each for each in session.scalars(found.with_for_update())}


def _add_the_late(session: Session, operation: BatchOperation, _now: datetime) -> None:
    """Let those follow who got in while the edition was being cancelled, once."""
    params = params_of(operation)
    if params.get("late"):
        return
    operation.params = json.dumps(params | {"late": True})
    edition = lock(session, params["edition"])
    batches.add_items(session, operation, _people_hit(session, edition))


HANDLER = BatchHandler(carry_out=_carry_out, finish=_add_the_late)

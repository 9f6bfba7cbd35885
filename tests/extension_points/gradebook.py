"""Rows of the gradebook: about one person in every table, and what waits for staff."""

from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.catalogue.models import EditionStatus
from learning.content.activity_types import RequirementKey
from learning.enrolment.models import Enrolment
from learning.gradebook.models import (
    ClosingSheet,
    CompletionStatus,
    ContactChannel,
    ContactEntry,
    Exemption,
    ItemResult,
    MarkOverride,
    RequirementStatus,
)
from learning.gradebook.rules.completion import RequirementState
from learning.participants.commands import enrol_person
from tests.admissions.factories import a_person
from tests.world import NOW, World, make_edition

ENDED = "reintegration-ended"


def add_gradebook(session: Session, place: Enrolment, mark: str, staff: int) -> None:
    """Write what is kept of an enrolment; `mark` stands in all texts, `staff` decided."""
    own = {"enrolment_id": place.id, "edition_id": place.edition_id}
    why = {"reason": mark, "decided_by_id": staff, "decided_at": NOW}
    signed = make_edition(session, f"signed-{place.id}", 9, EditionStatus.FINISHED)
    session.add_all([
        Exemption(item="live", **own, **why),
        MarkOverride(item="quiz:m1", mark=7000, raw=6900, **own, **why),
        ItemResult(
            item="quiz:m1", requirement=RequirementKey.QUIZZES, state=RequirementState.MET,
            mark=7000, raw=6900, changed_at=NOW, **own,
        ),
        RequirementStatus(
            requirement=RequirementKey.LIVE, state=RequirementState.EXEMPT, done=0, needed=4,
            changed_at=NOW, **own,
        ),
        CompletionStatus(
            fulfilled=1, required=6, mark=None, complete_since=None, changed_at=NOW, **own
        ),
        ContactEntry(
            channel=ContactChannel.PHONE, note=mark, noted_by_id=staff, noted_at=NOW, **own
        ),
        ClosingSheet(edition_id=signed.id, digest="0", lead_id=place.person_id),
    ])  # fmt: skip


def add_waiting_for_gradebook(session: Session, world: World) -> None:
    """Write two sheets to sign, and two raw marks that have changed under an override."""
    for code, weeks in ((ENDED, 10), (f"{ENDED}-earlier", 12)):
        edition = make_edition(session, code, weeks, EditionStatus.RUNNING)
        enrol_person(session, edition, a_person(session), by=None, now=NOW)
        edition.status = EditionStatus.FINISHED
    staff = world.staff[Role.LEAD].id
    for item, raw in (("quiz:m1", 6900), ("quiz:m2", None)):
        own = {"enrolment_id": world.place.id, "edition_id": world.running.id, "item": item}
        why = {"reason": "a good reason", "decided_by_id": staff, "decided_at": NOW}
        found = {"requirement": RequirementKey.QUIZZES, "state": RequirementState.MET}
        session.add_all([
            MarkOverride(mark=7000, raw=raw, **own, **why),
            ItemResult(mark=7000, raw=7200, changed_at=NOW, **own, **found),
        ])  # fmt: skip

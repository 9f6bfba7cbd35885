"""States are stored in the transaction that changes a result; a complete list completes."""

import json
from collections.abc import Callable
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.audit.models import AuditEntry
from learning.content.activity_types import RequirementKey
from learning.enrolment.rules import EnrolmentStatus
from learning.extension_points.waiting import WaitingRequest
from learning.gradebook import actions, queries
from learning.gradebook.actions import Decided, NewExemption, NewOverride
from learning.gradebook.extensions import CHANGED_MARKS
from learning.gradebook.models import (
    CompletionStatus,
    Exemption,
    ItemResult,
    MarkOverride,
    RequirementStatus,
)
from learning.gradebook.queries import items_of
from learning.gradebook.rules.completion import RequirementState
from learning.gradebook.rules.decisions import GradebookProblem
from learning.gradebook.sources import GradebookSources
from learning.kit.errors import RuleViolation
from learning.kit.i18n import I18n
from learning.mail.models import OutgoingEmail
from tests.gradebook.conftest import Activities
from tests.world import NOW, World, trail_is_whole

REASON = "marked on paper by two tutors"


def state(session: Session, world: World, key: RequirementKey) -> tuple[RequirementState, int]:
    row = session.get(RequirementStatus, (world.place.id, key))
    return row.state, row.done


def summary(session: Session, world: World) -> CompletionStatus:
    return session.get(CompletionStatus, world.place.id)


def decided(world: World) -> Decided:
    return Decided(by=world.staff[Role.LEAD].id, now=NOW)


def trail_of(session: Session, *names: str) -> list[dict[str, str]]:
    """Return what the audit trail keeps of some actions, in their order."""
    entries = select(AuditEntry.detail).where(AuditEntry.action.in_(names))
    return [json.loads(detail) for detail in session.scalars(entries.order_by(AuditEntry.id))]


def items(session: Session, world: World, sources: GradebookSources) -> queries.Items:
    found = queries.person_results(session, sources, world.running, [world.place.id], I18n("en"))
    return items_of(found[world.place.id])


def override(session, world, sources, mark: str, item: str = "quiz:m1", reason=REASON) -> None:
    new = NewOverride(item=item, mark=Decimal(mark), reason=reason)
    actions.override(session, world.place, items(session, world, sources), new, decided(world))
    session.flush()


def mailed(session: Session, world: World) -> list[str]:
    """Return what was written to Awa about her list, in the order of the e-mails."""
    kinds = select(OutgoingEmail.kind).where(
        OutgoingEmail.email == world.awa.email, OutgoingEmail.kind.like("gradebook.%")
    )
    return list(session.scalars(kinds.order_by(OutgoingEmail.id)))


def test_a_result_that_changes_is_counted_at_once(
    session: Session, world: World, activities: Activities, changed: Callable[[], None]
) -> None:
    activities.mark(world.place.id, "quiz:m1", "83.00")
    activities.mark(world.place.id, "quiz:m2", "69.99")
    changed()
    assert state(session, world, RequirementKey.QUIZZES) == (RequirementState.FAILED, 1)
    assert state(session, world, RequirementKey.LIVE) == (RequirementState.PENDING, 0)
    row = summary(session, world)
    assert (row.fulfilled, row.required, row.mark, row.complete_since) == (0, 6, 7650, None)
    activities.mark(world.place.id, "quiz:m2", "75.00")
    changed()
    assert state(session, world, RequirementKey.QUIZZES) == (RequirementState.PENDING, 2)
    assert session.get(ItemResult, (world.place.id, "quiz:m2")).mark == 7500


def test_a_complete_list_completes_the_enrolment_once(
    session: Session, world: World, activities: Activities, changed: Callable[[], None]
) -> None:
    activities.pass_all(world.place.id, but="quiz:m6")
    changed()
    assert world.place.status is EnrolmentStatus.ACTIVE
    assert summary(session, world).fulfilled == 5
    activities.mark(world.place.id, "quiz:m6", "70.00")
    changed()
    changed()
    assert world.place.status is EnrolmentStatus.COMPLETED
    assert summary(session, world).complete_since == NOW
    sent = session.scalars(
        select(OutgoingEmail).where(OutgoingEmail.kind == "gradebook.completed")
    ).all()
    assert [each.email for each in sent] == [world.awa.email]
    assert trail_is_whole(session)


def test_nobody_is_made_incomplete_again(
    session: Session, world: World, activities: Activities, changed: Callable[[], None]
) -> None:
    activities.pass_all(world.place.id)
    changed()
    activities.mark(world.place.id, "quiz:m6", "10.00")
    changed()
    changed()
    assert world.place.status is EnrolmentStatus.COMPLETED
    assert summary(session, world).complete_since is None
    assert mailed(session, world) == ["gradebook.completed", "gradebook.reopened"]
    activities.mark(world.place.id, "quiz:m6", "80.00")
    changed()
    changed()
    assert summary(session, world).complete_since == NOW
    assert mailed(session, world)[2:] == ["gradebook.completed"]
    assert world.place.status is EnrolmentStatus.COMPLETED


def test_an_exemption_counts_as_met_and_leaves_the_sum(
    session: Session, world: World, activities: Activities, sources, changed
) -> None:
    activities.pass_all(world.place.id, but="quiz:m6")
    activities.mark(world.place.id, "quiz:m6", "10.00")
    changed()
    before = summary(session, world).mark
    new = NewExemption(item="quiz:m6", reason="ill")
    actions.exempt(session, world.place, items(session, world, sources), new, decided(world))
    session.flush()
    assert world.place.status is EnrolmentStatus.COMPLETED
    assert summary(session, world).mark > before
    with pytest.raises(RuleViolation) as twice:
        actions.exempt(session, world.place, items(session, world, sources), new, decided(world))
    assert twice.value.code is GradebookProblem.ALREADY_EXEMPT
    assert actions.end_exemption(session, world.place, "quiz:m6", decided(world))
    session.flush()
    assert not actions.end_exemption(session, world.place, "quiz:m6", decided(world))
    lifted = session.scalars(select(Exemption)).one()
    assert (lifted.reason, lifted.lifted_by_id, lifted.lifted_at) == (
        "ill", decided(world).by, NOW,
    )  # fmt: skip
    assert state(session, world, RequirementKey.QUIZZES) == (RequirementState.FAILED, 5)
    assert trail_of(session, "person exempted") == [{"item": "quiz:m6", "reason": "ill"}]
    actions.exempt(session, world.place, items(session, world, sources), new, decided(world))
    session.flush()
    assert state(session, world, RequirementKey.QUIZZES) == (RequirementState.MET, 6)
    kept = session.scalars(select(Exemption.lifted_at).order_by(Exemption.id)).all()
    assert kept == [NOW, None], "both stay, one is in force"
    assert trail_of(session, "exemption removed") == [{"item": "quiz:m6", "reason": "ill"}]
    assert trail_is_whole(session)


def test_nothing_unknown_can_be_decided(session: Session, world: World, sources) -> None:
    known, new = items(session, world, sources), NewExemption(item="quiz:m99", reason="?")
    with pytest.raises(RuleViolation) as unknown:
        actions.exempt(session, world.place, known, new, decided(world))
    assert unknown.value.code is GradebookProblem.UNKNOWN_ITEM
    for item, code in (
        ("quiz:m99", GradebookProblem.UNKNOWN_ITEM),
        ("live:m1", GradebookProblem.NO_MARK),
    ):
        with pytest.raises(RuleViolation) as refused:
            override(session, world, sources, "70", item=item)
        assert refused.value.code is code
    with pytest.raises(RuleViolation) as short:
        override(session, world, sources, "70", reason="short")
    assert short.value.code is GradebookProblem.SHORT_REASON


def test_an_override_decides_is_kept_and_can_be_lifted(
    session: Session, world: World, activities: Activities, sources, changed
) -> None:
    activities.mark(world.place.id, "quiz:m1", "58.00")
    changed()
    override(session, world, sources, "71.00")
    row = session.get(ItemResult, (world.place.id, "quiz:m1"))
    assert (row.mark, row.raw, row.state) == (7100, 5800, RequirementState.MET)
    override(session, world, sources, "60.00")
    assert (row.mark, row.raw, row.state) == (6000, 5800, RequirementState.FAILED)
    known = items(session, world, sources)
    actions.lift_override(session, world.place, known, "quiz:m1", decided(world))
    session.flush()
    assert (row.mark, row.raw) == (5800, 5800)
    trail = trail_of(session, "mark overridden", "override lifted")
    changes = [(each["before"], each["after"]) for each in trail]
    assert changes == [("58.00", "71.00"), ("71.00", "60.00"), ("60.00", "58.00")]
    history = session.scalars(select(MarkOverride).order_by(MarkOverride.id)).all()
    assert [each.mark for each in history] == [7100, 6000, None]
    again = items(session, world, sources)
    actions.lift_override(session, world.place, again, "quiz:m1", decided(world))
    assert len(session.scalars(select(MarkOverride)).all()) == 3, "there was nothing to lift"


def test_a_raw_mark_that_changes_under_an_override_waits_for_staff(
    session: Session, world: World, activities: Activities, sources, changed
) -> None:
    request = WaitingRequest(editions=None, i18n=I18n("fr"), now=NOW, limit=5)
    activities.mark(world.place.id, "quiz:m1", "58.00")
    changed()
    override(session, world, sources, "71.00")
    assert CHANGED_MARKS.rows(session, request).total == 0
    activities.mark(world.place.id, "quiz:m1", "64.00")
    changed()
    found = CHANGED_MARKS.rows(session, request)
    assert (found.total, found.rows[0].subject) == (1, world.awa.name)
    assert session.get(ItemResult, (world.place.id, "quiz:m1")).mark == 7100, "it still counts"
    override(session, world, sources, "72.00")
    assert CHANGED_MARKS.rows(session, request).total == 0


def test_a_mark_by_hand_stands_for_work_that_no_activity_tells_of(
    session: Session, world: World, activities: Activities, sources, changed, monkeypatch
) -> None:
    monkeypatch.setattr(activities, "parts", lambda: iter(()))
    changed()
    assert state(session, world, RequirementKey.PROJECT) == (RequirementState.PENDING, 0)
    override(session, world, sources, "59.99", item="project")
    assert state(session, world, RequirementKey.PROJECT) == (RequirementState.FAILED, 0)
    override(session, world, sources, "60.00", item="project")
    assert state(session, world, RequirementKey.PROJECT) == (RequirementState.MET, 1)
    assert summary(session, world).mark == 6000


def test_a_group_plan_that_passes_has_all_marks(
    session: Session, world: World, activities: Activities, changed
) -> None:
    activities.set(world.place.id, "group:plan", passed=True)
    changed()
    assert summary(session, world).mark == 10_000
    activities.set(world.place.id, "group:plan", passed=False)
    changed()
    assert summary(session, world).mark == 0

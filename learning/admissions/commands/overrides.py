"""Overrides: a transfer or substitution whose notice was too late, allowed by two people.

A registrar proposes it, with a reason and a document. An approver allows it, which carries it out,
or refuses it. The agreement that follows has a penalty floor: a later cancellation charges at least
what a cancellation on the day of the notice would have charged.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from learning.admissions.commands import transfers
from learning.admissions.commands.transitions import (
    TransitionRequest,
    enrolment_of,
    possible_events,
)
from learning.admissions.models import Application
from learning.admissions.override_models import TransferOverride
from learning.admissions.problems import OverrideProblem
from learning.admissions.queries.overrides import open_override, override_cost, people_of
from learning.admissions.queries.terms import received_error, terms_of
from learning.admissions.rules.states import ApplicationEvent
from learning.admissions.rules.transitions import TransitionProblem
from learning.audit.actions import record
from learning.catalogue.actions import lock_edition
from learning.catalogue.models import Edition
from learning.enrolment.rules import ActorRole
from learning.kit.errors import RuleViolation
from learning.kit.optimistic_lock import update_if_current
from learning.kit.time import day_in


@dataclass(frozen=True, kw_only=True)
class NewOverride:
    """A proposal: the edition, or the application of the substitute, and what proves the case."""

    goal: Edition | Application
    received_on: date
    reason: str
    file_id: int
    by: int
    now: datetime

    @property
    def event(self) -> ApplicationEvent:
        is_transfer = isinstance(self.goal, Edition)
        return ApplicationEvent.TRANSFER if is_transfer else ApplicationEvent.SUBSTITUTE


def propose_override(
    session: Session, application: Application, new: NewOverride
) -> TransferOverride:
    """Propose a late transfer or substitution; nothing happens yet. Raise RuleViolation."""
    edition = lock_edition(session, application.edition_id)
    session.refresh(application)
    enrolment = enrolment_of(session, application)
    if new.event not in possible_events(application, enrolment, ActorRole.REGISTRAR):
        raise RuleViolation(TransitionProblem.INVALID_TRANSITION)
    terms = terms_of(session, application, edition)
    error = received_error(terms, new.received_on, today=day_in(edition.zone, new.now))
    if error:
        raise RuleViolation(error, field="received_on")
    if terms.window(new.received_on).may_transfer:
        raise RuleViolation(OverrideProblem.IN_TIME, field="received_on")
    if open_override(session, application.id) is not None:
        raise RuleViolation(OverrideProblem.WAITS)
    override = TransferOverride(
        edition_id=edition.id,
        application_id=application.id,
        target_id=new.goal.id if isinstance(new.goal, Edition) else None,
        successor_id=new.goal.id if isinstance(new.goal, Application) else None,
        received_on=new.received_on,
        reason=new.reason,
        file_id=new.file_id,
        proposed_by_id=new.by,
        proposed_at=new.now,
    )
    session.add(override)
    session.flush()
    _record(session, override, "override proposed", by=new.by, now=new.now)
    return override


@dataclass(frozen=True, kw_only=True)
class OverrideDecision:
    """The decision of the approver; `version` and `cost_key` are those of the page they read."""

    approved: bool
    by: int
    now: datetime
    version: int | None = None
    cost_key: str | None = None


def decide_override(
    session: Session, override: TransferOverride, decision: OverrideDecision
) -> None:
    """Allow an override, which carries it out, or refuse it; raise RuleViolation.

    Who proposed it cannot decide: the database refuses that, too.
    """
    if override.proposed_by_id == decision.by:
        raise RuleViolation(OverrideProblem.SAME_PERSON)
    if decision.by in people_of(session, override):
        raise RuleViolation(OverrideProblem.OWN_PLACE)
    if override.decided_at is not None:
        raise RuleViolation(OverrideProblem.DECIDED)
    if decision.approved:
        _carry_out(session, override, decision)
    else:
        lock_edition(session, override.edition_id)
    if not update_if_current(
        session,
        override,
        seen_version=decision.version,
        approved=decision.approved,
        decided_by_id=decision.by,
        decided_at=decision.now,
    ):
        raise RuleViolation(OverrideProblem.DECIDED)
    action = "override approved" if decision.approved else "override refused"
    _record(session, override, action, by=decision.by, now=decision.now)


def _carry_out(session: Session, override: TransferOverride, decision: OverrideDecision) -> None:
    """Transfer or substitute, with the penalty floor of the day of the notice."""
    application = session.get_one(Application, override.application_id)
    request = TransitionRequest(
        event=override.event,
        actor_role=ActorRole.REGISTRAR,
        by=decision.by,
        now=decision.now,
        reason=override.reason,
        received_on=override.received_on,
        cost_key=decision.cost_key,
        penalty_floor=override_cost(session, override, application).penalty_floor,
    )
    if override.target_id is not None:
        target = session.get_one(Edition, override.target_id)
        transfers.transfer(session, application, target, request)
        return
    successor = session.get_one(Application, override.successor_id)
    transfers.substitute(session, application, successor, request)


def _record(
    session: Session, override: TransferOverride, action: str, *, by: int, now: datetime
) -> None:
    record(
        session,
        action,
        f"application {override.application_id}",
        by=by,
        now=now,
        event=str(override.event),
        received_on=override.received_on.isoformat(),
    )

"""Builders of applications."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.admissions.commands import applications, decisions
from learning.admissions.commands.billing_parties import save_party
from learning.admissions.commands.transitions import TransitionRequest, apply_transition
from learning.admissions.models import Application
from learning.admissions.queries.agreements import agreement_of
from learning.admissions.queries.invariants import broken_applications
from learning.admissions.queries.stages import stages_of
from learning.admissions.rules.billing import BillingDetails, PartyKind
from learning.admissions.rules.stages import Stage
from learning.admissions.rules.states import ApplicationEvent, ApplicationState
from learning.admissions.rules.transitions import TransitionGuard
from learning.catalogue.actions import EditionData, SaveContext, change_edition
from learning.catalogue.models import Edition
from learning.catalogue.publication import CourseFacts
from learning.enrolment import commands as enrolment_commands
from learning.enrolment.commands import EnrolmentChange
from learning.enrolment.invariants import broken_enrolments
from learning.enrolment.models import Enrolment
from learning.enrolment.rules import ActorRole, EnrolmentEvent, EnrolmentGuard
from learning.fees.commands import settlements
from learning.fees.commands.settlements import NewSettlement, SettlementDecision
from learning.fees.models import FeeAccount, SettlementKind
from learning.fees.queries.accounts import account_of
from tests.world import World, make_person

NOW = datetime.now(UTC).replace(microsecond=0)
ALL = frozenset(TransitionGuard)
NUMBERS = itertools.count(1)
FULL: dict[str, Any] = {
    "gender": "woman",
    "country": "CI",
    "position": "Conseillère emploi",
    "constituency": "government",
    "motivation": "Je reçois chaque semaine des personnes de retour, et veux mieux les orienter.",
    "study_language": "fr",
    "funding": "self",
    "consent_version": "2026-11",
    "consented_at": NOW,
}
BILLING = BillingDetails(
    kind=PartyKind.PERSON,
    name="Awa Koné",
    line1="Rue 12",
    line2="",
    postcode="",
    town="Bouaké",
    country="CI",
)
PATHS_TO: dict[ApplicationState, tuple[ApplicationEvent, ...]] = {
    ApplicationState.DRAFT: (),
    ApplicationState.SUBMITTED: (ApplicationEvent.SUBMIT,),
    ApplicationState.UNDER_REVIEW: (ApplicationEvent.SUBMIT, ApplicationEvent.START_REVIEW),
    ApplicationState.AWAITING_INFO: (
        ApplicationEvent.SUBMIT,
        ApplicationEvent.START_REVIEW,
        ApplicationEvent.REQUEST_INFO,
    ),
    ApplicationState.WAITLISTED: (
        ApplicationEvent.SUBMIT,
        ApplicationEvent.START_REVIEW,
        ApplicationEvent.WAITLIST,
    ),
    ApplicationState.ACCEPTED: (
        ApplicationEvent.SUBMIT,
        ApplicationEvent.START_REVIEW,
        ApplicationEvent.ACCEPT,
    ),
    ApplicationState.ENROLLED: (
        ApplicationEvent.SUBMIT,
        ApplicationEvent.START_REVIEW,
        ApplicationEvent.ACCEPT,
        ApplicationEvent.ACTIVATE,
    ),
    ApplicationState.DECLINED: (
        ApplicationEvent.SUBMIT,
        ApplicationEvent.START_REVIEW,
        ApplicationEvent.DECLINE,
    ),
    ApplicationState.WITHDRAWN: (ApplicationEvent.SUBMIT, ApplicationEvent.WITHDRAW),
    ApplicationState.CANCELLED: (
        ApplicationEvent.SUBMIT,
        ApplicationEvent.START_REVIEW,
        ApplicationEvent.ACCEPT,
        ApplicationEvent.CANCEL,
    ),
    ApplicationState.LAPSED: (
        ApplicationEvent.SUBMIT,
        ApplicationEvent.START_REVIEW,
        ApplicationEvent.ACCEPT,
        ApplicationEvent.LAPSE,
    ),
}
"""How an application comes into a state."""


def a_person(session: Session, name: str = "", **more: str) -> Person:
    full_name = name or f"Candidate{next(NUMBERS)} Test"
    return make_person(
        session, full_name, **({"institution": "Agence emploi jeunes", "language": "fr"} | more)
    )


def a_draft(
    session: Session, world: World, person: Person | None = None, **columns: Any
) -> Application:
    """Return a draft for the open edition, complete unless columns say otherwise."""
    edition = columns.pop("edition", world.open)
    billing = columns.pop("billing", BILLING)
    person = person or a_person(session)
    transition = TransitionRequest(
        event=ApplicationEvent.CREATE, actor_role=ActorRole.APPLICANT, by=person.id, now=NOW
    )
    application = applications.create_application(session, edition, person, transition)
    for name, value in (FULL | columns).items():
        setattr(application, name, value)
    if billing is not None:
        application.billing_party_id = save_party(session, None, edition.id, billing)
    session.flush()
    return application


def a_sent(
    session: Session, world: World, person: Person | None = None, **columns: Any
) -> Application:
    return in_state(session, world, ApplicationState.SUBMITTED, person, **columns)


def in_state(
    session: Session,
    world: World,
    state: ApplicationState,
    person: Person | None = None,
    **columns: Any,
) -> Application:
    """Return an application that went its way into a state, through the core's own functions."""
    application = a_draft(session, world, person, **columns)
    for event in PATHS_TO[state]:
        act(session, world, application, event)
    session.commit()
    return application


def act(
    session: Session,
    world: World,
    application: Application,
    event: ApplicationEvent,
    reason: str = "because",
) -> None:
    """Let the usual person do something with an application."""
    registrar = world.staff["registrar"].id  # type: ignore[index]  # roles are strings
    if event is ApplicationEvent.ACTIVATE:
        settle(session, world, application, reason)
        return
    if event in {ApplicationEvent.SUBMIT, ApplicationEvent.WITHDRAW, ApplicationEvent.PROVIDE_INFO}:
        transition = TransitionRequest(
            event=event,
            actor_role=ActorRole.APPLICANT,
            by=application.person_id,
            now=NOW,
            reason=reason,
        )
        if event is ApplicationEvent.SUBMIT:
            applications.submit(session, application, transition)
        elif event is ApplicationEvent.WITHDRAW:
            applications.withdraw(session, application, transition)
        else:
            applications.provide_info(session, application, transition)
        return
    transition = TransitionRequest(
        event=event, actor_role=ActorRole.REGISTRAR, by=registrar, now=NOW, reason=reason
    )
    decisions.decide(session, application, transition)


def settle(
    session: Session, world: World, application: Application, reason: str = "because"
) -> None:
    """Settle the place of an accepted application as finance and an approver do; it is confirmed.

    It counts as paid outside the ledger, so that no invoice, payment or e-mail about them is in
    the way.
    """
    staff = {str(role): person.id for role, person in world.staff.items()}
    account = open_account_of(session, application)
    new = NewSettlement(kind=SettlementKind.ELSEWHERE, reason=reason, by=staff["finance"], now=NOW)
    settlement = settlements.propose_settlement(session, account, new)
    approval = SettlementDecision(approved=True, by=staff["approver"], now=NOW)
    settlements.decide_settlement(session, settlement, approval)


def open_account_of(session: Session, application: Application) -> FeeAccount:
    """Return the fee account of an accepted application."""
    known = account_of(session, application.id)
    if known is not None:
        return known
    agreement = agreement_of(session, application)
    assert agreement is not None
    account = FeeAccount(
        edition_id=agreement.edition_id, fee_agreement_id=agreement.id, opened_at=NOW
    )
    session.add(account)
    session.flush()
    return account


def push(
    session: Session, application: Application, event: ApplicationEvent, who: ActorRole
) -> None:
    """Move an application with every guard held; the table alone decides."""
    transition = TransitionRequest(
        event=event, actor_role=who, by=None, now=NOW + timedelta(seconds=1), reason="because"
    )
    apply_transition(session, application, transition, ALL)


def enrolment_of(session: Session, application: Application) -> Enrolment:
    """Return the enrolment that an application led to, whatever became of it."""
    return session.get_one(Enrolment, application.enrolment_id)


def change(
    session: Session,
    application: Application,
    event: EnrolmentEvent,
    role: ActorRole = ActorRole.REGISTRAR,
) -> None:
    """Change the enrolment that an application led to, with every guard held."""
    enrolment_change = EnrolmentChange(
        event=event, actor_role=role, by=None, now=NOW + timedelta(seconds=1), reason="because"
    )
    enrolment = enrolment_of(session, application)
    enrolment_commands.apply_transition(
        session, enrolment, enrolment_change, frozenset(EnrolmentGuard)
    )


def broken(session: Session) -> list[str]:
    """Return what the health checks would name between applications, enrolments and seats."""
    return broken_enrolments(session) + broken_applications(session)


def stage_of(session: Session, application: Application) -> Stage:
    return stages_of(session, [application.id])[application.id]


def resize(session: Session, edition: Edition, capacity: int, by: int) -> None:
    """Save the edition's form with another capacity."""
    save(session, edition, by, capacity=capacity)


def save(session: Session, edition: Edition, by: int, **changed: Any) -> None:
    """Save the edition's form with something else in it."""
    columns = EditionData.__dataclass_fields__.keys() - {"texts"}
    same = {name: getattr(edition, name) for name in columns} | changed
    data = EditionData(texts=dict.fromkeys(("fr", "en", "es"), "…"), **same)
    change_edition(
        session, edition, data, SaveContext(by=by, now=NOW, course=CourseFacts(minutes=3600))
    )

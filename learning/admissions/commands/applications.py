"""What candidates do: start, fill in, submit, answer, withdraw."""

import secrets
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.admissions.commands import billing_parties, waitlist
from learning.admissions.commands.transitions import (
    TransitionRequest,
    apply_transition,
    check_transition,
    record_transition,
)
from learning.admissions.models import Application, OfferOutcome, Sponsorship
from learning.admissions.problems import ApplicationProblem
from learning.admissions.queries import applications as application_queries
from learning.admissions.queries.answers import answers_of, sponsorship_of
from learning.admissions.rules import answers, deadlines, ranking, transitions
from learning.admissions.rules.answers import (
    ConsentAnswers,
    Funding,
    FundingAnswers,
    LanguageAnswers,
    LetterAnswers,
    MotivationAnswers,
    OwnAnswers,
    PersonAnswers,
    Step,
    StepAnswers,
    WorkAnswers,
)
from learning.admissions.rules.billing import BillingDetails
from learning.admissions.rules.states import EDITABLE, ApplicationEvent, ApplicationState
from learning.admissions.rules.transitions import TransitionGuard
from learning.audit.actions import record
from learning.catalogue.models import Edition, EditionStatus
from learning.enrolment import queries, seats
from learning.files.models import FileState, StoredFile
from learning.kit.errors import RuleViolation
from learning.kit.idempotency import insert_if_absent
from learning.kit.time import start_of_day

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
REFERENCE_LENGTH = 10


def time_guards(edition: Edition, now: datetime) -> frozenset[TransitionGuard]:
    """Return the guards about time that are satisfied for an edition now."""
    satisfied = set()
    in_time = now < deadlines.closes_at(edition.apply_until, edition.zone)
    if in_time:
        satisfied.add(TransitionGuard.BEFORE_DEADLINE)
    if in_time and edition.status is EditionStatus.OPEN:
        satisfied.add(TransitionGuard.TAKES_APPLICATIONS)
    if now < start_of_day(edition.starts_on, edition.zone):
        satisfied.add(TransitionGuard.NOT_STARTED)
    return frozenset(satisfied)


def create_application(
    session: Session, edition: Edition, person: Person, request: TransitionRequest
) -> Application:
    """Create an application (T1), or return the active one that the person has in this edition."""
    application = add_application(
        session, edition, person, request
    ) or application_queries.active_application(session, person.id, edition.id)
    if application is None:
        raise LookupError(f"no application of person {person.id} was added, and there is none")
    return application


def add_application(
    session: Session, edition: Edition, person: Person, request: TransitionRequest
) -> Application | None:
    """Create an application (T1); None if the person has an active one in this edition.

    Of two requests at once, one creates it.
    """
    if application_queries.active_application(session, person.id, edition.id):
        return None
    if queries.is_enrolled(session, person.id, edition.id):
        raise RuleViolation(ApplicationProblem.ENROLLED)
    require_open(edition, request)
    reference = new_reference()
    added = insert_if_absent(
        session,
        Application,
        reference=reference,
        edition_id=edition.id,
        person_id=person.id,
        created_at=request.now,
        changed_at=request.now,
        name_key=ranking.name_key(person.name),
        study_language=person.language if person.language in edition.languages.split() else "",
    )
    if not added:
        return None
    application = session.scalars(
        select(Application).where(Application.reference == reference)
    ).one()
    record_transition(session, application, request, None)
    return application


def require_open(edition: Edition, request: TransitionRequest) -> None:
    """Raise RuleViolation if an edition takes no applications now."""
    problem = transitions.violation_of(
        None, ApplicationEvent.CREATE, request.actor_role, _guard_context(edition, request)
    )
    if problem is not None:
        raise RuleViolation(problem)


def new_reference() -> str:
    """Return an unused reference that is hard to guess and hard to misread."""
    return "".join(secrets.choice(ALPHABET) for _ in range(REFERENCE_LENGTH))


def save_step(
    session: Session, application: Application, step_answers: StepAnswers, *, now: datetime
) -> None:
    """Save the answers of a step.

    Only a draft, or an application that awaits information, can change.
    """
    if application.state not in EDITABLE:
        raise RuleViolation(transitions.TransitionProblem.INVALID_TRANSITION)
    if isinstance(step_answers, BillingDetails):
        application.billing_party_id = billing_parties.save_party(
            session, application.billing_party_id, application.edition_id, step_answers
        )
    else:
        _write(application, step_answers)
    application.changed_at = now


def _write(application: Application, own_answers: OwnAnswers) -> None:
    """Write answers into the application's own columns."""
    match own_answers:
        case PersonAnswers():
            application.gender, application.country = own_answers.gender, own_answers.country
        case WorkAnswers():
            application.position = own_answers.position
            application.constituency = own_answers.constituency
        case MotivationAnswers():
            application.motivation = own_answers.motivation
        case LanguageAnswers():
            application.study_language = own_answers.study_language
        case FundingAnswers():
            application.funding = own_answers.funding
            application.sponsor_share = answers.share_of(
                own_answers.funding, own_answers.sponsor_share
            )
        case LetterAnswers():
            application.letter_id = own_answers.letter_id
        case ConsentAnswers():
            application.consent_version = own_answers.version
            application.consented_at = own_answers.consented_at


def missing_steps(session: Session, application: Application) -> list[Step]:
    """Return the steps that are not complete yet."""
    present_answers = answers_of(session, application)
    sponsorship = sponsorship_of(session, application)
    if present_answers.has_letter and not _is_sound(session, application, sponsorship):
        present_answers = replace(present_answers, has_letter=False)
    return answers.missing(present_answers)


def submit(session: Session, application: Application, request: TransitionRequest) -> None:
    """Submit an application (T2) if applications are open now, to the second."""
    edition = session.get_one(Edition, application.edition_id)
    if queries.is_enrolled(session, application.person_id, edition.id):
        raise RuleViolation(ApplicationProblem.ENROLLED)
    satisfied = time_guards(edition, request.now)
    if not missing_steps(session, application):
        satisfied |= {TransitionGuard.COMPLETE}
    apply_transition(session, application, request, satisfied)
    application.submitted_at = request.now
    application.name_key = ranking.name_key(session.get_one(Person, application.person_id).name)


def provide_info(session: Session, application: Application, request: TransitionRequest) -> None:
    """Answer the registrar's question (T5)."""
    until = application.answer_until
    in_time = until is None or request.now < until
    satisfied = frozenset({TransitionGuard.IN_TIME} if in_time else ())
    apply_transition(session, application, request, satisfied)


def withdraw(session: Session, application: Application, request: TransitionRequest) -> None:
    """Withdraw before a decision or from the waiting list (T10); an open offer goes to the next."""
    with seats.seat_changes(session, application.edition_id, now=request.now):
        session.refresh(application)
        check_transition(application, request, frozenset())
        waitlist.withdraw_offer(session, application, OfferOutcome.DECLINED, request.now)
        apply_transition(session, application, request)


def discard_draft(session: Session, application: Application, *, by: int, now: datetime) -> None:
    """Delete a draft; an application that was submitted once is never deleted."""
    if application.state is not ApplicationState.DRAFT:
        raise RuleViolation(transitions.TransitionProblem.INVALID_TRANSITION)
    application_queries.delete_draft(session, application)
    record(session, "draft discarded", f"application {application.id}", by=by, now=now)


def is_fellowship(application: Application) -> bool:
    return application.funding == Funding.FELLOWSHIP


def _is_sound(session: Session, application: Application, sponsorship: Sponsorship | None) -> bool:
    """Whether there is a nomination letter: signed, or uploaded and not infected."""
    if sponsorship is not None and sponsorship.signed_at is not None:
        return True
    letters = (application.letter_id, sponsorship.letter_id if sponsorship else None)
    files = (session.get_one(StoredFile, letter) for letter in letters if letter is not None)
    return any(file.state is not FileState.INFECTED for file in files)


def _guard_context(edition: Edition, request: TransitionRequest) -> transitions.GuardContext:
    return transitions.GuardContext(
        satisfied=time_guards(edition, request.now), reason=request.reason
    )

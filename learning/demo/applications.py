"""Applications of the demonstration, in each state, from four regions, in three languages."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from learning.accounts import actions as accounts
from learning.accounts.actions import NewPerson
from learning.accounts.models import Person
from learning.admissions.commands import (
    applications,
    assessments,
    decisions,
    sponsorships,
    transfers,
)
from learning.admissions.commands.assessments import AssessmentScores
from learning.admissions.commands.billing_parties import save_party
from learning.admissions.commands.sponsorships import Contact, SponsorStatement
from learning.admissions.commands.transitions import TransitionRequest
from learning.admissions.models import Application
from learning.admissions.rules.answers import CONSENT_VERSION, share_of
from learning.admissions.rules.billing import BillingDetails, PartyKind
from learning.admissions.rules.ranking import Criterion
from learning.admissions.rules.states import ApplicationEvent
from learning.catalogue.models import Edition
from learning.demo.candidates import CANDIDATES, READ, DemoCandidate
from learning.demo.fees import settle
from learning.enrolment.rules import ActorRole

E = ApplicationEvent


SUBSTITUTION_REASON = "L’agence envoie sa conseillère à la place du chef d’antenne."
MOTIVATION = {
    "fr": "Chaque semaine, des personnes de retour viennent à notre guichet sans savoir où aller. "
    "Je veux apprendre à les orienter mieux et à monter un dispositif avec les communes.",
    "en": "Every week people come back and do not know where to turn. I want to learn how to guide "
    "them better, and to set up a referral system with the municipalities.",
    "es": "Cada semana regresan personas que no saben a quién acudir. Quiero aprender a "
    "orientarlas mejor y a montar un sistema de derivación con los municipios.",
}
REMARKS = {
    "fr": "Projet clair, institution bien placée.",
    "en": "Clear plan, well placed institution.",
    "es": "Plan claro, institución bien situada.",
}


@dataclass(frozen=True, kw_only=True)
class Staff:
    """The deciding and the assessing staff of the demonstration, by the ids of people.

    `money` are the one who proposes how a place is settled and the one who approves it. All
    candidates have the password of `password_hash`.
    """

    registrar: int
    assessors: tuple[int, int]
    money: tuple[int, int]
    password_hash: str


def load_applications(session: Session, edition: Edition, staff: Staff, *, now: datetime) -> None:
    """Create the candidates' applications of a few days ago, and the staff decisions since."""
    applications = {
        candidate.email: load_application(
            session,
            edition,
            candidate,
            staff,
            at=now - timedelta(days=5, hours=-5 * number),
        )
        for number, candidate in enumerate(CANDIDATES)
    }
    transition = TransitionRequest(
        event=ApplicationEvent.SUBSTITUTE,
        actor_role=ActorRole.REGISTRAR,
        by=staff.registrar,
        now=now,
        reason=SUBSTITUTION_REASON,
        received_on=(now - timedelta(days=1)).date(),
    )
    transfers.substitute(
        session, applications["youssef@example.org"], applications["salma@example.org"], transition
    )


def load_application(
    session: Session,
    edition: Edition,
    candidate: DemoCandidate,
    staff: Staff,
    *,
    at: datetime,
) -> Application:
    """Create a candidate with their application, and carry out its events, 20 hours apart."""
    new = NewPerson(
        email=candidate.email,
        name=candidate.name,
        language=candidate.language,
        zone=candidate.zone,
        institution=candidate.work[0],
    )
    person = accounts.add_person(session, new, by=None, now=at, password_hash=staff.password_hash)
    application = _draft(session, edition, person, candidate, at)
    for step, event in enumerate(candidate.events):
        if step == len(READ):
            _assess(session, application, candidate, staff, at)
        if event is E.ACTIVATE:
            settle(session, application, candidate.reason, people=staff.money, now=at)
        else:
            _do(session, application, _transition(application, candidate, event, staff, at))
        at += timedelta(hours=20)
    if candidate.events == READ:
        _assess(session, application, candidate, staff, at)
    return application


def _draft(
    session: Session, edition: Edition, person: Person, candidate: DemoCandidate, at: datetime
) -> Application:
    transition = TransitionRequest(
        event=ApplicationEvent.CREATE, actor_role=ActorRole.APPLICANT, by=person.id, now=at
    )
    application = applications.create_application(session, edition, person, transition)
    application.gender, application.country = candidate.gender, candidate.country
    _, application.position, application.constituency = candidate.work
    application.study_language = candidate.language
    if not candidate.funding:
        return application
    application.motivation = MOTIVATION[candidate.language]
    application.funding = candidate.funding
    application.sponsor_share = share_of(candidate.funding, 60)
    own = _billing(PartyKind.PERSON, candidate.name, candidate)
    application.billing_party_id = save_party(session, None, edition.id, own)
    application.consent_version, application.consented_at = CONSENT_VERSION, at
    if application.sponsor_share:
        _let_sponsor_sign(session, application, candidate, at)
    return application


def _billing(kind: PartyKind, name: str, candidate: DemoCandidate) -> BillingDetails:
    line1, postcode, town = candidate.address
    return BillingDetails(
        kind=kind,
        name=name,
        line1=line1,
        line2="",
        postcode=postcode,
        town=town,
        country=candidate.country,
    )


def _let_sponsor_sign(
    session: Session, application: Application, candidate: DemoCandidate, at: datetime
) -> None:
    contact = Contact(
        organisation=candidate.work[0],
        name="Direction",
        email=f"sponsor-{candidate.email}",
        language=candidate.language,
    )
    sponsorship = sponsorships.invite_sponsor(session, application, contact, now=at)
    statement = SponsorStatement(
        share=application.sponsor_share,
        signed_by="Direction",
        billing=_billing(PartyKind.ORGANISATION, candidate.work[0], candidate),
        version=sponsorship.version,
    )
    sponsorships.save_statement(session, sponsorship, statement, now=at)


def _assess(
    session: Session, application: Application, candidate: DemoCandidate, staff: Staff, at: datetime
) -> None:
    for assessor, points in zip(staff.assessors, candidate.scores, strict=False):
        scores = AssessmentScores(
            scores=dict.fromkeys(Criterion, points), remark=REMARKS[candidate.language]
        )
        assessments.save_assessment(session, application, scores, by=assessor, now=at)


def _transition(
    application: Application,
    candidate: DemoCandidate,
    event: ApplicationEvent,
    staff: Staff,
    at: datetime,
) -> TransitionRequest:
    own = event in {ApplicationEvent.SUBMIT, ApplicationEvent.WITHDRAW}
    return TransitionRequest(
        event=event,
        actor_role=ActorRole.APPLICANT if own else ActorRole.REGISTRAR,
        by=application.person_id if own else staff.registrar,
        now=at,
        reason=""
        if event in {ApplicationEvent.SUBMIT, ApplicationEvent.START_REVIEW}
        else candidate.reason,
    )


def _do(session: Session, application: Application, transition: TransitionRequest) -> None:
    if transition.event is ApplicationEvent.SUBMIT:
        applications.submit(session, application, transition)
    elif transition.event is ApplicationEvent.WITHDRAW:
        applications.withdraw(session, application, transition)
    else:
        decisions.decide(session, application, transition)

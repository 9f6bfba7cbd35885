"""Candidates of the demonstration, in each state, from four regions, in three languages."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from learning.accounts import actions as accounts
from learning.accounts.actions import NewPerson
from learning.accounts.models import Person
from learning.catalogue.models import Edition
from learning.enrolment import applying, assessing, deciding, passing, sponsoring
from learning.enrolment.answers import CONSENT_VERSION, share_of
from learning.enrolment.assessing import Given
from learning.enrolment.models import Application
from learning.enrolment.moving import Deed
from learning.enrolment.ranking import Criterion
from learning.enrolment.rules import Event, Who
from learning.enrolment.sponsoring import Contact, Statement

E = Event
READ = (E.SUBMIT, E.OPEN_REVIEW)


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Somebody who applies: `work` is institution, position, constituency; `points` 0 to 4."""

    name: str
    email: str
    language: str
    zone: str
    country: str
    gender: str
    work: tuple[str, str, str]
    funding: str
    way: tuple[Event, ...]
    points: tuple[int, int] = (0, 0)
    reason: str = ""


CANDIDATES = (
    Candidate(
        name="Aminata Traoré", email="candidate@example.org", language="fr",
        zone="Africa/Bamako", country="ML", gender="woman",
        work=("Conseil supérieur de la diaspora", "Chargée d’accueil", "government"),
        funding="", way=(),
    ),
    Candidate(
        name="Kouassi Yao", email="kouassi@example.org", language="fr",
        zone="Africa/Abidjan", country="CI", gender="man",
        work=("Agence emploi jeunes", "Conseiller emploi", "government"),
        funding="sponsor", way=(E.SUBMIT,),
    ),
    Candidate(
        name="Rosa Huamán", email="rosa@example.org", language="es",
        zone="America/Lima", country="PE", gender="woman",
        work=("Central de Trabajadores", "Secretaria de migraciones", "workers"),
        funding="self", way=READ, points=(4, 3),
    ),
    Candidate(
        name="Mamadou Bah", email="mamadou@example.org", language="fr",
        zone="Africa/Conakry", country="GN", gender="man",
        work=("Association des migrants de retour", "Coordinateur", "civil-society"),
        funding="mixed", way=(*READ, E.ASK_INFO), points=(3, 3),
        reason="Quelle part du coût votre association prend-elle en charge ?",
    ),
    Candidate(
        name="Grace Villanueva", email="grace@example.org", language="en",
        zone="Asia/Manila", country="PH", gender="woman",
        work=("Overseas Workers Desk, Cebu", "Case officer", "government"),
        funding="sponsor", way=(*READ, E.ACCEPT), points=(4, 4),
        reason="Strong plan for returnees from the Gulf.",
    ),
    Candidate(
        name="Giorgi Lomidze", email="giorgi@example.org", language="en",
        zone="Asia/Tbilisi", country="GE", gender="man",
        work=("Employers’ Association", "Policy adviser", "employers"),
        funding="self", way=(*READ, E.ACCEPT, E.ACTIVATE), points=(3, 4),
        reason="Paid by bank transfer.",
    ),
    Candidate(
        name="Marie-Claire Essomba", email="marieclaire@example.org", language="fr",
        zone="Africa/Douala", country="CM", gender="woman",
        work=("Fonds national de l’emploi", "Cheffe de service", "government"),
        funding="fellowship", way=(*READ, E.ACCEPT), points=(4, 4),
        reason="Bourse du programme Retour.",
    ),
    Candidate(
        name="Carlos Menjívar", email="carlos@example.org", language="es",
        zone="America/El_Salvador", country="SV", gender="man",
        work=("Alcaldía de San Miguel", "Enlace de retornados", "government"),
        funding="self", way=(*READ, E.WAITLIST), points=(3, 2),
        reason="La edición está completa para esta región.",
    ),
    Candidate(
        name="Thu Hà Phạm", email="thuha@example.org", language="en",
        zone="Asia/Ho_Chi_Minh", country="VN", gender="woman",
        work=("Department of Overseas Labour", "Officer", "government"),
        funding="sponsor", way=(*READ, E.WAITLIST), points=(3, 3),
        reason="The seats for this institution are taken.",
    ),
    Candidate(
        name="Samir Haddad", email="samir@example.org", language="fr",
        zone="Africa/Tunis", country="TN", gender="man",
        work=("Cabinet de conseil", "Consultant", "private"),
        funding="self", way=(*READ, E.DECLINE), points=(1, 1),
        reason="Votre travail n’a pas encore de lien avec le retour ou la réintégration.",
    ),
    Candidate(
        name="Blessing Eze", email="blessing@example.org", language="en",
        zone="Africa/Lagos", country="NG", gender="woman",
        work=("Nigeria Labour Congress", "Organiser", "workers"),
        funding="self", way=(E.SUBMIT, E.WITHDRAW), reason="I go on parental leave.",
    ),
    Candidate(
        name="Youssef El Amrani", email="youssef@example.org", language="fr",
        zone="Africa/Casablanca", country="MA", gender="man",
        work=("Agence de l’emploi de l’Oriental", "Chef d’antenne", "government"),
        funding="sponsor", way=(*READ, E.ACCEPT, E.ACTIVATE), points=(3, 3),
        reason="Pris en charge par l’agence.",
    ),
    Candidate(
        name="Salma Bennis", email="salma@example.org", language="fr",
        zone="Africa/Casablanca", country="MA", gender="woman",
        work=("Agence de l’emploi de l’Oriental", "Conseillère", "government"),
        funding="sponsor", way=READ, points=(3, 4),
    ),
)  # fmt: skip
HANDED_OVER = "L’agence envoie sa conseillère à la place du chef d’antenne."
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
    """Who decides and who assesses in the demonstration."""

    registrar: int
    assessors: tuple[int, int]


def fill(
    session: Session, edition: Edition, staff: Staff, password_hash: str, *, now: datetime
) -> None:
    """Let everybody apply for an edition, a few days ago, and staff decide since."""
    made = {}
    for number, candidate in enumerate(CANDIDATES):
        at = now - timedelta(days=5, hours=-5 * number)
        new = NewPerson(
            email=candidate.email,
            name=candidate.name,
            language=candidate.language,
            zone=candidate.zone,
            institution=candidate.work[0],
        )
        person = accounts.add_person(session, new, by=None, now=at, password_hash=password_hash)
        application = _draft(session, edition, person, candidate, at)
        for step, event in enumerate(candidate.way):
            if step == len(READ) and any(candidate.points):
                _assess(session, application, candidate, staff, at)
            _do(session, application, _deed(application, candidate, event, staff, at))
            at += timedelta(hours=20)
        if candidate.way == READ:
            _assess(session, application, candidate, staff, at)
        made[candidate.email] = application
    deed = Deed(
        event=Event.SUBSTITUTE, who=Who.REGISTRAR, by=staff.registrar, now=now,
        reason=HANDED_OVER, noticed_on=(now - timedelta(days=1)).date(),
    )  # fmt: skip
    passing.substitute(session, made["youssef@example.org"], made["salma@example.org"], deed)


def _draft(
    session: Session, edition: Edition, person: Person, candidate: Candidate, at: datetime
) -> Application:
    deed = Deed(event=Event.CREATE, who=Who.APPLICANT, by=person.id, now=at)
    application = applying.begin(session, edition, person, deed)
    application.gender, application.country = candidate.gender, candidate.country
    _, application.position, application.constituency = candidate.work
    application.study_language = candidate.language
    if not candidate.funding:
        return application
    application.motivation = MOTIVATION[candidate.language]
    application.funding = candidate.funding
    application.sponsor_share = share_of(candidate.funding, 60)
    application.bill_to = "person"
    application.billing_name, application.billing_country = candidate.name, candidate.country
    application.billing_address = candidate.work[0]
    application.consent_version, application.consented_at = CONSENT_VERSION, at
    if application.sponsor_share:
        _let_sponsor_sign(session, application, candidate, at)
    return application


def _let_sponsor_sign(
    session: Session, application: Application, candidate: Candidate, at: datetime
) -> None:
    contact = Contact(
        organisation=candidate.work[0],
        name="Direction",
        email=f"sponsor-{candidate.email}",
        language=candidate.language,
    )
    sponsorship = sponsoring.ask_sponsor(session, application, contact, now=at)
    said = Statement(
        share=application.sponsor_share,
        signed_by="Direction",
        billing_name=candidate.work[0],
        billing_address=candidate.work[0],
        billing_country=candidate.country,
        vat_id="",
        po_number="",
        version=sponsorship.version,
    )
    sponsoring.state(session, sponsorship, said, now=at)


def _assess(
    session: Session, application: Application, candidate: Candidate, staff: Staff, at: datetime
) -> None:
    for assessor, points in zip(staff.assessors, candidate.points, strict=True):
        given = Given(points=dict.fromkeys(Criterion, points), remark=REMARKS[candidate.language])
        assessing.assess(session, application, given, by=assessor, now=at)


def _deed(
    application: Application, candidate: Candidate, event: Event, staff: Staff, at: datetime
) -> Deed:
    own = event in {Event.SUBMIT, Event.WITHDRAW}
    return Deed(
        event=event,
        who=Who.APPLICANT if own else Who.REGISTRAR,
        by=application.person_id if own else staff.registrar,
        now=at,
        reason="" if event in {Event.SUBMIT, Event.OPEN_REVIEW} else candidate.reason,
    )


def _do(session: Session, application: Application, deed: Deed) -> None:
    if deed.event is Event.SUBMIT:
        applying.submit(session, application, deed)
    elif deed.event is Event.WITHDRAW:
        applying.withdraw(session, application, deed)
    else:
        deciding.decide(session, application, deed)

"""A demonstration: three editions, people in every role, a cohort in its fourth week.

Dates are relative to the day it is made. It fills an empty database only.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.access.permissions import EDITION_ROLES, Role
from learning.accounts import actions as accounts
from learning.accounts.actions import HeldRole, NewPerson
from learning.accounts.models import Person
from learning.accounts.passwords import hash_password
from learning.catalogue.models import Edition, EditionStatus, EditionText
from learning.content.course import Course
from learning.demo import applications
from learning.demo.applications import Staff
from learning.enrolment.actions import give_place
from learning.kit.money import Money
from learning.lessons import actions as lessons
from learning.lessons.actions import Answer, NewNote, Place

COURSE = "reintegration"
PASSWORD = "six weeks in Turin"
ZONE = "Europe/Rome"
WEEKS, WEEK = 6, 4


@dataclass(frozen=True, kw_only=True)
class Someone:
    """A person of the demonstration: `share` of module 4 is done."""

    name: str
    email: str
    language: str
    zone: str
    institution: str
    share: float = 0.0


PARTICIPANTS = (
    Someone(
        name="Awa Koné",
        email="awa@example.org",
        language="fr",
        zone="Africa/Abidjan",
        institution="Direction de l’emploi, Bouaké",
        share=0.4,
    ),
    Someone(
        name="Luis Quispe Mamani",
        email="luis@example.org",
        language="es",
        zone="America/Lima",
        institution="Municipalidad de Arequipa",
        share=1.0,
    ),
    Someone(
        name="Maria Santos",
        email="maria@example.org",
        language="en",
        zone="Asia/Manila",
        institution="Overseas Workers Desk, Iloilo",
        share=0.8,
    ),
    Someone(
        name="Fatoumata Diallo",
        email="fatoumata@example.org",
        language="fr",
        zone="Africa/Conakry",
        institution="Association des migrants de retour",
        share=0.6,
    ),
    Someone(
        name="Tamar Beridze",
        email="tamar@example.org",
        language="en",
        zone="Asia/Tbilisi",
        institution="Employment Agency",
        share=1.0,
    ),
    Someone(
        name="José Ángel Núñez",
        email="jose@example.org",
        language="es",
        zone="America/El_Salvador",
        institution="Ministerio de Relaciones Exteriores",
        share=0.2,
    ),
    Someone(
        name="Chinedu Okafor",
        email="chinedu@example.org",
        language="en",
        zone="Africa/Lagos",
        institution="Nigeria Labour Congress",
        share=0.4,
    ),
    Someone(
        name="Éloïse Mbarga",
        email="eloise@example.org",
        language="fr",
        zone="Africa/Douala",
        institution="PAARDIC",
        share=0.8,
    ),
    Someone(
        name="Nguyễn Thị Lan",
        email="lan@example.org",
        language="en",
        zone="Asia/Ho_Chi_Minh",
        institution="Department of Overseas Labour",
    ),
    Someone(
        name="Ibrahima Sarr",
        email="ibrahima@example.org",
        language="fr",
        zone="Africa/Dakar",
        institution="Chambre de commerce de Kaolack",
        share=0.2,
    ),
    Someone(
        name="Sofía Herrera",
        email="sofia@example.org",
        language="es",
        zone="America/Guatemala",
        institution="Casa del Migrante",
        share=0.6,
    ),
    Someone(
        name="Yasmine Haddad",
        email="yasmine@example.org",
        language="fr",
        zone="Africa/Tunis",
        institution="Office des Tunisiens à l’étranger",
        share=1.0,
    ),
)
STAFF = (
    (Role.TUTOR, "Claire Fontaine"),
    (Role.EXPERT, "Samuel Owusu"),
    (Role.REGISTRAR, "Paola Ricci"),
    (Role.FINANCE, "Marco Bianchi"),
    (Role.APPROVER, "Ingrid Larsen"),
    (Role.ADMINISTRATOR, "Pedro Alonso"),
    (Role.AUDITOR, "Hana Novak"),
    (Role.SPONSOR, "Julie Martin"),
)
TEXTS = {
    "fr": "En ligne, en trois langues ; 5 à 10 heures par semaine, 60 heures en tout.",
    "en": "Online, in three languages; 5 to 10 hours a week, 60 hours in all.",
    "es": "En línea, en tres idiomas; de 5 a 10 horas por semana, 60 horas en total.",
}
NOTES = {
    "fr": "À vérifier avec le chef du service des marchés, lundi.",
    "en": "Ask the registry which certificate they would accept.",
    "es": "Preguntar en la oficina de empleo qué formulario usan.",
}


def fill(session: Session, course: Course, *, now: datetime) -> bool:
    """Make the demonstration; return False, and do nothing, where there are people already."""
    if session.scalar(select(Person.id).limit(1)) is not None:
        return False
    monday = now.date() - timedelta(days=now.weekday())
    running, upcoming, finished = _editions(session, monday, now)
    password_hash = hash_password(PASSWORD)
    staff: dict[Role, int] = {}
    for role, name in STAFF:
        new = NewPerson(email=f"{role}@example.org", name=name, language="fr", zone=ZONE)
        person = accounts.add_person(session, new, by=None, now=now, password_hash=password_hash)
        editions = (running, upcoming, finished) if role in EDITION_ROLES else (None,)
        for edition in editions:
            held = HeldRole(
                person_id=person.id, role=role, edition_id=edition.id if edition else None
            )
            accounts.grant_role(session, held, by=None, now=now)
        staff[role] = person.id
    for number, someone in enumerate(PARTICIPANTS):
        person = _participant(session, someone, password_hash, now)
        early = now - timedelta(days=40)
        place = give_place(session, running, person, by=None, now=early)
        _study(session, course, place.id, someone, now - timedelta(hours=5 * number + 1))
    for someone in PARTICIPANTS[-3:]:
        former = NewPerson(email=f"former-{someone.email}", name=someone.name, language="fr")
        person = accounts.add_person(session, former, by=None, now=now)
        give_place(session, finished, person, by=None, now=now)
    admission = Staff(
        registrar=staff[Role.REGISTRAR], assessors=(staff[Role.REGISTRAR], staff[Role.EXPERT])
    )
    applications.fill(session, upcoming, admission, password_hash, now=now)
    return True


def _participant(session: Session, someone: Someone, password_hash: str, now: datetime) -> Person:
    new = NewPerson(
        email=someone.email,
        name=someone.name,
        language=someone.language,
        zone=someone.zone,
        institution=someone.institution,
    )
    return accounts.add_person(session, new, by=None, now=now, password_hash=password_hash)


def _editions(session: Session, monday: date, now: datetime) -> tuple[Edition, Edition, Edition]:
    running = _edition(monday - timedelta(weeks=3), EditionStatus.RUNNING, now)
    upcoming = _edition(monday + timedelta(weeks=8), EditionStatus.OPEN, now)
    finished = _edition(monday - timedelta(weeks=25), EditionStatus.FINISHED, now)
    session.add_all((running, upcoming, finished))
    session.flush()  # roles, places and texts name the editions by id
    session.add_all(
        EditionText(edition_id=edition.id, language=language, body=body)
        for edition in (running, upcoming, finished)
        for language, body in TEXTS.items()
    )
    return running, upcoming, finished


def _edition(starts_on: date, status: EditionStatus, now: datetime) -> Edition:
    return Edition(
        code=f"{COURSE}-{starts_on:%Y-%m}",
        course=COURSE,
        starts_on=starts_on,
        ends_on=starts_on + timedelta(weeks=WEEKS) - timedelta(days=3),
        zone=ZONE,
        apply_until=starts_on - timedelta(days=5),
        project_due_on=starts_on + timedelta(weeks=WEEKS) - timedelta(days=3),
        weeks=WEEKS,
        hours_low=5,
        hours_high=10,
        capacity=30,
        fee=Money(98000, "EUR"),
        learning_hours=60,
        languages="fr en es",
        status=status,
        changed_at=now,
    )


def _study(
    session: Session, course: Course, enrolment_id: int, someone: Someone, now: datetime
) -> None:
    """Let somebody study what came before, and their share of this week's module."""
    if not someone.share:
        return
    keys = [lesson.key for module in course.modules[:WEEK] for lesson in module.lessons]
    before = len(keys) - len(course.modules[WEEK - 1].lessons)
    done = before + round((len(keys) - before) * someone.share)
    for key in keys[:done]:
        place = Place(enrolment_id=enrolment_id, lesson=key)
        lessons.open_lesson(session, place, now=now)
        lessons.mark_done(session, place, done=True, now=now)
    here = keys[min(done, len(keys) - 1)]
    text = course.lessons[here].texts[someone.language]
    middle = text.keys[len(text.keys) // 2]
    place = Place(enrolment_id=enrolment_id, lesson=here, block=middle)
    lessons.open_lesson(session, place, now=now)
    check = next(iter(text.checks.values()))
    right = [answer.number for answer in check.answers if answer.right]
    answer = Answer(check=check.key, chosen=right, right=True)
    lessons.answer_check(session, place, answer, now=now)
    note = NewNote(body=NOTES[someone.language], version=0)
    lessons.write_note(session, place, note, now=now)
    lessons.keep_place(session, place, now=now)


def how_to_sign_in(*, fresh: bool) -> str:
    """Return what a newcomer needs to look around."""
    lines = ["", "Sign in with the password “" + PASSWORD + "” as:"]
    lines += [f"  {s.email:26} participant, {s.language}" for s in PARTICIPANTS[:3]]
    lines += [f"  {applications.CANDIDATES[0].email:26} candidate, fr"]
    lines += [f"  {role}@example.org".ljust(28) + f" {role}" for role, _ in STAFF]
    return "\n".join(lines if fresh else ["(The demonstration is there already.)", *lines])

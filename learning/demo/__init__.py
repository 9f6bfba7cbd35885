"""Demonstration data: three editions, people in every role, a cohort in its fourth week.

Dates are relative to the day it is created. It fills an empty database only.
"""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.access.permissions import EDITION_ROLES, Role
from learning.accounts import actions as accounts
from learning.accounts.actions import NewPerson, RoleAssignment
from learning.accounts.models import Person
from learning.accounts.passwords import hash_password
from learning.catalogue import dates
from learning.catalogue import queries as catalogue
from learning.catalogue.models import Edition, EditionStatus, EditionText
from learning.content.course import Course, Kind, LessonText
from learning.demo import (
    applications,
    candidates,
    centre,
    deadlines,
    gradebook,
    messages,
    money,
    quizzes,
    tutors,
)
from learning.demo.applications import Staff
from learning.demo.people import AGREED, PARTICIPANTS, STAFF, DemoPerson
from learning.enrolment.models import Enrolment
from learning.kit.money import Money
from learning.lessons import actions as lessons
from learning.lessons.actions import Answer, NewNote, ReadingPosition
from learning.participants.commands import enrol_person
from learning.wiring import gradebook_sources

COURSE = "reintegration"
PASSWORD = "six weeks in Turin"
ZONE = "Europe/Rome"
WEEKS, WEEK = 6, 4
TEXTS = {
    "fr": "En ligne, en trois langues ; 5 à 10 heures par semaine, 60 heures en tout.",
    "en": "Online, in three languages; 5 to 10 hours a week, 60 hours in all.",
    "es": "En línea, en tres idiomas; de 5 a 10 horas por semana, 60 horas en total.",
}
NOTES = {
    "fr": (
        "Demander à l’agence emploi jeunes combien de personnes de retour elle reçoit par an.",
        "À comparer avec la feuille d’orientation que nous utilisons à Bouaké.",
        "À vérifier avec le chef du service des marchés, lundi.",
    ),
    "en": (
        "How many returnees come to the public employment service in a year?",
        "Compare with the referral sheet that our desk uses.",
        "Ask the registry which certificate they would accept.",
    ),
    "es": (
        "¿Cuántas personas retornadas atiende al año el servicio público de empleo?",
        "Comparar con la ficha de derivación que usamos.",
        "Preguntar en la oficina de empleo qué formulario usan.",
    ),
}


def load_demo(session: Session, course: Course, *, now: datetime) -> bool:
    """Create the demonstration data; return False, and do nothing, if there are people already."""
    if session.scalar(select(Person.id).limit(1)) is not None:
        return False
    monday = now.date() - timedelta(days=now.weekday())
    running, upcoming, finished = _editions(session, course, monday, now)
    password_hash = hash_password(PASSWORD)
    staff: dict[Role, int] = {}
    for role, name in STAFF:
        new = NewPerson(email=f"{role}@example.org", name=name, language="fr", zone=ZONE)
        person = accounts.add_person(session, new, by=None, now=now, password_hash=password_hash)
        person.public_profile = role in AGREED
        editions = (running, upcoming, finished) if role in EDITION_ROLES else (None,)
        for edition in editions:
            assignment = RoleAssignment(
                person_id=person.id, role=role, edition_id=edition.id if edition else None
            )
            accounts.grant_role(session, assignment, by=None, now=now)
        staff[role] = person.id
    tutors.state_competences(session, running, staff, now=now)
    tutors.add_second_tutor(session, running, password_hash, by=staff[Role.REGISTRAR], now=now)
    enrolments = []
    for number, someone in enumerate(PARTICIPANTS):
        person = _participant(session, someone, password_hash, now)
        early = now - timedelta(days=40)
        enrolment = enrol_person(session, running, person, by=None, now=early)
        enrolments.append(enrolment)
        _study(session, course, enrolment, someone, now - timedelta(hours=5 * number + 1))
    tutors.assign(session, running, now=now)
    deadlines.agree(session, enrolments[0], by=staff[Role.REGISTRAR], now=now)
    deadlines.extend(session, enrolments[1], course, by=staff[Role.TUTOR], now=now)
    quizzes.load_attempts(session, enrolments, course, now=now)
    for someone in PARTICIPANTS[-3:]:
        former = NewPerson(email=f"former-{someone.email}", name=someone.name, language="fr")
        person = accounts.add_person(session, former, by=None, now=now)
        enrol_person(session, finished, person, by=None, now=now)
    sources = gradebook_sources(lambda _key: course)
    absent = [not someone.share for someone in PARTICIPANTS].index(True)
    decided = (*enrolments[1:3], enrolments[absent])
    gradebook.decide(session, sources, decided, by=staff[Role.LEAD], now=now)
    gradebook.sign_sheet(session, sources, finished, lead=staff[Role.LEAD], now=now)
    finance, approver = staff[Role.FINANCE], staff[Role.APPROVER]
    centre.enter_details(session, by=finance, approver=approver, now=now)
    admission = Staff(
        registrar=staff[Role.REGISTRAR],
        assessors=(staff[Role.REGISTRAR], staff[Role.EXPERT]),
        money=(finance, approver),
        password_hash=password_hash,
    )
    money.load_overdue(session, running, admission, now=now)
    applications.load_applications(session, upcoming, admission, now=now)
    money.load_payments(session, upcoming, admission, now=now)
    messages.load_messages(session, now=now)
    return True


def _participant(
    session: Session, someone: DemoPerson, password_hash: str, now: datetime
) -> Person:
    new = NewPerson(
        email=someone.email,
        name=someone.name,
        language=someone.language,
        zone=someone.zone,
        institution=someone.institution,
    )
    return accounts.add_person(session, new, by=None, now=now, password_hash=password_hash)


def _editions(
    session: Session, course: Course, monday: date, now: datetime
) -> tuple[Edition, Edition, Edition]:
    policy = catalogue.policies(session)[0].version
    running = _edition(monday - timedelta(weeks=3), EditionStatus.RUNNING, policy, now)
    upcoming = _edition(monday + timedelta(weeks=8), EditionStatus.OPEN, policy, now)
    finished = _edition(monday - timedelta(weeks=25), EditionStatus.FINISHED, policy, now)
    session.add_all((running, upcoming, finished))
    session.flush()  # roles, places, dates and texts name the editions by id
    for each in (running, upcoming, finished):
        dates.write_dates(session, each, course.deadlines)
    session.add_all(
        EditionText(edition_id=edition.id, language=language, body=body)
        for edition in (running, upcoming, finished)
        for language, body in TEXTS.items()
    )
    return running, upcoming, finished


def _edition(starts_on: date, status: EditionStatus, policy: str, now: datetime) -> Edition:
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
        policy_version=policy,
        status=status,
        changed_at=now,
    )


def _study(
    session: Session, course: Course, enrolment: Enrolment, someone: DemoPerson, now: datetime
) -> None:
    """Mark earlier modules as done, and a share of this week's."""
    if not someone.share:
        return
    keys = [lesson.key for module in course.modules[:WEEK] for lesson in module.lessons]
    before = len(keys) - len(course.modules[WEEK - 1].lessons)
    done = before + round((len(keys) - before) * someone.share)
    for key in keys[:done]:
        position = _position(enrolment, key)
        lessons.record_opened(session, position, now=now)
        lessons.mark_done(session, position, done=True, now=now)
    current_lesson = keys[min(done, len(keys) - 1)]
    text = course.lessons[current_lesson].texts[someone.language]
    position = _position(enrolment, current_lesson, _middle(text))
    lessons.record_opened(session, position, now=now)
    check = next(iter(text.checks.values()))
    right = [answer.number for answer in check.answers if answer.right]
    answer = Answer(check=check.key, chosen=right, right=True)
    lessons.answer_check(session, position, answer, now=now)
    noted = (keys[0], keys[before - 2], current_lesson)
    for lesson, body in zip(noted, NOTES[someone.language], strict=True):
        block = _middle(course.lessons[lesson].texts[someone.language])
        note = NewNote(body=body, version=0)
        lessons.write_note(session, _position(enrolment, lesson, block), note, now=now)
    lessons.bookmark(session, _position(enrolment, keys[before - 2]), is_bookmarked=True, now=now)
    lessons.save_position(session, position, now=now)


def _middle(text: LessonText) -> str:
    """Return the paragraph in the middle of a lesson."""
    paragraphs = [block.key for block in text.blocks if block.kind is Kind.PARAGRAPH]
    return paragraphs[len(paragraphs) // 2]


def _position(enrolment: Enrolment, lesson: str, block: str | None = None) -> ReadingPosition:
    return ReadingPosition(
        enrolment_id=enrolment.id, edition_id=enrolment.edition_id, lesson=lesson, block=block
    )


def sign_in_help(*, is_new: bool) -> str:
    """Return what a newcomer needs to look around."""
    lines = ["", "Sign in with the password “" + PASSWORD + "” as:"]
    lines += [f"  {s.email:26} participant, {s.language}" for s in PARTICIPANTS[:3]]
    lines += [f"  {candidates.CANDIDATES[0].email:26} candidate, fr"]
    lines += [f"  {role}@example.org".ljust(28) + f" {role}" for role, _ in STAFF]
    return "\n".join(lines if is_new else ["(The demonstration is there already.)", *lines])

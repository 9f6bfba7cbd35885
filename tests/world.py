"""Builders of what tests need: people, editions, places."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, stream_encode_multipart

from learning.access.permissions import EDITION_ROLES, Role
from learning.accounts import actions as accounts
from learning.accounts.actions import Device, NewPerson, RoleAssignment
from learning.accounts.limits import SIGN_IN
from learning.accounts.models import Person, RoleGrant
from learning.audit.actions import seal
from learning.audit.models import AuditEntry
from learning.audit.queries import first_broken, unsealed_entries
from learning.catalogue import dates
from learning.catalogue.models import CancellationPolicy, Edition, EditionStatus
from learning.content.course import Course
from learning.enrolment.models import Enrolment
from learning.jobs.models import Job
from learning.kit.money import Money
from learning.participants.commands import enrol_person
from learning.tutors.models import TutorAssignment

FREE_ATTEMPTS, FREE_IN_NETWORK = SIGN_IN.each[0].attempts, SIGN_IN.network[0].attempts
"""How often most things may be tried at once: by one, and from one network."""
NOW = datetime.now(UTC).replace(microsecond=0)
MONDAY = NOW.date() - timedelta(days=NOW.weekday())
RUNNING = "reintegration-running"
STRANGER = "Nobody Here"


@dataclass
class World:
    """A running edition in its fourth week, one open, one draft; a person in each role.

    Awa takes part in the running one, and has its tutor.
    """

    running: Edition
    open: Edition
    draft: Edition
    awa: Person
    place: Enrolment
    stranger: Person
    staff: dict[Role, Person] = field(default_factory=dict)

    def person(self, role: Role) -> Person | None:
        known = {Role.VISITOR: None, Role.MEMBER: self.stranger, Role.PARTICIPANT: self.awa}
        return known[role] if role in known else self.staff[role]


def make_person(session: Session, name: str, **more: str) -> Person:
    first = name.split(maxsplit=1)[0].lower()
    email = more.pop("email", f"{first}-{secrets.token_hex(3)}@example.org")
    new = NewPerson(email=email, name=name, **more)
    return accounts.add_person(session, new, by=None, now=NOW)


def send_form(
    client: FlaskClient, address: str, data: Mapping[str, Any], **options: Any
) -> TestResponse:
    """Send a form as a browser does: with the version with which its page shows it now."""
    shown = client.get(address.removesuffix("/assessment")).text
    return client.post(address, data={"version": version_of(shown)} | dict(data), **options)


def version_of(page: str) -> str:
    """Return the version of the first form of a page that has one."""
    found = re.search(r'name="version" value="([^"]*)"', page)
    return found[1] if found else ""


def make_edition(session: Session, code: str, weeks_ago: int, status: EditionStatus) -> Edition:
    starts_on = MONDAY - timedelta(weeks=weeks_ago)
    policy = make_policy(session)
    edition = Edition(
        code=code,
        course="reintegration",
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=39),
        zone="UTC",
        apply_until=starts_on - timedelta(days=5),
        project_due_on=starts_on + timedelta(days=39),
        weeks=6,
        hours_low=5,
        hours_high=10,
        capacity=30,
        fee=Money(98000, "EUR"),
        learning_hours=60,
        languages="fr en es",
        policy_version=policy.version,
        status=status,
    )
    session.add(edition)
    session.flush()
    return edition


def make_policy(
    session: Session, version: str = "A9716205", tiers: str = "[[14, 0], [8, 50]]"
) -> CancellationPolicy:
    """Return the rules for cancelling of a version, stored unless they are; the note's at first."""
    known = session.get(CancellationPolicy, version)
    if known is not None:
        return known
    made = CancellationPolicy(
        version=version,
        valid_from=date(2023, 1, 1),
        tiers=tiers,
        late_percent=100,
        transfer_days=14,
    )
    session.add(made)
    session.flush()
    return made


def make_world(session: Session, course: Course) -> World:
    running = make_edition(session, RUNNING, 3, EditionStatus.RUNNING)
    awa = make_person(session, "Awa Koné", language="fr", zone="Africa/Abidjan")
    made = World(
        running=running,
        open=make_edition(session, "reintegration-open", -8, EditionStatus.OPEN),
        draft=make_edition(session, "reintegration-draft", -20, EditionStatus.DRAFT),
        awa=awa,
        place=enrol_person(session, running, awa, by=None, now=NOW),
        stranger=make_person(session, STRANGER),
    )
    for edition in (made.running, made.open, made.draft):
        dates.write_dates(session, edition, course.deadlines)
    for role in set(Role) - {Role.VISITOR, Role.MEMBER, Role.PARTICIPANT}:
        made.staff[role] = make_person(session, f"{role.title()} Person", language="fr")
        held = RoleAssignment(
            person_id=made.staff[role].id,
            role=role,
            edition_id=running.id if role in EDITION_ROLES else None,
        )
        accounts.grant_role(session, held, by=None, now=NOW)
    session.add(
        TutorAssignment(
            enrolment_id=made.place.id,
            edition_id=running.id,
            tutor_id=made.staff[Role.TUTOR].id,
            assigned_at=NOW,
        )
    )
    session.execute(delete(Job))  # what enrolments and roles leave to the worker
    return made


def find_world(session: Session) -> World:
    """Return the world that is stored in a database, where nobody else is."""
    held = session.execute(
        select(RoleGrant.role, Person)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(RoleGrant.role != Role.PARTICIPANT)
    )
    place = session.execute(
        select(Enrolment, Person).join(Person, Person.id == Enrolment.person_id)
    ).one()
    editions = {each.status: each for each in session.scalars(select(Edition))}
    return World(
        running=editions[EditionStatus.RUNNING],
        open=editions[EditionStatus.OPEN],
        draft=editions[EditionStatus.DRAFT],
        awa=place[1],
        place=place[0],
        stranger=session.scalars(select(Person).where(Person.name == STRANGER)).one(),
        staff={row[0]: row[1] for row in held},
    )


def edition_form(edition: Edition, **more: str) -> dict[str, str]:
    """Return what the form of an edition sends, in whole and with other values."""
    values = {
        "code": edition.code, "starts_on": str(edition.starts_on), "ends_on": str(edition.ends_on),
        "apply_until": str(edition.apply_until), "project_due_on": str(edition.project_due_on),
        "zone": "Europe/Rome", "weeks": "6", "hours_low": "5", "hours_high": "10",
        "learning_hours": "60", "capacity": str(edition.capacity), "fee": "980",
        "text_fr": "Bienvenue.", "text_en": "Welcome.", "text_es": "Bienvenida.",
        "policy_version": edition.policy_version, "idempotency_key": "k" * 20,
    }  # fmt: skip
    return values | more


def seal_all(session: Session) -> int:
    """Seal what a worker would seal in the next seconds; return how many rows."""
    session.flush()
    sealed = 0
    while batch := seal(session, limit=7):  # small, so that a test has several batches
        sealed += batch
    session.expire_all()
    return sealed


def trail_is_whole(session: Session) -> bool:
    """Seal the rest, then check every row."""
    seal_all(session)
    rows = session.scalar(select(func.count()).select_from(AuditEntry)) or 0
    numbers = session.scalar(select(func.max(AuditEntry.number))) or 0
    return rows == numbers and not unsealed_entries(session, 1) and first_broken(session) is None


def whole(fields: dict[str, Any]) -> dict[str, Any]:
    """Return a form with files for a client's `post`, encoded in memory; files are (bytes, name).

    A client that encodes it itself leaves large ones in a temporary file that nobody closes.
    """
    columns = {
        name: FileStorage(BytesIO(value[0]), value[1]) if isinstance(value, tuple) else value
        for name, value in fields.items()
    }
    stream, _, boundary = stream_encode_multipart(columns, use_tempfile=False)
    return {"data": stream.read(), "content_type": f"multipart/form-data; boundary={boundary}"}


def sign_in(app: Flask, session: Session, person: Person | None) -> FlaskClient:
    """Return a browser in which somebody is signed in, without the slow password."""
    client = app.test_client()
    client.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    if person is not None:
        token = secrets.token_urlsafe(32)
        device = Device(token=token, name="Test", shared=False)
        accounts.start_session(session, person.id, device, staff=False, now=datetime.now(UTC))
        session.commit()
        with client.session_transaction() as kept:
            kept["_user_id"] = token
            kept["_fresh"] = True
    return client

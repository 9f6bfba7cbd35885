"""Editions and people for `bench/cohort.py`."""

import re
import resource
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy import event, insert, select
from sqlalchemy.orm import Session

from bench.servers import ROOT, SECRET, children, ticks
from bench.servers import Database as Measured
from learning.access.permissions import Role
from learning.accounts import actions as accounts
from learning.accounts.actions import Device, NewPerson, RoleAssignment
from learning.accounts.models import Person
from learning.accounts.passwords import hash_password
from learning.admissions.models import Application, ApplicationTransition
from learning.admissions.rules.states import ApplicationEvent, ApplicationState
from learning.app import create_app
from learning.batches import actions as batches
from learning.batches import jobs as batch_jobs
from learning.catalogue.models import Edition, EditionStatus
from learning.cli import migrate_to_head
from learning.content import course_cache, search
from learning.content.course_cache import load_once
from learning.enrolment.rules import ActorRole
from learning.jobs.rules import Queue
from learning.jobs.worker import Worker
from learning.kit.database import Database
from learning.kit.money import Money
from learning.participants import bulk_enrol, commands
from learning.participants.people_lists import ListRow
from learning.settings import Settings
from learning.wiring import BATCH_HANDLERS
from tests.world import make_policy

RUNNING, ENROLLED, CANCELLED, DECIDED = "run", "list", "cancel", "decide"
LARGE = 5000
EMAIL, PASSWORD = "learner@example.org", "three words of mine"
NOW = datetime.now(UTC)
LESSON = f"/fr/editions/{RUNNING}/lessons/m4-l1"


@dataclass(frozen=True, kw_only=True)
class Scene:
    """Cookies of those who are signed in, the address of a check, an edition to decide about."""

    learner: str
    registrar: str
    approver: str
    check: str
    decided: int


def make_scene(database: Database, url: str, edition: int, decisions: int) -> Scene:
    migrate_to_head(database)
    course = load_once(ROOT / "courses/reintegration", Settings().cache)
    with database.transaction() as session:
        search.index_course(session, course, partial(course_cache.entries, cache=Settings().cache))
        running = make_edition(session, RUNNING, -3)
        make_edition(session, ENROLLED, 8)
        cancelled = make_edition(session, CANCELLED, 8)
        decided = make_edition(session, DECIDED, 8)
        learner = make_person(session, EMAIL)
        learner.password_hash = hash_password(PASSWORD)
        commands.enrol_person(session, running, learner, by=None, now=NOW)
        by_hand = people(session, "placed", edition - edition // 2)
        commands.enrol_people_of_list(session, cancelled, by_hand, by=None, now=NOW)
        apply(session, cancelled, people(session, "applied", edition // 2))
        apply(session, decided, people(session, "decided", decisions))
        tokens = {}
        for role in (Role.REGISTRAR, Role.APPROVER):
            person = make_person(session, f"{role}@example.org")
            accounts.grant_role(
                session, RoleAssignment(person_id=person.id, role=role), by=None, now=NOW
            )
            tokens[role] = sign_in(session, person, staff=True)
        tokens[Role.PARTICIPANT] = sign_in(session, learner, staff=False)
        decided_id = decided.id
    cookies = {role: cookie_of(url, token) for role, token in tokens.items()}
    return Scene(
        learner=cookies[Role.PARTICIPANT],
        registrar=cookies[Role.REGISTRAR],
        approver=cookies[Role.APPROVER],
        check=check_of(url, tokens[Role.PARTICIPANT]),
        decided=decided_id,
    )


def make_edition(session: Session, code: str, weeks: int) -> Edition:
    starts = NOW.date() + timedelta(weeks=weeks)
    edition = Edition(
        code=code, course="reintegration", starts_on=starts, ends_on=starts + timedelta(days=39),
        zone="Europe/Rome", apply_until=starts - timedelta(days=5),
        project_due_on=starts + timedelta(days=39), weeks=6, hours_low=5, hours_high=10,
        capacity=LARGE, fee=Money(98000, "EUR"), learning_hours=60, languages="fr en es",
        policy_version=make_policy(session).version,
        status=EditionStatus.OPEN if weeks > 0 else EditionStatus.RUNNING,
    )  # fmt: skip
    session.add(edition)
    session.flush()
    return edition


def make_person(session: Session, email: str) -> Person:
    return accounts.add_person(session, NewPerson(email=email, name=email), by=None, now=NOW)


def people(session: Session, name: str, number: int) -> list[Person]:
    new = [
        NewPerson(email=f"{name}-{n}@example.org", name=f"{name.title()} {n}", language="es")
        for n in range(number)
    ]
    return accounts.add_people(session, new, by=None, now=NOW)


def apply(session: Session, edition: Edition, candidates: Sequence[Person]) -> None:
    """Make applications that are being read, in a few large statements."""
    rows = [
        {
            "reference": f"{edition.code}-{n}", "edition_id": edition.id, "person_id": person.id,
            "created_at": NOW, "changed_at": NOW, "submitted_at": NOW, "name_key": f"p {n}",
            "state": ApplicationState.UNDER_REVIEW, "country": "SN", "funding": "self", "score": n,
        }
        for n, person in enumerate(candidates)
    ]  # fmt: skip
    session.execute(insert(Application), rows)
    made = select(Application.id).where(Application.edition_id == edition.id)
    moves = [
        {
            "application_id": each,
            "event": ApplicationEvent.START_REVIEW,
            "before": ApplicationState.SUBMITTED,
            "after": ApplicationState.UNDER_REVIEW,
            "actor_role": ActorRole.REGISTRAR,
            "actor_id": None,
            "at": NOW,
            "reason": "",
        }
        for each in session.scalars(made)
    ]
    session.execute(insert(ApplicationTransition), moves)


def sign_in(session: Session, person: Person, *, staff: bool) -> str:
    token = secrets.token_urlsafe(32)
    device = Device(token=token, name="bench", shared=False)
    accounts.start_session(session, person.id, device, staff=staff, now=NOW)
    return token


def cookie_of(url: str, token: str) -> str:
    """Return the cookie of a browser that holds a token."""
    app = create_app(Settings(database_url=url, secret_key=SECRET))
    client = app.test_client()
    with client.session_transaction() as kept:
        kept["_user_id"], kept["_fresh"] = token, True
    cookie = client.get_cookie("s")
    return f"s={cookie.value}" if cookie else ""


def check_of(url: str, token: str) -> str:
    app = create_app(Settings(database_url=url, secret_key=SECRET))
    client = app.test_client()
    client.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    with client.session_transaction() as kept:
        kept["_user_id"], kept["_fresh"] = token, True
    page = client.get(LESSON).text
    found = re.search(rf'action="({LESSON}/checks/[^"#]+)', page)
    if not found:
        raise RuntimeError("the lesson has no check")
    return found[1]


def applications_of(database: Database, edition_id: int) -> Sequence[str]:
    with database.read_transaction() as session:
        own = select(Application.reference).where(Application.edition_id == edition_id)
        return session.scalars(own.order_by(Application.id)).all()


def cpu_of_list(database: Database, measured: Measured, number: int) -> str:
    """Enrol a list in this process; return what it cost, the letters' sending aside."""
    statements = 0

    def note(*_: object) -> None:
        nonlocal statements
        statements += 1

    lines = [
        ListRow(number=n, email=f"cpu-{n}@example.net", name=f"Cpu {n}", language="fr",
             institution="", problem=None)
        for n in range(number)
    ]  # fmt: skip
    event.listen(database.engine, "before_cursor_execute", note)
    handlers = {batches.RUN_JOB: batch_jobs.make_handler(BATCH_HANDLERS)}
    queues = frozenset({Queue.SLOW})
    rests: list[float] = []
    worker = Worker(database=database, handlers=handlers, queues=queues, rest=rests.append)
    before, began = cpu(measured), time.monotonic()
    with database.transaction() as session:
        edition = session.scalars(select(Edition).where(Edition.code == ENROLLED)).one()
        edition.capacity += number
        bulk_enrol.start(session, edition, lines, by=1, now=datetime.now(UTC))
    longest, jobs = 0.0, 0
    while True:
        at = time.monotonic()
        if not worker.step():
            break
        longest, jobs = max(longest, time.monotonic() - at), jobs + 1
    own, server = (b - a for a, b in zip(before, cpu(measured), strict=True))
    event.remove(database.engine, "before_cursor_execute", note)
    return (
        f"{own:.1f} s CPU, {server:.1f} s of the database, {time.monotonic() - began:.0f} s, "
        f"{statements} statements, {jobs} batches, the longest {longest:.2f} s"
    )


def cpu(measured: Measured) -> tuple[float, float]:
    """Return the processor seconds of this process, and of the database's processes."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    server = 0.0
    if measured.process is not None:
        server = sum(ticks(each) for each in (measured.process, *children(measured.process)))
    return own.ru_utime + own.ru_stime, server

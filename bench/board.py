"""The registrar's board with 10 and with 10,000 applications: queries and CPU, as ratios.

Run as `make bench-board`. Both editions stand in one database; what grows with the rows shows here.
"""

import os
import secrets
import tempfile
import time
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, insert, select
from sqlalchemy.orm import Session

from bench.servers import databases, open_database, settings_of
from learning.access.permissions import Role
from learning.accounts import actions as accounts
from learning.accounts.actions import Device, NewPerson
from learning.accounts.models import Person, RoleGrant
from learning.admissions.models import Application, ApplicationTransition
from learning.admissions.rules.regions import COUNTRIES
from learning.admissions.rules.states import ApplicationEvent, ApplicationState
from learning.app import create_app
from learning.catalogue.models import Edition, EditionStatus
from learning.cli import migrate_to_head
from learning.enrolment.rules import ActorRole
from learning.kit.money import Money
from tests.world import make_policy

FEW, MANY = 10, 10_000
ROUNDS, REQUESTS = 5, 20
NOW = datetime.now(UTC)
PAGES = {
    "board": "applications/",
    "board, filtered": "applications/?state=under_review&gender=woman&region=africa",
    "board, searched": "applications/?q=person+42",
    "waiting list": "applications/waitlist",
    "statistics": "statistics/",
}
STATES = (
    ApplicationState.SUBMITTED,
    ApplicationState.UNDER_REVIEW,
    ApplicationState.WAITLISTED,
    ApplicationState.DECLINED,
)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for kind in databases(Path(folder)):
            database = open_database(kind.url)
            migrate_to_head(database)
            with database.transaction() as session:
                for number in (FEW, MANY):
                    fill(session, f"bench-{number}", number)
                token = registrar(session)
            app = create_app(settings_of(kind.url))
            report(kind.name, app, token)


def fill(session: Session, code: str, number: int) -> None:
    """Make an edition and its applications, in a few large statements."""
    starts = NOW.date() + timedelta(weeks=8)
    edition = Edition(
        code=code, course="reintegration", starts_on=starts, ends_on=starts + timedelta(days=39),
        zone="Europe/Rome", apply_until=starts - timedelta(days=5),
        project_due_on=starts + timedelta(days=39), weeks=6, hours_low=5, hours_high=10,
        capacity=30, fee=Money(98000, "EUR"), learning_hours=60, languages="fr en es",
        policy_version=make_policy(session).version,
        status=EditionStatus.OPEN,
    )  # fmt: skip
    session.add(edition)
    session.flush()
    people = [
        {
            "email": f"{code}-{n}@example.org", "name": f"Person {n}", "sort_key": f"person {n}",
            "language": "fr", "zone": "UTC", "institution": f"Institution {n % 97}",
            "institution_key": f"institution {n % 97}", "joined_at": NOW,
        }
        for n in range(number)
    ]  # fmt: skip
    session.execute(insert(Person), people)
    like = select(Person.id).where(Person.email.like(f"{code}-%")).order_by(Person.id)
    ids = session.scalars(like).all()
    rows = [
        {
            "reference": f"{code}-{n}", "edition_id": edition.id, "person_id": person,
            "created_at": NOW, "changed_at": NOW, "submitted_at": NOW, "name_key": f"p {n}",
            "state": STATES[n % len(STATES)], "gender": ("woman", "man")[n % 2],
            "country": COUNTRIES[n % len(COUNTRIES)], "funding": ("self", "sponsor")[n % 2],
            "constituency": "government", "score": n % 10_000,
        }
        for n, person in enumerate(ids)
    ]  # fmt: skip
    session.execute(insert(Application), rows)
    made = select(Application.id, Application.state).where(Application.edition_id == edition.id)
    moves = [
        {
            "application_id": row.id,
            "event": ApplicationEvent.SUBMIT,
            "before": ApplicationState.DRAFT,
            "after": row.state,
            "actor_role": ActorRole.APPLICANT,
            "actor_id": None,
            "at": NOW,
            "reason": "",
        }
        for row in session.execute(made)
    ]
    session.execute(insert(ApplicationTransition), moves)


def registrar(session: Session) -> str:
    """Return the token of a registrar who is signed in."""
    new = NewPerson(email="registrar@example.org", name="Registrar")
    person = accounts.add_person(session, new, by=None, now=NOW)
    session.add(RoleGrant(person_id=person.id, role=Role.REGISTRAR, granted_at=NOW))
    token = secrets.token_urlsafe(32)
    device = Device(token=token, name="bench", shared=False)
    accounts.start_session(session, person.id, device, staff=True, now=NOW)
    return token


def report(name: str, app: Flask, token: str) -> None:
    client = app.test_client()
    client.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    with client.session_transaction() as kept:
        kept["_user_id"], kept["_fresh"] = token, True
    print(f"\n{name}\n{'page':20}{'queries':>16}{'x CPU':>8}{'bytes':>16}")
    for page, path in PAGES.items():
        few, many = (
            measure(app, client, f"/fr/staff/editions/bench-{n}/{path}") for n in (FEW, MANY)
        )
        counts, sizes = f"{few[0]} -> {many[0]}", f"{few[2]} -> {many[2]}"
        print(f"{page:20}{counts:>16}{many[1] / few[1]:8.1f}{sizes:>16}")


def measure(app: Flask, client: FlaskClient, path: str) -> tuple[int, float, int]:
    """Return the queries, the processor seconds of the best round, the bytes of a page."""
    statements: list[str] = []
    engine = app.extensions["database"].engine

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    answer = client.get(path)
    if answer.status_code != HTTPStatus.OK:
        raise RuntimeError(f"{path}: {answer.status_code}")
    event.listen(engine, "before_cursor_execute", note)
    client.get(path)
    event.remove(engine, "before_cursor_execute", note)
    best = 1e9
    for _ in range(ROUNDS):
        began = time.process_time()
        for _ in range(REQUESTS):
            client.get(path)
        best = min(best, (time.process_time() - began) / REQUESTS)
    return len(statements), best, len(answer.data)


if __name__ == "__main__":
    os.environ.setdefault("LEARNING_MAIL_URL", "folder:instance/mail")
    main()

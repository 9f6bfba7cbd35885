"""The forms of one person's dates, and what came of them."""

import re
from datetime import datetime

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.audit.models import AuditEntry
from learning.catalogue import dates
from learning.content.course import Course
from learning.deadlines import queries
from tests.world import World

STAFF = "/en/staff/editions/reintegration-running/deadlines/"
OWN = "/{}/editions/reintegration-running/dates/"
KEY = {"idempotency_key": "k" * 20}
AGREED = {"extra_time": "25", "extra_attempts": "1", "shift_days": "2", "note": "Agreed by phone"}


def general(session: Session, world: World, course: Course, key: str) -> datetime:
    return dates.instants_of(session, world.running, course.deadlines)[key]


def more_time(at: datetime, key: str = "group-plan", **more: str) -> dict[str, str]:
    """Return the form that gives more time until an instant, in UTC as the edition's zone."""
    data = {"key": key, "day": f"{at:%Y-%m-%d}", "time": f"{at:%H:%M}", "reason": "Flood"}
    return KEY | data | more


def person(world: World) -> str:
    return f"{STAFF}{world.place.uid}"


def send(client: FlaskClient, world: World, what: str, data: dict[str, str]):
    """Send one of the two forms of a person's page with the version that it shows."""
    page = client.get(person(world)).text
    form = page[page.index(f'/{what}"') :]
    version = re.search(r'name="version" value="([^"]*)"', form)
    return client.post(f"{person(world)}/{what}", data={"version": version[1]} | data)


def last_row(session: Session) -> AuditEntry:
    return session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()


def due_of(session: Session, world: World, course: Course, key: str):
    session.expire_all()
    return queries.due_dates(session, world.running, world.place.id, course.deadlines)[key]

"""Nightly work: slow checks are carried out and their results kept; the audit trail is anchored."""

from functools import partial

from sqlalchemy import select

from learning.access.permissions import Role
from learning.accounts.joining import tell
from learning.accounts.models import Person, RoleGrant
from learning.admin import doctor
from learning.admin.doctor import Visit
from learning.audit import anchors
from learning.audit.queries import head
from learning.audit.rules import START, Anchor
from learning.jobs.worker import Handler, Task
from learning.kit import check_results, once
from learning.mail.actions import Outgoing
from learning.settings import Settings

CHECK, ANCHOR = "admin.check", "admin.anchor"
NOBODY = 0  # who owns the key of what is done without a person


def check(settings: Settings, task: Task) -> None:
    """Carry out every slow check, and keep what it found."""
    for name in sorted(doctor.SLOW):
        with task.database.reading() as session:
            visit = Visit(session=session, settings=settings, now=task.now, database=task.database)
            result = doctor.examine_one(name, visit)
        with task.database.transaction() as session:
            check_results.store(session, name, result.fault, now=task.now)
        task.extend()


def anchor(settings: Settings, task: Task) -> None:
    """Send the head of the audit chain to every auditor, once, and write it into the file."""
    with task.database.reading() as session:
        link = head(session)
    if link == START:
        return
    params = {"number": link.number, "hash": link.hash}
    letter = Outgoing(kind="admin.audit-anchor", params=params, thread="audit-anchors")
    auditors = (
        select(Person)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(RoleGrant.role == Role.AUDITOR, Person.locked_at.is_(None))
        .order_by(Person.id)
    )
    with task.database.transaction() as session:
        key = f"anchor {task.payload['due_at']}"
        if once.claim(session, NOBODY, key, now=task.now) is None:
            for person in session.scalars(auditors).unique().all():
                tell(session, person, letter, now=task.now)
    anchors.append(settings.audit_anchors, Anchor(at=task.now, head=link))


def handlers(settings: Settings) -> dict[str, Handler]:
    return {CHECK: partial(check, settings), ANCHOR: partial(anchor, settings)}

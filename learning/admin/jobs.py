"""Nightly jobs: slow checks are run and their results stored; the audit trail is anchored."""

from functools import partial

from sqlalchemy import select

from learning.access.permissions import Role
from learning.accounts.models import Person, RoleGrant
from learning.accounts.person_emails import send_email_to
from learning.admin import health_checks
from learning.admin.health_checks import CheckContext
from learning.audit import anchors
from learning.audit.queries import chain_head
from learning.audit.rules import CHAIN_START, Anchor
from learning.jobs.worker import Handler, Task
from learning.kit import check_results, idempotency
from learning.mail.actions import EmailRequest
from learning.settings import Settings

CHECK_JOB, ANCHOR_JOB = "admin.check", "admin.anchor"


def run_slow_checks(settings: Settings, task: Task) -> None:
    """Run every slow check, and store its result."""
    for name in sorted(health_checks.SLOW):
        with task.database.read_transaction() as session:
            visit = CheckContext(
                session=session, settings=settings, now=task.now, database=task.database
            )
            result = health_checks.run_check(name, visit)
        with task.database.transaction() as session:
            check_results.save_result(session, name, result.problem, now=task.now)
        task.extend()


def send_anchor(settings: Settings, task: Task) -> None:
    """Send the head of the audit chain to every auditor, once, and write it into the file."""
    with task.database.read_transaction() as session:
        link = chain_head(session)
    if link == CHAIN_START:
        return
    params = {"number": link.number, "hash": link.hash}
    email = EmailRequest(kind="admin.audit-anchor", params=params, thread="audit-anchors")
    auditors = (
        select(Person)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(RoleGrant.role == Role.AUDITOR, Person.closed_at.is_(None))
        .order_by(Person.id)
    )
    with task.database.transaction() as session:
        key = str(task.payload["due_at"])
        if idempotency.claim_key(session, ANCHOR_JOB, key, now=task.now) is None:
            for person in session.scalars(auditors).unique().all():
                send_email_to(session, person, email, now=task.now)
    anchors.append_anchor(settings.audit_anchors, Anchor(at=task.now, head=link))


def handlers(settings: Settings) -> dict[str, Handler]:
    return {
        CHECK_JOB: partial(run_slow_checks, settings),
        ANCHOR_JOB: partial(send_anchor, settings),
    }

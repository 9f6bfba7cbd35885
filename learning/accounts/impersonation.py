"""Impersonation: its start, every page that is shown, its end.

It is a state of the administrator's own session (docs/decisions/0019). Each request checks again
whether it may continue; a page is recorded in the audit trail before it is shown.
"""

from datetime import datetime

from flask import Flask, Response, current_app, request
from sqlalchemy.orm import Session

from learning.access.guard import current_actor
from learning.access.permissions import Permission
from learning.accounts.actions import AccountDecision
from learning.accounts.models import Person, UserSession
from learning.audit.actions import record
from learning.kit.database import end_read
from learning.kit.db import CLIENT_ERROR, SAFE_METHODS, database, db
from learning.kit.time import now


def init_app(app: Flask) -> None:
    app.after_request(_record_page)


def start_impersonation(
    session: Session, token_hash: str, person: Person, decision: AccountDecision, *, now: datetime
) -> None:
    """Let a session show every page as another person sees it, read-only."""
    session.get_one(UserSession, token_hash).impersonating_id = person.id
    subject = f"person {person.id}"
    record(session, "impersonation started", subject, by=decision.by, now=now, why=decision.why)


def stop_impersonation(session: Session, token_hash: str, *, now: datetime) -> None:
    row = session.get(UserSession, token_hash, with_for_update=True)
    if row is not None and row.impersonating_id is not None:  # two requests may end it at once
        subject, row.impersonating_id = f"person {row.impersonating_id}", None
        record(session, "impersonation ended", subject, by=row.person_id, now=now)


def _record_page(response: Response) -> Response:
    """Record a page in the audit trail before it is shown to an impersonator."""
    needs = current_app.extensions["needs"].get(request.endpoint, Permission.OPEN_TO_ALL)
    if (
        needs is Permission.OPEN_TO_ALL
        or request.method not in SAFE_METHODS
        or response.status_code >= CLIENT_ERROR
    ):
        return response
    watcher = current_actor().impersonator
    if watcher:
        end_read(db())  # on SQLite our own open read would keep the write waiting
        subject = f"person {current_actor().person_id}"
        with database().transaction() as session:
            record(
                session,
                "page viewed in impersonation",
                subject,
                by=watcher.person_id,
                now=now(),
                path=request.path,
            )
    return response

"""Looking through somebody's eyes: its beginning, every page that is seen, its end.

It is a state of one's own sign-in (docs/decisions/0019). Each request asks anew whether it may go
on; what is seen stands on the trail before it is shown.
"""

from datetime import datetime

from flask import Flask, Response, current_app, request
from sqlalchemy.orm import Session

from learning.access.guard import actor
from learning.access.permissions import Permission
from learning.accounts.actions import Decision
from learning.accounts.models import Person, SignIn
from learning.audit.actions import record
from learning.kit.db import CLIENT_ERROR, SAFE_METHODS, database, db, end_reading
from learning.kit.time import now


def init_app(app: Flask) -> None:
    app.after_request(_record_page)


def see_as(
    session: Session, token_hash: str, person: Person, decision: Decision, *, now: datetime
) -> None:
    """Let a sign-in show every page as somebody else sees it, read-only."""
    session.get_one(SignIn, token_hash).seeing_as_id = person.id
    subject = f"person {person.id}"
    record(session, "seen through", subject, by=decision.by, now=now, why=decision.why)


def stop_seeing(session: Session, token_hash: str, *, now: datetime) -> None:
    row = session.get(SignIn, token_hash, with_for_update=True)
    if row is not None and row.seeing_as_id is not None:  # two requests may end it at once
        subject, row.seeing_as_id = f"person {row.seeing_as_id}", None
        record(session, "seen no more", subject, by=row.person_id, now=now)


def _record_page(response: Response) -> Response:
    """Put a page that is seen through somebody's eyes on the trail before it is shown."""
    needs = current_app.extensions["needs"].get(request.endpoint, Permission.OPEN_TO_ALL)
    if (
        needs is Permission.OPEN_TO_ALL
        or request.method not in SAFE_METHODS
        or response.status_code >= CLIENT_ERROR
    ):
        return response
    watcher = actor().watcher
    if watcher:
        end_reading(db())  # on SQLite our own open read would keep the write waiting
        subject = f"person {actor().person_id}"
        with database().transaction() as session:
            record(
                session, "page seen", subject, by=watcher.person_id, now=now(), path=request.path
            )
    return response

"""What the pages are measured against: a bare Flask page with one query on the same database."""

import os
import secrets
from datetime import UTC, datetime

from flask import Flask, Response
from sqlalchemy import select

from learning.accounts import actions
from learning.accounts.actions import Device
from learning.accounts.models import Person
from learning.accounts.queries import person_by_email
from learning.app import create_app
from learning.catalogue.models import Edition, EditionStatus
from learning.kit.db import Database, database
from learning.kit.engines import make_engine
from learning.settings import read_settings

settings = read_settings(os.environ)
app = Flask("bare")
bare = Database(make_engine(settings.database_url))
learning = create_app(settings)


@app.get("/")
def page() -> str:
    with bare.reading() as session:
        name = session.scalar(select(Person.name).where(Person.email == "awa@example.org"))
    return f"<!doctype html><title>Bare</title><p>{name}</p>"


def show_edition() -> Response:
    """Give the code of the running edition and a signed-in participant's cookie."""
    token = secrets.token_urlsafe(32)
    with database().transaction() as session:
        person = person_by_email(session, "awa@example.org")
        code = session.scalar(select(Edition.code).where(Edition.status == EditionStatus.RUNNING))
        if person:
            device = Device(token=token, name="bench", shared=False)
            actions.sign_in(session, person.id, device, staff=False, now=datetime.now(UTC))
    serializer = learning.session_interface.get_signing_serializer(learning)  # type: ignore[attr-defined]
    cookie = serializer.dumps({"_user_id": token, "_fresh": True})
    return Response(f"{code} s={cookie}", mimetype="text/plain")


learning.add_url_rule("/bench-edition", "bench", show_edition)
learning.extensions["needs"]["bench"] = learning.extensions["needs"]["static"]

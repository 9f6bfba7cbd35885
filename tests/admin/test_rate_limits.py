"""Everything that sends an e-mail is slowed: after a few times, people who ask have to wait."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.accounts.models import UserSession
from learning.kit.i18n import LANGUAGES
from learning.participants.list_files import read_text
from learning.participants.people_lists import read_list
from tests.world import FREE_ATTEMPTS, RUNNING, World, sign_in

LIST = "email,name\nx@example.org,X"
PACE = {
    "enrol": ("people/enrol", {"email": "x@example.org", "name": "X", "language": "fr"}),
    "list": (
        "people/list/enrol",
        {"text": LIST, "shown": read_list(read_text(LIST), LANGUAGES).digest},
    ),
    "withdraw": ("people/{place}/withdraw", {}),
}
PACE_OF_PEOPLE = {
    "invite": (
        "/fr/staff/people/invite",
        {
            "email": "x@example.org",
            "name": "X",
            "language": "fr",
            "reason": "asked",
            "role": "registrar",
        },
    ),
    "invite again": ("/fr/staff/people/{stranger}/invite", {}),
    "second step": ("/fr/staff/people/{stranger}/two-factor", {"reason": "lost both"}),
    "password": ("/fr/account/security/password", {"password": "three words of mine"}),
    "own second step": ("/fr/account/security/two-factor/off", {}),
    "codes": ("/fr/account/security/codes", {}),
}


@pytest.mark.parametrize("what", [*PACE, *PACE_OF_PEOPLE])
def test_whatever_sends_letters_is_slowed(app: Flask, session, world: World, what: str) -> None:
    by = world.staff[Role.REGISTRAR if what in PACE else Role.ADMINISTRATOR]
    client = sign_in(app, session, by)
    path, data = (PACE | PACE_OF_PEOPLE)[what]
    if what in PACE:
        path = f"/fr/staff/editions/{RUNNING}/{path}"
    path = path.format(place=world.place.uid, stranger=world.stranger.uid)
    statuses = []
    for n in range(FREE_ATTEMPTS + 2):
        world.stranger.totp_secret = "A" * 32 if what == "second step" else None
        with_confirmed_password(session)
        key = {"idempotency_key": f"{n:016}"}
        answer = client.post(path, data=data | key)
        statuses.append(answer.status_code)
    assert statuses[-1] == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert 429 not in statuses[:FREE_ATTEMPTS]


def with_confirmed_password(session: Session) -> None:
    session.execute(update(UserSession).values(confirmed_at=datetime.now(UTC)))
    session.commit()

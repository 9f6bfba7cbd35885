"""Whatever makes a letter go out is slowed: after a few times, whoever asks has to wait."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.accounts.models import SignIn
from tests.world import FREE_TRIES, RUNNING, World, sign_in

PACE = {
    "enrol": ("people/", {"email": "x@example.org", "name": "X", "language": "fr"}),
    "list": ("people/list/enrol", {"text": "email,name\nx@example.org,X"}),
    "withdraw": ("people/{place}/withdraw", {}),
}
PACE_OF_PEOPLE = {
    "invite": (
        "/fr/desk/people/invite",
        {
            "email": "x@example.org",
            "name": "X",
            "language": "fr",
            "reason": "asked",
            "role": "finance",
        },
    ),
    "invite again": ("/fr/desk/people/{stranger}/invite", {}),
    "second step": ("/fr/desk/people/{stranger}/second-step", {"reason": "lost both"}),
    "password": ("/fr/account/security/password", {"password": "three words of mine"}),
    "own second step": ("/fr/account/security/second-step/off", {}),
    "codes": ("/fr/account/security/codes", {}),
}


@pytest.mark.parametrize("what", [*PACE, *PACE_OF_PEOPLE])
def test_whatever_sends_letters_is_slowed(app: Flask, session, world: World, what: str) -> None:
    by = world.staff[Role.REGISTRAR if what in PACE else Role.ADMINISTRATOR]
    client = sign_in(app, session, by)
    path, data = (PACE | PACE_OF_PEOPLE)[what]
    if what in PACE:
        path = f"/fr/desk/editions/{RUNNING}/{path}"
    path = path.format(place=world.place.id, stranger=world.stranger.id)
    statuses = []
    for n in range(FREE_TRIES + 2):
        world.stranger.totp_secret = "A" * 32 if what == "second step" else None
        with_confirmed_password(session)
        key = {"form_key": f"{n:016}"}
        answer = client.post(path, data=data | key)
        statuses.append(answer.status_code)
    assert statuses[-1] == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert 429 not in statuses[:FREE_TRIES]


def with_confirmed_password(session: Session) -> None:
    session.execute(update(SignIn).values(confirmed_at=datetime.now(UTC)))
    session.commit()

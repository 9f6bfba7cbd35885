"""Forms that a script sends, and sends again: the status says what happened; once is once."""

import secrets

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.lessons.models import CheckAnswer
from tests.world import World, sign_in

LESSON = "/fr/editions/reintegration-running/lessons/m4-l1"
CHECK = f"{LESSON}/checks/check-1"
QUIET = {"X-Background": "1"}


@pytest.fixture
def awa(app: Flask, session: Session, world: World) -> FlaskClient:
    return sign_in(app, session, world.awa)


def attempt_of(session: Session) -> list[int]:
    return list(session.scalars(select(CheckAnswer.attempts)))


def test_what_went_well_is_said_without_a_page(awa: FlaskClient) -> None:
    answer = awa.post(CHECK, data={"answer": "1"}, headers=QUIET)
    assert (answer.status_code, answer.data) == (204, b"")
    assert answer.location == f"{LESSON}#b-check-1"
    assert awa.post(CHECK, data={"answer": "1"}).status_code == 303


@pytest.mark.parametrize(
    ("address", "sent", "status"),
    [(CHECK, {}, 422), (CHECK + "0", {"answer": "1"}, 404), (LESSON + "/nowhere", {}, 404)],
)
def test_what_went_wrong_keeps_its_status(
    awa: FlaskClient, address: str, sent: dict[str, str], status: int
) -> None:
    assert awa.post(address, data=sent, headers=QUIET).status_code == status


def test_who_is_signed_out_is_told_by_the_status(visitor: FlaskClient) -> None:
    assert visitor.post(CHECK, data={"answer": "1"}, headers=QUIET).status_code == 401


def test_an_answer_that_comes_twice_is_one_answer(awa: FlaskClient, session: Session) -> None:
    sent = {"answer": "1", "idempotency_key": secrets.token_urlsafe(18)}
    first, again = (awa.post(CHECK, data=sent, headers=QUIET) for _ in range(2))
    assert (first.status_code, first.location) == (again.status_code, again.location)
    assert attempt_of(session) == [1]
    awa.post(CHECK, data=sent | {"idempotency_key": secrets.token_urlsafe(18)}, headers=QUIET)
    assert attempt_of(session) == [2]


def test_a_refused_answer_does_not_use_its_key_up(awa: FlaskClient, session: Session) -> None:
    key = secrets.token_urlsafe(18)
    assert awa.post(CHECK, data={"idempotency_key": key}, headers=QUIET).status_code == 422
    sent = {"answer": "1", "idempotency_key": key}
    assert awa.post(CHECK, data=sent, headers=QUIET).status_code == 204
    assert attempt_of(session) == [1]


def test_what_one_person_left_is_never_taken_from_another(
    awa: FlaskClient, session: Session
) -> None:
    page = awa.get(LESSON).text
    mark = page.split('data-reader="')[1].split('"')[0]
    foreign = awa.post(CHECK, data={"answer": "1"}, headers=QUIET | {"X-Reader": "0" * 12})
    assert foreign.status_code == 401
    assert attempt_of(session) == []
    own = awa.post(CHECK, data={"answer": "1"}, headers=QUIET | {"X-Reader": mark})
    assert own.status_code == 204

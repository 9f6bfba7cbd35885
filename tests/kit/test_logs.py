"""Logs say what was asked and how it went, and nothing about who asked."""

import json
import logging

import pytest
from flask import Flask

from learning.kit.logs import JsonFormatter
from tests.world import World, sign_in


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, object]]:
    caplog.set_level(logging.INFO, logger="learning.requests")
    read = Lines()
    read.caplog = caplog
    return read


class Lines(list[dict[str, object]]):
    """The log lines so far, as anybody would read them."""

    caplog: pytest.LogCaptureFixture

    def all(self) -> list[dict[str, object]]:
        return [json.loads(JsonFormatter().format(record)) for record in self.caplog.records]


def test_a_request_is_one_line_with_its_route_and_its_mark(
    app: Flask, session, world, lines
) -> None:
    client = sign_in(app, session, world.awa)
    answer = client.get("/fr/this-week")
    (line,) = lines.all()
    assert line["request"] == answer.headers["X-Request-Id"]
    assert (line["method"], line["route"], line["status"]) == ("GET", "/<lang:lang>/this-week", 200)
    assert isinstance(line["queries"], int)
    assert line["queries"] > 0
    assert line["bytes"] == answer.content_length


def test_no_line_holds_personal_data_or_a_secret(visitor, world: World, lines) -> None:
    secret = {"email": world.awa.email, "password": "walnut harbour twelve", "name": "Awa Koné"}
    for path in ("sign-in", "sign-up", "password-reset", "reset/tokentoken"):
        visitor.post(f"/fr/account/{path}?next=/{world.awa.email}", data=secret)
    text = json.dumps(lines.all(), ensure_ascii=False)
    assert text.count('"route"') == 4
    for each in (*secret.values(), "tokentoken", "127.0.0.1"):
        assert each not in text


def test_a_line_is_a_line_whatever_is_in_it() -> None:
    record = logging.LogRecord("x", logging.ERROR, "", 1, "two\nlines %s", ('"\x00',), None)
    formatted = JsonFormatter().format(record)
    assert "\n" not in formatted
    assert json.loads(formatted)["message"] == 'two\nlines "\x00'

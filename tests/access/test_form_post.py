"""The protocol of a form that is sent: the try, the key, the view, the answer."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask, abort, redirect, request
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from wtforms import StringField

from learning.access.form_post import FormPost, refund_attempt
from learning.kit.db import db
from learning.kit.errors import RuleViolation
from learning.kit.forms import CreateForm, Required
from learning.kit.i18n import N_
from learning.kit.idempotency import IdempotencyKey
from learning.kit.rate_limit import Limit, Rate, RateLimitCount, RateLimited, attempt

TWO = Limit(name="two of a test of forms", each=(Rate(2, timedelta(hours=1)),))
KEY = "the-key-of-one-form"
FORBIDDEN = N_("Nobody closes their own account here.")


class NameForm(CreateForm):
    name = StringField(validators=[Required("Write a name.")])


class View:
    """A view that does what its form says, and what it was called with."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.errors: list[list[tuple[str, str]]] = []

    def __call__(self, place: str) -> Any:
        form = NameForm(request.form)
        if not form.validate():
            self.errors.append(form.error_list)
            return "the form again", 422
        db().execute(select(1))
        name = form.name.data or ""
        if name == "forbidden":
            raise RuleViolation(FORBIDDEN)
        if name == "nowhere":
            abort(404)
        if name == "right":
            refund_attempt(db())
        self.done.append(name)
        return redirect(f"/{place}/{name}", 303)


def scope(place: str) -> str:
    return f"place {place}"


@pytest.fixture
def send(app: Flask, session: Session) -> Callable[..., Any]:
    """Send a form to a view by a protocol, as a request of its own."""
    del session

    def sent(view: View, protocol: FormPost, to: str = "/en/x", **form: Any) -> Any:
        with app.test_request_context(to, method="POST", data=form):
            answer = app.make_response(protocol(view)(place="here"))
            return app.process_response(answer)

    return sent


def limited(**options: Any) -> FormPost:
    return FormPost(limit=lambda place: attempt(TWO, place), **options)


def count_keys(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(IdempotencyKey)) or 0


def test_a_try_without_room_shows_the_form_with_what_was_typed(send, session) -> None:
    view = View()
    statuses = [send(view, limited(), name=name).status_code for name in ("a", "b", "c")]
    assert statuses == [303, 303, 429]
    assert view.done == ["a", "b"]
    assert "Too many attempts." in view.errors[0][0][1]
    assert session.scalar(select(func.count()).select_from(RateLimitCount)) == 1


def test_where_there_is_no_form_a_page_says_how_long_to_wait(send) -> None:
    view = View()
    for name in ("a", "b"):
        send(view, limited(has_form=False), name=name)
    with pytest.raises(RateLimited):
        send(view, limited(has_form=False), name="c")
    assert view.done == ["a", "b"]


def test_a_hint_says_what_else_one_can_do(send) -> None:
    view, protocol = View(), limited(hint=N_("Write a name."))
    for name in ("a", "b", "c"):
        send(view, protocol, name=name)
    assert view.errors[0][0][1].endswith(" Write a name.")


@pytest.mark.parametrize(("counts_refused", "last"), [(False, 303), (True, 429)])
def test_a_form_that_does_not_validate_gives_its_try_back(send, counts_refused, last) -> None:
    view, protocol = View(), limited(counts_refused=counts_refused)
    assert [send(view, protocol, name="").status_code for _ in range(2)] == [422, 422]
    assert send(view, protocol, name="a").status_code == last


def test_a_try_that_was_right_is_none(send) -> None:
    view = View()
    answers = [send(view, limited(), name="right").status_code for _ in range(4)]
    assert answers == [303] * 4


def test_a_preview_is_no_try(send) -> None:
    previews = {"here": None}
    view, protocol = View(), FormPost(limit=lambda place: previews[place])
    assert [send(view, protocol, name="a").status_code for _ in range(4)] == [303] * 4


def test_a_second_sender_gets_the_first_answer(send, session) -> None:
    view, protocol = View(), FormPost(idempotent=True, scope=scope)
    first = send(view, protocol, name="a", idempotency_key=KEY)
    second = send(view, protocol, name="a", idempotency_key=KEY)
    assert (first.location, second.location) == ("/here/a", "/here/a")
    assert second.status_code == 303
    assert view.done == ["a"]
    assert session.scalar(select(IdempotencyKey.scope)) == "place here"


def test_the_same_key_with_other_content_is_another_act(send) -> None:
    """A page that the browser brought back has the key that it had."""
    view, protocol = View(), FormPost(idempotent=True, scope=scope)
    for name in ("a", "b", "a", "b"):
        answer = send(view, protocol, name=name, idempotency_key=KEY)
        assert (answer.status_code, answer.location) == (303, f"/here/{name}")
    assert view.done == ["a", "b"]


@pytest.mark.parametrize(
    "other",
    [
        {"name": ["a", "a"]},
        {"name": "a", "preview": ""},
        {"name": "a=", "x": "="},
        {"name": "a", "file": (BytesIO(b"b"), "list.csv")},
        {"name": "a", "to": "/en/y"},
    ],
)
def test_more_content_another_file_or_address_is_another_act(send, other) -> None:
    view, protocol = View(), FormPost(idempotent=True, scope=scope)
    send(view, protocol, name="a", idempotency_key=KEY)
    send(view, protocol, name="a", file=(BytesIO(b"a"), "list.csv"), idempotency_key=KEY)
    done = len(view.done)
    send(view, protocol, **other, idempotency_key=KEY)
    assert (done, len(view.done)) == (2, 3)


@pytest.mark.parametrize(
    "other",
    [
        {"text": "a\nb"},
        {"text": "a\r\nb", "version": "2"},
        {"text": "a\r\nb", "csrf_token": "under another mask"},
    ],
)
def test_what_a_browser_or_a_page_adds_makes_no_other_act(send, other) -> None:
    view, protocol = View(), FormPost(idempotent=True, scope=scope)
    send(view, protocol, name="a", text="a\r\nb", idempotency_key=KEY)
    send(view, protocol, name="a", **other, idempotency_key=KEY)
    assert len(view.done) == 1


def test_the_same_file_sent_twice_is_one_act_and_can_be_read(send) -> None:
    view, protocol = View(), FormPost(idempotent=True, scope=scope)
    read: list[bytes] = []

    def reads(place: str) -> Any:
        read.append(request.files["file"].read())
        return view(place)

    for _ in range(2):
        send(reads, protocol, name="a", file=(BytesIO(b"a list"), "list.csv"), idempotency_key=KEY)
    assert (read, view.done) == ([b"a list"], ["a"])


def test_a_form_that_was_carried_out_is_no_new_try(send) -> None:
    view, protocol = View(), limited(idempotent=True, scope=scope)
    first = send(view, protocol, name="a", idempotency_key=KEY)
    send(view, protocol, name="b")
    again = send(view, protocol, name="a", idempotency_key=KEY)
    assert (again.status_code, again.location) == (303, first.location)
    assert send(view, protocol, name="c").status_code == 429
    assert view.done == ["a", "b"]


def test_a_redirect_stays_one_where_nothing_is_left_to_do(send) -> None:
    """A view that leads elsewhere before it reads its form, called for a try that is refused."""

    def leads_on(place: str) -> Any:
        return redirect(f"/{place}/done", 303)

    view, protocol = View(), limited()
    for name in ("a", "b"):
        send(view, protocol, name=name)
    answer = send(leads_on, protocol)
    assert (answer.status_code, answer.location) == (303, "/here/done")
    assert "Retry-After" not in answer.headers


@pytest.mark.parametrize("name", ["", "forbidden"])
def test_a_key_is_free_again_where_nothing_was_done(send, session, name) -> None:
    view, protocol = View(), FormPost(idempotent=True, scope=scope)
    assert send(view, protocol, name=name, idempotency_key=KEY).status_code in {409, 422}
    assert count_keys(session) == 0
    assert send(view, protocol, name="a", idempotency_key=KEY).status_code == 303
    assert view.done == ["a"]


def test_a_form_without_a_key_is_carried_out(send, session) -> None:
    view, protocol = View(), FormPost(idempotent=True, scope=scope)
    assert send(view, protocol, name="a", idempotency_key="short").status_code == 303
    assert count_keys(session) == 0


def test_what_a_rule_refuses_is_said_in_the_form(send) -> None:
    view = View()
    assert send(view, FormPost(), name="forbidden").status_code == 409
    assert view.errors == [[("name", "Nobody closes their own account here.")]]
    assert view.done == []


def test_what_a_rule_refuses_goes_on_to_a_page_where_there_is_no_form(send) -> None:
    with pytest.raises(RuleViolation):
        send(View(), FormPost(has_form=False), name="forbidden")

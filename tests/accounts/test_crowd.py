"""Many who give a password at once wait in a bounded queue; nobody else waits for them."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from learning.accounts import passwords
from learning.settings import ROOT
from tests.world import sign_in


@contextmanager
def everybody_waiting() -> Iterator[None]:
    """Take every place, as a crowd does."""
    for _ in range(passwords.MAX_WAITING_REQUESTS):
        assert passwords.waiting_slots.acquire(blocking=False)
    try:
        yield
    finally:
        passwords.waiting_slots.release(passwords.MAX_WAITING_REQUESTS)


def free_places() -> int:
    free = 0
    while passwords.waiting_slots.acquire(blocking=False):
        free += 1
    passwords.waiting_slots.release(free)
    return free


def test_a_crowd_leaves_threads_to_other_pages() -> None:
    settings = (ROOT / "deploy/gunicorn.conf.py").read_text()
    threads = re.search(r"^threads = (\d+)", settings, re.MULTILINE)
    assert threads
    assert int(threads[1]) - passwords.MAX_WAITING_REQUESTS >= 20


@pytest.mark.parametrize(
    ("language", "message"),
    [
        ("fr", "Beaucoup de connexions ont lieu en ce moment."),
        ("en", "Many people are signing in now."),
        ("es", "Muchas personas inician sesión en este momento."),
    ],
)
def test_who_signs_in_beyond_the_queue_comes_again_with_the_address_kept(
    visitor, world, queries, language, message
) -> None:
    email = world.awa.email
    typed = {"email": email, "password": "walnut harbour twelve", "next": "/fr/search"}
    queries.clear()
    with everybody_waiting():
        answer = visitor.post(f"/{language}/account/sign-in", data=typed)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "3"
    assert answer.headers["Cache-Control"] == "no-store"
    assert message in answer.text
    assert f'value="{email}"' in answer.text
    assert 'value="/fr/search"' in answer.text
    assert "walnut" not in answer.text
    assert queries == []


def test_other_pages_are_open_meanwhile(app, session, world, visitor) -> None:
    awa = sign_in(app, session, world.awa)
    with everybody_waiting():
        assert visitor.get("/fr/account/sign-in").status_code == 200
        assert awa.get("/fr/this-week").status_code == 200


def test_a_person_who_confirms_beyond_the_queue_keeps_their_destination(
    app, session, world
) -> None:
    awa = sign_in(app, session, world.awa)
    typed = {"password": "walnut harbour twelve", "next": "/fr/account/security"}
    with everybody_waiting():
        answer = awa.post("/fr/account/confirm", data=typed)
    assert answer.status_code == 503
    assert 'name="next" value="/fr/account/security"' in answer.text
    assert 'type="password"' in answer.text
    assert "walnut" not in answer.text


def test_a_place_is_given_back_whatever_happens() -> None:
    def fail() -> None:
        raise ValueError

    for _ in range(passwords.MAX_WAITING_REQUESTS + 1):
        with pytest.raises(ValueError):  # noqa: PT011 it is ours
            passwords.queued(fail)()
    with everybody_waiting(), pytest.raises(passwords.TooManySignIns):
        passwords.hash_password("walnut harbour twelve")
    assert passwords.check_password(passwords.hash_password("walnut"), "walnut")


def test_one_request_holds_one_place() -> None:
    def view() -> None:
        passwords.hash_password("walnut harbour twelve")
        assert free_places() == passwords.MAX_WAITING_REQUESTS - 1

    passwords.queued(view)()
    assert free_places() == passwords.MAX_WAITING_REQUESTS


def test_whose_turn_does_not_come_is_asked_to_come_again(monkeypatch) -> None:
    monkeypatch.setattr(passwords, "QUEUE_TIMEOUT_SECONDS", 0.01)
    released = threading.Event()
    passwords.hash_executor.submit(released.wait)
    try:
        with pytest.raises(passwords.TooManySignIns):
            passwords.hash_password("walnut harbour twelve")
    finally:
        released.set()


def test_few_have_their_turn_at_once(monkeypatch) -> None:
    monkeypatch.setattr(passwords, "QUEUE_TIMEOUT_SECONDS", 0.01)
    for _ in range(passwords.MAX_RUNNING_REQUESTS):
        passwords.running_slots.acquire()
    try:
        with pytest.raises(passwords.TooManySignIns):
            passwords.queued(lambda: None)()
    finally:
        passwords.running_slots.release(passwords.MAX_RUNNING_REQUESTS)
    assert free_places() == passwords.MAX_WAITING_REQUESTS
    assert passwords.queued(lambda: "done")() == "done"


def test_hashes_are_made_one_after_the_other() -> None:
    at_work: list[int] = []
    limit: list[int] = []

    def work() -> None:
        at_work.append(1)
        limit.append(len(at_work))
        at_work.pop()

    crowd = [threading.Thread(target=passwords.run_in_queue, args=[work]) for _ in range(20)]
    for each in crowd:
        each.start()
    for each in crowd:
        each.join()
    assert limit == [1] * 20

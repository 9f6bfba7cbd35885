"""Letters from the outbox to a real mail server, which may be in any mood."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from sqlalchemy import select

from learning.jobs.models import Job, JobState
from learning.jobs.worker import Worker
from learning.mail import actions, queries
from learning.mail.actions import Outgoing, Recipient
from learning.mail.jobs import Post
from learning.mail.messages import House
from learning.mail.models import Address, Category, Mail, MailState
from learning.mail.senders import FolderSender, SmtpSender, sender_of
from learning.settings import ROOT, Settings
from learning.wiring import LETTERS, handlers
from tests.mail.smtp import serving

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
AWA = Recipient(email="awa@example.org", name="Awa Koné", language="fr", zone="Africa/Abidjan")
HOUSE = House(
    sender="Reintegration <course@example.org>", address="https://course.example.org", secret="s"
)
RESET = Outgoing(kind="accounts.reset", params={"path": "/account/reset/abc"})
MODULE = Outgoing(
    kind="lessons.module-open",
    params={
        "week": 4,
        "titles": {"fr": "Principes", "en": "Principles", "es": "Principios"},
        "lessons": 5,
        "minutes": 130,
    },
    category=Category.COURSE,
    thread="edition-1-m4",
)


def a_worker(database, port: int, patience=(timedelta(0),) * 3) -> Worker:
    sender = SmtpSender(host="127.0.0.1", port=port, patience=0.5)
    post = Post(writers=LETTERS, sender=sender, house=HOUSE)
    return Worker(
        database=database, handlers={"mail.send": post}, patience=patience, clock=lambda: NOW
    )


def send(database, session, mood: str | None, what: Outgoing = RESET, times: int = 1):
    """Post one letter, let a worker step; give the server, and what became of the letter."""
    moods = iter([mood] if mood else [])
    with serving(lambda _n: next(moods, "ok") or "ok") as (server, port):
        actions.post(session, AWA, what, now=NOW)
        session.commit()
        worker = a_worker(database, port)
        for _ in range(times):
            worker.step()
    session.expire_all()
    return server, session.scalars(select(Mail)).one()


def read(server):
    return message_from_bytes(server.contents[-1], policy=policy.default)


def test_a_letter_goes_out_in_the_language_of_whoever_receives_it(database, session) -> None:
    server, mail = send(database, session, None)
    message = read(server)
    assert message["Subject"] == "Choisir un nouveau mot de passe"
    assert message["To"] == "Awa Koné <awa@example.org>"
    plain, html = message.iter_parts()
    assert plain.get_content_type() == "text/plain"
    assert "Bonjour Awa Koné," in plain.get_content()
    assert "https://course.example.org/fr/account/reset/abc" in plain.get_content()
    assert 'lang="fr"' in html.get_content()
    assert len(html.get_content()) < 20_000
    assert (mail.state, mail.params) == (MailState.SENT, "{}")
    assert server.senders == [f"b+{mail.token}@example.org"]


def test_nothing_on_the_wire_is_eight_bit_or_too_long(database, session) -> None:
    server, _ = send(database, session, None, MODULE)
    content = server.contents[-1]
    assert content.isascii()
    assert max(map(len, content.splitlines())) < 998


def test_a_critical_letter_cannot_be_declined_and_says_so(database, session) -> None:
    server, _ = send(database, session, None)
    message = read(server)
    assert message["List-Unsubscribe"] is None
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert "ne peut pas être désactivé" in message.get_body(("plain",)).get_content().replace(
        "\n", " "
    )


def test_a_course_letter_can_be_declined_with_one_click(database, session) -> None:
    server, _ = send(database, session, None, MODULE)
    raw = server.contents[-1].decode()
    token = actions.subscription(session, AWA.email, Category.COURSE).token
    assert f"List-Unsubscribe: <https://course.example.org/u/{token}>\r\n" in raw
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in raw
    assert "References: <t-edition-1-m4@example.org>\r\n" in raw
    assert f"/u/{token}" in read(server).get_body(("plain",)).get_content()


def test_who_declined_gets_no_more_of_it_even_what_was_queued(database, session) -> None:
    token = actions.subscription(session, AWA.email, Category.COURSE).token
    actions.decline(session, token, now=NOW)
    server, mail = send(database, session, None, MODULE)
    assert (mail.state, mail.reason) == (MailState.SKIPPED, "declined")
    assert not server.contents


@pytest.mark.parametrize("mood", ["4xx", "silent"])
def test_what_is_not_taken_is_sent_again(database, session, mood) -> None:
    server, mail = send(database, session, mood, times=2)
    assert mail.state is MailState.SENT
    assert list(server.arrived.values()) == [1]


def test_a_cut_line_may_double_a_letter_but_not_its_message_id(database, session) -> None:
    server, mail = send(database, session, "dropped", times=2)
    assert mail.state is MailState.SENT
    assert list(server.arrived.values()) == [2]


def test_a_slow_server_is_waited_for(database, session) -> None:
    server, mail = send(database, session, "slow")
    assert mail.state is MailState.SENT
    assert list(server.arrived.values()) == [1]


def test_a_refused_letter_is_left_to_people_and_counted(database, session) -> None:
    _, mail = send(database, session, "5xx")
    assert (mail.state, mail.reason) == (MailState.FAILED, "554 5.7.1 not wanted")
    assert session.scalars(select(Job)).one().state is JobState.DEAD
    assert session.get_one(Address, AWA.email).suppressed_at is None


def test_an_address_that_is_gone_gets_nothing_more_until_it_is_trusted_again(
    database, session
) -> None:
    _, mail = send(database, session, "gone")
    assert mail.state is MailState.FAILED
    assert queries.is_suppressed(session, AWA.email)
    actions.try_again(session, mail.id)
    session.commit()
    assert not queries.is_suppressed(session, AWA.email)
    assert mail.state is MailState.WAITING


def test_no_server_at_all_is_waited_out(database, session) -> None:
    actions.post(session, AWA, RESET, now=NOW)
    session.commit()
    a_worker(database, 1).step()
    session.expire_all()
    job = session.scalars(select(Job)).one()
    assert (job.state, job.attempts) == (JobState.WAITING, 1)
    assert "ConnectionRefused" in job.error


def test_every_kind_of_letter_has_a_writer_and_every_job_a_handler() -> None:
    known = handlers(Settings())
    assert {"mail.send", "sweep", "accounts.sign-up", "lessons.announce-weeks"} <= known.keys()
    assert all(kind.split(".")[0] in {"accounts", "enrolment", "lessons"} for kind in LETTERS)


@pytest.mark.parametrize("language", ["fr", "en", "es"])
@pytest.mark.parametrize("kind", sorted(LETTERS))
def test_every_letter_can_be_written_in_every_language(database, session, kind, language) -> None:
    """With the parameters that are ever given to it, and markup in them that stays text."""
    params = MODULE.params | {
        "path": "/x", "address": "new@example.org", "device": "<b>Firefox</b>", "on": True,
        "starts_on": "2026-11-02", "ends_on": "2026-12-11", "edition": "e", "pays": True,
        "reference": "X", "today": "2026-11-01", "due_on": "2026-11-01", "reason": "<b>Firefox</b>",
        "fee_minor": 98000, "fee_currency": "EUR", "organisation": "<i>A</i>", "candidate": "B",
        **dict.fromkeys(("answer_until", "ends_at", "until"), "2026-11-01T10:00:00+00:00"),
    }  # fmt: skip
    with serving() as (server, port):
        to = Recipient(email="a@example.org", name="<i>A</i>", language=language, zone="UTC")
        actions.post(session, to, Outgoing(kind=kind, params=params), now=NOW)
        session.commit()
        a_worker(database, port).step()
    message = read(server)
    html = message.get_body(("html",)).get_content()
    assert "<b>Firefox" not in html
    assert "<i>A" not in html
    assert "%(" not in html + message["Subject"]


def test_a_demonstration_writes_into_a_folder(database, session, tmp_path) -> None:
    mail = actions.post(session, AWA, RESET, now=NOW)
    session.commit()
    sender = sender_of(f"folder:{tmp_path}/mail", ROOT)
    assert isinstance(sender, FolderSender)
    post = Post(writers=LETTERS, sender=sender, house=HOUSE)
    Worker(database=database, handlers={"mail.send": post}, clock=lambda: NOW).step()
    (file,) = (tmp_path / "mail").glob("*.eml")
    assert f"d-{mail.id}." in file.name


@pytest.mark.parametrize("url", ["http://example.org", "smtp://", "sendmail"])
def test_letters_go_to_a_folder_or_a_server_and_nowhere_else(url) -> None:
    with pytest.raises(ValueError, match="letters go to"):
        sender_of(url, ROOT)


def test_a_server_s_address_is_read_whole() -> None:
    sender = sender_of("smtp://me:p%40ss@mail.example.org:587?tls=1", ROOT)
    assert sender == SmtpSender(
        host="mail.example.org", port=587, user="me", password="p@ss", tls=True
    )

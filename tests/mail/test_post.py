"""Letters from the outbox to a real mail server, which may be in any mood."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from sqlalchemy import select

from learning.jobs.models import Job, JobState
from learning.jobs.worker import Worker
from learning.kit.typography import faults
from learning.mail import actions, queries, rules
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
ASKED = "enrolment.info-asked"
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


def at_once(_age: timedelta) -> timedelta:
    return timedelta(0)


def a_worker(database, port: int, retry_wait=at_once, **more: object) -> Worker:
    sender = SmtpSender(host="127.0.0.1", port=port, **{"patience": 0.5, **more})
    post = Post(writers=LETTERS, sender=sender, house=HOUSE, retry_wait=retry_wait)
    return Worker(database=database, handlers={"mail.send": post}, clock=lambda: NOW)


def send(database, session, mood: str | None, what: Outgoing = RESET, times: int = 1, to=AWA):
    """Post one letter, let a worker step; give the server, and what became of the letter."""
    moods = iter([mood] if mood else [])
    with serving(lambda _n: next(moods, "ok") or "ok") as (server, port):
        actions.post(session, to, what, now=NOW)
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


@pytest.mark.parametrize("mood", ["4xx", "5xx", "relay", "silent"])
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


@pytest.mark.parametrize("mood", ["5xx", "relay"])
def test_what_is_refused_for_our_sake_is_held_and_not_laid_on_the_reader(
    database, session, mood
) -> None:
    _, mail = send(database, session, mood)
    held = queries.held(session)
    assert held == queries.Held(count=1, since=NOW, reason=mail.reason)
    assert " 5.7.1 " in mail.reason
    assert mail.state is MailState.WAITING
    assert session.scalars(select(Job)).one().state is JobState.WAITING
    assert session.get(Address, AWA.email) is None


def test_a_wrong_password_of_ours_is_mended_and_everything_goes_out(database, session) -> None:
    with serving(password="right") as (server, port):
        for _ in range(3):
            actions.post(session, AWA, RESET, now=NOW)
        session.commit()
        wrong = a_worker(database, port, user="course", password="wrong")
        wrong.step()
        session.expire_all()
        held = queries.held(session)
        assert (held.count, held.reason[:3]) == (3, "535")
        assert session.get(Address, AWA.email) is None
        a_worker(database, port, user="course", password="right").step()
    session.expire_all()
    assert {mail.state for mail in session.scalars(select(Mail))} == {MailState.SENT}
    assert queries.held(session) is None
    assert len(server.contents) == 3


def test_what_could_not_be_sent_for_days_is_left_to_people_whole(database, session) -> None:
    mail = actions.post(session, AWA, RESET, now=NOW - timedelta(days=4))
    session.commit()
    with serving(lambda _number: "4xx") as (_, port):
        a_worker(database, port, retry_wait=rules.retry_wait).step()
    session.expire_all()
    assert (mail.state, mail.reason) == (MailState.FAILED, "451 4.3.0 try later")
    assert session.scalars(select(Job)).one().state is JobState.DEAD
    assert mail.params != "{}"
    assert session.get(Address, AWA.email) is None


def test_a_domain_that_is_not_ascii_is_written_to(database, session) -> None:
    to = replace(AWA, email="awa@bücher.example")
    server, mail = send(database, session, None, to=to)
    assert mail.state is MailState.SENT
    assert read(server)["To"] == "Awa Koné <awa@xn--bcher-kva.example>"


def test_line_breaks_of_a_question_survive_and_no_line_begins_the_signature(
    database, session
) -> None:
    asked = "Two things:\n\n- your diploma\n-- \nand your letter"
    until = "2026-11-30T10:00:00+00:00"
    params = {"edition": "e", "reference": "X", "reason": asked, "answer_until": until}
    server, _ = send(database, session, None, Outgoing(kind=ASKED, params=params))
    message = read(server)
    plain = message.get_body(("plain",)).get_content().replace("\r\n", "\n")
    assert "Two things:\n\n- your diploma\n—\nand your letter" in plain
    assert plain.split("\n").count("-- ") == 1
    html = message.get_body(("html",)).get_content()
    assert "Two things:<br><br>- your diploma<br>-- <br>and your letter" in html


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
    assert "refused" in job.error
    assert queries.held(session).count == 1


def test_every_kind_of_letter_has_a_writer_and_every_job_a_handler() -> None:
    known = handlers(Settings())
    assert {"mail.send", "sweep", "accounts.sign-up", "lessons.announce-weeks"} <= known.keys()
    assert all(
        kind.split(".")[0] in {"accounts", "admin", "enrolment", "lessons"} for kind in LETTERS
    )


CHANGED = {
    "starts_on": "2026-11-02", "ends_on": "2026-12-11", "project_due_on": "2026-12-01",
    "zone": "Europe/Rome", "languages": "fr en es", "fee": "98000 EUR",
}  # fmt: skip


@pytest.mark.parametrize("language", ["fr", "en", "es"])
@pytest.mark.parametrize("kind", sorted(LETTERS))
def test_every_letter_can_be_written_in_every_language(database, session, kind, language) -> None:
    """With the parameters that are ever given to it, and markup in them that stays text."""
    params = MODULE.params | {
        "path": "/x", "address": "new@example.org", "device": "<b>Firefox</b>", "on": True,
        "starts_on": "2026-11-02", "ends_on": "2026-12-11", "edition": "e", "pays": True,
        "reference": "X", "today": "2026-11-01", "due_on": "2026-11-01", "reason": "<b>Firefox</b>",
        "agreed": True, "before": CHANGED, "after": CHANGED,
        "number": 7, "hash": "a" * 64,
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
    plain = message.get_body(("plain",)).get_content()
    ours = [line for line in plain.splitlines() if line != "-- "]
    assert [fault for line in ours for fault in faults(line, language)] == []


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

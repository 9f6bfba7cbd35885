"""Letters from the outbox to a real mail server, which may be in any mood."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from sqlalchemy import select

from learning.jobs.models import Job, JobState
from learning.jobs.worker import Worker
from learning.mail import actions, queries, rules, subscriptions
from learning.mail.actions import EmailRequest, Recipient
from learning.mail.categories import COURSE
from learning.mail.jobs import SendEmailHandler
from learning.mail.mime import SenderConfig
from learning.mail.models import EmailBounce, EmailState, OutgoingEmail
from learning.mail.senders import FolderSender, SmtpSender, make_sender
from learning.settings import ROOT
from learning.wiring import EMAIL_TEMPLATES
from tests.mail.smtp import serving

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
AWA = Recipient(email="awa@example.org", name="Awa Koné", language="fr", zone="Africa/Abidjan")
SENDER = SenderConfig(
    sender="Reintegration <course@example.org>", address="https://course.example.org", secret="s"
)
REQUESTED = "admissions.info-requested"
RESET = EmailRequest(kind="accounts.reset", params={"path": "/account/reset/abc"})
MODULE = EmailRequest(
    kind="lessons.module-open",
    params={
        "week": 4,
        "titles": {"fr": "Principes", "en": "Principles", "es": "Principios"},
        "lessons": 5,
        "minutes": 130,
    },
    category=COURSE,
    topic="module-open",
    thread="edition-1-m4",
)


def at_once(_age: timedelta) -> timedelta:
    return timedelta(0)


def a_worker(database, port: int, retry_delay=at_once, **more: object) -> Worker:
    sender = SmtpSender(host="127.0.0.1", port=port, **{"timeout": 0.5, **more})
    post = SendEmailHandler(
        templates=EMAIL_TEMPLATES, sender=sender, config=SENDER, retry_delay=retry_delay
    )
    return Worker(database=database, handlers={"mail.send": post}, clock=lambda: NOW)


def send(database, session, mood: str | None, what: EmailRequest = RESET, times: int = 1, to=AWA):
    """Post one letter, let a worker step; give the server, and what became of the letter."""
    moods = iter([mood] if mood else [])
    with serving(lambda _n: next(moods, "ok") or "ok") as (server, port):
        actions.enqueue_email(session, to, what, now=NOW)
        session.commit()
        worker = a_worker(database, port)
        for _ in range(times):
            worker.step()
    session.expire_all()
    return server, session.scalars(select(OutgoingEmail)).one()


def read(server):
    return message_from_bytes(server.contents[-1], policy=policy.default)


def test_an_email_goes_out_in_the_language_of_its_recipient(database, session) -> None:
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
    assert (mail.state, mail.params) == (EmailState.SENT, "{}")
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
    token = subscriptions.subscription_for(session, AWA.email, "course", "module-open").token
    assert f"List-Unsubscribe: <https://course.example.org/u/{token}>\r\n" in raw
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in raw
    assert "References: <t-edition-1-m4@example.org>\r\n" in raw
    assert f"/u/{token}" in read(server).get_body(("plain",)).get_content()


def test_who_declined_gets_no_more_of_it_even_what_was_queued(database, session) -> None:
    token = subscriptions.subscription_for(session, AWA.email, "course").token
    subscriptions.unsubscribe(session, token, now=NOW)
    server, mail = send(database, session, None, MODULE)
    assert (mail.state, mail.reason) == (EmailState.SKIPPED, "declined")
    assert not server.contents


@pytest.mark.parametrize("mood", ["4xx", "5xx", "relay", "silent"])
def test_what_is_not_taken_is_sent_again(database, session, mood) -> None:
    server, mail = send(database, session, mood, times=2)
    assert mail.state is EmailState.SENT
    assert list(server.arrived.values()) == [1]


def test_a_cut_line_may_double_a_letter_but_not_its_message_id(database, session) -> None:
    server, mail = send(database, session, "dropped", times=2)
    assert mail.state is EmailState.SENT
    assert list(server.arrived.values()) == [2]


def test_a_slow_server_is_waited_for(database, session) -> None:
    server, mail = send(database, session, "slow")
    assert mail.state is EmailState.SENT
    assert list(server.arrived.values()) == [1]


@pytest.mark.parametrize("mood", ["5xx", "relay"])
def test_what_is_refused_for_our_sake_is_held_and_not_laid_on_the_reader(
    database, session, mood
) -> None:
    _, mail = send(database, session, mood)
    held = queries.held_emails(session)
    assert held == queries.HeldEmails(count=1, since=NOW, reason=mail.reason)
    assert " 5.7.1 " in mail.reason
    assert mail.state is EmailState.WAITING
    assert session.scalars(select(Job)).one().state is JobState.WAITING
    assert session.get(EmailBounce, AWA.email) is None


def test_a_wrong_password_of_ours_is_mended_and_everything_goes_out(database, session) -> None:
    with serving(password="right") as (server, port):
        for _ in range(3):
            actions.enqueue_email(session, AWA, RESET, now=NOW)
        session.commit()
        wrong = a_worker(database, port, user="course", password="wrong")
        wrong.step()
        session.expire_all()
        held = queries.held_emails(session)
        assert (held.count, held.reason[:3]) == (3, "535")
        assert session.get(EmailBounce, AWA.email) is None
        a_worker(database, port, user="course", password="right").step()
    session.expire_all()
    assert {mail.state for mail in session.scalars(select(OutgoingEmail))} == {EmailState.SENT}
    assert queries.held_emails(session) is None
    assert len(server.contents) == 3


def test_what_could_not_be_sent_for_days_is_left_to_people_whole(database, session) -> None:
    mail = actions.enqueue_email(session, AWA, RESET, now=NOW - timedelta(days=4))
    session.commit()
    with serving(lambda _number: "4xx") as (_, port):
        a_worker(database, port, retry_delay=rules.retry_delay).step()
    session.expire_all()
    assert (mail.state, mail.reason) == (EmailState.FAILED, "451 4.3.0 try later")
    assert session.scalars(select(Job)).one().state is JobState.DEAD
    assert mail.params != "{}"
    assert session.get(EmailBounce, AWA.email) is None


def test_a_domain_that_is_not_ascii_is_written_to(database, session) -> None:
    to = replace(AWA, email="awa@bücher.example")
    server, mail = send(database, session, None, to=to)
    assert mail.state is EmailState.SENT
    assert read(server)["To"] == "Awa Koné <awa@xn--bcher-kva.example>"


def test_line_breaks_of_a_question_survive_and_no_line_begins_the_signature(
    database, session
) -> None:
    request_text = "Two things:\n\n- your diploma\n-- \nand your letter"
    until = "2026-11-30T10:00:00+00:00"
    params = {"edition": "e", "reference": "X", "reason": request_text, "answer_until": until}
    server, _ = send(database, session, None, EmailRequest(kind=REQUESTED, params=params))
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
    assert mail.state is EmailState.FAILED
    assert queries.is_suppressed(session, AWA.email)
    actions.retry(session, mail.id)
    session.commit()
    assert not queries.is_suppressed(session, AWA.email)
    assert mail.state is EmailState.WAITING


def test_no_server_at_all_is_waited_out(database, session) -> None:
    actions.enqueue_email(session, AWA, RESET, now=NOW)
    session.commit()
    a_worker(database, 1).step()
    session.expire_all()
    job = session.scalars(select(Job)).one()
    assert (job.state, job.attempts) == (JobState.WAITING, 1)
    assert "refused" in job.error
    assert queries.held_emails(session).count == 1


def test_a_demonstration_writes_into_a_folder(database, session, tmp_path) -> None:
    mail = actions.enqueue_email(session, AWA, RESET, now=NOW)
    session.commit()
    sender = make_sender(f"folder:{tmp_path}/mail", ROOT)
    assert isinstance(sender, FolderSender)
    post = SendEmailHandler(templates=EMAIL_TEMPLATES, sender=sender, config=SENDER)
    Worker(database=database, handlers={"mail.send": post}, clock=lambda: NOW).step()
    (file,) = (tmp_path / "mail").glob("*.eml")
    assert f"d-{mail.id}." in file.name


@pytest.mark.parametrize("url", ["http://example.org", "smtp://", "sendmail"])
def test_emails_go_to_a_folder_or_a_server_and_nowhere_else(url) -> None:
    with pytest.raises(ValueError, match="e-mails go to"):
        make_sender(url, ROOT)


def test_a_server_s_address_is_read_whole() -> None:
    sender = make_sender("smtp://me:p%40ss@mail.example.org:587?tls=1", ROOT)
    assert sender == SmtpSender(
        host="mail.example.org", port=587, user="me", password="p@ss", tls=True
    )

"""E-mails that bounce, and e-mails that people decline."""

from datetime import UTC, datetime

import pytest

from learning.mail import actions, bounces, queries, subscriptions
from learning.mail.actions import EmailRequest, Recipient
from learning.mail.categories import COURSE, CRITICAL
from learning.mail.models import EmailBounce
from learning.mail.rules import DeliveryFailure
from tests.world import FREE_IN_NETWORK

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
NOTICE = """\
From: MAILER-DAEMON@example.net
To: b+{token}@example.org
Subject: Undelivered
MIME-Version: 1.0
Content-Type: multipart/report; report-type={kind}; boundary="x"

--x
Content-Type: text/plain

It did not work.
--x
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822; awa@example.org
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 no such user here

--x--
"""


def a_letter(session):
    to = Recipient(email="awa@example.org", name="Awa", language="fr", zone="UTC")
    return actions.enqueue_email(session, to, EmailRequest(kind="accounts.account-exists"), now=NOW)


def notice(token: str, *, status="5.1.1", action="failed", kind="delivery-status") -> bytes:
    return NOTICE.format(token=token, status=status, action=action, kind=kind).encode()


@pytest.mark.parametrize(
    ("status", "action", "failure_kind"),
    [
        ("5.1.1", "failed", DeliveryFailure.NO_MAILBOX),
        ("5.4.7", "failed", DeliveryFailure.REJECTED),
        ("5.7.1", "failed", DeliveryFailure.OUR_SIDE),
        ("5.2.2", "failed", DeliveryFailure.TEMPORARY),
        ("4.2.2", "delayed", DeliveryFailure.TEMPORARY),
    ],
)
def test_a_notice_is_read(status, action, failure_kind) -> None:
    found = bounces.parse_bounce(notice("abcdef_0123456", status=status, action=action))
    assert found == bounces.Bounce(
        token="abcdef_0123456", failure=failure_kind, reason="smtp; 550 no such user here"
    )


@pytest.mark.parametrize(
    "content",
    [b"", b"hello", b"\xff\x00\xfe", notice("abcdef_0123456", action="delivered"), b"To: b+x@y"],
)
def test_what_is_no_notice_about_ours_is_left_alone(content) -> None:
    assert bounces.parse_bounce(content) is None


def test_an_address_that_bounces_for_good_is_given_up(session) -> None:
    letter = a_letter(session)
    found = bounces.parse_bounce(notice(letter.token))
    assert found
    assert bounces.process_bounce(session, found, now=NOW)
    assert queries.is_suppressed(session, "awa@example.org")
    assert session.get_one(EmailBounce, "awa@example.org").reason == "smtp; 550 no such user here"


def test_a_token_in_lower_case_is_still_a_letter_s(session) -> None:
    letter = a_letter(session)
    letter.token = letter.token.upper()  # as they were made before
    for token in (letter.token, a_letter(session).token.upper()):
        found = bounces.parse_bounce(notice(token))
        assert found
        assert bounces.process_bounce(session, found, now=NOW)


def test_a_notice_about_our_own_policy_is_not_laid_on_the_reader(session) -> None:
    letter = a_letter(session)
    for _ in range(9):
        found = bounces.parse_bounce(notice(letter.token, status="5.7.1"))
        assert found
        assert bounces.process_bounce(session, found, now=NOW)
    assert not queries.is_suppressed(session, "awa@example.org")
    assert session.get(EmailBounce, "awa@example.org") is None


def test_a_complaint_declines_the_letters_that_can_be_declined(session) -> None:
    letter = a_letter(session)
    found = bounces.parse_bounce(notice(letter.token, kind="feedback-report"))
    assert found
    assert bounces.process_bounce(session, found, now=NOW)
    assert queries.send_blockers(session, letter.email, COURSE).unsubscribed
    assert not queries.send_blockers(session, letter.email, CRITICAL).unsubscribed


def test_a_bounce_of_an_unknown_letter_does_nothing(session) -> None:
    found = bounces.parse_bounce(notice("abcdef_0123456"))
    assert found
    assert not bounces.process_bounce(session, found, now=NOW)


def test_one_click_declines_without_cookie_or_token(app, session, visitor) -> None:
    token = subscriptions.subscription_for(session, "awa@example.org", "course").token
    session.commit()
    shown = visitor.get(f"/u/{token}")
    assert shown.status_code == 200
    assert "awa@example.org" not in shown.text
    machine = app.test_client()
    for _ in range(2):
        answer = machine.post(f"/u/{token}", data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
    session.expire_all()
    assert queries.send_blockers(session, "awa@example.org", COURSE).unsubscribed
    assert machine.post(f"/u/{token}", data={"again": "1"}).status_code == 200
    session.expire_all()
    assert not queries.send_blockers(session, "awa@example.org", COURSE).unsubscribed


def test_looking_at_the_link_changes_nothing(session, visitor) -> None:
    token = subscriptions.subscription_for(session, "awa@example.org", "course").token
    session.commit()
    visitor.get(f"/u/{token}")
    assert not queries.send_blockers(session, "awa@example.org", COURSE).unsubscribed


def test_guessing_such_links_is_slowed_but_no_machine_that_has_one_is(session, app) -> None:
    token = subscriptions.subscription_for(session, "awa@example.org", "course").token
    session.commit()
    machine = app.test_client()
    for _ in range(FREE_IN_NETWORK + 3):
        assert machine.post(f"/u/{token}").status_code == 200
    statuses = [
        machine.open(f"/u/guess-{n}", method=method).status_code
        for n in range(FREE_IN_NETWORK // 2 + 2)
        for method in ("GET", "POST")
    ]
    assert (statuses[0], statuses[-1]) == (404, 429)
    assert machine.get(f"/u/{token}").status_code == 200
    assert machine.post(f"/u/{token}").status_code == 200, "others' guesses close no link"

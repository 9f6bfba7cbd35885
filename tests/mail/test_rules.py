"""What mail servers say, and what is made of it."""

from datetime import timedelta

import pytest

from learning.mail import rules
from learning.mail.rules import Stage, Verdict


@pytest.mark.parametrize(
    ("code", "text", "said"),
    [
        (550, "5.1.1 no such user", Verdict.GONE),
        (550, "5.1.10 null MX", Verdict.GONE),
        (552, "5.2.1 mailbox disabled", Verdict.GONE),
        (550, "no such user here", Verdict.REFUSED),
        (550, "5.4.1 recipient address rejected", Verdict.REFUSED),
        (554, "no", Verdict.REFUSED),
        (450, "5.1.1 odd but clear", Verdict.GONE),
        (450, "4.2.2 mailbox full", Verdict.LATER),
        (552, "5.2.2 mailbox full", Verdict.LATER),
        (552, "mailbox full", Verdict.LATER),
        (550, "4.7.1 greylisted by a server that mixes them up", Verdict.LATER),
        (421, "busy", Verdict.LATER),
        (550, "5.7.1 relaying denied", Verdict.OURS),
        (550, "5.7.26 SPF and DKIM failed", Verdict.OURS),
        (552, "5.3.4 message too big", Verdict.OURS),
        (553, "5.1.8 bad sender's system address", Verdict.OURS),
        (530, "authentication required", Verdict.OURS),
    ],
)
def test_an_answer_about_a_recipient_is_understood(code, text, said) -> None:
    assert rules.verdict(code, text) is said


@pytest.mark.parametrize(
    ("code", "text", "stage", "said"),
    [
        (535, "5.7.8 authentication failed", Stage.SESSION, Verdict.OURS),
        (535, "5.1.1 whatever it says", Stage.SESSION, Verdict.OURS),
        (454, "4.7.0 temporary authentication failure", Stage.SESSION, Verdict.LATER),
        (550, "5.1.1 no such sender", Stage.SENDER, Verdict.OURS),
        (451, "4.3.0 busy", Stage.SENDER, Verdict.LATER),
        (554, "5.7.1 not wanted", Stage.CONTENT, Verdict.OURS),
        (554, "transaction failed", Stage.CONTENT, Verdict.OURS),
        (550, "5.1.1 no such user, said late", Stage.CONTENT, Verdict.GONE),
        (451, "4.3.0 try later", Stage.CONTENT, Verdict.LATER),
    ],
)
def test_only_what_is_said_of_the_recipient_counts_against_it(code, text, stage, said) -> None:
    assert rules.verdict(code, text, stage) is said


@pytest.mark.parametrize(
    ("age", "wait"),
    [
        (timedelta(0), timedelta(minutes=1)),
        (timedelta(minutes=40), timedelta(minutes=10)),
        (timedelta(days=3), timedelta(hours=1)),
        (timedelta(days=4), None),
    ],
)
def test_an_e_mail_is_tried_for_four_days(age, wait) -> None:
    assert rules.retry_wait(age) == wait


@pytest.mark.parametrize(
    ("bounces", "given_up"),
    [
        ([Verdict.GONE], True),
        ([Verdict.REFUSED], False),
        ([Verdict.REFUSED] * 2, True),
        ([Verdict.LATER] * 3, False),
        ([Verdict.LATER] * 4, True),
        ([Verdict.OURS] * 50, False),
    ],
)
def test_an_address_is_given_up_after_enough(bounces, given_up) -> None:
    score, last = 0, False
    for said in bounces:
        standing = rules.after_bounce(score, said)
        score, last = standing.score, standing.given_up
    assert last is given_up


def test_success_relieves_an_address_slowly() -> None:
    assert rules.after_success(10) == 8
    assert rules.after_success(1) == 0


@pytest.mark.parametrize("bad", ["a\r\nBcc: x", "a\x00b", "a\nb", "a\u2028b", "\x7f"])
def test_nothing_breaks_out_of_a_header(bad) -> None:
    assert not set(rules.one_line(bad)) & set("\r\n\x00\x7f\u2028")


def test_the_message_id_is_the_same_at_every_attempt_and_cannot_be_guessed() -> None:
    first = rules.message_id("secret", 7, "example.org")
    assert first == rules.message_id("secret", 7, "example.org")
    assert first != rules.message_id("other", 7, "example.org")
    assert first.startswith("<d-7.")
    assert first.endswith("@example.org>")


@pytest.mark.parametrize(
    "header",
    [
        "<b+0123456789ab@example.org>",
        "b+0123456789ab@example.org",
        "Mail Delivery <b+0123456789ab@example.org>",
        '"Doe, Jane" <jane@example.net>, b+0123456789ab@example.org',
        "B+0123456789ab@EXAMPLE.ORG",
    ],
)
def test_a_bounce_comes_back_to_its_letter(header) -> None:
    assert rules.tokens_in(header) == ["0123456789ab"]


@pytest.mark.parametrize("header", ["", "somebody@example.org", "b+short@example.org", "b+ <x"])
def test_other_addresses_are_no_bounces(header) -> None:
    assert rules.tokens_in(header) == []


@pytest.mark.parametrize(
    ("email", "wire"),
    [
        ("awa@example.org", "awa@example.org"),
        ("awa@bücher.example", "awa@xn--bcher-kva.example"),
        ("awa@BÜCHER.example", "awa@xn--bcher-kva.example"),
        ("awa@пример.рф", "awa@xn--e1afmkfd.xn--p1ai"),
    ],
)
def test_a_domain_goes_over_the_wire_in_ascii(email, wire) -> None:
    assert rules.wire_address(email) == wire


def test_a_bounce_finds_its_e_mail_by_the_address_it_goes_to() -> None:
    token = "0123456789abcdef0123456789abcdef"
    sender = rules.bounce_address(token, "example.org")
    assert rules.tokens_in(f"Mailer <{sender}>, other@example.org") == [token]

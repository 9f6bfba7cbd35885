"""What mail servers say, and what is made of it."""

import re
from datetime import timedelta

import pytest

from learning.mail import rules
from learning.mail.rules import BounceState, DeliveryFailure, SmtpStage


@pytest.mark.parametrize(
    ("code", "text", "failure"),
    [
        (550, "5.1.1 no such user", DeliveryFailure.NO_MAILBOX),
        (550, "5.1.10 null MX", DeliveryFailure.NO_MAILBOX),
        (552, "5.2.1 mailbox disabled", DeliveryFailure.NO_MAILBOX),
        (550, "no such user here", DeliveryFailure.REJECTED),
        (550, "5.4.1 recipient address rejected", DeliveryFailure.REJECTED),
        (554, "no", DeliveryFailure.REJECTED),
        (450, "5.1.1 odd but clear", DeliveryFailure.NO_MAILBOX),
        (450, "4.2.2 mailbox full", DeliveryFailure.TEMPORARY),
        (552, "5.2.2 mailbox full", DeliveryFailure.TEMPORARY),
        (552, "mailbox full", DeliveryFailure.TEMPORARY),
        (550, "4.7.1 greylisted by a server that mixes them up", DeliveryFailure.TEMPORARY),
        (421, "busy", DeliveryFailure.TEMPORARY),
        (550, "5.7.1 relaying denied", DeliveryFailure.OUR_SIDE),
        (550, "5.7.26 SPF and DKIM failed", DeliveryFailure.OUR_SIDE),
        (552, "5.3.4 message too big", DeliveryFailure.OUR_SIDE),
        (553, "5.1.8 bad sender's system address", DeliveryFailure.OUR_SIDE),
        (530, "authentication required", DeliveryFailure.OUR_SIDE),
        (450, "5.4.1 its status is lasting, whatever its code", DeliveryFailure.REJECTED),
        (550, "5.1.7 bad sender's mailbox address", DeliveryFailure.OUR_SIDE),
        (
            550,
            "5.1.9 message relayed to a mailer that does not speak our language",
            DeliveryFailure.OUR_SIDE,
        ),
        (552, "5.2.3 message longer than allowed", DeliveryFailure.OUR_SIDE),
        (550, "5.2.4 mailing list expansion", DeliveryFailure.REJECTED),
        (550, "5.1.2 bad destination system", DeliveryFailure.REJECTED),
        (500, "5.5.2 syntax error", DeliveryFailure.OUR_SIDE),
        (554, "5.6.1 media not supported", DeliveryFailure.OUR_SIDE),
    ],
)
def test_an_answer_about_a_recipient_is_understood(code, text, failure) -> None:
    assert rules.classify_reply(code, text) is failure


@pytest.mark.parametrize(
    ("code", "text", "stage", "failure"),
    [
        (535, "5.7.8 authentication failed", SmtpStage.SESSION, DeliveryFailure.OUR_SIDE),
        (535, "5.1.1 whatever it says", SmtpStage.SESSION, DeliveryFailure.OUR_SIDE),
        (
            454,
            "4.7.0 temporary authentication failure",
            SmtpStage.SESSION,
            DeliveryFailure.TEMPORARY,
        ),
        (550, "5.1.1 no such sender", SmtpStage.SENDER, DeliveryFailure.OUR_SIDE),
        (451, "4.3.0 busy", SmtpStage.SENDER, DeliveryFailure.TEMPORARY),
        (554, "5.7.1 not wanted", SmtpStage.CONTENT, DeliveryFailure.OUR_SIDE),
        (554, "transaction failed", SmtpStage.CONTENT, DeliveryFailure.OUR_SIDE),
        (550, "5.1.1 no such user, said late", SmtpStage.CONTENT, DeliveryFailure.NO_MAILBOX),
        (451, "4.3.0 try later", SmtpStage.CONTENT, DeliveryFailure.TEMPORARY),
    ],
)
def test_only_what_is_said_of_the_recipient_counts_against_it(code, text, stage, failure) -> None:
    assert rules.classify_reply(code, text, stage) is failure


@pytest.mark.parametrize("code", [500, 501, 504, 530, 535, 539, 555])
def test_a_code_of_syntax_or_authentication_is_about_us(code: int) -> None:
    """RFC 5321, section 4.2.2: 500 to 504, 555; RFC 4954: 530 to 539."""
    assert rules.classify_reply(code, "no") is DeliveryFailure.OUR_SIDE


@pytest.mark.parametrize("code", [505, 529, 540, 550, 551, 553, 554, 556])
def test_another_lasting_code_is_about_the_recipient(code: int) -> None:
    assert rules.classify_reply(code, "no") is DeliveryFailure.REJECTED


@pytest.mark.parametrize(
    ("code", "failure"), [(499, DeliveryFailure.TEMPORARY), (500, DeliveryFailure.OUR_SIDE)]
)
def test_before_a_recipient_is_named_a_lasting_no_is_about_us(code, failure) -> None:
    assert rules.classify_reply(code, "no", SmtpStage.SESSION) is failure


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
    assert rules.retry_delay(age) == wait


@pytest.mark.parametrize(
    ("bounces", "gone"),
    [
        ([DeliveryFailure.NO_MAILBOX], True),
        ([DeliveryFailure.REJECTED], False),
        ([DeliveryFailure.REJECTED] * 2, True),
        ([DeliveryFailure.TEMPORARY] * 3, False),
        ([DeliveryFailure.TEMPORARY] * 4, True),
        ([DeliveryFailure.OUR_SIDE] * 50, False),
    ],
)
def test_an_address_is_given_up_after_enough(bounces, gone) -> None:
    score, last = 0, False
    for failure in bounces:
        state_after = rules.score_after_bounce(score, failure)
        score, last = state_after.score, state_after.suppressed
    assert last is gone


def test_each_bounce_weighs_as_much_as_it_says() -> None:
    assert rules.score_after_bounce(5, DeliveryFailure.REJECTED) == BounceState(
        score=25, suppressed=False
    )
    assert rules.score_after_bounce(5, DeliveryFailure.TEMPORARY) == BounceState(
        score=15, suppressed=False
    )
    assert rules.score_after_bounce(5, DeliveryFailure.NO_MAILBOX) == BounceState(
        score=45, suppressed=True
    )
    assert rules.score_after_bounce(5, DeliveryFailure.OUR_SIDE) == BounceState(
        score=5, suppressed=False
    )


def test_success_relieves_an_address_slowly() -> None:
    assert rules.score_after_success(10) == 8
    assert rules.score_after_success(1) == 0


@pytest.mark.parametrize("bad", ["a\r\nBcc: x", "a\x00b", "a\nb", "a\u2028b", "\x7f"])
def test_nothing_breaks_out_of_a_header(bad) -> None:
    assert not set(rules.one_line(bad)) & set("\r\n\x00\x7f\u2028")


@pytest.mark.parametrize(
    ("text", "line"),
    [("a\r\n\tBcc: x", "a Bcc: x"), ("\n Re: a \x00", "Re: a"), ("a  b", "a  b"), ("\n", "")],
)
def test_what_would_break_a_line_becomes_one_blank(text: str, line: str) -> None:
    assert rules.one_line(text) == line


def test_the_message_id_is_the_same_at_every_attempt_and_cannot_be_guessed() -> None:
    first = rules.message_id("secret", 7, "example.org")
    assert first == rules.message_id("secret", 7, "example.org")
    assert first != rules.message_id("other", 7, "example.org")
    assert re.fullmatch(r"<d-7\.[0-9a-f]{8}@example\.org>", first)
    assert first[5:] != rules.message_id("secret", 8, "example.org")[5:]


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
        ("kept before it was checked", "kept before it was checked"),
    ],
)
def test_a_domain_goes_over_the_wire_in_ascii(email, wire) -> None:
    assert rules.ascii_address(email) == wire


def test_a_bounce_finds_its_e_mail_by_the_address_it_goes_to() -> None:
    token = "0123456789abcdef0123456789abcdef"
    sender = rules.bounce_address(token, "example.org")
    assert rules.tokens_in(f"Mailer <{sender}>, other@example.org") == [token]

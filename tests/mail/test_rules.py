"""What mail servers say, and what is made of it."""

import pytest

from learning.mail import rules
from learning.mail.rules import Verdict


@pytest.mark.parametrize(
    ("code", "text", "said"),
    [
        (550, "5.1.1 no such user", Verdict.GONE),
        (550, "5.1.10 null MX", Verdict.GONE),
        (552, "5.2.1 mailbox disabled", Verdict.GONE),
        (550, "5.7.1 blocked", Verdict.REFUSED),
        (554, "no", Verdict.REFUSED),
        (450, "5.1.1 odd but clear", Verdict.GONE),
        (450, "4.2.2 mailbox full", Verdict.LATER),
        (421, "busy", Verdict.LATER),
    ],
)
def test_an_answer_is_understood(code, text, said) -> None:
    assert rules.verdict(code, text) is said


@pytest.mark.parametrize(
    ("bounces", "given_up"),
    [
        ([Verdict.GONE], True),
        ([Verdict.REFUSED], False),
        ([Verdict.REFUSED] * 2, True),
        ([Verdict.LATER] * 3, False),
        ([Verdict.LATER] * 4, True),
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


def test_a_bounce_comes_back_to_its_letter() -> None:
    address = rules.bounce_address("abc-DEF_0123456", "example.org")
    assert rules.token_in(f"<{address}>") == "abc-DEF_0123456"
    assert rules.token_in("somebody@example.org") is None

"""One normal form of addresses, what is wrong with others, and how they are sent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.kit.email_addresses import (
    EMAIL_ISSUES,
    EmailIssue,
    email_issue,
    email_spellings,
    is_email,
    is_placeholder,
    normal_email,
    sendable_email,
    without_addresses,
)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" AWA@Example.ORG ", "awa@example.org"),
        ("\u200bawa@example.org", "awa@example.org"),
        ("new.one\u200b@example.net", "new.one@example.net"),
        ("awa\x07@example.org", "awa@example.org"),
        ("awa@example.org\x7f", "awa@example.org"),
        ("awa\u200d@example\ufeff.org", "awa@example.org"),
        ("\uff21wa\uff20example\uff0eorg", "awa@example.org"),
        ("ann+x@example.net", "ann+x@example.net"),
        ("o'neil@example.net", "o'neil@example.net"),
        ("awa@MÜNCHEN.de", "awa@münchen.de"),
        ("awa@mu\u0308nchen.de", "awa@münchen.de"),
        ("awa@xn--mnchen-3ya.de", "awa@münchen.de"),
        ("awa@faß.de", "awa@faß.de"),
        ("awa@XN--R8JZ45G.xn--zckzah", "awa@例え.テスト"),
        ("not an address", "not an address"),
    ],
)
def test_every_spelling_has_one_normal_form(typed: str, kept: str) -> None:
    assert normal_email(typed) == kept
    assert normal_email(kept) == kept


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("awa@example.org", None),
        ("awa@münchen.de", None),
        ("A.B+c'd@Example.Org", None),
        ("\u200bawa@example.org\u200b", None),
        ("", EmailIssue.INCOMPLETE),
        ("awa", EmailIssue.INCOMPLETE),
        ("@example.org", EmailIssue.INCOMPLETE),
        ("awa@", EmailIssue.INCOMPLETE),
        ("a@b@example.org", EmailIssue.SEVERAL),
        ("a@example.org, b@example.org", EmailIssue.SEVERAL),
        ("a@example.org;b@example.org", EmailIssue.SEVERAL),
        ("x" * 65 + "@example.org", EmailIssue.LONG),
        ("x@" + "y" * 60 + ("." + "y" * 60) * 4 + ".org", EmailIssue.LONG),
        ("ann..lee@example.net", EmailIssue.DOTS),
        ("bob@example..net", EmailIssue.DOTS),
        (".c@example.net", EmailIssue.DOTS),
        ("c.@example.net", EmailIssue.DOTS),
        ("c@.example.net", EmailIssue.DOTS),
        ("e@example.net.", EmailIssue.DOTS),
        ("josé@example.net", EmailIssue.LETTERS),
        ("\u0438\u0432\u0430\u043d@example.net", EmailIssue.LETTERS),
        ("o’neil@example.net", EmailIssue.LETTERS),
        ("f,g@example.net", EmailIssue.SIGNS),
        ("f g@example.net", EmailIssue.SIGNS),
        ("Awa <awa@example.net", EmailIssue.SIGNS),
        ('"awa"@example.net', EmailIssue.SIGNS),
        ("d@-example.net", EmailIssue.DOMAIN),
        ("h@exa_mple.net", EmailIssue.DOMAIN),
        ("awa@localhost", EmailIssue.DOMAIN),
        ("awa@example.c", EmailIssue.DOMAIN),
        ("awa@1.2.3.4", EmailIssue.DOMAIN),
        ("awa@[1.2.3.4]", EmailIssue.DOMAIN),
        ("awa@xn--zz.de", EmailIssue.DOMAIN),
        ("awa@" + "y" * 64 + ".org", EmailIssue.DOMAIN),
    ],
)
def test_what_is_wrong_with_an_address(typed: str, error: EmailIssue | None) -> None:
    assert email_issue(typed) is error
    assert is_email(typed) is (error is None)


def test_every_fault_has_its_sentence() -> None:
    assert set(EMAIL_ISSUES) == set(EmailIssue)


@pytest.mark.parametrize(
    ("kept", "sent"),
    [
        ("awa@example.org", "awa@example.org"),
        ("awa@münchen.de", "awa@xn--mnchen-3ya.de"),
        ("awa@例え.テスト", "awa@xn--r8jz45g.xn--zckzah"),
        ("awa@ministry.local", "awa@ministry.local"),
        ("ann..lee@example.org", None),
        ("bob@example..net", None),
        (".cy@example.org", None),
        ("josé@example.org", None),
    ],
)
def test_how_an_address_is_sent(kept: str, sent: str | None) -> None:
    assert sendable_email(kept) == sent


def test_an_older_spelling_is_looked_for_too() -> None:
    both = {"awa@münchen.de", "awa@xn--mnchen-3ya.de"}
    assert set(email_spellings("AWA@xn--mnchen-3ya.de")) == both
    assert set(email_spellings("awa@münchen.de")) == both
    assert email_spellings("Ann..Lee@example.org") == ("ann..lee@example.org",)


@given(st.text(max_size=80))
def test_no_text_breaks_the_normal_form(text: str) -> None:
    kept = normal_email(text)
    if is_email(text):
        assert is_email(kept)
        assert normal_email(kept) == kept
        assert (sendable_email(kept) or "").isascii()


def test_what_a_program_said_names_nobody() -> None:
    message = without_addresses("550 <awa@example.org>: to=bob%40example.org unknown")
    assert message == "550 <…@…>: to=…@… unknown"
    assert without_addresses("no route to host") == "no route to host"


@pytest.mark.parametrize("piece", ["a", "a.", "-", "%40", "ü.", " a"])
def test_a_text_of_megabytes_is_soon_known_to_be_no_address(piece: str) -> None:
    """Nothing is measured: with steps that grow as the square of the length, this never ends."""
    text = piece * (1_000_000 // len(piece))
    assert email_issue(text) is EmailIssue.INCOMPLETE
    assert email_issue(f"{text}@example.org") is EmailIssue.LONG
    assert normal_email(text) == text.strip()
    assert not is_email(text)


@pytest.mark.parametrize("piece", ["a", "a.", "-", "&a"])
def test_a_long_log_line_soon_loses_its_addresses(piece: str) -> None:
    text = piece * (300_000 // len(piece))
    assert without_addresses(text) == text
    assert without_addresses(f"{text} ann@example.org") == f"{text} …@…"


@pytest.mark.parametrize(
    ("address", "placeholder"),
    [
        ("courses@example.org", True),
        ("Organiser <courses@EXAMPLE.com>", True),
        ("www.example.net", True),
        ("courses@host.test", True),
        ("localhost", True),
        ("courses@example.eu", False),
        ("courses@myexample.org", False),
        ("", False),
    ],
)
def test_an_address_of_a_reserved_domain_is_a_placeholder(address: str, placeholder: bool) -> None:
    assert is_placeholder(address) is placeholder

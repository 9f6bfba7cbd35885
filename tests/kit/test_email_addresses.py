"""One normal form of addresses, what is wrong with others, and how they are sent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.kit.email_addresses import (
    EMAIL_FAULTS,
    EmailFault,
    email_fault,
    email_spellings,
    is_email,
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
    ("typed", "fault"),
    [
        ("awa@example.org", None),
        ("awa@münchen.de", None),
        ("A.B+c'd@Example.Org", None),
        ("\u200bawa@example.org\u200b", None),
        ("", EmailFault.INCOMPLETE),
        ("awa", EmailFault.INCOMPLETE),
        ("@example.org", EmailFault.INCOMPLETE),
        ("awa@", EmailFault.INCOMPLETE),
        ("a@b@example.org", EmailFault.SEVERAL),
        ("a@example.org, b@example.org", EmailFault.SEVERAL),
        ("a@example.org;b@example.org", EmailFault.SEVERAL),
        ("x" * 65 + "@example.org", EmailFault.LONG),
        ("x@" + "y" * 60 + ("." + "y" * 60) * 4 + ".org", EmailFault.LONG),
        ("ann..lee@example.net", EmailFault.DOTS),
        ("bob@example..net", EmailFault.DOTS),
        (".c@example.net", EmailFault.DOTS),
        ("c.@example.net", EmailFault.DOTS),
        ("c@.example.net", EmailFault.DOTS),
        ("e@example.net.", EmailFault.DOTS),
        ("josé@example.net", EmailFault.LETTERS),
        ("\u0438\u0432\u0430\u043d@example.net", EmailFault.LETTERS),
        ("o’neil@example.net", EmailFault.LETTERS),
        ("f,g@example.net", EmailFault.SIGNS),
        ("f g@example.net", EmailFault.SIGNS),
        ("Awa <awa@example.net", EmailFault.SIGNS),
        ('"awa"@example.net', EmailFault.SIGNS),
        ("d@-example.net", EmailFault.DOMAIN),
        ("h@exa_mple.net", EmailFault.DOMAIN),
        ("awa@localhost", EmailFault.DOMAIN),
        ("awa@example.c", EmailFault.DOMAIN),
        ("awa@1.2.3.4", EmailFault.DOMAIN),
        ("awa@[1.2.3.4]", EmailFault.DOMAIN),
        ("awa@xn--zz.de", EmailFault.DOMAIN),
        ("awa@" + "y" * 64 + ".org", EmailFault.DOMAIN),
    ],
)
def test_what_is_wrong_with_an_address(typed: str, fault: EmailFault | None) -> None:
    assert email_fault(typed) is fault
    assert is_email(typed) is (fault is None)


def test_every_fault_has_its_sentence() -> None:
    assert set(EMAIL_FAULTS) == set(EmailFault)


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
def test_no_text_breaks_the_gate(text: str) -> None:
    kept = normal_email(text)
    if is_email(text):
        assert is_email(kept)
        assert normal_email(kept) == kept
        assert (sendable_email(kept) or "").isascii()


def test_what_a_program_said_names_nobody() -> None:
    said = without_addresses("550 <awa@example.org>: to=bob%40example.org unknown")
    assert said == "550 <…@…>: to=…@… unknown"
    assert without_addresses("no route to host") == "no route to host"


@pytest.mark.parametrize("piece", ["a", "a.", "-", "%40", "ü.", " a"])
def test_a_text_of_megabytes_is_soon_known_to_be_no_address(piece: str) -> None:
    """Nothing is measured: with steps that grow as the square of the length, this never ends."""
    text = piece * (1_000_000 // len(piece))
    assert email_fault(text) is EmailFault.INCOMPLETE
    assert email_fault(f"{text}@example.org") is EmailFault.LONG
    assert normal_email(text) == text.strip()
    assert not is_email(text)


@pytest.mark.parametrize("piece", ["a", "a.", "-", "&a"])
def test_a_long_log_line_soon_loses_its_addresses(piece: str) -> None:
    text = piece * (300_000 // len(piece))
    assert without_addresses(text) == text
    assert without_addresses(f"{text} ann@example.org") == f"{text} …@…"

"""Which invoices an entry pays: exactly named ones; all else is a suggestion, an amount is none."""

import string
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.fees.rules.matching import (
    Candidate,
    MatchReason,
    Receipt,
    Share,
    match,
    named_by,
    number_parts,
    numbers_in,
    refund_number_in,
    same_amount,
    suggest,
)
from learning.fees.rules.same_names import is_same_name

FIRST = Candidate(
    invoice_id=1,
    account_id=10,
    payer="participant",
    number="INV-2026-001180",
    reference="RF18INV2026001180",
    open=98000,
    currency="EUR",
    name="Rosa Hernández de la Torre",
    ibans=frozenset({"DE89370400440532013000"}),
)
SECOND = replace(
    FIRST,
    invoice_id=2,
    account_id=11,
    number="INV-2026-001172",
    reference="RF70INV2026001172",
    name="Union des Travailleurs",
    ibans=frozenset(),
)
BOTH = [FIRST, SECOND]


def receipt(text: str = "", minor: int = 98000, **more: str) -> Receipt:
    columns = {"name": "", "iban": "", "reference": ""} | more
    return Receipt(minor=minor, currency="EUR", text=text, **columns)


@pytest.mark.parametrize(
    "text",
    [
        "INV-2026-001180",
        "inv 2026 1180",
        "inv2026001180",
        "Facture n° INV.2026/001180, merci",
        "INV-20260011\n80",
        "RF18 INV2 0260 0118 0",
        "FRAIS INV_2026_1180 TURIN",
        "INV-2026-001180 980,00",
    ],
)
def test_a_number_is_understood(text: str) -> None:
    assert named_by(receipt(text), BOTH) == [FIRST]
    assert match(receipt(text, minor=5), BOTH) == (
        Share(account_id=10, payer="participant", minor=5),
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "980.00",
        "INV 2026",
        "INV-2026-000000",
        "INV-2026-0011800",
        "INV-2026-11 80",  # the bank may have broken it anywhere
        "INV-2025-001180",
        "XINV-2026-1180",
        "1180",
        "RF18INV2026001181",
    ],
)
def test_what_names_no_invoice(text: str) -> None:
    assert match(receipt(text), BOTH) == ()


def test_a_structured_reference_is_enough() -> None:
    assert match(receipt(reference="rf18 INV2 0260 0118 0"), BOTH)[0].account_id == 10
    assert match(replace(receipt("INV-2026-001180"), currency="USD"), BOTH) == ()


def test_several_need_the_exact_sum() -> None:
    text = "INV-2026-001180 + INV-2026-001172"
    assert match(receipt(text, 196000), BOTH) == (
        Share(account_id=10, payer="participant", minor=98000),
        Share(account_id=11, payer="participant", minor=98000),
    )
    short = receipt(text, 195000)
    assert match(short, BOTH) == ()
    found = suggest(short, BOTH)
    assert found is not None
    assert (found.reasons[0], found.difference, found.shares) == (
        MatchReason.INEXACT_SUM, -1000, (),
    )  # fmt: skip
    assert match(receipt(text, 98000), [FIRST, replace(SECOND, open=0)]) == ()


def test_several_of_one_payer_take_any_amount() -> None:
    own = replace(SECOND, account_id=10)
    text = "INV-2026-001180, INV-2026-001172"
    assert match(receipt(text, 5), [FIRST, own]) == (
        Share(account_id=10, payer="participant", minor=5),
    )


@pytest.mark.parametrize(
    ("found", "reason", "difference"),
    [
        (receipt("FACT INV 2026 1108", 96500), MatchReason.DIGITS_SWAPPED, -1500),
        (receipt("INV 1180 TRAINING", 100000), MatchReason.NUMBER_END, 2000),
        (receipt(iban="DE89370400440532013000"), MatchReason.SAME_IBAN, 0),
        (receipt(name="R. Hernández de la Torre"), MatchReason.SAME_NAME, 0),
    ],
)
def test_a_suggestion_and_why(found: Receipt, reason: MatchReason, difference: int) -> None:
    assert match(found, BOTH) == ()
    suggestion = suggest(found, BOTH)
    assert suggestion is not None
    assert (suggestion.invoices, suggestion.reasons[0]) == ((FIRST,), reason)
    assert suggestion.difference == difference
    assert suggestion.shares == (Share(account_id=10, payer="participant", minor=found.minor),)


def test_all_reasons_are_named() -> None:
    found = suggest(receipt("INV 1180", name="Rosa Hernandez", iban="DE89370400440532013000"), BOTH)
    assert found is not None
    assert found.reasons == (
        MatchReason.NUMBER_END, MatchReason.SAME_IBAN, MatchReason.SAME_NAME,
    )  # fmt: skip


def test_all_open_invoices_of_one_name() -> None:
    other = replace(SECOND, name=FIRST.name, open=49000, ibans=frozenset())
    one = replace(FIRST, ibans=frozenset())
    found = suggest(receipt(minor=147000, name="Rosa Hernandez"), [one, other])
    assert found is not None
    assert found.reasons == (MatchReason.SAME_NAME_ALL,)
    assert [each.minor for each in found.shares] == [49000, 98000][::-1]
    assert suggest(receipt(minor=147001, name="Rosa Hernandez"), [one, other]) is None


def test_two_that_fit_suggest_nothing() -> None:
    twin = replace(SECOND, name=FIRST.name)
    one = replace(FIRST, ibans=frozenset())
    assert suggest(receipt(name="Rosa Hernandez"), [one, twin]) is None
    assert suggest(receipt("1180"), BOTH) is None
    assert suggest(receipt("INV 11"), [replace(FIRST, number="INV-2026-000011")]) is None
    assert suggest(receipt("INV 1180"), [replace(FIRST, number="R-1")]) is None


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("R. Hernández de la Torre", "Rosa Hernández de la Torre", True),
        ("AWA KONE", "Koné Awa", True),
        ("Koné", "Awa Koné", False),
        ("A. K.", "Awa Koné", False),
        ("Awa Traoré", "Awa Koné", False),
        ("", "Awa Koné", False),
        ("NOTPROVIDED", "Awa Koné", False),
    ],
)
def test_names(one: str, other: str, expected: bool) -> None:
    assert is_same_name(one, other) is is_same_name(other, one) is expected


def test_the_parts_of_a_number() -> None:
    assert number_parts("INV-2026-000042") == ("INV", 2026, 42)
    assert number_parts("x") is None
    assert numbers_in("inv 2026 42") == {("INV", 2026, 42)}


@given(st.integers(1, 10**7), st.lists(st.integers(1, 10**7), max_size=6))
def test_an_amount_alone_matches_nothing(minor: int, amounts: list[int]) -> None:
    """Whatever is open, an entry without a text, a name or an account finds nothing."""
    candidates = [
        replace(FIRST, invoice_id=n, account_id=n, number=f"INV-2026-{n + 1:06}", open=each)
        for n, each in enumerate([minor, *amounts])
    ]
    bare = receipt(minor=minor)
    assert match(bare, candidates) == ()
    assert suggest(bare, candidates) is None
    assert same_amount(bare, candidates) >= 1


@given(st.text(string.ascii_letters + string.digits + " -", max_size=40), st.integers(1, 10**6))
def test_the_parts_are_the_whole(text: str, minor: int) -> None:
    """Whatever is matched by itself, the parts sum to the amount."""
    shares = match(receipt(f"{text} INV-2026-001180", minor), BOTH)
    assert sum(each.minor for each in shares) in {0, minor}


@given(st.sampled_from(["", " ", "-", " - ", "/"]), st.booleans(), st.integers(1, 999999))
def test_every_number_is_found(separator: str, short: bool, sequence: int) -> None:
    digits = str(sequence) if short and separator else f"{sequence:06}"
    text = f"pay {separator.join(['inv', '2026', digits])}"
    assert ("INV", 2026, sequence) in numbers_in(text)


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (("R-2026-000061",), "R-2026-000061"),
        (("", "", "refund r-2026-000061 INV-2026-000042"), "R-2026-000061"),
        (("R-2026-000061", "R-2026-000062"), "R-2026-000061"),  # the first text decides
        (("E2E-1", "R-2026-000062"), "R-2026-000062"),
        (("R-2026-000061 R-2026-000061",), "R-2026-000061"),
        (("R-2026-000061, R-2026-000062", "R-2026-000061"), None),
        (("R-2026-0000611",), "R-2026-0000611"),  # another number, not the beginning of one
        (("CR-2026-000061",), None),
        (("9R-2026-000061",), None),
        (("X-R-2026-000061",), None),
        (("R 2026 000061", "R2026000061", "R-26-000061", "R-2026-"), None),
        ((), None),
    ],
)
def test_the_number_of_a_refund_is_exact(texts: tuple[str, ...], found: str | None) -> None:
    assert refund_number_in(*texts) == found

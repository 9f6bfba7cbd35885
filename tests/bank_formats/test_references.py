"""RF references and the EPC QR code; the codes are read again by their rules."""

import re

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iso11649

from learning.bank_formats.references import (
    TransferRequest,
    compact_rf,
    epc_qr_matrix,
    epc_qr_svg,
    grouped,
    is_rf,
    rf_reference,
)
from learning.kit.money import Money

IBAN = "IT60X0542811101000000123456"
TRANSFER = TransferRequest(
    name="Centro di formazione dell’esempio",
    iban=IBAN,
    bic="BPPIITRRXXX",
    amount=Money(98000, "EUR"),
    reference="RF10INV2023000042",
)


def test_a_reference_of_a_number():
    assert rf_reference("INV-2023-000042") == "RF10INV2023000042"
    assert rf_reference("inv 2023/000042") == "RF10INV2023000042"


@given(year=st.integers(2023, 2199), number=st.integers(1, 10**7), series=st.sampled_from("AZ"))
def test_every_number_has_a_right_reference_of_its_own(year, number, series):
    reference = rf_reference(f"{series}-{year}-{number:06}")
    assert iso11649.is_valid(reference)
    assert reference[4:] == f"{series}{year}{number:06}"


@pytest.mark.parametrize("number", ["", "--", "é", "A" * 22])
def test_no_reference(number):
    with pytest.raises(ValueError, match="no reference"):
        rf_reference(number)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("RF10INV2023000042", True),
        ("rf10 inv2 0230 0004 2", True),
        ("RF11INV2023000042", False),  # a wrong check digit
        ("RF10INV2023000024", False),  # two digits in the wrong order
        ("INV2023000042", False),
        ("", False),
    ],
)
def test_which_texts_are_references(text, expected):
    assert is_rf(text) is expected


def test_how_references_and_accounts_are_written():
    assert compact_rf("rf10 inv2 0230 0004 2") == "RF10INV2023000042"
    assert grouped("RF10INV2023000042") == "RF10 INV2 0230 0004 2"
    assert grouped("IT60 X054 2811 1010 0000 0123 456") == "IT60 X054 2811 1010 0000 0123 456"


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"iban": "IT61X0542811101000000123456"}, "IBAN"),
        ({"iban": ""}, "IBAN"),
        ({"reference": "RF11INV2023000042"}, "reference"),
        ({"reference": "INV-2023-000042"}, "reference"),
        ({"bic": "NO"}, "BIC"),
        ({"amount": Money(98000, "USD")}, "no transfer"),
        ({"amount": Money(0, "EUR")}, "no transfer"),
    ],
)
def test_what_no_code_is_made_of(wrong, why):
    values = {name: getattr(TRANSFER, name) for name in TransferRequest.__dataclass_fields__}
    with pytest.raises(ValueError, match=why):
        TransferRequest(**values | wrong)


def payload(monkeypatch, transfer):
    """Return the lines of text in the code of a transfer, as the library is given them."""
    seen = []
    make = segno.make

    def remember(content, **options):
        seen.append(content)
        return make(content, **options)

    monkeypatch.setattr(segno, "make", remember)
    monkeypatch.setattr("segno.helpers.segno.make", remember)
    epc_qr_matrix(transfer)
    return seen[-1].decode("utf-8").split("\n")


def test_the_code_says_what_the_standard_wants(monkeypatch):
    assert payload(monkeypatch, TRANSFER) == [
        "BCD", "002", "1", "SCT", "BPPIITRRXXX", "Centro di formazione dell’esempio", IBAN,
        "EUR980", "", "RF10INV2023000042",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("minor", "text"),
    [(1, "EUR0.01"), (10, "EUR0.1"), (98005, "EUR980.05"), (100_000, "EUR1000"), (10**11, "")],
)
def test_amounts_are_exact_to_the_cent(monkeypatch, minor, text):
    transfer = TransferRequest(
        name="A", iban=IBAN, amount=Money(minor, "EUR"), reference=TRANSFER.reference
    )
    if not text:
        with pytest.raises(ValueError, match="amount"):
            epc_qr_matrix(transfer)
        return
    assert payload(monkeypatch, transfer)[7] == text


def test_the_picture_for_a_page():
    svg = epc_qr_svg(TRANSFER)
    assert svg.startswith('<svg xmlns="http://www.w3.org/2000/svg"')
    assert 'class="qr"' in svg
    assert re.search(r'viewBox="0 0 (\d+) \1"', svg)
    assert " width=" not in svg.partition(">")[0]
    assert svg == epc_qr_svg(TRANSFER)


def test_the_modules_for_a_document():
    matrix = epc_qr_matrix(TRANSFER)
    assert len(matrix) == len(matrix[0]) == 45  # version 7
    assert all(matrix[0][:7])  # the finder pattern
    assert not matrix[7][0]

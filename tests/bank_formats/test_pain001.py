"""Transfer files: read back element by element, valid by the XSD, refused where banks refuse."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from sepaxml.validation import ValidationError, try_valid_xml

from learning.bank_formats import pain001
from learning.bank_formats.pain001 import (
    Debtor,
    Transfer,
    TransferError,
    TransferFile,
    TransferProblem,
)
from learning.kit.money import Money

DEBTOR = Debtor(name="Centre of Training", iban="IT60X0542811101000000123456", bic="UNCRITMM")
FIRST = Transfer(
    end_to_end_id="R-2026-000061",
    amount=Money(47500, "EUR"),
    holder_name="José Müller & Söhne",
    iban="ES9121000418450200051332",
    text="R-2026-000061 INV-2026-001148",
    bic="CAIXESBB",
)
SECOND = replace(
    FIRST, end_to_end_id="R-2026-000062", amount=Money(1, "EUR"), iban="DE89370400440532013000"
)
FILE = TransferFile(
    message_id="RB-2026-000007",
    created_at=datetime(2026, 12, 1, 11, 30, tzinfo=UTC),
    execution_on=date(2026, 12, 2),
    debtor=DEBTOR,
    transfers=[FIRST, replace(SECOND, bic="")],
)
NAMES = {"p": pain001.NAMESPACE}


def texts(content: bytes, path: str) -> list[str]:
    root: Any = etree.fromstring(content)
    return [str(each.text) for each in root.xpath(path, namespaces=NAMES)]


def test_a_file_is_read_back() -> None:
    content = pain001.render_transfers(FILE)
    try_valid_xml(content, pain001.SCHEMA)
    assert texts(content, "//p:GrpHdr/p:MsgId") == ["RB-2026-000007"]
    assert texts(content, "//p:CreDtTm") == ["2026-12-01T11:30:00Z"]
    assert texts(content, "//p:GrpHdr/p:NbOfTxs") == ["2"]
    assert texts(content, "//p:GrpHdr/p:CtrlSum") == ["475.01"]
    assert texts(content, "//p:ReqdExctnDt/p:Dt") == ["2026-12-02"] * 2
    assert texts(content, "//p:BtchBookg") == ["false"] * 2
    assert texts(content, "//p:DbtrAcct//p:IBAN") == [DEBTOR.iban] * 2
    assert texts(content, "//p:DbtrAgt//p:BICFI") == [DEBTOR.bic] * 2
    assert texts(content, "//p:EndToEndId") == ["R-2026-000061", "R-2026-000062"]
    assert texts(content, "//p:PmtInfId") == ["R-2026-000061", "R-2026-000062"]
    assert texts(content, "//p:InstdAmt") == ["475.00", "0.01"]
    assert texts(content, "//p:Cdtr/p:Nm") == [FIRST.holder_name] * 2
    assert texts(content, "//p:CdtrAcct//p:IBAN") == [FIRST.iban, SECOND.iban]
    assert texts(content, "//p:CdtrAgt//p:BICFI") == ["CAIXESBB"]
    assert texts(content, "//p:Ustrd") == [FIRST.text] * 2
    assert not texts(content, "//p:PstlAdr")


def test_the_same_file_has_the_same_bytes() -> None:
    assert pain001.render_transfers(FILE) == pain001.render_transfers(FILE)


def test_the_xsd_refuses_what_the_file_must_not_have() -> None:
    broken = pain001.render_transfers(FILE).replace(b"<MsgId>RB", b"<MsgId>" + b"x" * 40)
    with pytest.raises(ValidationError):
        try_valid_xml(broken, pain001.SCHEMA)


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"amount": Money(0, "EUR")}, TransferProblem.AMOUNT),
        ({"amount": Money(-1, "EUR")}, TransferProblem.AMOUNT),
        ({"amount": Money(pain001.MAX_AMOUNT + 1, "EUR")}, TransferProblem.AMOUNT),
        ({"amount": Money(100, "USD")}, TransferProblem.CURRENCY),
        ({"iban": "ES9121000418450200051333"}, TransferProblem.IBAN),
        ({"iban": "PK36SCBL0000001123456702"}, TransferProblem.NOT_SEPA),
        ({"bic": "CAIX"}, TransferProblem.BIC),
        ({"holder_name": "محمد"}, TransferProblem.ACCOUNT_NAME),
        ({"holder_name": ""}, TransferProblem.ACCOUNT_NAME),
        ({"end_to_end_id": ""}, TransferProblem.IDENTIFIER),
        ({"end_to_end_id": "x" * 36}, TransferProblem.IDENTIFIER),
        ({"end_to_end_id": "/R-1"}, TransferProblem.IDENTIFIER),
        ({"end_to_end_id": "R//1"}, TransferProblem.IDENTIFIER),
        ({"end_to_end_id": "R-1/"}, TransferProblem.IDENTIFIER),
        ({"end_to_end_id": "R_1"}, TransferProblem.IDENTIFIER),
        ({"text": ""}, TransferProblem.TEXT),
        ({"text": "x" * 141}, TransferProblem.TEXT),
        ({"text": "возврат"}, TransferProblem.TEXT),
    ],
)
def test_a_transfer_is_refused(wrong: dict[str, Any], problem: TransferProblem) -> None:
    bad = replace(FIRST, **wrong)
    assert pain001.transfer_problem(bad) is problem
    with pytest.raises(TransferError) as caught:
        pain001.render_transfers(replace(FILE, transfers=[SECOND, bad]))
    assert caught.value.problem is problem
    assert caught.value.end_to_end_id == bad.end_to_end_id
    assert str(problem) in str(caught.value)


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"transfers": []}, TransferProblem.NO_TRANSFER),
        ({"message_id": "ü"}, TransferProblem.IDENTIFIER),
        ({"execution_on": date(2026, 12, 5)}, TransferProblem.DAY),
        ({"execution_on": date(2026, 12, 25)}, TransferProblem.DAY),
        ({"debtor": replace(DEBTOR, iban="IT")}, TransferProblem.IBAN),
        ({"debtor": replace(DEBTOR, name="")}, TransferProblem.ACCOUNT_NAME),
        ({"transfers": [FIRST, FIRST]}, TransferProblem.SAME_IDENTIFIER),
    ],
)
def test_a_file_is_refused(wrong: dict[str, Any], problem: TransferProblem) -> None:
    with pytest.raises(TransferError) as caught:
        pain001.render_transfers(replace(FILE, **wrong))
    assert caught.value.problem is problem


def test_a_file_without_a_bic_of_the_centre() -> None:
    content = pain001.render_transfers(replace(FILE, debtor=replace(DEBTOR, bic="")))
    assert not texts(content, "//p:DbtrAgt//p:BICFI")


@given(st.lists(st.integers(1, pain001.MAX_AMOUNT), min_size=1, max_size=20))
def test_the_control_sum_is_exact(amounts: list[int]) -> None:
    transfers = [
        replace(FIRST, end_to_end_id=f"R-{number}", amount=Money(minor, "EUR"))
        for number, minor in enumerate(amounts)
    ]
    file = replace(FILE, transfers=transfers)
    pain001.check_file(file)
    assert file.control_sum == Money(sum(amounts), "EUR")
    assert sum(Decimal(each.amount.major) for each in transfers) == file.control_sum.major

"""Files of statements that are refused: each with a code, and a line where there is one."""

import pytest

from learning.bank_formats import camt as camt_reader
from learning.bank_formats.camt import MAX_BYTES, read_statements
from learning.bank_formats.statements import StatementError, StatementProblem
from tests.bank_formats.camt_builder import Ntry, Stmt, Tx, camt

SOUND = camt(Stmt(entries=[Ntry(amount=98_000, details=[Tx(lines=["fee"])])]))
LAUGHS = b"""<?xml version="1.0"?>
<!DOCTYPE Document [
<!ENTITY a "aaaaaaaaaaaaaaaaaaaa">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">
]>
"""
EXTERNAL = b"""<?xml version="1.0"?>
<!DOCTYPE Document [<!ENTITY secret SYSTEM "file:///etc/passwd">]>
"""
BODY = SOUND.split(b"\n", 1)[1]


def rejection_of(data: bytes) -> StatementError:
    with pytest.raises(StatementError) as refused:
        read_statements(data)
    return refused.value


def changed(old: bytes, new: bytes) -> bytes:
    assert old in SOUND
    return SOUND.replace(old, new)


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        (b"", StatementProblem.NOT_XML, 0),
        (b"%PDF-1.7", StatementProblem.NOT_XML, 0),
        (b":20:STARTUMSE\n:25:", StatementProblem.NOT_XML, 0),
        (SOUND.decode().encode("utf-16"), StatementProblem.NOT_XML, 0),
        (LAUGHS + BODY.replace(b"fee", b"&c;"), StatementProblem.DOCTYPE, 2),
        (EXTERNAL + BODY.replace(b"fee", b"&secret;"), StatementProblem.DOCTYPE, 2),
        (b"\n\n<!DOCTYPE html><html></html>", StatementProblem.DOCTYPE, 3),
        (changed(b"fee", b"&secret;"), StatementProblem.BROKEN, 0),
        (changed(b"</Sts>", b"</Stz>"), StatementProblem.BROKEN, 8),
        (SOUND[: SOUND.index(b"<RltdPties>")], StatementProblem.TRUNCATED, 8),
        (SOUND[:-4], StatementProblem.TRUNCATED, 11),
        (SOUND.rpartition(b"</Document>")[0], StatementProblem.TRUNCATED, 11),
        (b"<a/>", StatementProblem.NOT_CAMT053, 1),
        (changed(b"camt.053", b"camt.052"), StatementProblem.NOT_CAMT053, 2),
        (changed(b"camt.053.001.08", b"camt.053.001.99"), StatementProblem.UNKNOWN_VERSION, 2),
        (changed(b"urn:iso:std", b"urn:example"), StatementProblem.NOT_CAMT053, 2),
        (camt(), StatementProblem.NO_STATEMENT, 0),
        (changed(b"980.00", b"980,00"), StatementProblem.INVALID_VALUE, 8),
        (changed(b"980.00", b"NaN"), StatementProblem.INVALID_VALUE, 8),
        (changed(b"980.00", b"980.001"), StatementProblem.INVALID_VALUE, 8),
        (changed(b"2026-11-24", b"2026-02-30"), StatementProblem.INVALID_VALUE, 8),
        (changed(b"<Cd>BOOK</Cd>", b"<Cd>WHAT</Cd>"), StatementProblem.INVALID_VALUE, 8),
        (changed(b"CRDT", b"BOTH"), StatementProblem.INVALID_VALUE, 6),
        (changed(b"<Acct>", b"<Akct>").replace(b"</Acct>", b"</Akct>"),
         StatementProblem.MISSING_ELEMENT, 5),
        (camt(Stmt(balances=["OPBD"])), StatementProblem.MISSING_ELEMENT, 5),
        (camt(Stmt(entries=[Ntry(amount=1)], balances=["CLBD"])),
         StatementProblem.MISSING_ELEMENT, 5),
        (camt(Stmt(entries=[Ntry(amount=1, booked_on=None, value_on=None)])),
         StatementProblem.MISSING_ELEMENT, 8),
        (camt(Stmt(entries=[Ntry(amount=1, currency="USD")])),
         StatementProblem.MIXED_CURRENCIES, 8),
    ],
)  # fmt: skip
def test_a_file_is_refused_with_a_code_and_a_line(data, code, line) -> None:
    error = rejection_of(data)
    assert (error.code, error.line) == (code, line)


def test_what_does_not_add_up_says_both_balances() -> None:
    error = rejection_of(camt(Stmt(entries=[Ntry(amount=100)], closing=100_200)))
    assert error.code is StatementProblem.BALANCE_MISMATCH
    assert [each.minor for each in error.balances] == [100_100, 100_200]


def test_fifty_megabytes_are_refused_at_once() -> None:
    assert rejection_of(SOUND + b" " * 50_000_000).code is StatementProblem.TOO_LARGE
    assert MAX_BYTES < 50_000_000


def test_too_many_elements_are_refused(monkeypatch) -> None:
    monkeypatch.setattr(camt_reader, "MAX_ELEMENTS", 10_000)
    filler = b"<a/>" * 11_000
    assert (
        rejection_of(changed(b"<GrpHdr>", filler + b"<GrpHdr>")).code is StatementProblem.TOO_LARGE
    )


def test_endless_depth_is_refused() -> None:
    deep = b"<a>" * 5_000 + b"</a>" * 5_000
    assert rejection_of(changed(b"<GrpHdr>", deep + b"<GrpHdr>")).code is StatementProblem.BROKEN


def test_a_document_type_that_an_encoding_hides_is_refused(monkeypatch) -> None:
    monkeypatch.setattr(camt_reader, "DOCTYPE_MARK", b"as if it were not there")
    assert rejection_of(LAUGHS + BODY).code is StatementProblem.DOCTYPE
    assert rejection_of(EXTERNAL + BODY).code is StatementProblem.DOCTYPE


def test_balances_in_two_currencies_are_refused() -> None:
    head, closing = SOUND.split(b"CLBD")
    mixed = head + b"CLBD" + closing.replace(b'Ccy="EUR"', b'Ccy="USD"', 1)
    assert rejection_of(mixed).code is StatementProblem.MIXED_CURRENCIES


def test_entries_elsewhere_are_no_entries() -> None:
    stray = changed(b"<GrpHdr>", b"<Ntry/><x:Ntry xmlns:x='urn:x'/><GrpHdr>")
    assert len(read_statements(stray)[0].entries) == 1

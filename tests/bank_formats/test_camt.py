"""Statements as CAMT.053: every feature that a bank's file has, each in a file of its own."""

from datetime import date
from time import process_time

import pytest
from pycamt.parser import Camt053Parser

from learning.bank_formats.camt import read_statements
from learning.kit.money import Money
from tests.bank_formats.camt_builder import OWN_IBAN, Ntry, Stmt, Tx, camt

VERSIONS = ("053.001.02", "053.001.04", "053.001.08")


def euros(minor: int) -> Money:
    return Money(minor, "EUR")


def entries(*made: Ntry, version: str = "053.001.08"):
    return read_statements(camt(Stmt(entries=made), version=version))[0].entries


@pytest.mark.parametrize("version", VERSIONS)
def test_a_statement_in_each_version(version) -> None:
    transfer = Tx(
        amount=98_000,
        lines=["INV-2026-001187"],
        references=["RF82INV2026001187"],
        end_to_end_id="E2E-7",
    )
    made = Stmt(
        entries=[
            Ntry(amount=98_000, details=[transfer], booked_on=date(2026, 11, 26), reference="R1"),
            Ntry(amount=-1_250, code="PMNT/MDOP/CHRG", text="Spese"),
        ]
    )
    (statement,) = read_statements(camt(made, version=version))
    assert (statement.version, statement.iban, statement.currency) == (version, OWN_IBAN, "EUR")
    assert (statement.statement_id, statement.sequence_number) == ("2026-231", 231)
    assert (statement.from_on, statement.until_on) == (date(2026, 11, 23), date(2026, 11, 27))
    assert (statement.opening, statement.closing) == (euros(100_000), euros(196_750))
    receipt, charge = statement.entries
    assert receipt.amount == euros(98_000)
    assert (receipt.booked_on, receipt.value_on) == (date(2026, 11, 26), date(2026, 11, 24))
    assert (receipt.counterparty, receipt.counterparty_iban) == (
        "Akua Mensah",
        "GB29NWBK60161331926819",
    )
    assert (receipt.reference, receipt.text) == ("RF82INV2026001187", "INV-2026-001187")
    assert (receipt.end_to_end_id, receipt.is_charge) == ("E2E-7", False)
    assert (charge.amount, charge.is_charge, charge.text) == (euros(-1_250), True, "Spese")


@pytest.mark.parametrize("version", VERSIONS)
def test_each_transaction_of_a_batch_has_its_own_amount(version) -> None:
    batch = [Tx(amount=each, name=f"P{each}") for each in (49_000, 98_000, 1_050)]
    found = entries(Ntry(amount=148_050, details=batch, reference="B1"), version=version)
    assert [(each.amount.minor, each.counterparty) for each in found] == [
        (49_000, "P49000"),
        (98_000, "P98000"),
        (1_050, "P1050"),
    ]
    assert len({each.duplicate_key for each in found}) == 3


def test_charges_taken_from_a_batch_are_an_entry_of_their_own() -> None:
    batch = [Tx(amount=50_000), Tx(amount=50_000)]
    found = entries(Ntry(amount=99_500, details=batch, charges=500))
    assert [(each.amount.minor, each.is_charge) for each in found] == [
        (50_000, False),
        (50_000, False),
        (-500, True),
    ]


def test_a_batch_that_does_not_add_up_is_one_entry_with_all_its_texts() -> None:
    batch = [
        Tx(amount=50_000, lines=["INV-2026-000001"], references=["RF1"]),
        Tx(amount=1, lines=["INV-2026-000002"], references=["RF2"]),
    ]
    (found,) = entries(Ntry(amount=99_500, details=batch))
    assert found.amount == euros(99_500)
    assert (found.text, found.reference) == ("INV-2026-000001 INV-2026-000002", "RF1 RF2")


def test_a_batch_without_amounts_is_one_entry() -> None:
    (found,) = entries(Ntry(amount=99_500, details=[Tx(lines=["a"]), Tx(lines=["b"])]))
    assert (found.amount, found.text) == (euros(99_500), "a b")


def test_a_transaction_may_go_the_other_way() -> None:
    batch = [Tx(amount=60_000, direction="CRDT"), Tx(amount=10_000, direction="DBIT")]
    found = entries(Ntry(amount=50_000, details=batch))
    assert [each.amount.minor for each in found] == [60_000, -10_000]


def test_all_lines_and_all_references_are_joined() -> None:
    """Two `Ustrd` are what pretix lost; a sponsor pays several invoices at once."""
    transfer = Tx(
        lines=["INV-2026-00", "1187  FEES", ""],
        references=["RF82INV2026001187", "RF98INV2026001093"],
    )
    (found,) = entries(Ntry(amount=98_000, details=[transfer]))
    assert found.text == "INV-2026-00 1187 FEES"
    assert found.reference == "RF82INV2026001187 RF98INV2026001093"


def test_a_reversal_keeps_who_had_paid() -> None:
    (found,) = entries(Ntry(amount=-98_000, details=[Tx(name="F. Mensah")], is_reversal=True))
    assert (found.amount, found.is_reversal) == (euros(-98_000), True)
    assert found.counterparty == "F. Mensah"


@pytest.mark.parametrize("roles_of_return", [False, True])
def test_a_returned_refund_has_its_reason_and_its_payee(roles_of_return) -> None:
    back = Tx(
        name="Léa Rakoto", end_to_end_id="R-2026-0058", reason="AC04",
        roles_of_return=roles_of_return,
    )  # fmt: skip
    (found,) = entries(Ntry(amount=49_000, details=[back]))
    assert (found.return_reason, found.end_to_end_id) == ("AC04", "R-2026-0058")
    assert found.counterparty == "Léa Rakoto"


@pytest.mark.parametrize("version", VERSIONS)
def test_charges_named_with_a_transfer(version) -> None:
    transfer = Tx(amount=96_500, charges=1_500)
    (found,) = entries(Ntry(amount=96_500, details=[transfer]), version=version)
    assert (found.amount, found.charges_minor) == (euros(96_500), 1_500)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("status", ["PDNG", "INFO"])
def test_what_is_not_booked_is_skipped_and_counted(version, status) -> None:
    made = Stmt(entries=[Ntry(amount=100), Ntry(amount=5_000, status=status)])
    (statement,) = read_statements(camt(made, version=version))
    assert (len(statement.entries), statement.skipped_count) == (1, 1)
    assert statement.closing == euros(100_100)


def test_an_entry_of_zero_is_none() -> None:
    assert entries(Ntry(amount=0), Ntry(amount=0, details=[Tx()]), Ntry(amount=1))[0].amount == (
        euros(1)
    )


def test_days_may_be_missing_and_debit_balances_are_negative() -> None:
    made = Stmt(opening=-5_000, entries=[Ntry(amount=100, booked_on=None)], sequence=None)
    (statement,) = read_statements(camt(made))
    assert statement.entries[0].booked_on == date(2026, 11, 24)
    assert (statement.opening, statement.closing) == (euros(-5_000), euros(-4_900))
    assert statement.sequence_number is None


def test_the_previous_closing_balance_may_stand_for_the_opening_one() -> None:
    made = Stmt(entries=[Ntry(amount=100)], balances=("PRCD", "CLBD"))
    assert read_statements(camt(made))[0].opening == euros(100_000)


def test_several_statements_in_one_file() -> None:
    first = Stmt(entries=[Ntry(amount=100)])
    second = Stmt(entries=[Ntry(amount=200)], statement_id="2026-232", opening=100_100)
    found = read_statements(camt(first, second))
    assert [each.closing.minor for each in found] == [100_100, 100_300]
    assert [len(each.entries) for each in found] == [1, 1]


def test_two_genuine_transfers_that_are_alike_have_two_keys() -> None:
    same = [Ntry(amount=49_000, details=[Tx(lines=["fee"])]) for _ in range(2)]
    first, second = entries(*same)
    assert first.duplicate_key != second.duplicate_key


@pytest.mark.parametrize("reference", ["", "2026112400017"])
def test_an_entry_has_the_same_key_in_another_file(reference) -> None:
    one = Ntry(amount=49_000, details=[Tx(lines=["fee"])], reference=reference)
    new = Ntry(amount=100, booked_on=date(2026, 11, 25))
    before = entries(one, one)
    again = read_statements(
        camt(Stmt(entries=[one, one, new], statement_id="other"), version="053.001.04")
    )[0].entries
    assert [each.duplicate_key for each in again[:2]] == [each.duplicate_key for each in before]
    assert again[2].duplicate_key not in {each.duplicate_key for each in before}


def test_a_reversal_with_the_reference_of_its_entry_is_another_one() -> None:
    first, back = entries(
        Ntry(amount=49_000, reference="17"), Ntry(amount=-49_000, reference="17", is_reversal=True)
    )
    assert first.duplicate_key != back.duplicate_key


@pytest.mark.parametrize("reference", ["NONREF", "NOTPROVIDED"])
def test_a_placeholder_is_no_reference(reference) -> None:
    (found,) = entries(Ntry(amount=1, reference=reference, details=[Tx()]))
    assert (found.bank_reference, found.end_to_end_id) == ("", "")


def test_a_placeholder_is_no_name() -> None:
    """Nor is a missing account one."""
    (found,) = entries(Ntry(amount=1, details=[Tx(name="Notprovided", iban="")]))
    assert (found.counterparty, found.counterparty_iban) == ("", "")


@pytest.mark.parametrize("version", VERSIONS)
def test_pycamt_reads_the_same_amounts(version) -> None:
    """A second opinion, where it can read: amounts, days, end-to-end ids."""
    made = Stmt(
        entries=[
            Ntry(amount=98_000, details=[Tx(amount=98_000, end_to_end_id="E1")]),
            Ntry(amount=-4_500, details=[Tx(amount=4_500, end_to_end_id="E2")]),
        ]
    )
    data = camt(made, version=version)
    theirs = Camt053Parser(data).get_transactions()
    ours = read_statements(data)[0].entries
    assert [round(abs(float(each["Amount"])) * 100) for each in theirs] == [
        abs(each.amount.minor) for each in ours
    ]
    assert [each["EndToEndId"] for each in theirs] == [each.end_to_end_id for each in ours]
    assert [each["BookingDate"][:10] for each in theirs] == [
        each.booked_on.isoformat() for each in ours
    ]


def test_ten_thousand_entries_take_seconds() -> None:
    many = [
        Ntry(amount=100 + number, details=[Tx(lines=[f"INV-2026-{number:06}"])], reference="R")
        for number in range(10_000)
    ]
    data = camt(Stmt(entries=many))
    began = process_time()
    (statement,) = read_statements(data)
    assert len(statement.entries) == 10_000
    assert len({each.duplicate_key for each in statement.entries}) == 10_000
    assert process_time() - began < 20

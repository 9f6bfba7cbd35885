"""Bank entries about refunds and receipts taken back, from the file to the control of the books."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.audit.models import AuditEntry
from learning.fees.commands import refunds
from learning.fees.commands.matching import MatchAction, match_entry, undo_match
from learning.fees.commands.payments import reverse_payment
from learning.fees.commands.refunds import NewRefund
from learning.fees.commands.statement_booking import start_booking
from learning.fees.models import FeeAccount
from learning.fees.payment_models import Payment
from learning.fees.problems import MatchProblem
from learning.fees.queries.accounts import lock_account
from learning.fees.queries.balances import balance_of, invoices_of
from learning.fees.queries.control import broken_books
from learning.fees.refund_models import Refund
from learning.fees.rules.refunds import RefundSource, RefundState
from learning.fees.statement_models import BankEntry, BankStatement, EntryState
from learning.kit.database import Database
from learning.kit.errors import RuleViolation
from learning.kit.money import Money
from learning.ledger.models import LedgerAccount
from learning.ledger.queries import balance
from tests.bank_formats.camt_builder import Ntry, Stmt, Tx
from tests.fees import refund_scenes, scenes
from tests.fees.statement_scenes import booking_worker, entries, import_file, work
from tests.world import NOW, World, sign_in

FEE, NET = 98_000, 49_000
Bank = Callable[..., list[BankEntry]]


def line(amount: int, name: str = "", *, reversal: bool = False, **details: object) -> Ntry:
    """Return an entry whose end-to-end id is `name`."""
    details = {"end_to_end_id": name or "NOTPROVIDED"} | details
    return Ntry(amount=amount, is_reversal=reversal, details=[Tx(**details)])  # type: ignore[arg-type]


@pytest.fixture
def bank(database: Database, session: Session, world: World) -> Bank:
    """Import and book a statement that follows the last one; the books are right after each."""

    def book(*lines: Ntry) -> list[BankEntry]:
        number = session.scalar(select(func.count(BankStatement.id))) or 0
        latest = session.scalars(select(BankStatement).order_by(BankStatement.id.desc())).first()
        opening = latest.closing.minor if latest else 100_000
        (row,) = import_file(
            session,
            world,
            Stmt(statement_id=str(number), sequence=None, opening=opening, entries=lines),
        )
        start_booking(session, row, by=world.staff[Role.FINANCE].id, now=NOW)
        session.commit()
        work(booking_worker(database, match_entry))
        found = list(entries(session, row))
        assert broken_books(session) == []
        return found

    return book


@pytest.fixture
def account(session: Session, world: World) -> FeeAccount:
    """The account of an accepted place, invoiced."""
    application = scenes.accepted(session, world, invoiced=True)
    return scenes.the_account(session, application)


@pytest.fixture
def payment(session: Session, bank: Bank, account: FeeAccount) -> Payment:
    """Its invoice paid by a statement, with an end-to-end id of the payer's bank."""
    (paid,) = invoices_of(session, [account.id])
    (entry,) = bank(line(FEE, "E2E-1", lines=[paid.invoice.number]))
    assert entry.state is EntryState.MATCHED
    return session.scalars(select(Payment)).one()


@pytest.fixture
def refund(session: Session, world: World, account: FeeAccount, payment: Payment) -> Refund:
    """A refund of half of it, in a file for the bank."""
    locked = lock_account(session, account.id)
    new = NewRefund(payment=payment, gross=Money(NET, "EUR"), source=RefundSource.OTHER)
    made = refunds.draft_refund(session, locked, new, now=NOW)
    session.commit()
    refund_scenes.prepare(session, world, made)
    refund_scenes.approve(session, world, made)
    refund_scenes.export(session, world)
    return made


def unmatched(session: Session) -> int:
    return balance(session, LedgerAccount.UNMATCHED_RECEIPTS).minor


def payable(session: Session) -> int:
    return balance(session, LedgerAccount.REFUNDS_PAYABLE).minor


@pytest.mark.parametrize("where", ["end_to_end_id", "references", "lines"])
def test_a_debit_settles_the_refund_that_it_names(
    session: Session, bank: Bank, refund: Refund, where: str
) -> None:
    value = refund.number if where == "end_to_end_id" else [f"{refund.number} INV-2026-000001"]
    (entry,) = bank(line(-NET, **{where: value}))
    assert entry.state is EntryState.MATCHED
    assert (refund.state, refund.bank_entry_id) == (RefundState.SETTLED, entry.id)
    assert refund.settled_on == entry.booked_on
    assert (unmatched(session), payable(session)) == (0, 0)
    actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert {"refund settle", "bank entry matched"} <= set(actions)


def test_a_debit_of_another_amount_or_name_waits(
    session: Session, bank: Bank, refund: Refund
) -> None:
    other = "R-2026-999999"
    found = bank(
        line(-NET + 1, refund.number),
        line(-NET, other),
        line(-NET, lines=[f"{refund.number} {other}"]),
        line(-NET),
        line(-NET, refund.number, reversal=True),
        line(NET, refund.number),
    )
    assert {each.state for each in found} == {EntryState.UNMATCHED}
    assert refund.state is RefundState.EXPORTED
    assert unmatched(session) == 4 * NET - 1
    assert payable(session) == -NET


def test_a_refund_is_settled_by_one_debit(session: Session, bank: Bank, refund: Refund) -> None:
    first, second = bank(line(-NET, refund.number), line(-NET, refund.number))
    assert (first.state, second.state) == (EntryState.MATCHED, EntryState.UNMATCHED)
    assert (unmatched(session), payable(session)) == (NET, 0)


def test_the_debit_of_a_refund_settled_by_hand_is_linked(
    session: Session, world: World, bank: Bank, refund: Refund
) -> None:
    refund_scenes.settle(session, world, refund)
    assert unmatched(session) == -NET
    (entry,) = bank(line(-NET, refund.number))
    assert (entry.state, refund.bank_entry_id) == (EntryState.MATCHED, entry.id)
    assert (unmatched(session), payable(session)) == (0, 0)


def test_a_refund_that_is_not_sent_is_not_settled(
    session: Session, account: FeeAccount, payment: Payment, bank: Bank
) -> None:
    locked = lock_account(session, account.id)
    new = NewRefund(payment=payment, gross=Money(NET, "EUR"), source=RefundSource.OTHER)
    draft = refunds.draft_refund(session, locked, new, now=NOW)
    session.commit()
    debit, credit = bank(line(-NET, draft.number), line(NET, draft.number, reason="AC04"))
    assert {debit.state, credit.state} == {EntryState.UNMATCHED}
    assert draft.state is RefundState.DRAFT


@pytest.mark.parametrize("settled", [True, False])
def test_a_refund_comes_back(session: Session, bank: Bank, refund: Refund, settled: bool) -> None:
    if settled:
        bank(line(-NET, refund.number))
    (entry,) = bank(line(NET, refund.number, reason="AC04"))
    assert entry.state is EntryState.MATCHED
    assert (refund.state, refund.return_reason) == (RefundState.RETURNED, "AC04")
    assert refund.bank_entry_id is None
    assert payable(session) == 0
    # without its debit, which was part of a sum, that is what the sum has too much
    assert unmatched(session) == (0 if settled else -NET)


def test_a_refund_that_was_settled_by_hand_comes_back(
    session: Session, world: World, bank: Bank, refund: Refund
) -> None:
    refund_scenes.settle(session, world, refund)
    (entry,) = bank(line(NET, refund.number, reason="AC04"))
    assert (entry.state, refund.state) == (EntryState.MATCHED, RefundState.RETURNED)
    assert (unmatched(session), payable(session)) == (-NET, 0)


def test_a_return_less_charges_waits(session: Session, bank: Bank, refund: Refund) -> None:
    bank(line(-NET, refund.number))
    (entry,) = bank(line(NET - 500, refund.number, reason="AC04"))
    assert (entry.state, refund.state) == (EntryState.UNMATCHED, RefundState.SETTLED)
    assert unmatched(session) == -NET + 500


def test_a_returned_refund_is_sent_and_settled_again(
    session: Session, world: World, bank: Bank, refund: Refund
) -> None:
    bank(line(-NET, refund.number), line(NET, refund.number, reason="AC04"))
    assert refund.state is RefundState.RETURNED
    session.commit()
    refund_scenes.prepare(session, world, refund)
    refund_scenes.approve(session, world, refund)
    refund_scenes.export(session, world)
    # on a later day, or it would be left out as the entry of the earlier statement
    again = line(-NET, refund.number)
    again.booked_on = date(2026, 11, 25)
    (entry,) = bank(again)
    assert (entry.state, refund.state) == (EntryState.MATCHED, RefundState.SETTLED)
    assert (unmatched(session), payable(session)) == (0, 0)


@pytest.mark.parametrize("how", [{"reversal": True}, {"reason": "AC04"}])
def test_a_receipt_that_the_bank_takes_back(
    session: Session, bank: Bank, account: FeeAccount, payment: Payment, how: dict[str, object]
) -> None:
    (entry,) = bank(line(-FEE, "E2E-1", **how))  # type: ignore[arg-type]
    session.refresh(payment)
    assert entry.state is EntryState.MATCHED
    assert payment.reversed_at == NOW
    assert balance_of(session, account).open.minor == FEE
    assert unmatched(session) == 0
    (again,) = bank(line(-FEE, "E2E-1", lines=["again"], **how))  # type: ignore[arg-type]
    assert again.state is EntryState.UNMATCHED
    assert unmatched(session) == FEE


def test_what_names_no_receipt_or_several_waits(
    session: Session, bank: Bank, payment: Payment
) -> None:
    more = bank(line(FEE, "E2E-1", lines=["unknown"]))  # it pays nothing yet
    found = bank(
        line(-FEE, "E2E-1", reversal=True),
        line(-FEE, "E2E-2", reversal=True),
        line(-FEE, reversal=True),
        line(-FEE + 1, "E2E-1", reversal=True),
        line(-FEE, "E2E-1", iban="DE89370400440532013000", reversal=True),
    )
    session.refresh(payment)
    assert {each.state for each in (*more, *found)} == {EntryState.UNMATCHED}
    assert payment.reversed_at is None
    assert unmatched(session) == 4 * FEE - 1


def test_a_reference_names_a_receipt(session: Session, bank: Bank, account: FeeAccount) -> None:
    (paid,) = invoices_of(session, [account.id])
    reference = paid.invoice.reference
    bank(line(FEE, references=[reference]))
    (entry,) = bank(line(-FEE, references=[reference], reversal=True))
    assert entry.state is EntryState.MATCHED
    assert balance_of(session, account).open.minor == FEE
    assert unmatched(session) == 0


def test_a_receipt_with_a_refund_is_not_taken_back(
    session: Session, bank: Bank, payment: Payment, refund: Refund
) -> None:
    (entry,) = bank(line(-FEE, "E2E-1", reversal=True))
    session.refresh(payment)
    assert (entry.state, payment.reversed_at) == (EntryState.UNMATCHED, None)
    assert refund.state is RefundState.EXPORTED
    assert unmatched(session) == FEE


def test_a_payment_that_a_person_took_back_is_not_taken_back_again(
    session: Session, bank: Bank, payment: Payment
) -> None:
    reverse_payment(session, payment, booked_on=NOW.date(), by=None, now=NOW)
    session.commit()
    (entry,) = bank(line(-FEE, "E2E-1", reversal=True))
    assert entry.state is EntryState.UNMATCHED


def test_what_the_bank_did_is_not_undone(
    app: Flask, session: Session, world: World, bank: Bank, refund: Refund
) -> None:
    paid, returned = bank(line(-NET, refund.number), line(NET, refund.number, reason="AC04"))
    action = MatchAction(by=world.staff[Role.FINANCE].id, now=NOW)
    for entry in (paid, returned):
        with pytest.raises(RuleViolation) as refused:
            undo_match(session, entry, action, booked_on=NOW.date())
        assert refused.value.code is MatchProblem.DONE_BY_BANK
    client = sign_in(app, session, world.staff[Role.FINANCE])
    page = client.get(f"/en/staff/money/entries/{paid.uid}")
    assert page.status_code == 200
    assert "/undo" not in page.text

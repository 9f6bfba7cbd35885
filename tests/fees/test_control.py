"""The control of the books: it agrees while all is booked, and finds each thing that is not."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.fees.models import FeeAccount
from learning.fees.payment_models import Payment
from learning.fees.queries.control import broken_books, control_lines
from learning.fees.refund_models import Refund, RefundSource, RefundState
from learning.fees.rules.control import ControlCheck, ControlLine
from learning.fees.statement_models import BankStatement, EntryState, StatementState
from learning.kit.money import Money
from learning.ledger.actions import Entry, post
from learning.ledger.models import LedgerAccount
from tests.fees import scenes
from tests.ledger.postings import euros, posting
from tests.world import NOW, World, sign_in

FEE = 98_000
HERE = "/en/staff/money/control"


def book(
    session: Session,
    debit: LedgerAccount,
    credit: LedgerAccount,
    minor: int,
    ref: str,
    *,
    subject: str = "invoice 1",
) -> None:
    """Post an amount with the reference that the accounts of fees have, on both sides."""
    entries = [Entry(debit, euros(minor), ref), Entry(credit, euros(-minor), ref)]
    post(session, posting(entries, subject=subject))


def book_payment(session: Session, payment: Payment) -> None:
    """Post a payment as fees do."""
    accounts = LedgerAccount.UNMATCHED_RECEIPTS, LedgerAccount.RECEIVABLES
    ref, subject = f"account {payment.fee_account_id}", f"payment {payment.id}"
    book(session, *accounts, payment.amount.minor, ref, subject=subject)


@pytest.fixture
def account(session: Session, world: World) -> FeeAccount:
    """An account with an invoice, its payment and a refund, all of it booked."""
    made = scenes.an_account(session, world)
    base = {line.check: line for line in control_lines(session)}
    assert all(line.agrees for line in base.values())
    ref = f"account {made.id}"
    scenes.an_invoice(session, made, FEE)
    book(session, LedgerAccount.RECEIVABLES, LedgerAccount.COURSE_FEES, FEE, ref)
    payment = scenes.a_payment_row(session, made, FEE, refunded_minor=49_000)
    book_payment(session, payment)
    a_refund(session, payment, RefundState.DRAFT)
    return made


def a_refund(session: Session, payment: Payment, state: RefundState) -> Refund:
    refund = Refund(
        number=f"R-TEST-{payment.id}",
        edition_id=payment.edition_id,
        fee_account_id=payment.fee_account_id,
        payment_id=payment.id,
        source=RefundSource.CANCELLATION,
        gross=euros(49_000),
        bank_charge_minor=1_500,
        created_at=NOW,
        state=state,
    )
    session.add(refund)
    session.flush()
    return refund


def differing(session: Session) -> list[ControlCheck]:
    session.flush()
    return [line.check for line in control_lines(session) if not line.agrees]


def test_books_that_agree(session: Session, account: FeeAccount) -> None:
    assert differing(session) == []
    assert broken_books(session) == []
    del account


def test_an_invoice_that_is_not_booked(session: Session, account: FeeAccount) -> None:
    scenes.an_invoice(session, account, 5)
    assert differing(session) == [ControlCheck.RECEIVABLES]
    assert f"receivables: 0.00 against 0.05 EUR (account {account.id})" in broken_books(session)


def test_two_errors_that_make_up_for_each_other(
    session: Session, world: World, account: FeeAccount
) -> None:
    """The totals agree; account by account they do not."""
    other = scenes.an_account(session, world)
    scenes.an_invoice(session, account, 5)
    book(session, LedgerAccount.RECEIVABLES, LedgerAccount.COURSE_FEES, 5, f"account {other.id}")
    (line,) = [line for line in control_lines(session) if not line.agrees]
    assert line.check is ControlCheck.RECEIVABLES
    assert line.ledger == line.documents
    assert line.differences == 2
    assert sorted(line.named) == sorted([f"account {account.id}", f"account {other.id}"])


def test_a_payment_that_is_marked_as_refunded_without_a_refund(
    session: Session, account: FeeAccount
) -> None:
    book_payment(session, scenes.a_payment_row(session, account, 500, refunded_minor=500))
    assert differing(session) == [ControlCheck.REFUNDS]


def test_the_bank_is_that_of_the_last_booked_statement(
    session: Session, world: World, account: FeeAccount
) -> None:
    del account
    by = world.staff[Role.FINANCE].id
    for number, (state, closing) in enumerate(
        [
            (StatementState.BOOKED, 5_000),
            (StatementState.BOOKED, 7_000),
            (StatementState.READ, 9_000),
        ]
    ):
        day = NOW.date() + timedelta(days=number)
        session.add(
            BankStatement(
                iban=scenes.CENTRE_IBAN, statement_id=f"S{number}", sequence_number=number,
                from_on=day, until_on=day, opening=euros(0), closing=euros(closing),
                file_name="a.xml", sha256="0", read_at=NOW, read_by_id=by, state=state,
            )
        )  # fmt: skip
    assert differing(session) == [ControlCheck.BANK]
    book(
        session,
        LedgerAccount.BANK,
        LedgerAccount.OPENING_BALANCE,
        7_000,
        scenes.CENTRE_IBAN,
    )
    assert differing(session) == []
    bank = next(line for line in control_lines(session) if line.check is ControlCheck.BANK)
    assert (bank.ledger, bank.documents) == (euros(7_000), euros(7_000))


def test_unmatched_receipts_are_what_statements_brought_and_nothing_took(
    session: Session, account: FeeAccount
) -> None:
    """An entry that waits, one that is matched in part, a charge of the bank, one not booked."""
    waits = scenes.an_entry(session, 30_000)
    part = scenes.an_entry(session, 70_000)
    scenes.an_entry(session, 900, state=EntryState.NEW)
    scenes.an_entry(session, -150, state=EntryState.MATCHED, is_charge=True)
    for entry in (waits, part):
        bank = LedgerAccount.BANK, LedgerAccount.UNMATCHED_RECEIPTS
        subject = f"bank entry {entry.id}"
        book(session, *bank, entry.amount.minor, "elsewhere", subject=subject)
    taken = scenes.a_payment_row(session, account, 20_000)
    taken.bank_entry_id = part.id
    book_payment(session, taken)
    assert ControlCheck.UNMATCHED_RECEIPTS not in differing(session)
    line = unmatched(session)
    assert line.documents == line.ledger == euros(30_000 + 70_000 - 20_000 - FEE)
    part.state = EntryState.IGNORED
    assert unmatched(session).agrees


@pytest.mark.parametrize("minor", [5_000, -5_000])
@pytest.mark.usefixtures("world")
def test_an_entry_that_is_not_booked_is_named(session: Session, minor: int) -> None:
    entry = scenes.an_entry(session, minor)
    line = unmatched(session)
    assert (line.ledger, line.documents) == (euros(0), euros(minor))
    assert line.named == [f"bank entry {entry.id}"]


def test_a_payment_that_was_taken_back_and_not_booked_back_is_named(
    session: Session, account: FeeAccount
) -> None:
    payment = scenes.a_payment_row(session, account, 700)
    book_payment(session, payment)
    assert unmatched(session).agrees
    payment.reversed_at = NOW
    assert unmatched(session).named == [f"payment {payment.id}"]


@pytest.mark.usefixtures("world")
def test_two_errors_in_unmatched_receipts_do_not_make_up_for_each_other(
    session: Session,
) -> None:
    first, second = scenes.an_entry(session, 5_000), scenes.an_entry(session, -5_000)
    line = unmatched(session)
    assert (line.ledger, line.documents, line.differences) == (euros(0), euros(0), 2)
    assert sorted(line.named) == sorted(f"bank entry {each.id}" for each in (first, second))


def unmatched(session: Session) -> ControlLine:
    session.flush()
    lines = [
        line for line in control_lines(session) if line.check is ControlCheck.UNMATCHED_RECEIPTS
    ]
    (line,) = lines
    return line


def test_each_currency_has_a_line_of_its_own(session: Session) -> None:
    francs = [
        Entry(LedgerAccount.RECEIVABLES, Money(3, "CHF"), "account 1"),
        Entry(LedgerAccount.COURSE_FEES, Money(-3, "CHF")),
    ]
    post(session, posting(francs))
    assert broken_books(session) == ["receivables: 0.03 against 0.00 CHF (account 1)"]


def test_the_page_says_each_in_a_sentence(
    app: Flask, session: Session, world: World, account: FeeAccount
) -> None:
    session.commit()
    client = sign_in(app, session, world.staff[Role.AUDITOR])
    page = client.get(HERE).text.replace("\u00a0", " ")
    assert "The books agree" in page
    assert "All debits together and all credits together are 1,960.00 EUR." in page
    scenes.an_invoice(session, account, 5)
    session.commit()
    page = client.get(HERE).text.replace("\u00a0", " ")
    assert "1 check does not agree" in page
    assert "The ledger has 0.00 EUR, the fee accounts 0.05 EUR." in page
    registrar = sign_in(app, session, world.staff[Role.REGISTRAR])
    assert registrar.get(HERE).status_code == 404


def test_statements_stay_the_same_as_accounts_grow(
    session: Session, world: World, queries: list[str]
) -> None:
    counts = []
    for _ in range(2):
        account = scenes.an_account(session, world)
        scenes.an_invoice(session, account, FEE)
        ref = f"account {account.id}"
        book(session, LedgerAccount.RECEIVABLES, LedgerAccount.COURSE_FEES, FEE, ref)
        del queries[:]
        control_lines(session)
        counts.append(len(queries))
    assert counts == [7, 7]

"""Money of the demonstration: invoices that are paid, part-paid and overdue, a statement, a refund.

Bank accounts are examples of the registry of IBANs; nobody has them.
"""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.admissions.models import Application
from learning.catalogue.models import Edition, EditionStatus
from learning.demo.applications import Staff, load_application
from learning.demo.candidates import DEBTORS, PAYERS, DemoCandidate
from learning.demo.centre import CENTRE
from learning.demo.fees import open_account
from learning.fees.commands.invoicing import issue_invoices
from learning.fees.commands.number_series import next_number
from learning.fees.commands.payments import NewPayment, record_payment
from learning.fees.commands.settlements import NewSettlement, propose_settlement
from learning.fees.models import FeeAccount, Payer, SettlementKind
from learning.fees.payment_models import PaymentMethod
from learning.fees.queries.accounts import account_of, latest_agreement_of
from learning.fees.queries.overview import uninvoiced_accounts
from learning.fees.refund_models import Refund, RefundSource
from learning.fees.statement_models import BankEntry, BankStatement, EntryState, StatementState
from learning.kit.money import Money
from learning.kit.time import day_in
from learning.ledger.actions import Entry, Posting, post
from learning.ledger.models import LedgerAccount

TRANSFERS = (
    ("Nana Japaridze", "GE29NB0000000101904917", 105000, "nana@example.org"),
    ("J. Okafor", "GB29NWBK60161331926819", 40000, "joseph@example.org"),
    ("", "", 98000, ""),
    ("GURUNG SUNITA", "GB33BUKB20201555555555", 98000, ""),
)
"""Who transferred what (cents), and for whose place, "" where nobody has said yet.

The name of the last one suggests an invoice.
"""
WAIVED = "grace@example.org"
TOO_MUCH = 2000  # cents of the first that go back already; the rest of the credit is left


def load_overdue(session: Session, running: Edition, staff: Staff, *, now: datetime) -> None:
    """Accept people for the edition that runs by now, before it began; they have not paid."""
    running.status = EditionStatus.OPEN
    for number, candidate in enumerate(DEBTORS):
        at = now - timedelta(days=60, hours=-number)
        _apply(session, running, candidate, staff, at)
        _issue(session, by=staff.money[0], now=at + timedelta(days=4))
    running.status = EditionStatus.RUNNING


def load_payments(session: Session, upcoming: Edition, staff: Staff, *, now: datetime) -> None:
    """Invoice all places, and read a statement: paid too much, paid in part, and by nobody knows.

    One place waits for a waiver, and what was paid too much for a refund.
    """
    at = now - timedelta(days=5)
    found = {each.email: _apply(session, upcoming, each, staff, at) for each in PAYERS}
    _issue(session, by=staff.money[0], now=now - timedelta(days=1))
    entries = _statement(session, upcoming, by=staff.money[0], now=now)
    for entry, (name, iban, minor, email) in zip(entries, TRANSFERS, strict=True):
        if not email:
            continue
        new = NewPayment(
            payer=Payer.PARTICIPANT,
            method=PaymentMethod.BANK_TRANSFER,
            source_key=f"entry {entry.id}",
            amount=Money(minor, "EUR"),
            received_on=entry.booked_on,
            payer_name=name,
            payer_iban=iban,
            bank_entry_id=entry.id,
            by=staff.money[0],
            now=now,
        )
        payment = record_payment(session, found[email], new)
        entry.state = EntryState.MATCHED
        if payment.amount.minor > upcoming.fee.minor:
            payment.refunded_minor = TOO_MUCH
            session.add(
                Refund(
                    number=next_number(session, "R", entry.booked_on),
                    edition_id=upcoming.id,
                    fee_account_id=payment.fee_account_id,
                    payment_id=payment.id,
                    source=RefundSource.OVERPAYMENT,
                    gross=Money(TOO_MUCH, "EUR"),
                    bank_charge_minor=0,
                    created_at=now,
                )
            )
    sponsored = select(Application).join(Person, Person.id == Application.person_id)
    application = session.scalars(sponsored.where(Person.email == WAIVED)).one()
    account = account_of(session, application.id) or open_account(session, application, now)
    proposal = NewSettlement(
        kind=SettlementKind.WAIVER,
        reason="Fellowship of the Return programme, agreed on 12 May.",
        by=staff.money[0],
        now=now,
    )
    propose_settlement(session, account, proposal)


def _apply(
    session: Session,
    edition: Edition,
    candidate: DemoCandidate,
    staff: Staff,
    at: datetime,
) -> FeeAccount:
    application = load_application(session, edition, candidate, staff, at=at)
    return account_of(session, application.id) or open_account(session, application, at)


def _issue(session: Session, *, by: int, now: datetime) -> None:
    """Issue the invoices of all places that have none."""
    without_account = select(Application).where(Application.state == "accepted")
    for application in session.scalars(without_account.order_by(Application.id)).all():
        if account_of(session, application.id) is None:
            open_account(session, application, now)
    for row in session.execute(uninvoiced_accounts()).all():
        account = session.get_one(FeeAccount, row.id)
        issue_invoices(session, account, latest_agreement_of(session, account), now=now, by=by)


def _statement(session: Session, edition: Edition, *, by: int, now: datetime) -> list[BankEntry]:
    """Return the entries of a statement that is booked."""
    day = day_in(edition.zone, now - timedelta(days=1))
    total = Money(sum(minor for _name, _iban, minor, _email in TRANSFERS), "EUR")
    statement = BankStatement(
        iban=CENTRE.iban,
        statement_id=f"{day:%Y}-{day:%j}",
        sequence_number=1,
        from_on=day,
        until_on=day,
        opening=Money(0, "EUR"),
        closing=total,
        file_name="demo.xml",
        sha256="0" * 64,
        read_at=now,
        read_by_id=by,
        state=StatementState.BOOKED,
        booked_at=now,
    )
    session.add(statement)
    session.flush()
    entries = [
        BankEntry(
            statement_id=statement.id,
            position=position,
            booked_on=day,
            value_on=day,
            amount=Money(minor, "EUR"),
            is_reversal=False,
            counterparty=name,
            counterparty_iban=iban,
            end_to_end_id="",
            reference="",
            text="COURSE FEE TURIN",
            return_reason="",
            charges_minor=0,
            duplicate_key=f"demo {position}",
            state=EntryState.UNMATCHED,
        )
        for position, (name, iban, minor, _email) in enumerate(TRANSFERS, start=1)
    ]
    session.add_all(entries)
    session.flush()
    for entry in entries:
        back = Money(-entry.amount.minor, entry.amount.currency)
        booking = Posting(
            key=f"entry {entry.id}",
            kind="statement entry",
            subject=f"bank entry {entry.id}",
            occurred_on=day,
            entries=[
                Entry(account=LedgerAccount.BANK, amount=entry.amount, reference=CENTRE.iban),
                Entry(account=LedgerAccount.UNMATCHED_RECEIPTS, amount=back),
            ],
            by=by,
            now=now,
        )
        post(session, booking)
    return entries

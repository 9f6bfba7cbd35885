"""The overview of finance: its figures, its lists, its statements, its export."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import insert
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.fees.invoice_models import Invoice, InvoiceKind
from learning.fees.jobs import issue_waiting
from learning.fees.models import Payer
from learning.fees.payment_models import PaymentAllocation
from learning.fees.queries import overview
from learning.fees.queries.open_invoices import overdue_invoices
from learning.fees.refund_models import Refund, RefundState
from learning.fees.reminder_models import InvoiceReminder
from learning.fees.rules.reminders import ReminderStep
from learning.fees.statement_models import BankEntry, EntryState
from learning.jobs.worker import Task
from learning.kit.check_results import save_result
from learning.kit.database import Database
from learning.kit.money import Money
from tests.extension_points.money import add_waiting_for_money
from tests.fees.scenes import NUMBERS, a_payment_row, an_account, an_invoice, party_of, the_centre
from tests.world import NOW, World, sign_in

MANY = 300
ADDRESS = "/fr/staff/money/"
TODAY = NOW.date()
NEW_YEAR = TODAY.replace(month=1, day=1)


def test_the_figures_count_what_is_not_credited(session: Session, world: World) -> None:
    account = an_account(session, world)
    paid = an_invoice(session, account, 50000)
    late = an_invoice(session, account, 30000, issued_on=TODAY - timedelta(days=40))
    credited = an_invoice(session, account, 10000, issued_on=TODAY - timedelta(days=40))
    an_invoice(session, account, credited=credited)
    payment = a_payment_row(session, account, 60000)
    for invoice, minor in ((paid, 50000), (late, 10000)):
        session.add(
            PaymentAllocation(
                edition_id=account.edition_id, payment_id=payment.id, invoice_id=invoice.id,
                amount=Money(minor, "EUR"),
            )
        )  # fmt: skip
    session.commit()
    found = overview.figures(session, now=NOW, since=TODAY - timedelta(days=90))
    assert (found.invoiced.count, found.invoiced.amounts) == (2, [Money(80000, "EUR")])
    assert found.received.amounts == [Money(60000, "EUR")]
    assert (found.overdue.count, found.overdue.amounts) == (1, [Money(20000, "EUR")])
    assert found.unmatched.count == found.waiting_refunds.count == 0
    (row,) = overdue_invoices(session, now=NOW, limit=5)
    assert (row.number, row.open, row.days) == (late.number, Money(20000, "EUR"), 26)
    recent = overview.figures(session, now=NOW, since=TODAY)
    assert recent.invoiced.amounts == [Money(50000, "EUR")]


def test_an_invoice_is_overdue_after_the_end_of_its_day_in_its_zone(
    session: Session, world: World
) -> None:
    account = an_account(session, world)
    an_invoice(session, account, issued_on=date(2027, 3, 14))  # due on the 28th, clocks change
    session.commit()
    world.open.zone = "America/Lima"
    session.commit()
    end = NOW.replace(year=2027, month=3, day=29, hour=5, minute=0, second=0)
    for moment, expected in ((end - timedelta(seconds=1), 0), (end, 1)):
        assert len(overdue_invoices(session, now=moment, limit=5)) == expected
    world.open.zone = "Asia/Manila"
    session.commit()
    end = NOW.replace(year=2027, month=3, day=28, hour=16, minute=0, second=0)
    for moment, expected in ((end - timedelta(seconds=1), 0), (end, 1)):
        assert len(overdue_invoices(session, now=moment, limit=5)) == expected


def test_a_place_waits_for_its_invoice_until_every_payer_has_one(
    session: Session, world: World
) -> None:
    account = an_account(session, world, sponsor_percent=50)
    assert overview.first_uninvoiced(session, limit=5)[1] == 1
    invoice = an_invoice(session, account, 49000)
    assert overview.first_uninvoiced(session, limit=5)[1] == 1, "the sponsor has none"
    an_invoice(session, account, 49000, kind=InvoiceKind.CANCELLATION_CHARGE)
    assert overview.first_uninvoiced(session, limit=5)[1] == 1, "a charge is not the fee"
    other = Invoice(
        **{
            column: getattr(invoice, column)
            for column in (
                "kind", "edition_id", "fee_account_id", "fee_agreement_id", "party_id", "total",
                "issued_on", "due_on", "reference", "language", "seller", "buyer", "lines",
                "issued_at", "issued_by_id",
            )
        },
        payer=Payer.SPONSOR,
        number="TEST-S",
    )  # fmt: skip
    session.add(other)
    session.flush()
    assert overview.first_uninvoiced(session, limit=5)[1] == 0
    an_invoice(session, account, credited=invoice)
    assert overview.first_uninvoiced(session, limit=5)[1] == 1, "credited: it waits again"


def test_the_page_shows_what_waits(app: Flask, session: Session, world: World) -> None:
    add_waiting_for_money(session, world)
    session.commit()
    text = sign_in(app, session, world.staff[Role.FINANCE]).get(ADDRESS).text
    for words in ("2 factures sont en retard", "2 places n’ont pas de facture", "à approuver"):
        assert words in text
    text = sign_in(app, session, world.staff[Role.AUDITOR]).get(ADDRESS).text
    assert "Envoyer un rappel" not in text, "who only reads changes nothing"


def test_an_empty_page_says_so(app: Flask, session: Session, world: World) -> None:
    text = sign_in(app, session, world.staff[Role.APPROVER]).get(ADDRESS).text
    for words in ("Aucune facture n’est en retard.", "Aucun remboursement n’est en attente."):
        assert words in text


def test_the_page_takes_as_many_statements_for_many_rows(
    app: Flask, session: Session, world: World, queries: list[str]
) -> None:
    add_waiting_for_money(session, world)
    session.commit()
    client = sign_in(app, session, world.staff[Role.FINANCE])
    client.get(ADDRESS)
    queries.clear()
    assert client.get(ADDRESS).status_code == 200
    before = len(queries)
    add_rows(session, world)
    queries.clear()
    text = client.get(ADDRESS).text
    assert len(queries) <= before + 1 <= 19, "the control names what differs"
    assert f"{MANY + 2} factures sont en retard" in text


def add_rows(session: Session, world: World) -> None:
    """Write many open invoices, refunds and bank entries, plainly."""
    account = an_account(session, world)
    first = an_invoice(session, account)
    payment = a_payment_row(session, account, 98000)
    entry = session.query(BankEntry).first()
    assert entry is not None
    columns = Invoice.__table__.c.keys()
    whole = session.execute(Invoice.__table__.select().where(Invoice.id == first.id)).one()
    same = {name: getattr(whole, name) for name in columns if name not in {"id", "uid"}}
    due = {"issued_on": TODAY - timedelta(days=50), "due_on": TODAY - timedelta(days=36)}
    session.execute(
        insert(Invoice.__table__),
        [same | due | {"uid": f"u{n}", "number": f"MANY-{next(NUMBERS)}"} for n in range(MANY)],
    )
    for n in range(MANY):
        session.add(
            Refund(
                number=f"R-many-{n}", edition_id=account.edition_id, fee_account_id=account.id,
                payment_id=payment.id, source="other", gross=Money(1, "EUR"), bank_charge_minor=0,
                created_at=NOW, state=RefundState.DRAFT,
            )
        )  # fmt: skip
        session.add(
            BankEntry(
                statement_id=entry.statement_id, position=n + 10, booked_on=TODAY, value_on=None,
                amount=Money(1, "EUR"), is_reversal=False, counterparty="", counterparty_iban="",
                end_to_end_id="", reference="", text="", return_reason="", charges_minor=0,
                duplicate_key="", state=EntryState.UNMATCHED,
            )
        )  # fmt: skip
    session.commit()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_open_items_are_downloaded(app: Flask, session: Session, world: World, kind: str) -> None:
    account = an_account(session, world)
    invoice = an_invoice(session, account, issued_on=TODAY - timedelta(days=40))
    session.add(
        InvoiceReminder(
            edition_id=account.edition_id, invoice_id=invoice.id, step=ReminderStep.FIRST,
            sent_on=TODAY, sent_at=NOW, sent_by_id=None,
        )
    )  # fmt: skip
    session.commit()
    client = sign_in(app, session, world.staff[Role.AUDITOR])
    answer = client.post(f"{ADDRESS}open-items", data={"format": kind})
    assert answer.status_code == 200
    assert f".{kind}" in answer.headers["Content-Disposition"]
    if kind == "csv":
        head, row = answer.text.strip().splitlines()
        assert "Jours de retard" in head
        assert row.startswith(invoice.number)
        assert ";26;EUR;980;980;" in row.replace(",00", "")


def test_finance_reminds_from_the_page(app: Flask, session: Session, world: World) -> None:
    account = an_account(session, world)
    invoice = an_invoice(session, account, issued_on=TODAY - timedelta(days=40))
    session.commit()
    client = sign_in(app, session, world.staff[Role.FINANCE])
    address = f"{ADDRESS}invoices/{invoice.uid}/remind"
    assert address in client.get(ADDRESS).text
    answer = client.post(address, follow_redirects=True)
    assert f"Le rappel de {invoice.number} est envoyé." in answer.text
    assert address not in client.get(ADDRESS).text
    again = client.post(address)
    assert "moins de quatre jours" in again.text
    assert client.post(f"{ADDRESS}invoices/none/remind").status_code == 404


def test_a_refund_names_who_prepared_it(session: Session, world: World) -> None:
    account = an_account(session, world)
    payment = a_payment_row(session, account)
    finance = world.staff[Role.FINANCE]
    session.add(
        Refund(
            number="R-1", edition_id=account.edition_id, fee_account_id=account.id,
            payment_id=payment.id, source="other", gross=Money(1000, "EUR"), bank_charge_minor=100,
            created_at=NOW, state=RefundState.PENDING_APPROVAL, prepared_by_id=finance.id,
        )
    )  # fmt: skip
    session.flush()
    (row,) = overview.waiting_refunds(session, limit=5)
    assert (row.net, row.prepared_by) == (Money(900, "EUR"), finance.name)
    assert party_of(session, account, Payer.PARTICIPANT).details.name


def test_finance_has_the_waiting_invoices_issued(
    app: Flask, session: Session, world: World, database: Database
) -> None:
    an_account(session, world)
    an_account(session, world)
    finance = world.staff[Role.FINANCE]
    client = sign_in(app, session, finance)
    assert "Émettre les factures" in client.get(ADDRESS).text
    answer = client.post(f"{ADDRESS}issue", follow_redirects=True)
    assert "en cours d’émission" in answer.text
    for _twice in range(2):
        issue_waiting(Task(id=1, payload={"by": finance.id}, database=database, now=NOW))
    assert overview.first_uninvoiced(session, limit=5)[1] == 0
    assert session.query(Invoice).count() == 2


def test_without_the_details_of_the_centre_nothing_is_issued(
    app: Flask, session: Session, world: World
) -> None:
    an_account(session, world)
    the_centre(session).iban = ""
    session.commit()
    text = sign_in(app, session, world.staff[Role.FINANCE]).get(ADDRESS).text
    assert "Des données du centre manquent." in text
    assert "Émettre les factures" not in text


def test_the_overview_reads_the_stored_control_and_not_the_ledger(
    app: Flask, session: Session, world: World, queries: list[str]
) -> None:
    session.commit()
    client = sign_in(app, session, world.staff[Role.FINANCE])
    assert "Les comptes ne sont pas encore vérifiés" in client.get(ADDRESS).text
    for problem, title in (("", "Les comptes concordent"), ("bank: 1", "ne concordent pas")):
        save_result(session, "books", problem, now=NOW)
        session.commit()
        del queries[:]
        assert title in client.get(ADDRESS).text
        assert not [each for each in queries if "ledger_" in each]

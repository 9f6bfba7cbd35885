"""Invoices, charges and credit notes: issued once, booked, e-mailed, and never changed."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError

from learning.accounts.models import Person
from learning.admissions.billing_models import BillingParty
from learning.admissions.models import Application
from learning.admissions.rules import billing
from learning.audit.models import AuditEntry
from learning.catalogue.models import Edition
from learning.fees.commands.invoicing import NewCharge, credit_invoice, issue_charge, issue_invoices
from learning.fees.commands.number_series import next_number, take_number
from learning.fees.invoice_models import Invoice, InvoiceKind, InvoiceLink, NumberSeries
from learning.fees.models import Payer
from learning.fees.problems import InvoiceProblem
from learning.fees.queries.invoices import credit_note_of, uncredited_invoices
from learning.fees.rules.invoice_content import buyer_of, lines_of, seller_of
from learning.kit.errors import RuleViolation
from learning.kit.money import Money
from learning.ledger.models import LedgerAccount, LedgerEntry
from learning.ledger.queries import balance
from learning.mail.models import OutgoingEmail
from tests.admissions.factories import NOW
from tests.fees.invoice_scenes import not_invoiced
from tests.fees.scenes import CENTRE_IBAN, the_centre

EUROS = 98000


@pytest.fixture
def place(session, world):
    return not_invoiced(session, world)


def issued(session, place, **options):
    account, agreement = place
    [invoice] = issue_invoices(session, account, agreement, now=NOW, **options)
    return invoice


def booked(session, account):
    own = LedgerAccount.RECEIVABLES, f"account {account.id}"
    return balance(session, *own)


def test_an_invoice_says_who_what_and_how_much(session, place):
    _, agreement = place
    invoice = issued(session, place)
    edition = session.get_one(Edition, agreement.edition_id)
    assert invoice.kind is InvoiceKind.INVOICE
    assert invoice.payer is Payer.PARTICIPANT
    assert invoice.total == agreement.price
    assert invoice.due_on == max(invoice.issued_on, agreement.first_day - timedelta(days=14))
    seller, buyer, [line] = map_content(invoice)
    assert (seller.iban, seller.tax_sentence) == (CENTRE_IBAN, "VAT: not applicable.")
    assert buyer.name == "Awa Koné"
    assert line.amount == line.price == agreement.price
    assert (line.percent, line.edition) == (100, edition.code)
    assert (line.first_day, line.last_day) == (edition.starts_on, edition.ends_on)
    titles = {"fr": "Réintégration", "en": "reintegration", "es": "Reintegración"}
    assert titles[invoice.language].lower() in line.course.lower()


def map_content(invoice):
    return seller_of(invoice.seller), buyer_of(invoice.buyer), lines_of(invoice.lines)


def test_the_reference_is_that_of_the_number(session, place):
    invoice = issued(session, place)
    assert invoice.reference[4:] == invoice.number.replace("-", "")


def test_two_payers_get_an_invoice_each_and_the_sum_is_the_price(session, world):
    account, agreement = not_invoiced(session, world, sponsor_percent=33)
    invoices = issue_invoices(session, account, agreement, now=NOW)
    assert [each.payer for each in invoices] == list(Payer)
    first, second = invoices
    assert first.total + second.total == agreement.price
    assert [lines_of(each.lines)[0].percent for each in invoices] == [67, 33]
    assert booked(session, account) == agreement.price


def test_an_agreement_is_invoiced_once(session, place):
    issued(session, place)
    account, agreement = place
    assert issue_invoices(session, account, agreement, now=NOW) == []


def test_a_credited_agreement_can_be_invoiced_again(session, place):
    first = issued(session, place)
    credit_invoice(session, first, by=None, now=NOW)
    again = issued(session, place)
    assert again.number > first.number
    assert list(uncredited_invoices(session, place[0].id)) == [again]


@pytest.mark.parametrize("missing", ["legal_name", "postcode", "iban", "bic"])
def test_nothing_is_issued_while_the_centre_is_incomplete(session, place, missing):
    setattr(the_centre(session), missing, "")
    account, agreement = place
    assert issue_invoices(session, account, agreement, now=NOW) == []
    charge = NewCharge(
        agreement=agreement, payer=Payer.PARTICIPANT, amount=Money(1, "EUR"), by=None, now=NOW
    )
    with pytest.raises(RuleViolation) as refused:
        issue_charge(session, account, charge)
    assert refused.value.code is InvoiceProblem.INCOMPLETE


def test_nothing_is_issued_while_the_payers_address_is_incomplete(session, place, monkeypatch):
    account, agreement = place
    monkeypatch.setattr(billing, "is_complete", lambda _details: False)
    assert issue_invoices(session, account, agreement, now=NOW) == []


def test_a_fellowship_is_not_invoiced(session, world):
    account, agreement = not_invoiced(session, world, funding="fellowship")
    assert issue_invoices(session, account, agreement, now=NOW) == []


def test_an_invoice_is_booked(session, place):
    invoice = issued(session, place)
    assert booked(session, place[0]) == invoice.total
    income = balance(session, LedgerAccount.COURSE_FEES)
    assert income == Money(-invoice.total.minor, "EUR")


def test_a_credit_note_repeats_its_invoice_and_takes_it_back(session, world, place):
    invoice = issued(session, place)
    by = world.awa.id
    credit = credit_invoice(session, invoice, by=by, now=NOW)
    assert credit.number.startswith("CN-")
    assert (credit.kind, credit.credits_id) == (InvoiceKind.CREDIT_NOTE, invoice.id)
    assert (credit.total, credit.lines, credit.buyer) == (
        invoice.total,
        invoice.lines,
        invoice.buyer,
    )
    assert credit.issued_by_id == by
    assert credit_note_of(session, invoice) is credit
    assert booked(session, place[0]).minor == 0
    assert balance(session, LedgerAccount.COURSE_FEES).minor == 0


def test_nothing_is_credited_twice(session, place):
    invoice = issued(session, place)
    credit = credit_invoice(session, invoice, by=None, now=NOW)
    for document, code in (
        (invoice, InvoiceProblem.CREDITED),
        (credit, InvoiceProblem.CREDIT_NOTE),
    ):
        with pytest.raises(RuleViolation) as refused:
            credit_invoice(session, document, by=None, now=NOW)
        assert refused.value.code is code


def test_a_cancellation_charge_is_an_invoice_of_its_own(session, place):
    account, agreement = place
    credit_invoice(session, issued(session, place), by=None, now=NOW)
    amount = Money(49000, "EUR")
    charge = issue_charge(
        session,
        account,
        NewCharge(agreement=agreement, payer=Payer.PARTICIPANT, amount=amount, by=None, now=NOW),
    )
    assert charge.kind is InvoiceKind.CANCELLATION_CHARGE
    assert charge.number.startswith("INV-")
    assert (charge.total, charge.due_on) == (amount, charge.issued_on)
    assert booked(session, account) == amount
    assert balance(session, LedgerAccount.CANCELLATION_CHARGES) == Money(-49000, "EUR")
    credit_invoice(session, charge, by=None, now=NOW)
    assert balance(session, LedgerAccount.CANCELLATION_CHARGES).minor == 0


def test_snapshots_do_not_change_with_what_they_were_made_from(session, place):
    _, agreement = place
    invoice = issued(session, place)
    before = (invoice.seller, invoice.buyer, invoice.lines, invoice.total, invoice.due_on)
    the_centre(session).legal_name = "Another name"
    the_centre(session).iban = "DE89370400440532013000"
    edition = session.get_one(Edition, agreement.edition_id)
    edition.starts_on += timedelta(days=1)
    edition.fee = Money(1, "EUR")
    party = BillingParty.id == agreement.party_id
    session.flush()
    with pytest.raises(DBAPIError, match="does not change"), session.begin_nested():
        session.execute(update(BillingParty).where(party).values(name="Another"))
    session.expire_all()
    assert before == (
        invoice.seller, invoice.buyer, invoice.lines, invoice.total, invoice.due_on,
    )  # fmt: skip


@pytest.mark.parametrize("column", ["number", "buyer", "lines", "total_minor", "due_on", "seller"])
def test_the_database_refuses_every_change(session, place, column):
    invoice = issued(session, place)
    session.flush()
    with pytest.raises(DBAPIError, match="never changes"), session.begin_nested():
        session.execute(text(f"UPDATE invoices SET {column} = {column}"))  # noqa: S608 our own
    with pytest.raises(DBAPIError, match="never changes"), session.begin_nested():
        session.execute(delete(Invoice).where(Invoice.id == invoice.id))


def test_the_year_of_a_number_is_that_of_the_day_in_the_zone(session, world):
    account, agreement = not_invoiced(session, world)
    edition = session.get_one(Edition, agreement.edition_id)
    session.execute(update(Edition).where(Edition.id == edition.id).values(zone="Europe/Rome"))
    session.expire_all()
    midnight = datetime(2026, 12, 31, 23, tzinfo=UTC)  # 00:00 in Rome
    [invoice] = issue_invoices(session, account, agreement, now=midnight)
    assert (invoice.number, invoice.issued_on) == ("INV-2027-000001", date(2027, 1, 1))


def test_the_last_second_of_a_year_is_in_that_year(session, world):
    account, agreement = not_invoiced(session, world)
    session.execute(update(Edition).values(zone="Europe/Rome"))
    session.expire_all()
    last = datetime(2026, 12, 31, 22, 59, 59, tzinfo=UTC)
    [invoice] = issue_invoices(session, account, agreement, now=last)
    assert (invoice.number, invoice.issued_on) == ("INV-2026-000001", date(2026, 12, 31))


def test_the_day_of_a_series_never_goes_back(session):
    later, earlier = date(2026, 3, 2), date(2026, 3, 1)
    assert take_number(session, "INV", later).issued_on == later
    second = take_number(session, "INV", earlier)  # of an edition in a zone that is behind
    assert (second.text, second.issued_on) == ("INV-2026-000002", later)
    assert take_number(session, "CN", earlier).issued_on == earlier
    assert next_number(session, "R", earlier) == "R-2026-000001"
    key = select(NumberSeries.last_issued_on).where(NumberSeries.key == "INV-2026")
    assert session.scalar(key) == later


def test_a_rollback_gives_the_number_back(session):
    day = date(2026, 3, 2)
    assert next_number(session, "INV", day) == "INV-2026-000001"
    with session.begin_nested() as inner:
        assert next_number(session, "INV", day) == "INV-2026-000002"
        inner.rollback()
    assert next_number(session, "INV", day) == "INV-2026-000002"


def test_the_payer_gets_an_e_mail(session, place):
    invoice = issued(session, place)
    email = session.scalars(select(OutgoingEmail).where(OutgoingEmail.kind.like("fees.%"))).one()
    assert invoice.number in email.params
    assert f'"/invoices/{invoice.uid}"' in email.params
    assert session.scalars(select(InvoiceLink)).all() == []


def test_the_trail_names_the_invoice(session, place):
    invoice = issued(session, place)
    session.flush()
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "invoice issued")).one()
    assert entry.subject == f"invoice {invoice.id}"
    assert invoice.number in entry.detail


def test_entries_of_an_invoice_name_its_account(session, place):
    issued(session, place)
    references = select(LedgerEntry.reference).where(
        LedgerEntry.account == LedgerAccount.RECEIVABLES
    )
    assert session.scalars(references).all() == [f"account {place[0].id}"]


def test_a_sponsor_without_a_page_is_reached_through_the_participant(session, world):
    account, agreement = not_invoiced(session, world, sponsor_percent=100)
    application = session.get_one(Application, agreement.application_id)
    person = session.get_one(Person, application.person_id)
    [invoice] = issue_invoices(session, account, agreement, now=NOW)
    assert invoice.payer is Payer.SPONSOR
    email = session.scalars(select(OutgoingEmail).where(OutgoingEmail.kind.like("fees.%"))).one()
    assert email.email == person.email

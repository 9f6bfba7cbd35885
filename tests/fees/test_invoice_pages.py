"""The pages of invoices: the same words and amounts on the page, in the PDF and in the ledger."""

import json
from datetime import timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import select, update

from learning import wiring
from learning.access.permissions import Role
from learning.accounts.models import Person
from learning.admissions.models import Application, Sponsorship
from learning.fees.commands.invoice_emails import new_link
from learning.fees.commands.invoicing import credit_invoice, issue_invoices
from learning.fees.email_documents import DOCUMENTS
from learning.fees.invoice_models import InvoiceLink
from learning.fees.invoice_pdf import invoice_pdf
from learning.fees.queries.invoice_details import invoice_detail
from learning.kit.i18n import i18n_for
from learning.ledger.models import LedgerAccount
from learning.ledger.queries import balance
from learning.mail.models import OutgoingEmail
from learning.settings import Settings
from tests.admissions.factories import NOW
from tests.fees.invoice_scenes import not_invoiced
from tests.world import sign_in


def a_sponsorship(session, world):
    sponsorship = Sponsorship(
        edition_id=world.open.id,
        token_hash="x" * 64,
        organisation="Ministère du Travail",
        contact_name="Ibrahim Traoré",
        contact_email="sponsor@example.org",
        language="fr",
        created_at=NOW,
        ends_at=NOW + timedelta(days=60),
    )
    session.add(sponsorship)
    session.flush()
    return sponsorship


@pytest.fixture
def place(session, world):
    account, agreement = not_invoiced(session, world)
    application = session.get_one(Application, agreement.application_id)
    person = session.get_one(Person, application.person_id)
    session.execute(update(Person).where(Person.id == person.id).values(language="fr"))
    session.expire_all()
    return account, agreement


@pytest.fixture
def invoice(session, place):
    account, agreement = place
    [made] = issue_invoices(session, account, agreement, now=NOW)
    session.commit()
    return made


def text_of(content):
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


def payer_of(session, place):
    application = session.get_one(Application, place[1].application_id)
    return session.get_one(Person, application.person_id)


def test_page_pdf_and_ledger_say_the_same_in_french(session, app, world, place, invoice):
    client = sign_in(app, session, world.staff[Role.FINANCE])
    page = client.get(f"/fr/staff/money/invoices/{invoice.uid}").text
    pdf = text_of(client.get(f"/fr/staff/money/invoices/{invoice.uid}/pdf").data)
    words = i18n_for("fr", "UTC")
    booked = balance(session, LedgerAccount.RECEIVABLES, f"account {place[0].id}")
    assert booked == invoice.total
    amount = words.exact_money(booked)
    assert "\u00a0EUR" in amount
    for text in (
        amount,
        words.date(invoice.issued_on, weekday=False),
        words.date(invoice.due_on, weekday=False),
        invoice.number,
        "Awa Koné",
    ):
        assert text in pdf
        assert text in page
    reference = " ".join(invoice.reference[at : at + 4] for at in range(0, 30, 4)).strip()
    assert reference in pdf
    assert reference in page
    assert '<svg xmlns="http://www.w3.org/2000/svg"' in page


def test_the_pdf_is_one_page_and_always_the_same(session, invoice):
    first = invoice_pdf(invoice_detail(session, invoice))
    reader = PdfReader(BytesIO(first))
    assert len(reader.pages) == 1
    assert reader.metadata.title == f"Facture {invoice.number}"
    assert reader.trailer["/Root"]["/Lang"] == "fr"
    credit_invoice(session, invoice, by=None, now=NOW)
    assert invoice_pdf(invoice_detail(session, invoice)) == first


def test_a_credited_invoice_names_its_credit_note(session, app, world, invoice):
    credit = credit_invoice(session, invoice, by=None, now=NOW)
    session.commit()
    client = sign_in(app, session, world.staff[Role.FINANCE])
    page = client.get(f"/en/staff/money/invoices/{invoice.uid}").text
    assert f"Invoice {invoice.number} is credited" in page
    assert f"/en/staff/money/invoices/{credit.uid}" in page
    assert "How to pay by bank transfer" not in page
    note = client.get(f"/en/staff/money/invoices/{credit.uid}").text
    assert f"cancels the invoice {invoice.number}" in note
    assert "How to pay by bank transfer" not in note


def test_a_new_invoice_names_the_one_that_it_replaces(session, app, world, place, invoice):
    credit_invoice(session, invoice, by=None, now=NOW)
    [again] = issue_invoices(session, *place, now=NOW)
    session.commit()
    client = sign_in(app, session, world.staff[Role.FINANCE])
    page = client.get(f"/en/staff/money/invoices/{again.uid}").text
    assert f"This invoice replaces {invoice.number}" in page


def test_a_participant_sees_their_own_only(session, app, place, invoice):
    client = sign_in(app, session, payer_of(session, place))
    assert client.get(f"/fr/invoices/{invoice.uid}").status_code == 200
    answer = client.get(f"/fr/invoices/{invoice.uid}/pdf")
    assert answer.content_type == "application/pdf"
    assert "no-store" in answer.headers["Cache-Control"]
    assert f"{invoice.number}.pdf" in answer.headers["Content-Disposition"]
    assert client.get("/fr/invoices/0000000000000000").status_code == 404


@pytest.mark.parametrize("path", ["", "/pdf"])
def test_nobody_else_sees_it(session, app, world, invoice, path):
    client = sign_in(app, session, world.stranger)
    assert client.get(f"/fr/invoices/{invoice.uid}{path}").status_code == 404
    assert client.get(f"/fr/staff/money/invoices/{invoice.uid}{path}").status_code == 404


def test_a_sponsor_sees_its_invoices_by_the_link_of_the_e_mail(session, app, world):
    account, agreement = not_invoiced(session, world, sponsor_percent=60)
    application = session.get_one(Application, agreement.application_id)
    client = app.test_client()
    sponsorship = a_sponsorship(session, world)
    session.execute(
        update(Application)
        .where(Application.id == application.id)
        .values(sponsorship_id=sponsorship.id)
    )
    session.expire_all()
    own, sponsors = issue_invoices(session, account, agreement, now=NOW)
    email = session.scalars(
        select(OutgoingEmail).where(OutgoingEmail.email == sponsorship.contact_email)
    ).all()[-1]
    path = json.loads(email.params)["path"]
    session.commit()
    assert client.get(f"/fr{path}").status_code == 200
    assert client.get(f"/fr{path}/pdf").content_type == "application/pdf"
    token = path.split("/")[3]
    listed = client.get(f"/fr/sponsor/invoices/{token}", follow_redirects=True).text
    assert sponsors.number in listed
    assert own.number not in listed
    assert client.get(f"/fr/sponsor/invoices/{token}/{own.uid}").status_code == 404


def test_a_link_that_has_ended_says_so(session, app, world):
    client = app.test_client()
    sponsorship = a_sponsorship(session, world)
    token = new_link(session, sponsorship.id, now=NOW)
    session.flush()
    session.execute(update(InvoiceLink).values(ends_at=NOW))
    session.commit()
    assert client.get(f"/en/sponsor/invoices/{token}").status_code == 410
    assert client.get("/en/sponsor/invoices/unknown").status_code == 404


def test_tabs_words_and_pages_of_the_list(session, app, world, place, invoice):
    credit = credit_invoice(session, invoice, by=None, now=NOW)
    [again] = issue_invoices(session, *place, now=NOW)
    session.commit()
    client = sign_in(app, session, world.staff[Role.FINANCE])
    numbers = {invoice.number, credit.number, again.number}
    shown = {
        "": numbers,
        "?tab=open": {again.number},
        "?tab=overdue": set(),
        "?tab=credited": {invoice.number, credit.number},
        f"?q={again.number}": {again.number},
        "?q=kone": set(),  # names of payers are compared as they are written
        "?q=Koné": numbers,
        "?q=nobody": set(),
        "?start=1000": numbers,
    }
    for query, expected in shown.items():
        page = client.get(f"/en/staff/money/invoices{query}").text
        assert {number for number in numbers if f">{number}</a>" in page} == expected, query


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_list_can_be_downloaded(session, app, world, invoice, kind):
    client = sign_in(app, session, world.staff[Role.AUDITOR])
    answer = client.post("/en/staff/money/invoices/export", data={"format": kind})
    assert answer.status_code == 200
    if kind == "csv":
        assert invoice.number in answer.text
        assert "980.00" in answer.text or "980" in answer.text


@pytest.mark.usefixtures("invoice")
def test_the_list_reads_as_many_statements_for_many_invoices(session, app, world, queries):
    client = sign_in(app, session, world.staff[Role.FINANCE])
    client.get("/en/staff/money/invoices")
    counts = []
    for _ in range(2):
        queries.clear()
        assert client.get("/en/staff/money/invoices").status_code == 200
        counts.append(len(queries))
        for _ in range(4):
            issue_invoices(session, *not_invoiced(session, world), now=NOW)
        session.commit()
    assert counts[0] == counts[1]


def test_the_page_reads_as_many_statements_for_many_documents(
    session, app, world, place, invoice, queries
):
    client = sign_in(app, session, world.staff[Role.FINANCE])
    address = f"/en/staff/money/invoices/{invoice.uid}"
    client.get(address)
    counts, last = [], invoice
    for _ in range(2):
        queries.clear()
        assert client.get(address).status_code == 200
        counts.append(len(queries))
        for _ in range(3):
            credit_invoice(session, last, by=None, now=NOW)
            [last] = issue_invoices(session, *place, now=NOW)
        session.commit()
    assert counts[0] == counts[1]


def test_the_e_mail_has_the_pdf_and_the_link(session, invoice):
    email = session.scalars(select(OutgoingEmail).where(OutgoingEmail.kind.like("fees.%"))).one()
    params = json.loads(email.params)
    make = DOCUMENTS[email.kind](session, params)
    assert make is not None
    made = make()
    assert DOCUMENTS[email.kind](session, params | {"invoice": 0}) is None
    assert (made.name, made.mimetype) == (f"{invoice.number}.pdf", "application/pdf")
    assert invoice.number in text_of(made.content)
    handler = wiring.email_handler(Settings(secret_key="x"))
    assert email.kind in handler.documents
    for language in ("fr", "en", "es"):
        content = wiring.EMAIL_TEMPLATES[email.kind](i18n_for(language, "UTC"), params)
        assert invoice.number in content.subject
        assert content.path == f"/{language}/invoices/{invoice.uid}"

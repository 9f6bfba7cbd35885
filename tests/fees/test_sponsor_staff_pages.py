"""Finance and sponsors: quotes, the order, one invoice for all, on pages."""

import io

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.fees.invoice_models import Invoice, JointInvoice
from learning.fees.queries.sponsor_quotes import billing_of, quotes_of, reference_of
from tests.fees.sponsor_scenes import a_nominee, waiting_accounts
from tests.fees.test_own_fee_pages import plain
from tests.fees.test_sponsor_pages import send
from tests.world import World, sign_in

MONEY = "/fr/staff/money"


@pytest.fixture
def finance(app, session: Session, world: World) -> FlaskClient:
    return sign_in(app, session, world.staff[Role.FINANCE])


def page_of(session: Session, sponsorship_id: int) -> str:
    """Return the address of a sponsor for finance: by one of its applications."""
    return f"{MONEY}/sponsors/{reference_of(session, sponsorship_id)}"


def text_of(pdf: bytes) -> str:
    pages = PdfReader(io.BytesIO(pdf)).pages
    return plain(" ".join(page.extract_text() for page in pages).replace("\n", " "))


def test_the_sponsor_gets_one_invoice(session: Session, world: World, visitor: FlaskClient) -> None:
    _, token, _ = waiting_accounts(session, world, 3)
    link = f"/fr/sponsor/{token}/fees"
    assert "3 personnes acceptées" in plain(visitor.get(link).text)
    answer = send(visitor, link, f"{link}/invoices")
    assert answer.status_code == 303
    joint = session.scalars(select(JointInvoice)).one()
    page = plain(visitor.get(answer.location).text)
    assert "2 940,00 EUR à payer" in page
    assert page.count("980,00 EUR") >= 3
    pdf = text_of(visitor.get(f"{answer.location}/pdf").data)
    assert joint.number in pdf
    assert "2 940,00 EUR" in pdf
    listed = plain(visitor.get(link).text)
    assert listed.count(joint.number) >= 2, "once in the list, once with how to pay"
    assert f"{joint.number}/1" not in listed
    again = visitor.post(f"{link}/invoices", data={"idempotency_key": "k" * 24})
    assert again.status_code == 409
    line = session.scalars(select(Invoice).limit(1)).one()
    whole = visitor.get(f"/fr/sponsor/invoices/{token}/{line.uid}")
    assert whole.location.endswith(joint.uid)


def test_finance_makes_a_quote_and_stores_the_order(
    session: Session, world: World, finance: FlaskClient
) -> None:
    sponsorship, _, _ = waiting_accounts(session, world, 2)
    a_nominee(session, world, sponsorship)
    session.commit()
    page = page_of(session, sponsorship.id)
    late = send(finance, page, f"{page}/quotes", places="4", valid_until="2020-01-01")
    assert late.status_code == 409
    made = send(finance, page, f"{page}/quotes", places="4", valid_until="2026-12-20")
    assert made.status_code == 303
    (quote,) = quotes_of(session, sponsorship.id)
    assert quote.number in finance.get(f"{MONEY}/quotes").text
    stored = send(finance, page, f"{page}/order", version="0", po_number="PO-9")
    assert stored.status_code == 303
    session.expire_all()
    assert billing_of(session, sponsorship.id).po_number == "PO-9"
    assert "PO-9" in finance.get(f"{MONEY}/quotes?state=accepted").text
    joint = send(finance, page, f"{page}/invoices")
    assert joint.status_code == 303
    shown = plain(finance.get(joint.location).text)
    assert "PO-9" in shown
    assert "PO-9" in text_of(finance.get(f"{joint.location}/pdf").data)
    line = session.scalars(select(Invoice).limit(1)).one()
    assert "une ligne d’une facture" in plain(finance.get(f"{MONEY}/invoices/{line.uid}").text)


def test_finance_withdraws_a_quote_once(
    session: Session, world: World, finance: FlaskClient
) -> None:
    sponsorship, _, _ = waiting_accounts(session, world, 1)
    page = page_of(session, sponsorship.id)
    quote = send(finance, page, f"{page}/quotes", places="1", valid_until="2026-12-20").location
    assert send(finance, quote, f"{quote}/withdraw", version="7").status_code == 409
    assert send(finance, quote, f"{quote}/withdraw", version="0").status_code == 303
    assert "Le devis est retiré." in plain(finance.get(quote).text)
    answer = finance.post(f"{quote}/withdraw", data={"idempotency_key": "k" * 24, "version": "1"})
    assert answer.status_code in {409, 422}


def test_an_auditor_reads_and_changes_nothing(app, session: Session, world: World) -> None:
    sponsorship, _, _ = waiting_accounts(session, world, 1)
    client = sign_in(app, session, world.staff[Role.AUDITOR])
    page = page_of(session, sponsorship.id)
    assert f"{page}/order" not in client.get(page).text
    for action in ("quotes", "order", "promise", "invoices"):
        assert client.post(f"{page}/{action}").status_code == 404
    assert client.get(f"{MONEY}/sponsors/NOSUCHCODE").status_code == 404

"""What a person sees of the fee of their own place, and nobody else's."""

from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.admissions.models import Application
from learning.admissions.rules.states import ApplicationState
from learning.bank_formats.references import grouped, rf_reference
from learning.extension_points.page_lines import PageKind, PageReader, PageRef
from learning.fees.invoice_models import Invoice, InvoiceKind
from learning.fees.models import FeeAccount, Payer
from learning.fees.page_lines import fee_line
from learning.fees.payment_models import PaymentAllocation
from learning.fees.refund_models import Refund, RefundSource, RefundState
from learning.fees.rules.invoice_content import Seller, seller_text
from learning.kit.i18n import i18n_for
from learning.kit.money import Money
from tests.admissions.factories import NOW, in_state
from tests.admissions.test_own_applications import browser_of
from tests.extension_points.checks import edition_ref
from tests.fees.scenes import (
    CENTRE_BIC,
    CENTRE_IBAN,
    a_payment_row,
    accepted,
    party_of,
    the_account,
)
from tests.world import World, sign_in

SELLER = Seller(
    name="Centro di formazione di prova", line1="Viale Maestri del Lavoro 10", line2="",
    postcode="10127", town="Torino", country="IT", vat_id="", iban=CENTRE_IBAN, bic=CENTRE_BIC,
    bank_name="Banca di prova", tax_sentence="",
)  # fmt: skip
NUMBER = "INV-2026-000042"


def plain(text: str) -> str:
    return unescape(text).replace("\u00a0", " ").replace("\u202f", " ")


def path_of(application: Application, page: str = "") -> str:
    return f"/fr/applications/{application.reference}/fee/{page}"


def an_invoice(
    session: Session,
    account: FeeAccount,
    minor: int = 98000,
    *,
    payer: Payer = Payer.PARTICIPANT,
    number: str = NUMBER,
) -> Invoice:
    """Return an invoice that says how to pay: its row alone."""
    invoice = Invoice(
        kind=InvoiceKind.INVOICE,
        number=number,
        edition_id=account.edition_id,
        fee_account_id=account.id,
        fee_agreement_id=account.fee_agreement_id,
        payer=payer,
        party_id=party_of(session, account, payer).id,
        total=Money(minor, "EUR"),
        issued_on=NOW.date(),
        due_on=NOW.date() + timedelta(days=14),
        reference=rf_reference(number),
        language="fr",
        seller=seller_text(SELLER),
        buyer="{}",
        lines="[]",
        issued_at=NOW,
        issued_by_id=None,
    )
    session.add(invoice)
    session.flush()
    return invoice


def pay(session: Session, account: FeeAccount, invoice: Invoice, minor: int) -> None:
    payment = a_payment_row(session, account, minor, payer=invoice.payer)
    session.add(
        PaymentAllocation(
            edition_id=account.edition_id,
            payment_id=payment.id,
            invoice_id=invoice.id,
            amount=Money(minor, "EUR"),
        )
    )
    session.flush()


def a_refund(session: Session, account: FeeAccount, minor: int, **columns) -> Refund:
    payment = a_payment_row(session, account, minor, refunded_minor=minor)
    payment.payer_iban = columns.pop("payer_iban", "")
    refund = Refund(
        number="R-2026-0001",
        edition_id=account.edition_id,
        fee_account_id=account.id,
        payment_id=payment.id,
        source=RefundSource.OVERPAYMENT,
        gross=Money(minor, "EUR"),
        created_at=NOW,
        **{"bank_charge_minor": 0} | columns,
    )
    session.add(refund)
    session.flush()
    return refund


def fee_page(app: Flask, session: Session, application: Application, page: str = "") -> str:
    session.commit()
    answer = browser_of(app, session, application).get(path_of(application, page))
    assert answer.status_code == 200
    return plain(answer.text)


def test_what_is_open_and_how_to_pay_it(app, session: Session, world: World) -> None:
    application = accepted(session, world)
    account = the_account(session, application)
    pay(session, account, an_invoice(session, account), 49000)
    page = fee_page(app, session, application)
    assert "<h1>490,00 EUR à payer au plus tard le" in page
    assert f"<b>{grouped(rf_reference(NUMBER))}</b>" in page
    assert grouped(CENTRE_IBAN) in page
    assert f"Facture {NUMBER}" in page
    assert "\N{MINUS SIGN}490,00" in page
    assert "Recopiez la référence" in page
    assert '<svg xmlns="http://www.w3.org/2000/svg"' in page


def test_what_was_due_is_said_without_an_alarm(app, session: Session, world: World) -> None:
    application = accepted(session, world)
    an_invoice(session, the_account(session, application))
    session.commit()
    with time_machine.travel(NOW + timedelta(days=20), tick=False):
        page = fee_page(app, session, application)
    assert "980,00 EUR à payer depuis le" in page
    assert "envoyez-nous le justificatif" in page


def test_what_is_paid_leaves_nothing_to_do(app, session: Session, world: World) -> None:
    application = accepted(session, world)
    account = the_account(session, application)
    pay(session, account, an_invoice(session, account), 98000)
    page = fee_page(app, session, application)
    assert "Il ne reste rien à payer" in page
    assert "Comment payer" not in page


def test_what_was_paid_too_much_is_refunded(app, session: Session, world: World) -> None:
    application = accepted(session, world)
    account = the_account(session, application)
    pay(session, account, an_invoice(session, account), 98000)
    a_payment_row(session, account, 2000)
    page = fee_page(app, session, application)
    assert "20,00 EUR payés en trop" in page
    assert "Payé en trop, EUR" in page


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({}, "Dites-nous sur quel compte verser le remboursement"),
        ({"payer_iban": CENTRE_IBAN}, "Il est en préparation."),
        ({"state": RefundState.PENDING_APPROVAL, "iban": "x"}, "Une deuxième personne le vérifie."),
        ({"state": RefundState.RETURNED, "iban": "x"}, "il nous faut un autre compte"),
    ],
)
def test_a_refund_says_what_happens_with_it(
    app, session: Session, world: World, columns, words: str
) -> None:
    application = accepted(session, world)
    account = the_account(session, application)
    a_refund(session, account, 2000, **columns)
    page = fee_page(app, session, application)
    assert words in page
    assert ('/account">' in page) is ("compte" in words)
    assert "Remboursement R-2026-0001" in page
    assert "20,00 EUR" in page


def test_a_bank_s_charge_is_named(app, session: Session, world: World) -> None:
    application = accepted(session, world)
    a_refund(session, the_account(session, application), 2000, bank_charge_minor=500)
    page = fee_page(app, session, application)
    assert "15,00 EUR sont versés ; la banque prélève 5,00 EUR" in page


def test_the_sponsor_s_part_is_not_shown(app, session: Session, world: World) -> None:
    application = accepted(session, world, sponsor_percent=60, billing_party=None)
    account = the_account(session, application)
    an_invoice(session, account, 39200)
    page = fee_page(app, session, application)
    assert "payé par votre institution de parrainage" in page
    assert "392,00 EUR" in page
    assert "588,00" not in page


def test_a_place_that_a_sponsor_pays(app, session: Session, world: World) -> None:
    application = accepted(session, world, sponsor_percent=100)
    the_account(session, application)
    page = fee_page(app, session, application)
    assert "Votre institution de parrainage paie les frais" in page
    assert "Vous n’avez rien à payer." in page


def test_before_the_invoice_nothing_is_asked(app, session: Session, world: World) -> None:
    application = accepted(session, world)
    assert "La facture suit" in fee_page(app, session, application)


def test_before_a_place_no_fee_is_agreed(app, session: Session, world: World) -> None:
    application = in_state(session, world, ApplicationState.SUBMITTED)
    page = fee_page(app, session, application)
    assert "Aucuns frais ne sont encore convenus" in page
    session.commit()
    client = browser_of(app, session, application)
    assert client.get(path_of(application, "cancel")).location == path_of(application)


def test_nobody_else_sees_it(app, session: Session, world: World, visitor: FlaskClient) -> None:
    application = accepted(session, world)
    session.commit()
    stranger = sign_in(app, session, world.stranger)
    for page in ("", "cancel", "cancel/confirm"):
        assert stranger.get(path_of(application, page)).status_code == 404
        answer = visitor.get(path_of(application, page))
        assert answer.status_code == 303
        assert "/account/sign-in" in answer.location
    assert stranger.post(path_of(application, "cancel/confirm"), data={}).status_code == 404


def test_the_statements_do_not_grow_with_the_rows(
    app, session: Session, world: World, queries: list[str]
) -> None:
    application = accepted(session, world)
    account = the_account(session, application)
    client = browser_of(app, session, application)

    def count() -> int:
        session.commit()
        queries.clear()
        assert client.get(path_of(application)).status_code == 200
        return len(queries)

    pay(session, account, an_invoice(session, account), 98000)
    a_refund(session, account, 100)
    few = count()
    for number in range(5):
        more = an_invoice(session, account, number=f"INV-2026-0001{number}")
        pay(session, account, more, 50000)
    assert count() == few


def test_the_course_home_leads_to_it(app: Flask, session: Session, world: World) -> None:
    application = in_state(session, world, ApplicationState.ENROLLED)
    account = the_account(session, application)
    pay(session, account, an_invoice(session, account), 49000)
    session.commit()
    (enrolment_id,) = session.scalars(
        select(Application.enrolment_id).where(Application.id == application.id)
    )
    page = PageRef(kind=PageKind.COURSE_HOME, edition=edition_ref(world.open), modules=[])
    reader = PageReader(enrolment_id=enrolment_id, i18n=i18n_for("fr"), now=NOW)
    (line,) = fee_line(session, page, reader)
    assert plain(line.detail) == "490,00 EUR à payer"
    client = browser_of(app, session, application)
    assert client.get(f"/fr/{line.path}").status_code == 200
    assert fee_line(session, page, replace(reader, enrolment_id=None)) == []
    assert fee_line(session, page, replace(reader, enrolment_id=world.place.id)) == []

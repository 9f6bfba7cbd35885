"""Corrections by finance: another buyer on an invoice, a payment that is taken back."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.admissions.billing_models import BillingParty
from learning.admissions.models import Application
from learning.admissions.rules.states import ApplicationState
from learning.fees.commands.corrections import (
    BuyerCorrection,
    PaymentReversal,
    correct_buyer,
    take_payment_back,
)
from learning.fees.invoice_models import Invoice, InvoiceKind
from learning.fees.models import FeeAccount, Payer
from learning.fees.payment_models import Payment
from learning.fees.problems import InvoiceProblem, PaymentProblem
from learning.fees.queries.accounts import latest_agreement_of
from learning.fees.queries.balances import balance_of, invoices_of
from learning.fees.queries.control import control_lines
from learning.fees.queries.invoice_sources import source_of
from learning.fees.rules.invoice_content import buyer_of
from learning.kit.errors import RuleViolation
from learning.ledger.models import LedgerAccount
from learning.ledger.queries import balance
from learning.mail.models import OutgoingEmail
from tests.admissions.factories import NOW
from tests.fees import scenes
from tests.fees.test_credits import pay
from tests.fees.test_payment_pages import MONEY, hidden, send
from tests.world import World, sign_in


@pytest.fixture
def place(session: Session, world: World) -> tuple[Application, FeeAccount, Invoice]:
    """An accepted self-payer with an invoice."""
    application = scenes.accepted(session, world, invoiced=True)
    account = scenes.the_account(session, application)
    (invoice,) = (each.invoice for each in invoices_of(session, [account.id]))
    return application, account, invoice


def correction(world: World, invoice: Invoice, **other: str) -> BuyerCorrection:
    details = replace(buyer_of(invoice.buyer), **({"line1": "Rue du Lac 4"} | other))  # type: ignore[arg-type]
    by = world.staff[Role.FINANCE].id
    return BuyerCorrection(details=details, reason="moved", by=by, now=NOW)


def reversal(world: World, payment: Payment, **other: object) -> PaymentReversal:
    by = world.staff[Role.FINANCE].id
    values = {"reason": "wrong account", "on": NOW.date(), "version": payment.version} | other
    return PaymentReversal(by=by, now=NOW, **values)  # type: ignore[arg-type]


def test_another_buyer_is_a_credit_note_and_a_new_invoice(
    session: Session, world: World, place
) -> None:
    """What was paid of the old invoice pays the new one; the books do not move."""
    _, account, invoice = place
    pay(session, account, 40000)
    before = balance(session, LedgerAccount.RECEIVABLES)
    open_before = balance_of(session, account).open
    issued = correct_buyer(session, invoice, correction(world, invoice))
    session.commit()
    rows = {each.invoice.id: each for each in invoices_of(session, [account.id])}
    assert rows[invoice.id].is_credited
    assert (rows[issued.id].paid.minor, issued.total) == (40000, invoice.total)
    assert buyer_of(issued.buyer).line1 == "Rue du Lac 4"
    assert (issued.due_on, issued.correction_reason) == (invoice.due_on, "moved")
    assert balance_of(session, account).open == open_before
    assert balance(session, LedgerAccount.RECEIVABLES) == before
    assert all(line.agrees for line in control_lines(session))
    credit_note = session.scalars(select(Invoice).where(Invoice.credits_id == invoice.id)).one()
    sent = session.scalars(
        select(OutgoingEmail).where(OutgoingEmail.kind == "fees.invoice-issued")
    ).all()
    assert [json.loads(each.params)["number"] for each in sent][-2:] == [
        credit_note.number,
        issued.number,
    ]


def test_later_documents_have_the_corrected_buyer(session: Session, world: World, place) -> None:
    application, account, invoice = place
    issued = correct_buyer(session, invoice, correction(world, invoice))
    source = source_of(session, latest_agreement_of(session, account), Payer.PARTICIPANT)
    assert source is not None
    assert source.party is not None
    assert source.party.id == issued.party_id
    assert application.billing_party_id is not None
    own = session.get_one(BillingParty, application.billing_party_id)
    assert own.details.line1 == "Rue du Lac 4"


def test_what_cannot_be_corrected(session: Session, world: World, place) -> None:
    _, _, invoice = place
    same = correction(world, invoice, line1=buyer_of(invoice.buyer).line1)
    for wrong, problem in (
        (same, InvoiceProblem.SAME_BUYER),
        (correction(world, invoice, town=""), InvoiceProblem.INCOMPLETE),
    ):
        with pytest.raises(RuleViolation) as refused:
            correct_buyer(session, invoice, wrong)
        assert refused.value.code is problem
    correct_buyer(session, invoice, correction(world, invoice))
    with pytest.raises(RuleViolation) as refused:
        correct_buyer(session, invoice, correction(world, invoice))
    assert refused.value.code is InvoiceProblem.CREDITED


def test_finance_corrects_it_on_the_page(app: Flask, session: Session, world: World, place) -> None:
    """A preview issues nothing; a double click on the button issues once."""
    _, account, invoice = place
    finance = sign_in(app, session, world.staff[Role.FINANCE])
    here = f"{MONEY}/invoices/{invoice.uid}"
    assert f"{here}/correction" in finance.get(here).text
    buyer = buyer_of(invoice.buyer)
    typed = {
        "billing_name": buyer.name, "billing_line1": "Rue du Lac 4", "billing_town": buyer.town,
        "billing_postcode": buyer.postcode, "billing_country": buyer.country, "reason": "adresse",
    }  # fmt: skip
    form = f"{here}/correction"
    assert send(finance, form, form, **(typed | {"reason": ""})).status_code == 422
    preview = send(finance, form, form, **typed)
    assert (preview.status_code, "Rue du Lac 4" in preview.text) == (200, True)
    assert session.scalar(select(func.count()).select_from(Invoice)) == 1
    fields = hidden(preview.text, form) | typed | {"confirmed": "1"}
    answers = [finance.post(form, data=fields) for _ in range(2)]
    assert len({each.headers["Location"] for each in answers}) == 1
    session.expire_all()
    kinds = session.scalars(select(Invoice.kind).order_by(Invoice.id)).all()
    assert kinds == [InvoiceKind.INVOICE, InvoiceKind.CREDIT_NOTE, InvoiceKind.INVOICE]
    assert f"{here}/correction" not in finance.get(here).text
    assert finance.get(form).status_code == 303
    auditor = sign_in(app, session, world.staff[Role.AUDITOR])
    assert auditor.get(form).status_code == 404
    assert "/correction" not in auditor.get(answers[0].headers["Location"]).text
    assert balance_of(session, account).open == invoice.total


def test_a_payment_is_taken_back(session: Session, world: World, place) -> None:
    """The amount is open again, the place stays, and so do the books."""
    application, account, invoice = place
    payment = pay(session, account, invoice.total.minor)
    assert application.state is ApplicationState.ENROLLED
    take_payment_back(session, payment, reversal(world, payment))
    session.commit()
    assert balance_of(session, account).open == invoice.total
    assert (application.state, payment.reversal_reason) == (
        ApplicationState.ENROLLED,
        "wrong account",
    )
    assert balance(session, LedgerAccount.UNMATCHED_RECEIPTS).minor == 0
    assert all(line.agrees for line in control_lines(session))
    with pytest.raises(RuleViolation) as refused:
        take_payment_back(session, payment, reversal(world, payment))
    assert refused.value.code is PaymentProblem.CHANGED


def test_days_and_versions_of_a_reversal(session: Session, world: World, place) -> None:
    _, account, _ = place
    payment = pay(session, account, 5000)
    day = timedelta(days=1)
    for other, problem in (
        ({"on": NOW.date() + day}, PaymentProblem.DAY),
        ({"on": payment.received_on - day}, PaymentProblem.DAY),
        ({"version": payment.version + 1}, PaymentProblem.CHANGED),
    ):
        with pytest.raises(RuleViolation) as refused:
            take_payment_back(session, payment, reversal(world, payment, **other))
        assert refused.value.code is problem


def test_finance_takes_it_back_on_the_page(
    app: Flask, session: Session, world: World, place
) -> None:
    _, account, _ = place
    payment = pay(session, account, 5000)
    finance = sign_in(app, session, world.staff[Role.FINANCE])
    here = f"{MONEY}/payments/{payment.uid}/reversal"
    assert here in finance.get(f"{MONEY}/accounts/{account.uid}").text
    page = finance.get(here).text
    assert "La place reste" in page
    wrong = send(finance, here, here, booked_on="2099-01-01", reason="erreur")
    assert (wrong.status_code, "erreur" in wrong.text) == (409, True)
    day = NOW.date().isoformat()
    fields = hidden(page, here) | {"booked_on": day, "reason": "mauvais compte"}
    for _ in range(2):
        assert finance.post(here, data=fields).status_code == 303
    session.expire_all()
    assert payment.reversed_at is not None
    shown = finance.get(f"{MONEY}/accounts/{account.uid}").text
    assert "mauvais compte" in shown
    assert here not in shown
    assert finance.get(here).status_code == 303
    assert finance.get(f"{MONEY}/payments/x/reversal").status_code == 404

"""The pages of a change of bank data: what finance proposes, an approver decides, payers read."""

import json
import re
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.fees.centre_models import BankDataProposal
from learning.fees.commands.invoicing import issue_invoices
from learning.fees.commands.reminders import remind_now
from learning.fees.invoice_pdf import invoice_pdf
from learning.fees.queries.bank_data import bank_data_now
from learning.fees.queries.invoice_details import invoice_detail
from learning.kit.i18n import I18n
from learning.mail.models import OutgoingEmail
from learning.wiring import EMAIL_TEMPLATES
from tests.admissions.factories import NOW as ACCEPTED_AT
from tests.bank_formats.camt_builder import Stmt
from tests.fees.invoice_scenes import not_invoiced
from tests.fees.scenes import CENTRE_IBAN, OTHER_IBAN, the_centre
from tests.fees.statement_scenes import import_file, receipts
from tests.world import World, sign_in

HERE = "/fr/staff/money/centre"
TYPED = {
    "legal_name": "Centro di formazione",
    "iban": "de89 3704 0044 0532 0130 00",
    "bic": "cobadeff xxx",
    "bank_name": "Commerzbank",
}
GROUPED_NEW, GROUPED_OLD = "DE89 3704 0044", "IT60 X054 2811"


@pytest.fixture
def finance(app: Flask, session: Session, world: World) -> FlaskClient:
    the_centre(session)
    session.commit()
    return sign_in(app, session, world.staff[Role.FINANCE])


@pytest.fixture
def approver(app: Flask, session: Session, world: World) -> FlaskClient:
    return sign_in(app, session, world.staff[Role.APPROVER])


def plain(page: str) -> str:
    """Return a text with plain spaces and characters."""
    return unescape(page).replace("\u00a0", " ")


def fields_of(page: str, action: str) -> dict[str, str]:
    """Return the hidden fields of the form with an action."""
    form = re.search(rf'<form method="post" action="[^"]*{action}".*?</form>', page, re.DOTALL)
    assert form is not None, action
    found = re.findall(r'type="hidden" name="([^"]*)" value="([^"]*)"', form[0])
    found += [
        (name, value)
        for value, name in re.findall(r'value="([^"]*)"[^>]*name="(idempotency_key)"', form[0])
    ]
    return {name: unescape(value) for name, value in found}


def propose(client: FlaskClient, **other: str) -> Any:
    fields = fields_of(client.get(HERE).text, "/centre/bank-data")
    return client.post(f"{HERE}/bank-data", data=fields | TYPED | other)


def decide(client: FlaskClient, session: Session, step: str) -> Any:
    session.expire_all()
    uid = session.scalars(select(BankDataProposal.uid).order_by(BankDataProposal.id.desc())).first()
    page = client.get(HERE).text
    form = "withdrawal" if step == "withdrawal" else "confirmation"
    return client.post(f"{HERE}/bank-data/{uid}/{step}", data=fields_of(page, form))


def test_two_people_change_the_account(
    finance: FlaskClient, approver: FlaskClient, session: Session
) -> None:
    assert propose(finance).status_code == 303
    page = plain(finance.get(HERE).text)
    assert GROUPED_NEW in page
    assert "une autre personne en décide" in page
    assert "/confirmation" not in page
    assert bank_data_now(session).iban == CENTRE_IBAN
    page = plain(approver.get(HERE).text)
    assert GROUPED_OLD in page
    assert "Comparez avec la lettre de la banque" in page
    assert decide(approver, session, "confirmation").status_code == 303
    session.expire_all()
    assert bank_data_now(session).iban == OTHER_IBAN
    page = plain(approver.get(HERE).text)
    assert GROUPED_OLD not in page
    assert "/confirmation" not in page


@pytest.mark.parametrize(("step", "by"), [("rejection", "approver"), ("withdrawal", "finance")])
def test_it_is_refused_or_withdrawn(
    finance: FlaskClient, approver: FlaskClient, session: Session, step: str, by: str
) -> None:
    propose(finance)
    assert decide({"finance": finance, "approver": approver}[by], session, step).status_code == 303
    session.expire_all()
    assert bank_data_now(session).iban == CENTRE_IBAN
    assert "Proposer un autre compte" in finance.get(HERE).text


def test_who_proposes_cannot_post_the_decision(
    finance: FlaskClient, session: Session, world: World, app: Flask
) -> None:
    propose(finance)
    uid = session.scalar(select(BankDataProposal.uid))
    fields = fields_of(finance.get(HERE).text, "withdrawal")
    for step in ("confirmation", "rejection"):
        assert finance.post(f"{HERE}/bank-data/{uid}/{step}", data=fields).status_code == 404
    auditor = sign_in(app, session, world.staff[Role.AUDITOR])
    assert "/withdrawal" not in auditor.get(HERE).text
    sent = {name: value for name, value in fields.items() if name != "reader"}
    assert auditor.post(f"{HERE}/bank-data/{uid}/withdrawal", data=sent).status_code == 404
    assert finance.post(f"{HERE}/bank-data/none/withdrawal", data=fields).status_code == 404
    assert bank_data_now(session).iban == CENTRE_IBAN


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("iban", "DE88370400440532013000", "sa clé de contrôle"),
        ("iban", "", "IBAN"),
        ("bic", "BPPI1", "8 ou 11"),
        ("legal_name", "Центр обучения", "lettres latines"),
        ("legal_name", "x" * 71, "70"),
        ("bank_name", "", "banque"),
    ],
)
def test_what_is_wrong_is_said_and_the_rest_stays_typed(
    finance: FlaskClient, session: Session, field: str, typed: str, message: str
) -> None:
    answer = propose(finance, **{field: typed})
    assert answer.status_code == 422
    assert message in answer.text
    kept = "cobadeff xxx" if field != "bic" else "Commerzbank"
    assert kept in answer.text
    assert not session.scalar(select(func.count()).select_from(BankDataProposal))


def test_sent_twice_it_is_proposed_once(finance: FlaskClient, session: Session) -> None:
    fields = fields_of(finance.get(HERE).text, "/centre/bank-data") | TYPED
    for _ in range(2):
        assert finance.post(f"{HERE}/bank-data", data=fields).status_code == 303
    assert session.scalar(select(func.count()).select_from(BankDataProposal)) == 1


def test_an_old_page_confirms_nothing(
    finance: FlaskClient, approver: FlaskClient, session: Session
) -> None:
    propose(finance)
    old = fields_of(approver.get(HERE).text, "confirmation")
    decide(finance, session, "withdrawal")
    propose(finance, bic="DEUTDEFFXXX")
    uid = session.scalars(select(BankDataProposal.uid).order_by(BankDataProposal.id.desc())).first()
    answer = approver.post(f"{HERE}/bank-data/{uid}/confirmation", data=old)
    assert answer.status_code == 409
    assert "ne sont plus celles du moment de la proposition" in unescape(answer.text)
    session.expire_all()
    assert bank_data_now(session).iban == CENTRE_IBAN


def test_payers_read_the_new_account_where_the_invoice_has_the_old_one(
    finance: FlaskClient, approver: FlaskClient, session: Session, world: World
) -> None:
    account, agreement = not_invoiced(session, world)
    [invoice] = issue_invoices(session, account, agreement, now=ACCEPTED_AT)
    session.commit()
    address = f"/fr/staff/money/invoices/{invoice.uid}"
    before = finance.get(address).text
    pdf = len(invoice_pdf(invoice_detail(session, invoice)))
    assert GROUPED_OLD in plain(before)
    assert "un autre compte" not in before
    propose(finance)
    assert GROUPED_OLD in plain(finance.get(address).text)
    decide(approver, session, "confirmation")
    session.expire_all()
    after = plain(finance.get(address).text)
    assert "Le Centre a un autre compte que celui de la facture" in after
    assert GROUPED_NEW in after
    assert GROUPED_OLD not in after
    assert re.findall(r"<svg.*?</svg>", plain(before), re.DOTALL) != re.findall(
        r"<svg.*?</svg>", after, re.DOTALL
    )
    assert abs(len(invoice_pdf(invoice_detail(session, invoice))) - pdf) < 50  # but its date
    assert CENTRE_IBAN in invoice.seller


def test_reminders_have_the_account_of_the_page(
    finance: FlaskClient, approver: FlaskClient, session: Session, world: World
) -> None:
    account, agreement = not_invoiced(session, world)
    [invoice] = issue_invoices(session, account, agreement, now=ACCEPTED_AT)
    session.commit()
    propose(finance)
    decide(approver, session, "confirmation")
    session.expire_all()
    remind_now(
        session, invoice, by=world.staff[Role.FINANCE].id, now=ACCEPTED_AT.replace(year=2027)
    )
    kind = OutgoingEmail.kind == "fees.invoice-reminder"
    mail = session.scalars(select(OutgoingEmail).where(kind)).one()
    content = EMAIL_TEMPLATES[mail.kind](I18n("fr"), json.loads(mail.params))
    lines = plain(" ".join(content.lines))
    assert GROUPED_NEW in lines
    assert "un autre compte" in lines


def test_statements_of_the_former_account_are_still_read(
    finance: FlaskClient, approver: FlaskClient, session: Session, world: World
) -> None:
    propose(finance)
    decide(approver, session, "confirmation")
    session.expire_all()
    import_file(session, world, Stmt(entries=receipts(100)))
    new = Stmt(entries=receipts(200), iban=OTHER_IBAN, statement_id="new")
    (row,) = import_file(session, world, new)
    assert row.iban == OTHER_IBAN


@pytest.mark.parametrize("language", ["fr", "en", "es"])
@pytest.mark.parametrize("state", ["open", "confirmed", "refused", "withdrawn"])
def test_the_email_has_both_accounts_in_full(language: str, state: str) -> None:
    before = {"legal_name": "Centro", "iban": CENTRE_IBAN, "bic": "BPPIITRRXXX", "bank_name": "B"}
    after = before | {"iban": OTHER_IBAN}
    params = {"state": state, "by": "Ada", "old": before, "new": after}
    content = EMAIL_TEMPLATES["fees.bank-data"](I18n(language), params)
    lines = plain(" ".join(content.lines))
    assert GROUPED_OLD in lines
    assert GROUPED_NEW in lines
    assert "BPPIITRRXXX" not in lines
    assert "Ada" in lines
    assert content.path == f"/{language}/staff/money/centre"

"""A proof of transfer rests the reminders and waits for finance; it confirms nothing."""

import io
import itertools
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.admissions.rules.states import ApplicationState
from learning.fees.commands.proofs import NewProof, check_proof, send_proof
from learning.fees.commands.reminders import remind_by_schedule
from learning.fees.invoice_models import Invoice
from learning.fees.proof_models import TransferProof
from learning.fees.queries.balances import balance_of
from learning.fees.rules.reminders import PROOF_DAYS, rests
from learning.kit.errors import RuleViolation
from tests.admissions.factories import NOW
from tests.admissions.test_own_applications import browser_of
from tests.extension_points.money import a_file
from tests.fees.places import a_place, account_for, pay
from tests.fees.sponsor_scenes import a_nominee, a_sponsor, accept
from tests.fees.test_transfer_costs import hidden, plain
from tests.files.samples import PDF
from tests.world import World, sign_in

DAY = date(2027, 1, 4)
FEE = 98000
NUMBERS = itertools.count(1)


@pytest.mark.parametrize(
    ("days", "expected"), [(0, True), (PROOF_DAYS - 1, True), (PROOF_DAYS, False)]
)
def test_reminders_rest_for_some_days(days: int, expected: bool) -> None:
    assert rests(DAY + timedelta(days=days), DAY) is expected
    assert not rests(DAY, None)


def invoice_of(session: Session, account_id: int) -> Invoice:
    return session.scalars(select(Invoice).where(Invoice.fee_account_id == account_id)).one()


def sent(session: Session, invoice: Invoice, now: datetime = NOW) -> TransferProof:
    file = a_file(session, f"proof of {invoice.id} {next(NUMBERS)}")
    return send_proof(session, invoice, NewProof(file_id=file.id, by=None, now=now))


def test_a_proof_rests_the_reminder_and_then_it_is_sent(session: Session, world: World) -> None:
    place = a_place(session, world)
    invoice = invoice_of(session, account_for(session, place).id)
    assert invoice.due_on is not None
    late = datetime.combine(invoice.due_on + timedelta(days=8), datetime.min.time(), UTC)
    late += timedelta(hours=12)
    sent(session, invoice, late - timedelta(days=1))
    assert not remind_by_schedule(session, invoice.id, now=late)
    assert remind_by_schedule(session, invoice.id, now=late + timedelta(days=PROOF_DAYS - 1))


def test_a_proof_confirms_nothing_and_is_checked_once(session: Session, world: World) -> None:
    place = a_place(session, world)
    account = account_for(session, place)
    proof = sent(session, invoice_of(session, account.id))
    finance = world.staff[Role.FINANCE].id
    with pytest.raises(RuleViolation) as refused:
        check_proof(session, proof, by=finance, now=NOW, version=3)
    assert refused.value.code == "checked"
    check_proof(session, proof, by=finance, now=NOW, version=0)
    with pytest.raises(RuleViolation) as refused:
        check_proof(session, proof, by=finance, now=NOW)
    assert refused.value.code == "checked"
    assert place.state is ApplicationState.ACCEPTED
    assert balance_of(session, account).open.minor == FEE
    pay(session, place, FEE)
    with pytest.raises(RuleViolation) as refused:
        sent(session, invoice_of(session, account.id))
    assert refused.value.code == "not_open"


def test_a_participant_sends_it_once_and_finance_checks_it(
    app: Flask, session: Session, world: World
) -> None:
    place = a_place(session, world)
    account = account_for(session, place)
    invoice = invoice_of(session, account.id)
    session.commit()
    fee = f"/fr/applications/{place.reference}/fee/"
    address = f"{fee}proofs/{invoice.number}"
    client = browser_of(app, session, place)
    assert address in client.get(fee).text
    page = client.get(address)
    assert "980,00 EUR restent à payer" in plain(page.text)
    key = {"idempotency_key": hidden(page.text, "idempotency_key")}
    empty = client.post(address, data=key)
    assert empty.status_code == 422
    assert "Choisissez le justificatif" in plain(empty.text)
    bad = client.post(address, data=key | {"file": (io.BytesIO(b"MZ no picture"), "virus.exe")})
    assert bad.status_code == 422
    for _ in range(2):
        done = client.post(address, data=key | {"file": (io.BytesIO(PDF), "virement.pdf")})
        assert done.status_code == 303
    (proof,) = session.scalars(select(TransferProof)).all()
    assert (proof.invoice_id, proof.sent_by_id) == (invoice.id, place.person_id)
    assert "Nous avons votre justificatif" in plain(client.get(address).text)
    assert client.get(f"{fee}proofs/INV-1").status_code == 404
    own = f"/fr/staff/money/proofs/{proof.uid}"
    page = f"/fr/staff/money/accounts/{account.uid}"
    assert client.get(own).status_code == 404
    finance = sign_in(app, session, world.staff[Role.FINANCE])
    assert own in finance.get(page).text
    assert finance.get(own).data == PDF
    assert finance.post(own, data={"version": "0"}).status_code == 303
    assert finance.post(own, data={"version": "0"}).status_code == 409
    assert own in finance.get(page).text
    assert "Marquer comme vérifié" not in plain(finance.get(page).text)
    session.expire_all()
    assert place.state is ApplicationState.ACCEPTED


def test_a_sponsor_sends_it_by_its_link(
    visitor: FlaskClient, session: Session, world: World
) -> None:
    sponsorship, token = a_sponsor(session, world)
    account = accept(session, world, a_nominee(session, world, sponsorship))
    other = a_place(session, world)
    invoice = invoice_of(session, account.id)
    foreign = invoice_of(session, account_for(session, other).id)
    session.commit()
    client, address = visitor, f"/fr/sponsor/{token}/fees/proofs/{invoice.number}"
    assert address in client.get(f"/fr/sponsor/{token}/fees").text
    page = client.get(address)
    assert page.status_code == 200
    key = {"idempotency_key": hidden(page.text, "idempotency_key")}
    assert client.post(address, data=key).status_code == 422
    done = client.post(address, data=key | {"file": (io.BytesIO(PDF), "virement.pdf")})
    assert done.status_code == 303
    (proof,) = session.scalars(select(TransferProof)).all()
    assert (proof.invoice_id, proof.sent_by_id) == (invoice.id, None)
    assert client.get(f"/fr/sponsor/{token}/fees/proofs/{foreign.number}").status_code == 404
    assert client.get(f"/fr/sponsor/nothing/fees/proofs/{invoice.number}").status_code == 404

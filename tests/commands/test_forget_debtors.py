"""Whose fee is not settled is not forgotten; what the books keep is said, and exported."""

import json

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.admissions.agreement_models import FeeAgreement
from learning.admissions.models import Application
from learning.cli import main
from learning.extension_points.personal_data import PersonRef
from learning.fees.invoice_models import Invoice
from learning.fees.models import FeeAccount
from learning.fees.refund_models import Refund, RefundSource
from tests.commands.test_forget_person import EXECUTE, ZARA, run
from tests.fees.scenes import a_payment_row, an_invoice
from tests.world import NOW, World


def an_account_of(place: Session, zara: PersonRef) -> FeeAccount:
    """Return the fee account of Zara's place: invoiced and paid, all is settled."""
    query = (
        select(FeeAccount)
        .join(FeeAgreement, FeeAgreement.id == FeeAccount.fee_agreement_id)
        .join(Application, Application.id == FeeAgreement.application_id)
        .where(Application.person_id == zara.id)
    )
    return place.scalars(query).one()


def test_who_owes_a_fee_is_refused(place: Session, zara: PersonRef, world: World, capsys) -> None:
    invoice = an_invoice(place, an_account_of(place, zara), 12_000)
    assert run(place, ZARA, *EXECUTE[1:], "--yes") == 2
    code = world.open.code
    assert f"owes 120.00 EUR for {code}: it is to be paid or credited." in capsys.readouterr().err
    assert place.get_one(Person, zara.id).closed_at is None
    an_invoice(place, an_account_of(place, zara), credited=invoice)
    assert run(place, ZARA, *EXECUTE[1:], "--yes") == 0
    assert "The books are kept for 10 years: until 2036-12-31." in capsys.readouterr().out
    assert place.get_one(Person, zara.id).name == "—"
    assert place.scalar(select(func.count()).select_from(Invoice)) == 3


def test_whose_credit_is_not_refunded_is_refused(
    place: Session, zara: PersonRef, world: World, capsys, monkeypatch
) -> None:
    monkeypatch.setenv("LEARNING_BOOKS_YEARS", "7")
    account = an_account_of(place, zara)
    payment = a_payment_row(place, account, 5_000)
    assert run(place, ZARA) == 2
    output = capsys.readouterr()
    assert "The books are kept for 7 years: until 2033-12-31." in output.out
    assert f"has 50.00 EUR to their credit for {world.open.code}: refund it first" in output.err
    payment.refunded_minor = payment.amount.minor
    place.add(
        Refund(
            number="R-2026-000009", payment_id=payment.id, source=RefundSource.OVERPAYMENT,
            gross=payment.amount, bank_charge_minor=0, created_at=NOW,
            edition_id=account.edition_id, fee_account_id=account.id,
        )
    )  # fmt: skip
    assert run(place, ZARA) == 2
    reason = f"gets a refund for {world.open.code} that is under way (R-2026-000009)"
    assert f"cannot be forgotten now: {reason}: settle or cancel it first.\n" in (
        capsys.readouterr().err
    )


@pytest.mark.usefixtures("zara")
def test_the_export_has_the_balance_of_each_place(place: Session, world: World, capsys) -> None:
    place.commit()
    assert main(["export-person", ZARA]) == 0
    known = json.loads(capsys.readouterr().out)
    assert known["fees"]["balances"] == [
        {
            "edition": world.open.code, "currency": "EUR", "invoiced": "980.00",
            "credited": "0.00", "charged": "0.00", "received": "980.00", "refunded": "0.00",
            "open": "0.00", "credit": "0.00",
        }
    ]  # fmt: skip

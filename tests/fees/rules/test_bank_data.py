"""What a change of bank data is bound to, and which account a payer is shown."""

import json
from dataclasses import replace

import pytest

from learning.fees.rules.bank_data import (
    BankData,
    account_to_pay,
    bank_data_of,
    proposal_text,
)
from learning.fees.rules.centre import CentreValues
from learning.fees.rules.invoice_content import Seller
from tests.fees.rules.test_centre import WHOLE

OLD = BankData(
    legal_name="Centro", iban="IT60X0542811101000000123456", bic="BPPIITRRXXX", bank_name="Banca"
)
NEW = BankData(
    legal_name="Centre", iban="DE89370400440532013000", bic="COBADEFFXXX", bank_name="Bank"
)
ISSUED = Seller(
    name="Centro", line1="Viale 10", line2="", postcode="10127", town="Torino", country="IT",
    vat_id="", iban=OLD.iban, bic=OLD.bic, bank_name=OLD.bank_name, tax_sentence="None.",
)  # fmt: skip


def test_it_is_taken_from_the_details() -> None:
    names = ("legal_name", "iban", "bic", "bank_name")
    assert vars(bank_data_of(CentreValues(**WHOLE))) == {name: WHOLE[name] for name in names}
    assert bank_data_of(CentreValues()) == BankData()


def test_a_decision_holds_for_all_of_both() -> None:
    text = proposal_text("0a1b", OLD, NEW)
    assert json.loads(text) == {"proposal": "0a1b", "before": vars(OLD), "after": vars(NEW)}
    assert text == proposal_text("0a1b", replace(OLD), replace(NEW))
    others = {proposal_text("0a1c", OLD, NEW), proposal_text("0a1b", NEW, OLD)}
    for name in vars(OLD):
        others.add(proposal_text("0a1b", OLD, replace(NEW, **{name: "x"})))
        others.add(proposal_text("0a1b", replace(OLD, **{name: "x"}), NEW))
    assert len(others) == 10
    assert text not in others


def test_letters_beyond_ascii_are_escaped() -> None:
    assert proposal_text("é", OLD, replace(NEW, bank_name="Crédit")).isascii()


@pytest.mark.parametrize(
    ("now", "shown", "is_new"),
    [
        (BankData(), OLD, False),
        (replace(BankData(), legal_name="Centre"), OLD, False),
        (OLD, OLD, False),
        (replace(OLD, legal_name="Centro nuovo"), replace(OLD, legal_name="Centro nuovo"), False),
        (NEW, NEW, True),
    ],
)
def test_payers_read_the_account_of_now(now: BankData, shown: BankData, is_new: bool) -> None:
    account = account_to_pay(ISSUED, now)
    assert account.is_new is is_new
    assert account.seller == replace(
        ISSUED, name=shown.legal_name, iban=shown.iban, bic=shown.bic, bank_name=shown.bank_name
    )

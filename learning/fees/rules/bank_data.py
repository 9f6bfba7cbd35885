"""The centre's bank data: what a change is bound to, and which account a payer is told."""

import json
from dataclasses import asdict, dataclass, replace
from enum import StrEnum

from learning.fees.rules.centre import CentreValues
from learning.fees.rules.invoice_content import Seller


class ProposalState(StrEnum):
    """What became of a proposal."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"  # by finance, before somebody else decided


@dataclass(frozen=True, kw_only=True)
class BankData:
    """Where fees are paid to and refunds from; `iban` and `bic` are without spaces."""

    legal_name: str = ""
    iban: str = ""
    bic: str = ""
    bank_name: str = ""


def bank_data_of(values: CentreValues) -> BankData:
    """Return the bank data among the details of the centre."""
    return BankData(**{name: getattr(values, name) for name in vars(BankData())})


def proposal_text(uid: str, before: BankData, after: BankData) -> str:
    """Return what a decision about a proposal holds for: the data before and after."""
    parts = {"proposal": uid, "before": asdict(before), "after": asdict(after)}
    return json.dumps(parts, sort_keys=True, ensure_ascii=True)


@dataclass(frozen=True, kw_only=True)
class AccountToPay:
    """The account that a payer is told; `is_new` if the invoice as it was issued has another."""

    seller: Seller
    is_new: bool


def account_to_pay(issued: Seller, now: BankData) -> AccountToPay:
    """Return the seller of an invoice with the account that is paid to now.

    Without one, it is the account of the invoice.
    """
    if not now.iban:
        return AccountToPay(seller=issued, is_new=False)
    seller = replace(
        issued, name=now.legal_name, iban=now.iban, bic=now.bic, bank_name=now.bank_name
    )
    return AccountToPay(seller=seller, is_new=issued.iban != now.iban)

"""What an approval of a refund is bound to: amount, payee and account, as one text."""

import json
from dataclasses import dataclass

from learning.kit.money import Money


@dataclass(frozen=True, kw_only=True)
class PayeeAccount:
    """The account of a payee, as the payee's bank knows it.

    `iban` is compact and checked; outside SEPA `account_number` with `bic` and `bank_country`
    (ISO 3166-1, two letters) stand in its place.
    """

    holder_name: str
    iban: str = ""
    account_number: str = ""
    bic: str = ""
    bank_country: str = ""


NO_ACCOUNT = PayeeAccount(holder_name="")


def approval_text(
    refund_uid: str, party_id: int, amounts: tuple[Money, Money], account: PayeeAccount
) -> str:
    """Return what one approval holds for; `amounts` are gross and net."""
    gross, net = amounts
    parts = {
        "refund": refund_uid,
        "party": party_id,
        "gross": gross.minor,
        "net": net.minor,
        "currency": gross.currency,
        "holder": account.holder_name,
        "iban": account.iban,
        "account": account.account_number,
        "bic": account.bic,
        "country": account.bank_country,
    }
    return json.dumps(parts, sort_keys=True, ensure_ascii=True)

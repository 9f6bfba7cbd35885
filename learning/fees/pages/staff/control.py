"""The control page: whether the books agree with the documents, check by check."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from flask.typing import ResponseReturnValue

from learning.access.permissions import Permission
from learning.fees.pages.staff.blueprint import bp
from learning.fees.pages.staff.references import reference_in_words
from learning.fees.queries.control import control_lines, last_booked_day
from learning.fees.queries.unconfirmed_payments import ManualPayment, payments_without_entry
from learning.fees.rules.control import ControlCheck, ControlLine
from learning.kit.db import db
from learning.kit.headers import never_store
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.pages import Page, render_page
from learning.kit.time import now
from learning.ledger.queries import TrialBalanceLine, trial_balance

AGREES = {
    ControlCheck.TRIAL_BALANCE: N_("All debits together and all credits together are %(ledger)s."),
    ControlCheck.RECEIVABLES: N_(
        "The ledger has %(ledger)s, and so have the fee accounts: what is open, less credits."
    ),
    ControlCheck.REFUNDS_PAYABLE: N_(
        "The ledger has %(ledger)s, and so much do the refunds come to that are approved and not "
        "paid yet."
    ),
    ControlCheck.UNMATCHED_RECEIPTS: N_(
        "The ledger has %(ledger)s, and so much of the booked entries is not matched yet."
    ),
    ControlCheck.BANK: N_(
        "The ledger has %(ledger)s, the closing balance of the last booked statement."
    ),
    ControlCheck.CARD: N_(
        "The ledger has %(ledger)s at the card provider: captured, less refunded and paid out."
    ),
    ControlCheck.REFUNDS: N_(
        "Refunds of %(documents)s are within the payments that they pay back, each of them."
    ),
}
DIFFERS = {
    ControlCheck.TRIAL_BALANCE: N_("Debits are %(ledger)s, credits %(documents)s."),
    ControlCheck.RECEIVABLES: N_("The ledger has %(ledger)s, the fee accounts %(documents)s."),
    ControlCheck.REFUNDS_PAYABLE: N_(
        "The ledger has %(ledger)s; the refunds approved and not paid yet come to %(documents)s."
    ),
    ControlCheck.UNMATCHED_RECEIPTS: N_(
        "The ledger has %(ledger)s; of the booked entries %(documents)s is not matched yet."
    ),
    ControlCheck.BANK: N_(
        "The ledger has %(ledger)s; the last booked statement closes with %(documents)s."
    ),
    ControlCheck.CARD: N_(
        "The ledger has %(ledger)s at the card provider; its payments, refunds and payouts leave "
        "%(documents)s."
    ),
    ControlCheck.REFUNDS: N_(
        "Payments have %(ledger)s marked as refunded; their refunds come to %(documents)s."
    ),
}


@dataclass(frozen=True, kw_only=True)
class ControlSentence:
    """One check: whether it agrees, the sentence with its figures, and what differs."""

    line: ControlLine
    sentence: str
    named: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class ControlPage(Page):
    """The checks, and the trial balance by account; `booked_until` of the last statement.

    `unproved` are the payments recorded by hand that no entry of a statement proves.
    """

    template: ClassVar[str] = "fees/control.html"

    sentences: Sequence[ControlSentence]
    differing: int
    balances: Sequence[TrialBalanceLine]
    unproved: Sequence[ManualPayment]
    today: date
    booked_until: date | None


@bp.get("/control", needs=Permission.READ_FINANCES)
def show_control() -> ResponseReturnValue:
    never_store()
    lines = control_lines(db())
    page = ControlPage(
        sentences=[
            ControlSentence(
                line=line,
                sentence=sentence_of(line),
                named=[reference_in_words(each) for each in line.named],
            )
            for line in lines
        ],
        differing=sum(not line.agrees for line in lines),
        balances=trial_balance(db()),
        unproved=payments_without_entry(db()),
        today=now().date(),
        booked_until=last_booked_day(db()),
    )
    return render_page(page)


def sentence_of(line: ControlLine) -> str:
    """Return in one sentence whether a check agrees, with its figures."""
    words = current_i18n()
    text = words.gettext((AGREES if line.agrees else DIFFERS)[line.check])
    figures = {
        "ledger": words.exact_money(line.ledger),
        "documents": words.exact_money(line.documents),
    }
    return text % figures

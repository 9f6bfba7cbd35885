"""Labels of what the books show: why something was posted, and what the control compares."""

from learning.fees.rules.control import ControlCheck
from learning.kit.i18n import N_
from learning.kit.labels import Labels

POSTINGS: dict[str, str] = {
    "invoice": N_("Invoice"),
    "credit_note": N_("Credit note"),
    "cancellation_charge": N_("Cancellation charge"),
    "opening_balance": N_("Opening balance of the bank account"),
    "bank_entry": N_("Bank entry"),
    "bank_charge": N_("Charge of the bank"),
    "payment": N_("Payment"),
    "payment reversed": N_("Payment taken back by the bank"),
    "card payout": N_("Payout of the card provider"),
    "refund approved": N_("Refund approved"),
    "refund settled": N_("Refund paid"),
    "refund returned": N_("Refund returned by the bank"),
}
"""Why a transaction is in the ledger, by its kind."""

LABELS: Labels = {
    (str, "posting"): POSTINGS,
    (ControlCheck, ""): {
        ControlCheck.TRIAL_BALANCE: N_("Trial balance"),
        ControlCheck.RECEIVABLES: N_("Receivables"),
        ControlCheck.REFUNDS_PAYABLE: N_("Refunds payable"),
        ControlCheck.UNMATCHED_RECEIPTS: N_("Unmatched receipts"),
        ControlCheck.BANK: N_("Bank"),
        ControlCheck.CARD: N_("Card provider"),
        ControlCheck.REFUNDS: N_("Refunds and payments"),
    },
}

"""Labels of the accounts of the ledger (`kit.labels`)."""

from learning.kit.i18n import N_
from learning.kit.labels import Labels
from learning.ledger.models import LedgerAccount

LABELS: Labels = {
    (LedgerAccount, ""): {
        LedgerAccount.BANK: N_("Bank"),
        LedgerAccount.RECEIVABLES: N_("Receivables"),
        LedgerAccount.UNMATCHED_RECEIPTS: N_("Unmatched receipts"),
        LedgerAccount.CARD_CLEARING: N_("Card payments, not paid out yet"),
        LedgerAccount.REFUNDS_PAYABLE: N_("Refunds payable"),
        LedgerAccount.COURSE_FEES: N_("Course fees"),
        LedgerAccount.CANCELLATION_CHARGES: N_("Cancellation charges"),
        LedgerAccount.BANK_CHARGES: N_("Bank charges"),
        LedgerAccount.BANK_CHARGES_RECOVERED: N_("Bank charges recovered"),
        LedgerAccount.OPENING_BALANCE: N_("Opening balance of the bank account"),
    },
}

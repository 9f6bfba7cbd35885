"""Labels of invoices, payments, statements and refunds (`kit.labels`)."""

from learning.fees.card_labels import LABELS as CARDS
from learning.fees.invoice_models import InvoiceKind
from learning.fees.models import Payer, SettlementKind
from learning.fees.payment_models import PaymentMethod
from learning.fees.problems import LABELS as PROBLEMS
from learning.fees.queries.statements import EntryTab
from learning.fees.refund_labels import LABELS as REFUNDS
from learning.fees.rules.bank_data import ProposalState
from learning.fees.rules.matching import MatchReason
from learning.fees.rules.refunds import RefundSource, RefundState
from learning.fees.rules.sponsor_quotes import QuoteState
from learning.fees.statement_models import EntryState, StatementState
from learning.fees.statement_problems import LABELS as STATEMENT_PROBLEMS
from learning.kit.i18n import N_
from learning.kit.labels import Labels

LABELS: Labels = {
    **PROBLEMS,
    **CARDS,
    (MatchReason, ""): {
        MatchReason.DIGITS_SWAPPED: N_("two digits of the number are swapped"),
        MatchReason.INEXACT_SUM: N_("the numbers of these invoices, but not their sum"),
        MatchReason.NUMBER_END: N_("the end of the number"),
        MatchReason.SAME_IBAN: N_("same account as an earlier payment"),
        MatchReason.SAME_NAME: N_("same name, open for this amount"),
        MatchReason.SAME_NAME_ALL: N_("same name, all that is open together"),
    },
    (ProposalState, ""): {
        ProposalState.OPEN: N_("proposal to be decided"),
        ProposalState.CONFIRMED: N_("proposal confirmed"),
        ProposalState.REFUSED: N_("proposal refused"),
        ProposalState.WITHDRAWN: N_("proposal withdrawn"),
    },
    **REFUNDS,
    **STATEMENT_PROBLEMS,
    (Payer, ""): {
        Payer.PARTICIPANT: N_("Participant"),
        Payer.SPONSOR: N_("Sponsor"),
    },
    (SettlementKind, ""): {
        SettlementKind.GUARANTEE: N_("letter of guarantee"),
        SettlementKind.WAIVER: N_("fee waived"),
        SettlementKind.ELSEWHERE: N_("paid outside this system"),
    },
    (InvoiceKind, ""): {
        InvoiceKind.INVOICE: N_("Invoice"),
        InvoiceKind.CREDIT_NOTE: N_("Credit note"),
        InvoiceKind.CANCELLATION_CHARGE: N_("Cancellation charge"),
    },
    (QuoteState, ""): {
        QuoteState.OPEN: N_("open quote"),
        QuoteState.ACCEPTED: N_("accepted by purchase order"),
        QuoteState.EXPIRED: N_("expired"),
        QuoteState.WITHDRAWN: N_("withdrawn"),
    },
    (PaymentMethod, ""): {
        PaymentMethod.BANK_TRANSFER: N_("bank transfer"),
        PaymentMethod.MANUAL: N_("recorded manually"),
        PaymentMethod.CARD: N_("card"),
    },
    (RefundSource, ""): {
        RefundSource.CANCELLATION: N_("cancellation"),
        RefundSource.OVERPAYMENT: N_("overpayment"),
        RefundSource.EDITION_CANCELLED: N_("course cancelled"),
        RefundSource.OTHER: N_("another reason"),
    },
    (RefundState, ""): {
        RefundState.DRAFT: N_("to be prepared"),
        RefundState.PENDING_APPROVAL: N_("to be approved"),
        RefundState.APPROVED: N_("approved"),
        RefundState.EXPORTED: N_("sent to the bank"),
        RefundState.SETTLED: N_("paid back"),
        RefundState.RETURNED: N_("returned by the bank"),
        RefundState.CANCELLED: N_("refund cancelled"),
    },
    (StatementState, ""): {
        StatementState.READ: N_("not booked yet"),
        StatementState.BOOKING: N_("being booked"),
        StatementState.BOOKED: N_("booked"),
        StatementState.PUT_ASIDE: N_("put aside"),
    },
    (EntryTab, ""): {
        EntryTab.ATTENTION: N_("Worth a look"),
        EntryTab.RECEIPTS: N_("Receipts"),
        EntryTab.PAYMENTS: N_("Payments from the account"),
        EntryTab.UNMATCHED: N_("Unmatched"),
        EntryTab.MATCHED: N_("Matched"),
        EntryTab.ALL: N_("All entries"),
    },
    (EntryState, ""): {
        EntryState.NEW: N_("not booked yet"),
        EntryState.UNMATCHED: N_("unmatched"),
        EntryState.MATCHED: N_("matched"),
        EntryState.IGNORED: N_("not about fees"),
        EntryState.DUPLICATE: N_("in an earlier statement"),
    },
}

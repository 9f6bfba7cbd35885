"""Labels of card payments: where one is, and why an event of the provider waits for a person."""

from learning.fees.card_models import (
    CardRefundState,
    CardSessionState,
    EventOutcome,
    QuarantineReason,
)
from learning.fees.rules.refunds import RefundEvent, RefundState
from learning.kit.i18n import N_
from learning.kit.labels import Labels

LABELS: Labels = {
    (CardSessionState, ""): {
        CardSessionState.CREATED: N_("being prepared"),
        CardSessionState.OPEN: N_("open at the card provider"),
        CardSessionState.EXPIRED: N_("not made"),
        CardSessionState.PENDING: N_("the bank is confirming it"),
        CardSessionState.FAILED: N_("refused by the bank"),
        CardSessionState.PAID: N_("paid"),
    },
    (CardRefundState, ""): {
        CardRefundState.SUBMITTED: N_("being sent"),
        CardRefundState.PENDING: N_("with the card provider"),
        CardRefundState.SUCCEEDED: N_("paid back"),
        CardRefundState.FAILED: N_("not possible"),
    },
    (EventOutcome, ""): {
        EventOutcome.APPLIED: N_("carried out"),
        EventOutcome.IGNORED: N_("not about fees"),
        EventOutcome.QUARANTINED: N_("put aside for a person"),
    },
    (RefundState, "card"): {
        RefundState.EXPORTED: N_("with the card provider"),
        RefundState.RETURNED: N_("not possible to the card"),
    },
    (RefundEvent, "card"): {
        RefundEvent.PREPARE: N_("Proposed to the card"),
        RefundEvent.EXPORT: N_("Sent to the card provider"),
        RefundEvent.RETURNED_BY_BANK: N_("The card provider could not pay it back"),
    },
    (str, "quarantine"): {
        str(QuarantineReason.UNKNOWN_SESSION): N_("The payment was not begun here."),
        str(QuarantineReason.OTHER_SESSION): N_("The payment is known under another id."),
        str(QuarantineReason.OTHER_AMOUNT): N_("The amount is not the one that was asked for."),
        str(QuarantineReason.OTHER_CURRENCY): N_("The currency is not the one that was asked for."),
        str(QuarantineReason.OTHER_MODE): N_("Test and real payments are mixed."),
        str(QuarantineReason.UNKNOWN_REFUND): N_("The refund was not made here."),
        str(QuarantineReason.OTHER_PAYMENT): N_("The refund belongs to another payment."),
        str(QuarantineReason.FAILED_REFUND): N_("The refund counts as failed here."),
        str(QuarantineReason.DISPUTE): N_("The holder of the card disputes the payment."),
    },
}

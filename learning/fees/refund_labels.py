"""Labels of refunds: why a step is refused, what happened, how it is sent."""

from learning.fees.refund_models import BatchKind
from learning.fees.rules.refunds import RefundEvent, RefundProblem
from learning.kit.i18n import N_
from learning.kit.labels import Labels

PROBLEMS: dict[RefundProblem, str] = {
    RefundProblem.MORE_THAN_PAID: N_("Less than that is left of this payment."),
    RefundProblem.PAYMENT_REVERSED: N_("The bank has taken this payment back."),
    RefundProblem.INVALID_TRANSITION: N_("The refund has moved on meanwhile. Look at it again."),
    RefundProblem.CHANGED_MEANWHILE: N_(
        "Somebody has changed a refund meanwhile. Look at it again, then decide."
    ),
    RefundProblem.SAME_PERSON: N_(
        "You have prepared this refund, or entered its bank charge. Somebody else approves it."
    ),
    RefundProblem.OWN_REFUND: N_("This refund is for your own place. Somebody else approves it."),
    RefundProblem.NOT_AS_APPROVED: N_(
        "Amount, payee or account are not as they were. Return the refund, and prepare it again."
    ),
    RefundProblem.NO_ACCOUNT: N_("No transfer reaches this account. Check what you have entered."),
    RefundProblem.NO_REASON: N_("Say why."),
    RefundProblem.NO_CHARGE: N_(
        "Here no bank charge is deducted: all of the fee is kept, or the Centre cancelled."
    ),
    RefundProblem.CHARGE_TOO_HIGH: N_("The charge is higher than the amount to pay back."),
    RefundProblem.OTHER_AMOUNT: N_("The entry is for another amount than the refund."),
    RefundProblem.NOTHING_TO_EXPORT: N_("No approved refund is left for this file."),
    RefundProblem.FILE_REFUSED: N_(
        "The bank would refuse %(reference)s: check its account and the details of the centre."
    ),
    RefundProblem.NO_CENTRE_ACCOUNT: N_("The details of the centre have no account yet."),
    RefundProblem.SETTLED_BEFORE: N_("Another entry of the bank has settled this refund already."),
    RefundProblem.DAY_AHEAD: N_("This day is still to come."),
    RefundProblem.DAY_BEFORE_EXPORT: N_("On this day the refund was not sent to the bank yet."),
    RefundProblem.UNCONFIRMED: N_(
        "One person alone has recorded that this money came. Confirm the payment first."
    ),
    RefundProblem.UNREADABLE: N_(
        "This account cannot be read any more: the secret key of this site was changed. "
        "Ask for the account again."
    ),
    RefundProblem.TO_CARD: N_("This was paid by card: it goes back to the same card."),
    RefundProblem.BY_PROVIDER: N_("What the card provider does is not entered manually."),
}
EVENTS: dict[RefundEvent, str] = {
    RefundEvent.DRAFT: N_("Refund drafted"),
    RefundEvent.PREPARE: N_("Account entered"),
    RefundEvent.SET_CHARGE: N_("Bank charge entered"),
    RefundEvent.APPROVE: N_("Approved"),
    RefundEvent.RETURN_TO_PREPARER: N_("Returned by the approver"),
    RefundEvent.EXPORT: N_("In a file for the bank"),
    RefundEvent.SETTLE: N_("Paid back"),
    RefundEvent.RETURNED_BY_BANK: N_("Returned by the bank"),
    RefundEvent.CANCEL: N_("Refund cancelled"),
}
LABELS: Labels = {
    (RefundProblem, ""): PROBLEMS,
    (RefundEvent, ""): EVENTS,
    (BatchKind, ""): {
        BatchKind.PAIN001: N_("SEPA transfers (pain.001)"),
        BatchKind.WORKLIST: N_("Transfers outside SEPA (list)"),
    },
}

"""What the rules of fees refuse, by code, with its sentence."""

from enum import StrEnum

from learning.kit.i18n import N_
from learning.kit.labels import Labels


class InvoiceProblem(StrEnum):
    """Why nothing is issued or credited."""

    INCOMPLETE = "incomplete"
    CREDIT_NOTE = "credit_note"
    CREDITED = "credited"
    SAME_BUYER = "same_buyer"
    NO_PLACES = "no_places"


class ReminderProblem(StrEnum):
    """Why no reminder is sent."""

    NOT_OPEN = "not_open"
    TOO_SOON = "too_soon"
    NO_ADDRESS = "no_address"


class MatchProblem(StrEnum):
    """Why nothing is decided about a bank entry."""

    DECIDED = "decided"
    SUM = "sum"
    NO_RECEIPT = "no_receipt"
    OTHER_PAYMENT = "other_payment"
    NOT_FOUND = "not_found"
    DONE_BY_BANK = "done_by_bank"


class PaymentProblem(StrEnum):
    """Why a payment is not recorded, or not taken back."""

    RECORDED = "recorded"
    CURRENCY = "currency"
    AMOUNT = "amount"
    REFUNDED = "refunded"
    CHANGED = "changed"
    DAY = "day"
    OWN_PLACE = "own_place"
    SAME_PERSON = "same_person"
    DECIDED = "decided"
    BY_CARD = "by_card"


class QuoteProblem(StrEnum):
    """Why no quote is issued, or nothing is decided about one."""

    INCOMPLETE = "incomplete"
    NO_ADDRESS = "no_address"
    NO_PLACES = "no_places"
    DAY = "day"
    CLOSED = "closed"


class OrderProblem(StrEnum):
    """Why a purchase order, or the promise of one, is not stored; why its places do not lapse."""

    CHANGED = "changed"
    DAY = "day"
    GIVEN = "given"
    HELD = "held"


class CreditProblem(StrEnum):
    """Why a credit is not paid back."""

    NO_CREDIT = "no_credit"
    MORE_THAN_CREDIT = "more_than_credit"
    UNINVOICED = "uninvoiced"


class ProofProblem(StrEnum):
    """Why a proof of transfer is not taken, or not marked as checked."""

    NOT_OPEN = "not_open"
    CHECKED = "checked"


class CardProblem(StrEnum):
    """Why nobody pays by card here, or an event of the provider is not resolved."""

    OFF = "off"
    NOTHING_OPEN = "nothing_open"
    PENDING = "pending"
    OTHER_SESSION = "other_session"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    RESOLVED = "resolved"
    NOT_A_PAYOUT = "not_a_payout"


class SettlementProblem(StrEnum):
    """Why a settlement is not proposed or not decided."""

    WAITS = "waits"
    HOLDS = "holds"
    NO_LETTER = "no_letter"
    DECIDED = "decided"
    SAME_PERSON = "same_person"
    OWN_PLACE = "own_place"
    OTHER_AGREEMENT = "other_agreement"


class BankDataProblem(StrEnum):
    """Why a change of the centre's bank data is not proposed, or not decided."""

    WAITS = "waits"
    SAME = "same"
    DECIDED = "decided"
    SAME_PERSON = "same_person"
    NOT_AS_PROPOSED = "not_as_proposed"


LABELS: Labels = {
    (BankDataProblem, ""): {
        BankDataProblem.WAITS: N_("Another proposal waits for a decision already."),
        BankDataProblem.SAME: N_("These are the bank data that hold already."),
        BankDataProblem.DECIDED: N_("Somebody has decided about this proposal meanwhile."),
        BankDataProblem.SAME_PERSON: N_(
            "You have made this proposal; somebody else decides about it."
        ),
        BankDataProblem.NOT_AS_PROPOSED: N_(
            "The bank data are not as they were when this was proposed. Refuse it, and start again."
        ),
    },
    (InvoiceProblem, ""): {
        InvoiceProblem.INCOMPLETE: N_(
            "The details of the centre or the payer’s address are incomplete."
        ),
        InvoiceProblem.CREDIT_NOTE: N_("A credit note cannot be credited."),
        InvoiceProblem.CREDITED: N_("This invoice is credited already."),
        InvoiceProblem.SAME_BUYER: N_("Nothing differs from what the invoice says."),
        InvoiceProblem.NO_PLACES: N_(
            "No place waits for an invoice: nobody is accepted yet, or all are invoiced."
        ),
    },
    (ReminderProblem, ""): {
        ReminderProblem.NOT_OPEN: N_("Nothing is open of this invoice any more."),
        ReminderProblem.TOO_SOON: N_(
            "The invoice or its latest reminder is less than four days old."
        ),
        ReminderProblem.NO_ADDRESS: N_("No e-mail address of this payer is known."),
    },
    (MatchProblem, ""): {
        MatchProblem.DECIDED: N_("Somebody has decided about this entry meanwhile."),
        MatchProblem.SUM: N_("The open amounts of these invoices do not sum to the entry."),
        MatchProblem.NO_RECEIPT: N_("No money came in with this entry."),
        MatchProblem.OTHER_PAYMENT: N_("That payment is another one."),
        MatchProblem.NOT_FOUND: N_("No invoice has this number."),
        MatchProblem.DONE_BY_BANK: N_(
            "The bank has paid, returned or taken back this money: that cannot be undone here."
        ),
    },
    (PaymentProblem, ""): {
        PaymentProblem.RECORDED: N_("This payment is recorded already, for another account."),
        PaymentProblem.CURRENCY: N_("The fee is in another currency than the payment."),
        PaymentProblem.AMOUNT: N_("A payment is more than nothing."),
        PaymentProblem.REFUNDED: N_(
            "A refund has been made from this payment; it cannot be taken back."
        ),
        PaymentProblem.CHANGED: N_(
            "Somebody has changed this payment meanwhile. Look at it again."
        ),
        PaymentProblem.DAY: N_("Choose a day from the receipt until today."),
        PaymentProblem.BY_CARD: N_("A payment by card is not taken back. Refund it to the card."),
        PaymentProblem.OWN_PLACE: N_(
            "This is your own place; somebody else records and confirms what is paid for it."
        ),
        PaymentProblem.SAME_PERSON: N_(
            "You have recorded this payment; somebody else confirms it."
        ),
        PaymentProblem.DECIDED: N_("Somebody has decided about this payment meanwhile."),
    },
    (QuoteProblem, ""): {
        QuoteProblem.INCOMPLETE: N_(
            "The details of the centre are incomplete: no quote can be issued yet."
        ),
        QuoteProblem.NO_ADDRESS: N_("Say first where the invoice goes: the address is incomplete."),
        QuoteProblem.NO_PLACES: N_("There is nothing to quote: nobody is nominated."),
        QuoteProblem.DAY: N_("Choose a day from today on, within a year."),
        QuoteProblem.CLOSED: N_("This quote is accepted or withdrawn already."),
    },
    (OrderProblem, ""): {
        OrderProblem.CHANGED: N_(
            "Somebody has changed this meanwhile. Check what is there now, and send it again."
        ),
        OrderProblem.DAY: N_(
            "Choose a day from today on, at most 60 days ahead, before the course begins."
        ),
        OrderProblem.GIVEN: N_("The purchase order has come already."),
        OrderProblem.HELD: N_(
            "The place does not expire yet. The sponsor has promised its purchase order, and its "
            "places are held through the day it named."
        ),
    },
    (CreditProblem, ""): {
        CreditProblem.NO_CREDIT: N_("Nothing is left of this credit: it goes back already."),
        CreditProblem.MORE_THAN_CREDIT: N_("At most the credit goes back, and more than nothing."),
        CreditProblem.UNINVOICED: N_(
            "A part of the fee is not invoiced yet: what was received pays it."
        ),
    },
    (ProofProblem, ""): {
        ProofProblem.NOT_OPEN: N_("Nothing of this invoice is open."),
        ProofProblem.CHECKED: N_("Somebody has checked this proof already."),
    },
    (CardProblem, ""): {
        CardProblem.OFF: N_("Paying by card is not possible at the moment. Please use a transfer."),
        CardProblem.NOTHING_OPEN: N_("Nothing is left to pay of this invoice."),
        CardProblem.PENDING: N_("Your bank is confirming an earlier payment. Please wait for it."),
        CardProblem.OTHER_SESSION: N_(
            "An earlier payment by card is still open. Wait a moment, then try again."
        ),
        CardProblem.UNREACHABLE: N_(
            "The card provider does not answer. Nothing was charged. Try again in a few minutes."
        ),
        CardProblem.REFUSED: N_(
            "The card provider refused this payment. Nothing was charged. Please use a transfer."
        ),
        CardProblem.RESOLVED: N_("Somebody has resolved this event meanwhile."),
        CardProblem.NOT_A_PAYOUT: N_(
            "A payout of the card provider is a receipt, and not more than the provider holds."
        ),
    },
    (SettlementProblem, ""): {
        SettlementProblem.WAITS: N_("A proposal for this place waits for a decision already."),
        SettlementProblem.HOLDS: N_("This place is settled already."),
        SettlementProblem.NO_LETTER: N_("Add the letter of guarantee."),
        SettlementProblem.DECIDED: N_("Somebody has decided about this proposal meanwhile."),
        SettlementProblem.SAME_PERSON: N_(
            "You have made this proposal; somebody else decides about it."
        ),
        SettlementProblem.OWN_PLACE: N_("This is your own place; somebody else decides about it."),
        SettlementProblem.OTHER_AGREEMENT: N_(
            "The place has another agreement since this was proposed: fee or payers may be "
            "others. Refuse it; then it can be proposed again."
        ),
    },
}
"""The sentences by enumeration: one enumeration for accounts, payments, statements, refunds …"""

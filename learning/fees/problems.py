"""What the rules of fees refuse, by code, with its sentence."""

from enum import StrEnum

from learning.kit.i18n import N_
from learning.kit.labels import Labels


class InvoiceProblem(StrEnum):
    """Why nothing is issued or credited."""

    INCOMPLETE = "incomplete"
    CREDIT_NOTE = "credit_note"
    CREDITED = "credited"


class ReminderProblem(StrEnum):
    """Why no reminder is sent."""

    NOT_OPEN = "not_open"
    TOO_SOON = "too_soon"
    NO_ADDRESS = "no_address"


LABELS: Labels = {
    (InvoiceProblem, ""): {
        InvoiceProblem.INCOMPLETE: N_(
            "The details of the centre or the payer’s address are incomplete."
        ),
        InvoiceProblem.CREDIT_NOTE: N_("A credit note cannot be credited."),
        InvoiceProblem.CREDITED: N_("This invoice is credited already."),
    },
    (ReminderProblem, ""): {
        ReminderProblem.NOT_OPEN: N_("Nothing is open of this invoice any more."),
        ReminderProblem.TOO_SOON: N_(
            "The invoice or its latest reminder is less than four days old."
        ),
        ReminderProblem.NO_ADDRESS: N_("No e-mail address of this payer is known."),
    },
}
"""The sentences by enumeration: one enumeration for accounts, payments, statements, refunds …"""

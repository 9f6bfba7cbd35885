"""What the rules of fees refuse, by code, with its sentence."""

from enum import StrEnum

from learning.kit.i18n import N_
from learning.kit.labels import Labels


class InvoiceProblem(StrEnum):
    """Why nothing is issued or credited."""

    INCOMPLETE = "incomplete"
    CREDIT_NOTE = "credit_note"
    CREDITED = "credited"


LABELS: Labels = {
    (InvoiceProblem, ""): {
        InvoiceProblem.INCOMPLETE: N_(
            "The details of the centre or the payer’s address are incomplete."
        ),
        InvoiceProblem.CREDIT_NOTE: N_("A credit note cannot be credited."),
        InvoiceProblem.CREDITED: N_("This invoice is credited already."),
    },
}
"""The sentences by enumeration: one enumeration for accounts, payments, statements, refunds …"""

"""Pages of finance: overview, invoices, bank, refunds, journal, details of the centre."""

from learning.fees.pages.staff import (
    accounts,
    bank_data,
    centre,
    control,
    credit_refunds,
    entries,
    invoice_correction,
    invoices,
    journal,
    overview,
    payment_reversal,
    proofs,
    refund_decisions,
    refund_files,
    refunds,
    settlements,
    statement,
    statements,
)
from learning.fees.pages.staff.blueprint import bp

BLUEPRINTS = (bp,)
__all__ = [
    "BLUEPRINTS",
    "accounts",
    "bank_data",
    "centre",
    "control",
    "credit_refunds",
    "entries",
    "invoice_correction",
    "invoices",
    "journal",
    "overview",
    "payment_reversal",
    "proofs",
    "refund_decisions",
    "refund_files",
    "refunds",
    "settlements",
    "statement",
    "statements",
]

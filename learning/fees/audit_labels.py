"""What the audit actions of this package are called on pages.

Subjects are "fee account 3", "invoice 12", "payment 4", "refund 5", with the ids of the rows:
`personal_data` finds a person's by them.
"""

from learning.kit.i18n import N_

AUDIT_LABELS: dict[str, str] = {
    "centre details changed": N_("details of the centre changed"),
    "invoice reminder sent": N_("reminder of an invoice sent"),
    "open items exported": N_("open items exported"),
    "charge issued": N_("cancellation charge issued"),
    "invoice credited": N_("invoice credited"),
    "invoice issued": N_("invoice issued"),
    "invoices exported": N_("invoices exported"),
    "bank entry ignored": N_("bank entry put aside: not about fees"),
    "bank entry match undone": N_("match of a bank entry undone"),
    "bank entry matched": N_("bank entry matched"),
    "payment recorded": N_("payment recorded"),
    "payment reversed": N_("payment taken back"),
    "settlement proposed": N_("settlement of a place proposed"),
    "settlement approved": N_("settlement of a place approved"),
    "settlement refused": N_("settlement of a place refused"),
}

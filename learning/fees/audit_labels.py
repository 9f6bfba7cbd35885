"""What the audit actions of this package are called on pages.

Subjects are "fee account 3", "invoice 12", "payment 4", "refund 5", with the ids of the rows:
`personal_data` finds a person's by them.
"""

from learning.kit.i18n import N_

AUDIT_LABELS: dict[str, str] = {
    "fee account opened": N_("fee account opened"),
    "fee account continued": N_("fee account continued by another agreement"),
    "centre details changed": N_("details of the centre changed"),
    "journal exported": N_("journal of the ledger downloaded"),
    "invoice reminder sent": N_("reminder of an invoice sent"),
    "invoices started": N_("invoices of waiting places started"),
    "open items exported": N_("open items exported"),
    "charge issued": N_("cancellation charge issued"),
    "invoice credited": N_("invoice credited"),
    "invoice corrected": N_("invoice issued again to another buyer"),
    "invoice issued": N_("invoice issued"),
    "invoices exported": N_("invoices exported"),
    "bank entry ignored": N_("bank entry put aside: not about fees"),
    "bank entry match undone": N_("match of a bank entry undone"),
    "bank entry matched": N_("bank entry matched"),
    "quote accepted": N_("quote accepted by a purchase order"),
    "quote issued": N_("quote issued"),
    "quote withdrawn": N_("quote withdrawn"),
    "purchase order received": N_("number of a purchase order received"),
    "purchase order promised": N_("purchase order promised for a day"),
    "link of a sponsor renewed": N_("link of a sponsor renewed"),
    "joint invoice chosen": N_("one invoice for all nominees chosen"),
    "separate invoices chosen": N_("one invoice for each nominee chosen"),
    "payment recorded": N_("payment recorded"),
    "payment reversed": N_("payment taken back"),
    "settlement proposed": N_("settlement of a place proposed"),
    "settlement approved": N_("settlement of a place approved"),
    "settlement refused": N_("settlement of a place refused"),
    "refund account shown": N_("account of a refund shown"),
    "refund approve": N_("refund approved"),
    "refund cancel": N_("refund cancelled"),
    "refund set_charge": N_("bank charge of a refund set"),
    "refund draft": N_("refund drafted"),
    "refund export": N_("refund put into a file for the bank"),
    "refund file downloaded": N_("file of refunds downloaded"),
    "refund file made": N_("file of refunds made"),
    "refund prepare": N_("refund prepared"),
    "refund returned_by_bank": N_("refund returned by the bank"),
    "refund return_to_preparer": N_("refund returned by the approver"),
    "refund settle": N_("refund settled"),
    "statement imported": N_("bank statement imported"),
    "statement put aside": N_("bank statement put aside"),
    "statement booked": N_("bank statement booked"),
}

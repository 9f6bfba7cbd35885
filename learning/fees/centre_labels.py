"""What the details of the centre are called, also in the audit trail."""

from learning.kit.i18n import N_

CENTRE_LABELS = {
    "legal_name": N_("Legal name, as the bank has it"),
    "line1": N_("Street and number, or P.O. box"),
    "line2": N_("Building, department, floor"),
    "postcode": N_("Postcode"),
    "town": N_("Town"),
    "country": N_("Country"),
    "vat_id": N_("VAT number"),
    "iban": N_("IBAN"),
    "bic": N_("BIC"),
    "bank_name": N_("Name of the bank"),
    "signatory_name": N_("Signed by"),
    "signatory_title": N_("Their function"),
    "tax_fr": N_("Sentence about taxes, in French"),
    "tax_en": N_("Sentence about taxes, in English"),
    "tax_es": N_("Sentence about taxes, in Spanish"),
}
"""By the names of `fees.rules.centre.missing_details`."""

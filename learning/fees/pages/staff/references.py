"""References of ledger entries as people read them."""

from learning.bank_formats.accounts import grouped, iban_error
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n

NUMBERED = {
    "account": N_("fee account %(number)s"),
    "bank entry": N_("bank entry %(number)s"),
    "payment": N_("payment %(number)s"),
    "refund": N_("refund %(number)s"),
}


def reference_in_words(reference: str) -> str:
    """Return what a reference names by its number, an IBAN in groups, else the reference."""
    kind, _, number = reference.rpartition(" ")
    if kind in NUMBERED:
        return current_i18n().gettext(NUMBERED[kind]) % {"number": number}
    if reference and not iban_error(reference):
        return grouped(reference).replace("\u00a0", " ")
    return reference

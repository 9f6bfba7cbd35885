"""Rate limits of fees: what one member of staff does to money, and what participants ask for."""

from datetime import timedelta

from learning.kit.rate_limit import Limit, Rate

MINUTE = timedelta(minutes=1)

CHANGE_MONEY = Limit(name="change money", each=(Rate(30, MINUTE),))
"""What one member of staff changes: one invoice, payment, entry or refund at a time."""

BULK_MONEY = Limit(name="many invoices", each=(Rate(5, MINUTE),))
"""What one member of staff does to many at once."""

INVOICE_LINK = Limit(name="invoice link", network=(Rate(60, 15 * MINUTE),))
"""Links of sponsors to their invoices that open nothing."""

SPONSOR_MONEY = Limit(name="sponsor money", each=(Rate(10, 15 * MINUTE),))
"""Quotes, purchase orders and invoices that one sponsor asks for or sends."""

RENEW_LINK = Limit(name="renew link", each=(Rate(3, 60 * MINUTE),))
"""E-mails with a new link to one sponsor."""

SEND_PROOF = Limit(name="send proof", each=(Rate(10, 60 * MINUTE),))
"""Proofs of transfer that one participant sends."""

PAY_BY_CARD = Limit(
    name="pay by card", each=(Rate(10, 5 * MINUTE),), network=(Rate(60, 5 * MINUTE),)
)
"""Checkouts that one person or one link of a sponsor begins."""

CARD_LINK = Limit(name="card payment link", network=(Rate(60, 15 * MINUTE),))
"""Addresses of card payments that do not exist."""

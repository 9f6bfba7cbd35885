"""Pages of participants and candidates about the fee of their own place."""

from learning.fees.pages.participant import (
    cancellation,
    credit,
    fee,
    quote,
    refund_account,
    transfer,
)
from learning.fees.pages.participant.blueprint import bp

BLUEPRINTS = (bp,)
__all__ = ["BLUEPRINTS", "cancellation", "credit", "fee", "quote", "refund_account", "transfer"]

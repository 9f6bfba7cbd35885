"""Pages of finance: overview, invoices, bank, refunds, journal, details of the centre."""

from learning.fees.pages.staff import invoices, overview
from learning.fees.pages.staff.blueprint import bp

BLUEPRINTS = (bp,)
__all__ = ["BLUEPRINTS", "invoices", "overview"]

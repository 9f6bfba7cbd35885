"""Builders for tests of invoices: places that are accepted and not invoiced yet."""

from typing import Any

from sqlalchemy.orm import Session

from learning.admissions.agreement_models import FeeAgreement
from learning.fees.models import FeeAccount
from tests.fees.scenes import CENTRE_IBAN, accepted, the_account, the_agreement, the_centre
from tests.world import World


def not_invoiced(
    session: Session, world: World, *, sponsor_percent: int = 0, **columns: Any
) -> tuple[FeeAccount, FeeAgreement]:
    """Return the account and the agreement of a new place that has no invoice.

    It is accepted while the centre has no IBAN, so nothing is issued.
    """
    centre = the_centre(session)
    centre.iban = ""
    session.flush()
    application = accepted(session, world, sponsor_percent=sponsor_percent, **columns)
    the_centre(session).iban = CENTRE_IBAN
    session.flush()
    return the_account(session, application), the_agreement(session, application)

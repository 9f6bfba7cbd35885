"""Invoices that could not be issued on acceptance, because something was missing then."""

from datetime import datetime

from sqlalchemy.orm import Session

from learning.admissions.models import Application
from learning.admissions.rules.states import ApplicationState
from learning.fees.commands.activation import activate_if_settled
from learning.fees.commands.allocation import allocate_payments
from learning.fees.commands.invoicing import issue_invoices
from learning.fees.invoice_models import Invoice
from learning.fees.models import SettlementKind
from learning.fees.queries.accounts import latest_agreement_of, lock_account
from learning.fees.queries.settlements import valid_settlement

WITH_PLACE = frozenset({ApplicationState.ACCEPTED, ApplicationState.ENROLLED})


def issue_late_invoices(
    session: Session, fee_account_id: int, *, by: int | None, now: datetime
) -> list[Invoice]:
    """Issue the invoices that an account lacks; what was paid before counts for them.

    If that settles the place, it is activated. Nothing is issued for a place that was left, or that
    a waiver or a payment elsewhere settles.
    """
    account = lock_account(session, fee_account_id)
    agreement = latest_agreement_of(session, account)
    application = session.get_one(
        Application, agreement.application_id, with_for_update=True, populate_existing=True
    )
    settlement = valid_settlement(session, account)
    is_waived = settlement is not None and settlement.kind is not SettlementKind.GUARANTEE
    if application.state not in WITH_PLACE or is_waived:
        return []
    issued = issue_invoices(session, account, agreement, now=now, by=by)
    if issued:
        allocate_payments(session, account)
        activate_if_settled(session, account, now=now)
    return issued

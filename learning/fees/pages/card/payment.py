"""The page of one payment by card: the link to the checkout before, how it stands afterwards.

It is the page to which the provider leads back. Its address is the secret: a sponsor has no
account. It shows the amount and the number of the invoice, and names nobody.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import ClassVar

from flask import abort, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from learning.access.guard import GuardedBlueprint, current_actor
from learning.access.permissions import Permission
from learning.admissions.agreement_models import FeeAgreement
from learning.admissions.models import Application
from learning.fees import limits
from learning.fees.card_models import CardSession, CardSessionState
from learning.fees.invoice_models import Invoice
from learning.fees.models import FeeAccount
from learning.fees.pages.card.checkout import check_session
from learning.fees.queries.card_payments import session_by_uid
from learning.kit.db import db
from learning.kit.headers import never_store
from learning.kit.pages import Page, render_page
from learning.kit.rate_limit import attempt, check_and_count
from learning.kit.time import now

bp = GuardedBlueprint("card_payments", __name__, url_prefix="/card-payments")
CHECKED = frozenset({CardSessionState.OPEN, CardSessionState.PENDING})
REST = timedelta(seconds=5)  # between two questions to the provider


@dataclass(frozen=True, kw_only=True)
class CardPaymentPage(Page):
    """Where a payment stands. `checkout` is the provider's page, "" when it cannot be used.

    `fee_address` is the reader's own fee page, "" for anybody else.
    """

    template: ClassVar[str] = "fees/card_payment.html"

    payment: CardSession
    invoice_number: str
    checkout: str
    fee_address: str


@bp.get("/<uid>", needs=Permission.OPEN_TO_ALL)
def show_card_payment(uid: str) -> ResponseReturnValue:
    """Show how a payment stands; ask the provider if its event has not come yet."""
    never_store()
    found = session_by_uid(db(), uid)
    if found is None:
        check_and_count(attempt(limits.CARD_LINK))
        abort(HTTPStatus.NOT_FOUND)
    moment = now()
    if found.state in CHECKED and _is_due(found, moment):
        check_session(found)
        db().expire_all()
        found = session_by_uid(db(), uid) or abort(HTTPStatus.NOT_FOUND)
    usable = found.state is CardSessionState.OPEN and moment < found.expires_at
    page = CardPaymentPage(
        payment=found,
        invoice_number=db().get_one(Invoice, found.invoice_id).number,
        checkout=found.url if usable else "",
        fee_address=_fee_address(db(), found),
    )
    return render_page(page)


def _is_due(found: CardSession, moment: datetime) -> bool:
    return found.checked_at is None or moment - found.checked_at >= REST


def _fee_address(session: Session, found: CardSession) -> str:
    """Return the fee page of the place, for the person who has it."""
    account = session.get_one(FeeAccount, found.fee_account_id)
    agreement = session.get_one(FeeAgreement, account.fee_agreement_id)
    application = session.get_one(Application, agreement.application_id)
    is_own = application.person_id == current_actor().person_id
    return url_for("fees.show_fee", reference=application.reference) if is_own else ""

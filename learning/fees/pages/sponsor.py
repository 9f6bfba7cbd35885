"""What a sponsor pays: invoices, what is open of them and how to pay, by the sponsor's own link."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import ClassVar

from flask import abort, make_response
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.access.guard import GuardedBlueprint
from learning.access.permissions import Permission
from learning.admissions import limits
from learning.admissions.commands import nominations, sponsorships
from learning.admissions.commands.nominations import NomineeStatus
from learning.admissions.models import Application, Sponsorship
from learning.fees.models import Payer
from learning.fees.pages.participant.fee_lines import PaymentRequest, payment_requests
from learning.fees.pages.payer import NoInvoicesPage
from learning.fees.queries.accounts import accounts_of
from learning.fees.queries.balances import InvoiceBalance, invoices_of
from learning.kit.db import db
from learning.kit.headers import never_store
from learning.kit.languages import current_i18n
from learning.kit.pages import Page, render_page
from learning.kit.rate_limit import attempt, check_and_count
from learning.kit.time import now

bp = GuardedBlueprint("sponsor_fees", __name__, url_prefix="/sponsor")


@dataclass(frozen=True, kw_only=True)
class SponsorFeesPage(Page):
    """The invoices of a sponsor, and the state of each nominee; nothing of what others pay."""

    template: ClassVar[str] = "fees/sponsor_fees.html"

    token: str
    sponsorship: Sponsorship
    invoices: Sequence[InvoiceBalance]
    requests: Sequence[PaymentRequest]
    standings: Sequence[NomineeStatus]


@bp.get("/<token>/fees", needs=Permission.OPEN_TO_ALL)
def show_fees(token: str) -> ResponseReturnValue:
    """Show what was invoiced to the sponsor; an invalid link counts against its network."""
    never_store()
    sponsorship = sponsorships.sponsorship_by_token(db(), token, now=now())
    if sponsorship is None:
        check_and_count(attempt(limits.SPONSOR_LINK))
        ended = sponsorships.is_known(db(), token)
        status = HTTPStatus.GONE if ended else HTTPStatus.NOT_FOUND
        abort(make_response(render_page(NoInvoicesPage(has_ended=ended)), status))
    invoices = sponsor_invoices(db(), sponsorship)
    left = [each for each in invoices if each.open.minor > 0]
    page = SponsorFeesPage(
        token=token,
        sponsorship=sponsorship,
        invoices=invoices,
        requests=payment_requests(current_i18n(), left),
        standings=nominations.nominee_statuses(db(), sponsorship),
    )
    return render_page(page)


def sponsor_invoices(session: Session, sponsorship: Sponsorship) -> list[InvoiceBalance]:
    """Return what was issued to a sponsor for its nominees, in order of issue."""
    of_sponsor = select(Application.id).where(Application.sponsorship_id == sponsorship.id)
    accounts = accounts_of(session, session.scalars(of_sponsor).all())
    issued = invoices_of(session, [each.id for each in accounts.values()])
    return [each for each in issued if each.invoice.payer is Payer.SPONSOR]

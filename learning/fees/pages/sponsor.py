"""What a sponsor reads about its money, by its own link: quotes, invoices and how to pay."""

from dataclasses import dataclass
from typing import ClassVar

from flask import abort, url_for
from flask.typing import ResponseReturnValue

from learning.access.guard import GuardedBlueprint
from learning.access.permissions import Permission
from learning.fees.invoice_text import InvoiceText
from learning.fees.pages.joint_page import joint_answer, joint_page
from learning.fees.pages.quote_answers import quote_answer
from learning.fees.pages.sponsor_links import sponsorship_or_404
from learning.fees.pages.sponsor_pages import sponsor_fees_page
from learning.fees.queries.joint_invoices import JointDetail, joint_by_uid, joint_detail
from learning.fees.queries.sponsor_quotes import billing_of, quote_by_uid, state_of_quote
from learning.fees.quote_models import Quote
from learning.fees.quote_text import quote_text
from learning.fees.rules.sponsor_quotes import QuoteState
from learning.files.downloads import send_stored_file
from learning.files.models import StoredFile
from learning.kit.db import db
from learning.kit.languages import current_i18n
from learning.kit.pages import Page, render_page
from learning.kit.time import day_in, now

bp = GuardedBlueprint("sponsor_fees", __name__, url_prefix="/sponsor")


@dataclass(frozen=True, kw_only=True)
class QuotePage(Page):
    """A quote as it was issued, and its state; `crumb` leads back."""

    template: ClassVar[str] = "fees/sponsor_quote.html"

    text: InvoiceText
    state: QuoteState
    pdf_address: str
    crumb: tuple[str, str]


@bp.get("/<token>/fees", needs=Permission.OPEN_TO_ALL)
def show_fees(token: str) -> ResponseReturnValue:
    """Show all that concerns the money of a sponsor."""
    return render_page(sponsor_fees_page(token, sponsorship_or_404(token)))


@bp.get("/<token>/fees/quotes/<uid>", needs=Permission.OPEN_TO_ALL)
def show_quote(token: str, uid: str) -> ResponseReturnValue:
    """Show a quote in the language of the reader."""
    quote = _quote(token, uid)
    zone = sponsorship_or_404(token).edition.zone
    page = QuotePage(
        text=quote_text(quote, current_i18n()),
        state=state_of_quote(quote, day_in(zone, now())),
        pdf_address=url_for(".download_quote", token=token, uid=uid),
        crumb=(url_for(".show_fees", token=token), sponsorship_or_404(token).organisation),
    )
    return render_page(page)


@bp.get("/<token>/fees/quotes/<uid>/pdf", needs=Permission.OPEN_TO_ALL)
def download_quote(token: str, uid: str) -> ResponseReturnValue:
    return quote_answer(_quote(token, uid))


@bp.get("/<token>/fees/invoices/<uid>", needs=Permission.OPEN_TO_ALL)
def show_joint_invoice(token: str, uid: str) -> ResponseReturnValue:
    """Show an invoice for several nominees, with what is open of it."""
    detail = _joint(token, uid)
    sponsorship = sponsorship_or_404(token)
    page = joint_page(
        detail,
        address_of=lambda _invoice: "",
        pdf_address=url_for(".download_joint_invoice", token=token, uid=uid),
        crumb=(url_for(".show_fees", token=token), sponsorship.organisation),
    )
    return render_page(page)


@bp.get("/<token>/fees/invoices/<uid>/pdf", needs=Permission.OPEN_TO_ALL)
def download_joint_invoice(token: str, uid: str) -> ResponseReturnValue:
    return joint_answer(_joint(token, uid))


@bp.get("/<token>/fees/order/document", needs=Permission.OPEN_TO_ALL)
def download_order(token: str) -> ResponseReturnValue:
    """Send the purchase order that the sponsor has given."""
    billing = billing_of(db(), sponsorship_or_404(token).id)
    file_id = billing.po_document_id if billing else None
    return send_stored_file(db().get(StoredFile, file_id or 0) or abort(404))


def _joint(token: str, uid: str) -> JointDetail:
    sponsorship, joint = sponsorship_or_404(token), joint_by_uid(db(), uid)
    if joint is None or joint.sponsorship_id != sponsorship.id:
        abort(404)
    return joint_detail(db(), joint)


def _quote(token: str, uid: str) -> Quote:
    sponsorship, quote = sponsorship_or_404(token), quote_by_uid(db(), uid)
    if quote is None or quote.sponsorship_id != sponsorship.id:
        abort(404)
    return quote

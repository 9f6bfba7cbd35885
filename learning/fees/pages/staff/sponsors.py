"""The money of one sponsor for finance: quotes, its order, one invoice for all nominees."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post, per_person
from learning.access.guard import current_actor, current_person_id
from learning.access.permissions import Permission
from learning.admissions.commands import nominations
from learning.admissions.commands.nominations import NomineeStatus
from learning.admissions.models import Sponsorship
from learning.catalogue.models import Edition
from learning.fees import limits
from learning.fees.commands.joint_invoices import issue_joint_invoice
from learning.fees.commands.sponsor_billing import BillingChange, give_order, promise_order
from learning.fees.commands.sponsor_quotes import NewQuote, issue_quote
from learning.fees.pages.joint_page import joint_answer, joint_page
from learning.fees.pages.sponsor_forms import (
    DatedQuoteForm,
    JointInvoiceForm,
    OrderForm,
    PromiseForm,
)
from learning.fees.pages.staff.blueprint import bp
from learning.fees.pages.version_form import VersionForm
from learning.fees.queries.joint_invoices import JointDetail, joint_by_uid, joint_detail
from learning.fees.queries.sponsor_money import SponsorMoney, sponsor_money
from learning.fees.queries.sponsor_quotes import (
    billing_of,
    reference_of,
    sponsorship_of,
    state_of_quote,
)
from learning.fees.quote_models import Quote
from learning.fees.rules.sponsor_quotes import (
    QuoteState,
    held_until,
    last_promise_day,
    valid_until,
)
from learning.files.downloads import send_stored_file
from learning.files.models import StoredFile
from learning.kit.db import db
from learning.kit.forms import CreateForm
from learning.kit.headers import never_store
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.pages import Page, render_page
from learning.kit.time import day_in, now

SPONSOR = "/sponsors/<reference>"
"""A sponsor is named by an application that names it: its own row has no name to show."""


@dataclass(kw_only=True)
class SponsorPageForms:
    """The forms of the page; one of them is the form that was sent."""

    quote: DatedQuoteForm | None = None
    order: OrderForm | None = None
    promise: PromiseForm | None = None
    joint: JointInvoiceForm | None = None

    @property
    def failed(self) -> CreateForm | None:
        """The form that was refused."""
        forms = (self.quote, self.order, self.promise, self.joint)
        return next((each for each in forms if each and each.error_list), None)


@dataclass(frozen=True, kw_only=True)
class SponsorMoneyPage(Page):
    """What concerns the money of one sponsor; `forms` is None for readers."""

    template: ClassVar[str] = "fees/sponsor_money.html"

    reference: str
    sponsorship: Sponsorship
    edition: Edition
    money: SponsorMoney
    quotes: Sequence[tuple[Quote, QuoteState]]
    standings: Sequence[NomineeStatus]
    held_until: date | None
    last_day: date
    version: int
    forms: SponsorPageForms | None


@bp.get(SPONSOR, needs=Permission.READ_FINANCES)
def show_sponsor(reference: str) -> ResponseReturnValue:
    return render_page(_page(_sponsorship(reference)))


@bp.post(f"{SPONSOR}/quotes", needs=Permission.MANAGE_FINANCES)
@form_post(limit=per_person(limits.CHANGE_MONEY), idempotent=True)
def make_quote(reference: str) -> ResponseReturnValue:
    """Issue a quote on behalf of a sponsor, with the last day on which it is valid."""
    sponsorship, form = _sponsorship(reference), DatedQuoteForm(request.form)
    if not form.validate():
        return render_page(_page(sponsorship, SponsorPageForms(quote=form))), 422
    new = NewQuote(
        places=form.places.data,
        valid_until=form.valid_until.data,
        by=current_person_id(),
        now=now(),
    )
    quote = issue_quote(db(), sponsorship, new)
    flash(current_i18n().gettext(N_("The quote is issued, and on its way to the sponsor.")))
    return redirect(url_for(".show_quote", uid=quote.uid), 303)


@bp.post(f"{SPONSOR}/order", needs=Permission.MANAGE_FINANCES)
@form_post(limit=per_person(limits.CHANGE_MONEY), idempotent=True)
def store_order(reference: str) -> ResponseReturnValue:
    """Store the number of a purchase order that came otherwise than by the link."""
    sponsorship, form = _sponsorship(reference), OrderForm(request.form)
    if not form.validate():
        return render_page(_page(sponsorship, SponsorPageForms(order=form))), 422
    give_order(db(), sponsorship, form.po_number.data or "", _change(form))
    flash(current_i18n().gettext(N_("The purchase order is stored.")))
    return redirect(url_for(".show_sponsor", reference=reference), 303)


@bp.post(f"{SPONSOR}/promise", needs=Permission.MANAGE_FINANCES)
@form_post(limit=per_person(limits.CHANGE_MONEY), idempotent=True)
def store_promise(reference: str) -> ResponseReturnValue:
    """Store until when a sponsor says that its order comes."""
    sponsorship, form = _sponsorship(reference), PromiseForm(request.form)
    if not form.validate():
        return render_page(_page(sponsorship, SponsorPageForms(promise=form))), 422
    promise_order(db(), sponsorship, form.promised_until.data, _change(form))
    flash(current_i18n().gettext(N_("The places are held until that day.")))
    return redirect(url_for(".show_sponsor", reference=reference), 303)


@bp.post(f"{SPONSOR}/invoices", needs=Permission.MANAGE_FINANCES)
@form_post(limit=per_person(limits.CHANGE_MONEY), idempotent=True)
def issue_for_sponsor(reference: str) -> ResponseReturnValue:
    """Issue one invoice for all nominees who are accepted and not invoiced."""
    sponsorship, form = _sponsorship(reference), JointInvoiceForm(request.form)
    if not form.validate():
        return render_page(_page(sponsorship, SponsorPageForms(joint=form))), 422
    joint = issue_joint_invoice(db(), sponsorship, by=current_person_id(), now=now())
    flash(current_i18n().gettext(N_("The invoice is issued.")))
    return redirect(url_for(".show_joint_invoice", uid=joint.uid), 303)


@bp.get(f"{SPONSOR}/order", needs=Permission.READ_FINANCES)
def download_sponsors_order(reference: str) -> ResponseReturnValue:
    """Send the purchase order that a sponsor has given as a file."""
    billing = billing_of(db(), _sponsorship(reference).id)
    file_id = billing.po_document_id if billing else None
    return send_stored_file(db().get(StoredFile, file_id or 0) or abort(404))


@bp.get("/joint-invoices/<uid>", needs=Permission.READ_FINANCES)
def show_joint_invoice(uid: str) -> ResponseReturnValue:
    """Show an invoice for several nominees, with the way to each of its lines."""
    detail = _joint(uid)
    sponsorship = db().get_one(Sponsorship, detail.joint.sponsorship_id)
    page = joint_page(
        detail,
        address_of=lambda invoice: url_for("money.show_invoice", invoice_uid=invoice.uid),
        pdf_address=url_for(".download_joint_invoice", uid=uid),
        crumb=(sponsor_address(sponsorship.id), sponsorship.organisation),
    )
    return render_page(page)


@bp.get("/joint-invoices/<uid>/pdf", needs=Permission.READ_FINANCES)
def download_joint_invoice(uid: str) -> ResponseReturnValue:
    return joint_answer(_joint(uid))


def _joint(uid: str) -> JointDetail:
    never_store()
    return joint_detail(db(), joint_by_uid(db(), uid) or abort(404))


def _sponsorship(reference: str) -> Sponsorship:
    never_store()
    return sponsorship_of(db(), reference) or abort(404)


def sponsor_address(sponsorship_id: int) -> str:
    """Return the address of a sponsor's page; that of the quotes if nobody names it any more."""
    reference = reference_of(db(), sponsorship_id)
    if reference is None:
        return url_for("money.show_quotes")
    return url_for("money.show_sponsor", reference=reference)


def _change(form: VersionForm) -> BillingChange:
    return BillingChange(version=form.known_version, by=current_person_id(), now=now())


def _page(sponsorship: Sponsorship, forms: SponsorPageForms | None = None) -> SponsorMoneyPage:
    """Return the page, with a form that was sent, if any."""
    money = sponsor_money(db(), sponsorship)
    edition, billing = db().get_one(Edition, sponsorship.edition_id), money.billing
    today = day_in(edition.zone, now())
    shown = forms or SponsorPageForms()
    if shown.quote is None:
        shown.quote = DatedQuoteForm()
        shown.quote.places.data = max(1, len(money.places))
        shown.quote.valid_until.data = valid_until(today, edition.starts_on)
    if shown.order is None:
        shown.order = OrderForm()
        shown.order.po_number.data = billing.po_number if billing else ""
    shown.promise = shown.promise or PromiseForm()
    shown.joint = shown.joint or JointInvoiceForm()
    held = held_until(billing.po_number, billing.po_promised_until, today) if billing else None
    return SponsorMoneyPage(
        reference=reference_of(db(), sponsorship.id) or "",
        sponsorship=sponsorship,
        edition=edition,
        money=money,
        quotes=[(each, state_of_quote(each, today)) for each in money.quotes],
        standings=nominations.nominee_statuses(db(), sponsorship),
        held_until=held,
        last_day=last_promise_day(today, edition.starts_on),
        version=billing.version if billing else 0,
        forms=shown if current_actor().may(Permission.MANAGE_FINANCES) else None,
    )

"""What a sponsor does by its link: asks for a quote, gives or promises its purchase order."""

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post
from learning.access.permissions import Permission
from learning.accounts.rules import token_hash
from learning.admissions.models import Sponsorship
from learning.fees import limits
from learning.fees.commands.joint_invoices import issue_joint_invoice
from learning.fees.commands.sponsor_billing import BillingChange, give_order, promise_order
from learning.fees.commands.sponsor_links import renew_link
from learning.fees.commands.sponsor_quotes import NewQuote, issue_quote
from learning.fees.file_purposes import PURCHASE_ORDER
from learning.fees.pages.card.checkout import CardForm, reading, start_checkout
from learning.fees.pages.sponsor import bp
from learning.fees.pages.sponsor_forms import JointInvoiceForm, OrderForm, PromiseForm, QuoteForm
from learning.fees.pages.sponsor_links import (
    change_attempt,
    link_scope,
    sponsorship_or_404,
    unknown,
)
from learning.fees.pages.sponsor_pages import SponsorForms, sponsor_fees_page
from learning.fees.pages.version_form import VersionForm
from learning.fees.queries.sponsor_links import sponsorship_behind
from learning.fees.queries.sponsor_money import sponsor_money
from learning.files import actions as files
from learning.files.labels import rejection_text
from learning.files.rules import FileRejection
from learning.files.uploads import store_upload, validate_uploads
from learning.kit.db import database, db
from learning.kit.headers import never_store
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.pages import render_page
from learning.kit.rate_limit import Attempt, attempt
from learning.kit.time import now

BLUEPRINTS = (bp,)


def _renew_attempt(token: str) -> Attempt | None:
    """Count e-mails to one sponsor, whichever of its links asks for them."""
    with database().read_transaction() as reading:
        sponsorship = sponsorship_behind(reading, token)
    return attempt(limits.RENEW_LINK, sponsorship.id) if sponsorship else None


def _card_attempt(token: str, **_address: str) -> Attempt:
    return attempt(limits.PAY_BY_CARD, token_hash(token))


@bp.post("/<token>/fees/quotes", needs=Permission.OPEN_TO_ALL)
@form_post(limit=change_attempt, idempotent=True, scope=link_scope)
def ask_for_quote(token: str) -> ResponseReturnValue:
    """Issue a quote for the nominees, and for people who are not named yet."""
    sponsorship, form = sponsorship_or_404(token), QuoteForm(request.form)
    if not form.validate():
        return _refused(token, sponsorship, SponsorForms(quote=form))
    new = NewQuote(places=form.places.data, by=None, now=now())
    quote = issue_quote(db(), sponsorship, new)
    text = N_("Your quote %(number)s is here, and on its way by e-mail.")
    flash(current_i18n().gettext(text) % {"number": quote.number})
    return redirect(url_for(".show_quote", token=token, uid=quote.uid), 303)


@bp.post("/<token>/fees/card/<invoice_uid>", needs=Permission.OPEN_TO_ALL)
@form_post(limit=_card_attempt)
def pay_by_card(token: str, invoice_uid: str) -> ResponseReturnValue:
    """Begin to pay an invoice of the sponsor by card, and show the link to the checkout."""
    reading()
    sponsorship, form = sponsorship_or_404(token), CardForm(request.form)
    issued = [each.invoice for each in sponsor_money(db(), sponsorship).invoices]
    invoice = next((each for each in issued if each.uid == invoice_uid), None)
    if invoice is None or invoice.joint_id is not None:
        abort(404)
    if not form.validate():
        return _refused(token, sponsorship, SponsorForms(card=(invoice, form)))
    uid = start_checkout(invoice, form, by=None)
    return redirect(url_for("card_payments.show_card_payment", uid=uid), 303)


@bp.post("/<token>/fees/order", needs=Permission.OPEN_TO_ALL)
@form_post(limit=change_attempt, idempotent=True, scope=link_scope)
def send_order(token: str) -> ResponseReturnValue:
    """Store the number of the purchase order, and the order as a file if there is one."""
    form = OrderForm(request.form)
    checked = validate_uploads(request.files.getlist("document"), PURCHASE_ORDER)
    if isinstance(checked, FileRejection):
        form.validate()
        form.document.errors = [rejection_text(checked, PURCHASE_ORDER, current_i18n())]
    elif form.validate():
        blob = store_upload(checked[0]) if checked else None  # before the transaction begins
        sponsorship, document = sponsorship_or_404(token), None
        if blob is not None:
            document = files.create_file(db(), checked[0], blob, owner=None, now=now()).id
        number = form.po_number.data or ""
        give_order(db(), sponsorship, number, _change(form), document_id=document)
        flash(current_i18n().gettext(N_("Thank you. Your purchase order is here.")))
        return redirect(url_for(".show_fees", token=token), 303)
    return _refused(token, sponsorship_or_404(token), SponsorForms(order=form))


@bp.post("/<token>/fees/promise", needs=Permission.OPEN_TO_ALL)
@form_post(limit=change_attempt, idempotent=True, scope=link_scope)
def promise(token: str) -> ResponseReturnValue:
    """Store until when the purchase order comes: the places are held so long."""
    sponsorship, form = sponsorship_or_404(token), PromiseForm(request.form)
    if not form.validate():
        return _refused(token, sponsorship, SponsorForms(promise=form))
    promise_order(db(), sponsorship, form.promised_until.data, _change(form))
    text = N_("Thank you. The places are held until %(day)s.")
    day = current_i18n().date(form.promised_until.data, weekday=False)
    flash(current_i18n().gettext(text) % {"day": day})
    return redirect(url_for(".show_fees", token=token), 303)


@bp.post("/<token>/fees/invoices", needs=Permission.OPEN_TO_ALL)
@form_post(limit=change_attempt, idempotent=True, scope=link_scope)
def ask_for_invoice(token: str) -> ResponseReturnValue:
    """Issue one invoice for all nominees who are accepted and not invoiced."""
    sponsorship, form = sponsorship_or_404(token), JointInvoiceForm(request.form)
    if not form.validate():
        return _refused(token, sponsorship, SponsorForms(joint=form))
    joint = issue_joint_invoice(db(), sponsorship, by=None, now=now())
    text = N_("The invoice %(number)s is issued, and on its way by e-mail.")
    flash(current_i18n().gettext(text) % {"number": joint.number})
    return redirect(url_for(".show_joint_invoice", token=token, uid=joint.uid), 303)


@bp.post("/<token>/fees/renew", needs=Permission.OPEN_TO_ALL)
@form_post(limit=_renew_attempt, has_form=False)
def renew(token: str) -> ResponseReturnValue:
    """E-mail a new link to the contact of the sponsor, in place of one that has ended."""
    never_store()
    sponsorship = sponsorship_behind(db(), token) or unknown(token)
    renew_link(db(), sponsorship, now=now())
    flash(current_i18n().gettext(N_("A new link is on its way to the contact that we know.")))
    return redirect(url_for("home.start"), 303)


def _change(form: VersionForm) -> BillingChange:
    return BillingChange(version=form.known_version, by=None, now=now())


def _refused(token: str, sponsorship: Sponsorship, forms: SponsorForms) -> ResponseReturnValue:
    return render_page(sponsor_fees_page(token, sponsorship, forms)), 422

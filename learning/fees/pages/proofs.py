"""Pages on which payers send a proof of transfer: in their account, or by a sponsor's link."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post, per_person
from learning.access.guard import GuardedBlueprint, current_person_id
from learning.access.permissions import Permission
from learning.fees import limits
from learning.fees.commands.proofs import NewProof, send_proof
from learning.fees.file_purposes import TRANSFER_PROOF
from learning.fees.invoice_models import Invoice
from learning.fees.models import Payer
from learning.fees.pages.participant.blueprint import bp as own
from learning.fees.pages.participant.blueprint import own_account
from learning.fees.pages.sponsor_links import (
    change_attempt,
    link_scope,
    sponsorship_or_404,
)
from learning.fees.queries.balances import InvoiceBalance, invoices_of
from learning.fees.queries.proofs import days_of_proofs
from learning.fees.queries.sponsor_money import sponsor_money
from learning.fees.rules.reminders import PROOF_DAYS
from learning.files import actions as files
from learning.files.actions import Blob
from learning.files.labels import limits_text, rejection_text
from learning.files.rules import FileRejection
from learning.files.uploads import store_upload, validate_uploads
from learning.files.validation import ValidatedFile
from learning.kit.db import db
from learning.kit.forms import CreateForm
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.money import Money
from learning.kit.pages import Page, render_page
from learning.kit.rate_limit import Attempt
from learning.kit.time import now

sponsor = GuardedBlueprint("sponsor_proofs", __name__, url_prefix="/sponsor")
BLUEPRINTS = (sponsor,)


class ProofForm(CreateForm):
    """A file; the key of the form makes it one proof."""


@dataclass(frozen=True, kw_only=True)
class ProofPage(Page):
    """What is open of an invoice, and the field for the proof of its transfer."""

    template: ClassVar[str] = "fees/proof.html"

    invoice: Invoice
    open: Money
    sent_on: date | None
    back: str
    form: ProofForm
    limits: str
    days: int


@own.get("/proofs/<number>", needs=Permission.OWN_PAGES)
def show_proof(reference: str, number: str) -> ResponseReturnValue:
    return render_page(_own_page(reference, number, ProofForm()))


@own.post("/proofs/<number>", needs=Permission.OWN_PAGES)
@form_post(limit=per_person(limits.SEND_PROOF), idempotent=True)
def send_own_proof(reference: str, number: str) -> ResponseReturnValue:
    """Store the proof of transfer of one's own open invoice."""
    form = ProofForm(request.form)
    sent = _sent(form)
    invoice = _own_invoice(reference, number)
    if sent is None:
        return render_page(_own_page(reference, number, form)), 422
    return _store(invoice, sent, current_person_id(), url_for("fees.show_fee", reference=reference))


def _sponsor_attempt(token: str, number: str) -> Attempt:  # noqa: ARG001 a part of the address
    return change_attempt(token)


def _sponsor_scope(token: str, number: str) -> str:  # noqa: ARG001 a part of the address
    return link_scope(token)


@sponsor.get("/<token>/fees/proofs/<number>", needs=Permission.OPEN_TO_ALL)
def show_sponsors_proof(token: str, number: str) -> ResponseReturnValue:
    return render_page(_sponsors_page(token, number, ProofForm()))


@sponsor.post("/<token>/fees/proofs/<number>", needs=Permission.OPEN_TO_ALL)
@form_post(limit=_sponsor_attempt, idempotent=True, scope=_sponsor_scope)
def send_sponsors_proof(token: str, number: str) -> ResponseReturnValue:
    """Store the proof of transfer of an open invoice of the sponsor of a link."""
    form = ProofForm(request.form)
    sent = _sent(form)
    invoice = _sponsors_invoice(token, number)
    if sent is None:
        return render_page(_sponsors_page(token, number, form)), 422
    return _store(invoice, sent, None, url_for("sponsor_fees.show_fees", token=token))


@dataclass(frozen=True, kw_only=True)
class SentFile:
    """A file that was checked, and its content, which is stored already."""

    checked: ValidatedFile
    blob: Blob


def _sent(form: ProofForm) -> SentFile | None:
    """Return the file that came with a form; None, with the reason in the form, without one.

    Its content is stored before the transaction of the request begins.
    """
    checked = validate_uploads(request.files.getlist("file"), TRANSFER_PROOF)
    if not form.validate():
        return None
    if isinstance(checked, FileRejection):
        form.add_error(rejection_text(checked, TRANSFER_PROOF, current_i18n()))
        return None
    if not checked:
        form.add_error(N_("Choose the proof of the transfer."))
        return None
    return SentFile(checked=checked[0], blob=store_upload(checked[0]))


def _store(
    invoice: InvoiceBalance, sent: SentFile, by: int | None, back: str
) -> ResponseReturnValue:
    file = files.create_file(db(), sent.checked, sent.blob, owner=by, now=now())
    send_proof(db(), invoice.invoice, NewProof(file_id=file.id, by=by, now=now()))
    flash(current_i18n().gettext(N_("Thank you. We have the proof, and wait for the money.")))
    return redirect(back, 303)


def _own_invoice(reference: str, number: str) -> InvoiceBalance:
    _application, account = own_account(reference)
    issued = invoices_of(db(), [account.id])
    return _open_one([each for each in issued if each.invoice.payer is Payer.PARTICIPANT], number)


def _sponsors_invoice(token: str, number: str) -> InvoiceBalance:
    return _open_one(sponsor_money(db(), sponsorship_or_404(token)).invoices, number)


def _open_one(issued: Sequence[InvoiceBalance], number: str) -> InvoiceBalance:
    """Return the open invoice with a number; 404 without one."""
    return next(
        (each for each in issued if each.invoice.number == number and each.open.minor > 0), None
    ) or abort(404)


def _own_page(reference: str, number: str, form: ProofForm) -> ProofPage:
    back = url_for("fees.show_fee", reference=reference)
    return _page(_own_invoice(reference, number), form, back)


def _sponsors_page(token: str, number: str, form: ProofForm) -> ProofPage:
    back = url_for("sponsor_fees.show_fees", token=token)
    return _page(_sponsors_invoice(token, number), form, back)


def _page(found: InvoiceBalance, form: ProofForm, back: str) -> ProofPage:
    invoice = found.invoice
    return ProofPage(
        invoice=invoice,
        open=found.open,
        sent_on=days_of_proofs(db(), [invoice.id]).get(invoice.id),
        back=back,
        form=form,
        limits=limits_text(TRANSFER_PROOF, current_i18n()),
        days=PROOF_DAYS,
    )

"""The fee of one's own place: what is agreed, invoiced, paid and open, and how to pay."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import ClassVar

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post, per_person
from learning.access.guard import current_person_id
from learning.access.permissions import Permission
from learning.admissions.commands.applications import is_fellowship
from learning.admissions.models import Application
from learning.admissions.queries.stages import stages_of
from learning.admissions.rules.stages import Stage
from learning.content import registry
from learning.content.course import Course
from learning.fees import limits
from learning.fees.invoice_models import Invoice
from learning.fees.models import FeeAccount, Payer
from learning.fees.pages.card.buttons import CardOption, card_options
from learning.fees.pages.card.checkout import CardForm, reading, start_checkout
from learning.fees.pages.participant.blueprint import answer, bp, own_application
from learning.fees.pages.participant.fee_forms import CreditRequestForm
from learning.fees.pages.participant.fee_lines import (
    PaymentRequest,
    RefundLine,
    SumLine,
    figure,
    needs_account,
    payment_requests,
    refund_lines,
    sum_lines,
)
from learning.fees.queries.accounts import account_of
from learning.fees.queries.balances import InvoiceBalance
from learning.fees.queries.bank_data import bank_data_now
from learning.fees.queries.invoice_details import participants_invoice
from learning.fees.queries.payer_parts import PayerPart, part_of
from learning.fees.queries.payers import held_account
from learning.fees.queries.refund_payers import has_own_credit
from learning.fees.refund_models import RefundState
from learning.kit.db import db
from learning.kit.i18n import N_, I18n
from learning.kit.languages import current_i18n
from learning.kit.pages import Page
from learning.kit.time import day_in, now

HAS_SEAT = frozenset({Stage.ACCEPTED, Stage.ENROLLED})
OVER = frozenset({RefundState.SETTLED, RefundState.CANCELLED})
CREDIT_STAYS = N_("It stays on the account of this place. Write to us if you would like it back.")
CREDIT_GOES_BACK = N_(
    "It goes back to you when you ask for it, less what the bank charges. It goes to the account "
    "that paid; if we do not know it, we ask you for an account."
)
MOVED = frozenset({Stage.TRANSFERRED_OUT, Stage.SUBSTITUTED_OUT})


@dataclass(frozen=True, kw_only=True)
class FeeState:
    """Where the fee stands: a title, a sentence, and `tone`: "done", "turn", "wrong" or ""."""

    title: str
    text: str = ""
    tone: str = ""


@dataclass(frozen=True, kw_only=True)
class FeePage(Page):
    """What a person sees of the fee of their place; `part` is None where no fee is agreed."""

    template: ClassVar[str] = "fees/fee.html"

    application: Application
    course: Course
    state: FeeState
    part: PayerPart | None
    lines: Sequence[SumLine]
    total: tuple[str, str]
    requests: Sequence[PaymentRequest]
    cards: Mapping[str, CardOption]
    refunds: Sequence[RefundLine]
    has_seat: bool
    credit_request: CreditRequestForm | None
    failed: CardForm | None = None


@bp.get("/", needs=Permission.OWN_PAGES, impersonator_needs=Permission.READ_FINANCES)
def show_fee(reference: str) -> ResponseReturnValue:
    return answer(fee_page(own_application(reference)))


@bp.post("/card/<invoice_uid>", needs=Permission.OWN_PAGES)
@form_post(limit=per_person(limits.PAY_BY_CARD))
def pay_by_card(reference: str, invoice_uid: str) -> ResponseReturnValue:
    """Begin to pay an invoice by card, and show the link to the checkout."""
    reading()
    application, person_id = own_application(reference), current_person_id()
    invoice, form = participants_invoice(db(), invoice_uid, person_id), CardForm(request.form)
    if invoice is None:
        abort(HTTPStatus.NOT_FOUND)
    if not form.validate():
        return answer(fee_page(application, card=(invoice, form)), HTTPStatus.UNPROCESSABLE_ENTITY)
    uid = start_checkout(invoice, form, by=person_id)
    return redirect(url_for("card_payments.show_card_payment", uid=uid), HTTPStatus.SEE_OTHER)


def fee_page(
    application: Application,
    sent: CreditRequestForm | None = None,
    *,
    card: tuple[Invoice, CardForm] | None = None,
) -> FeePage:
    """Return the page; `sent` is the request for a refund that was not accepted.

    `card` is a payment by card that was not begun, with its invoice.
    """
    i18n, account = current_i18n(), account_of(db(), application.id)
    stage = stages_of(db(), [application.id])[application.id]
    if account is None and stage is Stage.SUBSTITUTED_OUT:
        account = held_account(db(), application.id)
    part = part_of(db(), account, Payer.PARTICIPANT, application.person_id) if account else None
    today = day_in(application.edition.zone, now())
    request = _credit_request(account, part, sent) if account and part else None
    return FeePage(
        application=application,
        course=registry.course(application.edition.course),
        state=_state(i18n, part, today, request)
        if part
        else _without_account(i18n, application, stage),
        part=part,
        lines=sum_lines(i18n, part) if part else (),
        total=_total(i18n, part) if part else ("", ""),
        requests=payment_requests(i18n, part.to_pay, bank_data_now(db())) if part else (),
        cards=card_options(part.to_pay, card) if part else {},
        failed=card[1] if card else None,
        refunds=refund_lines(i18n, part) if part else (),
        has_seat=stage in HAS_SEAT,
        credit_request=request,
    )


def _credit_request(
    account: FeeAccount,
    part: PayerPart,
    sent: CreditRequestForm | None,
) -> CreditRequestForm | None:
    """Return the form that asks for the credit of a part, None unless its reader paid it."""
    if not has_own_credit(db(), account, part):
        return None
    form = sent or CreditRequestForm()
    form.credit_minor.data = str(part.balance.credit.minor)
    return form


def _without_account(i18n: I18n, application: Application, stage: Stage) -> FeeState:
    if stage in MOVED:
        return _handed_on(i18n)
    if is_fellowship(application):
        return FeeState(
            title=i18n.gettext(N_("A fellowship pays the fee")),
            text=i18n.gettext(N_("Nothing is to be paid by you.")),
            tone="done",
        )
    if stage in HAS_SEAT:
        return _invoice_follows(i18n)
    text = i18n.gettext(N_("A fee is agreed when a place is given to you, not before."))
    return FeeState(title=i18n.gettext(N_("No fee is agreed yet")), text=text)


def _handed_on(i18n: I18n) -> FeeState:
    text = i18n.gettext(N_("Your place has been passed on, and what was paid for it went with it."))
    return FeeState(title=i18n.gettext(N_("Nothing is to be paid for this place")), text=text)


def _state(i18n: I18n, part: PayerPart, today: date, request: CreditRequestForm | None) -> FeeState:
    """Return where the part of a payer stands; what waits for that payer comes first."""
    if any(needs_account(part, each) for each in part.refunds):
        title = i18n.gettext(N_("Tell us to which account we may pay the refund"))
        return FeeState(title=title, tone="turn")
    if part.to_pay:
        return _to_pay(i18n, part.to_pay, today)
    if part.balance.credit.minor > 0:
        title = i18n.gettext(N_("%(amount)s was paid too much"))
        return FeeState(
            title=title % {"amount": i18n.exact_money(part.balance.credit)},
            text=i18n.gettext(CREDIT_STAYS if request is None else CREDIT_GOES_BACK),
        )
    if any(each.state not in OVER for each in part.refunds):
        return FeeState(title=i18n.gettext(N_("A refund is on its way")))
    return _settled(i18n, part)


def _settled(i18n: I18n, part: PayerPart) -> FeeState:
    """Return the state where nothing is open: all is paid, nothing invoiced, or another pays."""
    if part.is_handed_on:
        return _handed_on(i18n)
    if part.invoices:
        return FeeState(title=i18n.gettext(N_("Nothing is left to pay")), tone="done")
    if part.shares.participant.minor == 0:
        return FeeState(
            title=i18n.gettext(N_("Your sponsor pays the fee")),
            text=i18n.gettext(N_("Nothing is to be paid by you.")),
        )
    return _invoice_follows(i18n)


def _invoice_follows(i18n: I18n) -> FeeState:
    return FeeState(
        title=i18n.gettext(N_("The invoice follows")),
        text=i18n.gettext(N_("It comes by e-mail and stands here. Until then, please wait.")),
    )


def _to_pay(i18n: I18n, invoices: Sequence[InvoiceBalance], today: date) -> FeeState:
    first, *others = (each.open for each in invoices)
    words = {"amount": i18n.exact_money(sum(others, first))}
    due_on = invoices[0].invoice.due_on
    if due_on is None:
        return FeeState(title=i18n.gettext(N_("%(amount)s is to be paid")) % words, tone="turn")
    words["day"] = i18n.date(due_on, weekday=False)
    if due_on < today:
        title = i18n.gettext(N_("%(amount)s was due on %(day)s")) % words
        text = i18n.gettext(N_("If you have sent it, send us the proof of the transfer."))
        return FeeState(title=title, text=text, tone="wrong")
    title = i18n.gettext(N_("%(amount)s is to be paid by %(day)s")) % words
    return FeeState(title=title, tone="turn")


def _total(i18n: I18n, part: PayerPart) -> tuple[str, str]:
    """Return the last line of the sum: what is open, or what was paid too much."""
    currency = {"currency": part.balance.open.currency}
    if part.balance.credit.minor > 0:
        title = i18n.gettext(N_("Paid too much, %(currency)s")) % currency
        return title, figure(i18n, part.balance.credit)
    title = i18n.gettext(N_("Still to pay, %(currency)s")) % currency
    return title, figure(i18n, part.balance.open)

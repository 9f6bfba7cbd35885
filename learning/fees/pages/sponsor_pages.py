"""The page of a sponsor as typed values: nominees, quotes, order, invoices, payments, refunds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from flask import url_for

from learning.admissions.commands import nominations
from learning.admissions.commands.nominations import NomineeStatus
from learning.admissions.models import Sponsorship
from learning.fees.file_purposes import PURCHASE_ORDER
from learning.fees.invoice_models import Invoice, InvoiceKind
from learning.fees.pages.card.buttons import CardOption, card_options
from learning.fees.pages.card.checkout import CardForm
from learning.fees.pages.participant.fee_lines import (
    PaymentRequest,
    payment_request,
    payment_requests,
)
from learning.fees.pages.sponsor_forms import (
    JointInvoiceForm,
    OrderForm,
    PromiseForm,
    QuoteForm,
    quote_form,
)
from learning.fees.queries.balances import InvoiceBalance
from learning.fees.queries.bank_data import bank_data_now
from learning.fees.queries.sponsor_money import SponsorMoney, sponsor_money
from learning.fees.queries.sponsor_quotes import state_of_quote
from learning.fees.quote_models import Quote
from learning.fees.rules.bank_data import BankData
from learning.fees.rules.sponsor_quotes import QuoteState, held_until, last_promise_day
from learning.files.labels import limits_text
from learning.kit.db import db
from learning.kit.forms import Form
from learning.kit.i18n import I18n
from learning.kit.languages import current_i18n
from learning.kit.money import Money
from learning.kit.pages import Page
from learning.kit.time import day_in, now


@dataclass(frozen=True, kw_only=True)
class NoSponsorMoneyPage(Page):
    """A link that does not work; one that has ended is renewed by its `token`."""

    template: ClassVar[str] = "fees/link_ended.html"

    has_ended: bool
    token: str = ""


@dataclass(frozen=True, kw_only=True)
class SponsorDocument:
    """An invoice, a charge or a credit note as a line that leads to its page."""

    kind: InvoiceKind
    number: str
    address: str
    total: Money
    open: Money
    issued_on: date
    is_credited: bool


@dataclass(kw_only=True)
class SponsorForms:
    """The forms of the page; one of them is the form that was sent."""

    quote: QuoteForm | None = None
    order: OrderForm | None = None
    promise: PromiseForm | None = None
    joint: JointInvoiceForm | None = None
    card: tuple[Invoice, CardForm] | None = None


@dataclass(frozen=True, kw_only=True)
class SponsorFeesPage(Page):
    """What a sponsor reads and does about its money; nothing of what others pay.

    A form is None where it is of no use: no quote without nominees or address, no promise of an
    order that has come. `last_day` is the latest day for a promise.
    """

    template: ClassVar[str] = "fees/sponsor_fees.html"

    token: str
    sponsorship: Sponsorship
    money: SponsorMoney
    open_text: str
    documents: Sequence[SponsorDocument]
    quotes: Sequence[tuple[Quote, QuoteState]]
    requests: Sequence[PaymentRequest]
    cards: Mapping[str, CardOption]
    standings: Sequence[NomineeStatus]
    quote: QuoteForm | None
    order: OrderForm
    promise: PromiseForm | None
    joint: JointInvoiceForm
    version: int
    held_until: date | None
    last_day: date
    file_limits: str

    @property
    def failed(self) -> Form | None:
        """The form that was refused."""
        cards = (each.form for each in self.cards.values())
        forms = (self.quote, self.order, self.promise, self.joint, *cards)
        return next((each for each in forms if each and each.error_list), None)


def sponsor_fees_page(
    token: str, sponsorship: Sponsorship, forms: SponsorForms | None = None
) -> SponsorFeesPage:
    """Return the page of a sponsor, with a form that was sent, if any."""
    forms, i18n = forms or SponsorForms(), current_i18n()
    money = sponsor_money(db(), sponsorship)
    edition, billing = sponsorship.edition, money.billing
    today = day_in(edition.zone, now())
    order = forms.order or OrderForm()
    if forms.order is None and billing:
        order.po_number.data = billing.po_number
    may_promise = not (billing and billing.po_number) and today < edition.starts_on
    return SponsorFeesPage(
        token=token,
        sponsorship=sponsorship,
        money=money,
        open_text=i18n.join_list([i18n.exact_money(each) for each in money.open]),
        documents=_documents(token, money),
        quotes=[(each, state_of_quote(each, today)) for each in money.quotes],
        requests=_requests(i18n, money, bank_data_now(db())),
        cards=card_options(money.to_pay_singly, forms.card),
        standings=nominations.nominee_statuses(db(), sponsorship),
        quote=(forms.quote or quote_form(len(money.places))) if money.may_quote else None,
        order=order,
        promise=(forms.promise or PromiseForm()) if may_promise else None,
        joint=forms.joint or JointInvoiceForm(),
        version=billing.version if billing else 0,
        held_until=held_until(billing.po_number, billing.po_promised_until, today)
        if billing
        else None,
        last_day=last_promise_day(today, edition.starts_on),
        file_limits=limits_text(PURCHASE_ORDER, i18n),
    )


def _documents(token: str, money: SponsorMoney) -> list[SponsorDocument]:
    """Return what was issued, in order: a joint invoice once, not its lines."""
    rows = [_document(token, each) for each in money.invoices if each.invoice.joint_id is None]
    rows += [
        SponsorDocument(
            kind=InvoiceKind.INVOICE,
            number=each.joint.number,
            address=url_for("sponsor_fees.show_joint_invoice", token=token, uid=each.joint.uid),
            total=each.joint.total,
            open=each.open,
            issued_on=each.joint.issued_on,
            is_credited=each.is_credited,
        )
        for each in money.joints
    ]
    return sorted(rows, key=lambda each: (each.issued_on, each.number))


def _requests(i18n: I18n, money: SponsorMoney, bank: BankData) -> list[PaymentRequest]:
    """Return how to pay what is open: a joint invoice with its one reference."""
    joints = [each for each in money.joints if each.open.minor > 0]
    return [
        *payment_requests(i18n, money.to_pay_singly, bank),
        *(payment_request(i18n, each.joint, each.open, bank) for each in joints),
    ]


def _document(token: str, balance: InvoiceBalance) -> SponsorDocument:
    invoice = balance.invoice
    address = url_for(
        "sponsor_invoices.show_sponsors_invoice", token=token, invoice_uid=invoice.uid
    )
    return SponsorDocument(
        kind=invoice.kind,
        number=invoice.number,
        address=address,
        total=invoice.total,
        open=balance.open,
        issued_on=invoice.issued_on,
        is_credited=balance.is_credited,
    )

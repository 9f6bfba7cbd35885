"""The money of one payer in words: what was invoiced, paid and refunded, how to pay the rest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import url_for
from markupsafe import Markup

from learning.bank_formats.accounts import iban_error, normalised_iban
from learning.bank_formats.references import TransferRequest, epc_qr_svg, grouped
from learning.fees.invoice_models import Invoice, InvoiceKind, JointInvoice
from learning.fees.payment_models import Payment
from learning.fees.queries.balances import InvoiceBalance
from learning.fees.queries.payer_parts import PayerPart
from learning.fees.queries.refund_sources import goes_to_card
from learning.fees.refund_models import Refund, RefundState
from learning.fees.rules.bank_data import BankData, account_to_pay
from learning.fees.rules.invoice_content import seller_of
from learning.kit.i18n import N_, I18n
from learning.kit.money import Money
from learning.kit.text import mark_safe

MINUS = "\N{MINUS SIGN}"
ISSUED = {
    InvoiceKind.INVOICE: N_("Invoice %(number)s"),
    InvoiceKind.CREDIT_NOTE: N_("Credit note %(number)s"),
    InvoiceKind.CANCELLATION_CHARGE: N_("Cancellation charge, %(number)s"),
}
REFUND_STATES: dict[RefundState, str] = {
    RefundState.DRAFT: N_("It is being prepared."),
    RefundState.PENDING_APPROVAL: N_("A second person checks it."),
    RefundState.APPROVED: N_("It is approved; the transfer follows."),
    RefundState.EXPORTED: N_("The bank has the transfer."),
    RefundState.SETTLED: N_("The money left our bank on %(day)s."),
    RefundState.RETURNED: N_("The bank sent the transfer back."),
    RefundState.CANCELLED: N_("This refund was cancelled."),
}
CARD_REFUND_STATES: dict[RefundState, str] = {
    RefundState.APPROVED: N_("It is approved; it goes back to your card."),
    RefundState.EXPORTED: N_("The card provider has the refund."),
    RefundState.SETTLED: N_("It went back to your card on %(day)s."),
}
CARD_FAILED = N_("Your card could not be refunded: we need an account.")
ACCOUNT_NEEDED = N_("We need the account to which we may pay it.")
OTHER_ACCOUNT_NEEDED = N_("The bank sent the transfer back: we need another account.")


@dataclass(frozen=True, kw_only=True)
class SumLine:
    """A line of a sum: what, the fact behind it, the amount as it is written, its page if any."""

    title: str
    detail: str
    amount: str
    address: str = ""


@dataclass(frozen=True, kw_only=True)
class PaymentRequest:
    """How to pay what is open of one invoice.

    `facts` are (title, value, strong); `code` is the EPC QR code, "" where none can be made;
    `is_new_account` if the invoice as it was issued has another account.
    """

    uid: str
    number: str
    amount: str
    due_on: date | None
    facts: Sequence[tuple[str, str, bool]]
    code: Markup
    is_new_account: bool


@dataclass(frozen=True, kw_only=True)
class RefundLine:
    """A refund as its payee sees it; `needs_account` when they have to say where it goes."""

    refund: Refund
    amount: str
    detail: str
    needs_account: bool


def figure(i18n: I18n, amount: Money, *, minus: bool = False) -> str:
    """Return an amount without its currency, for a column, with a sign of minus."""
    written = i18n.amount(abs(amount.major))
    return f"{MINUS}{written}" if minus != (amount.minor < 0) and amount.minor else written


def sum_lines(i18n: I18n, part: PayerPart) -> list[SumLine]:
    """Return every invoice, payment and refund of a payer, in order of their days."""
    lines = [
        (each.invoice.issued_on, _invoice_line(i18n, part, each.invoice)) for each in part.invoices
    ]
    lines += [
        (each.received_on, _payment_line(i18n, each))
        for each in part.payments
        if each.reversed_at is None
    ]
    lines += _lines_of_others(i18n, part)
    lines += [
        (each.settled_on or each.created_at.date(), _refund_sum_line(i18n, each))
        for each in part.refunds
        if each.state is not RefundState.CANCELLED
    ]
    return [line for _, line in sorted(lines, key=lambda pair: pair[0])]


def _lines_of_others(i18n: I18n, part: PayerPart) -> list[tuple[date, SumLine]]:
    """Return what money moved with the place: from the person before, or to the person after.

    Nothing else of their money is named.
    """
    day = max((each.invoice.issued_on for each in part.invoices), default=date.min)
    lines = []
    if part.paid_before.minor:
        title, amount = N_("Paid before the place was yours"), part.paid_before
        lines.append((day, _plain_line(i18n, title, figure(i18n, amount, minus=True))))
    if part.handed_on.minor:
        title, amount = N_("Pays for the place that you passed on"), part.handed_on
        lines.append((date.max, _plain_line(i18n, title, figure(i18n, amount))))
    return lines


def _plain_line(i18n: I18n, title: str, amount: str) -> SumLine:
    return SumLine(title=i18n.gettext(title), detail="", amount=amount)


def _invoice_line(i18n: I18n, part: PayerPart, invoice: Invoice) -> SumLine:
    """Return a document; it leads to its page unless it is about somebody's place before."""
    is_own = invoice.fee_agreement_id == part.agreement.id
    return SumLine(
        title=i18n.gettext(ISSUED[invoice.kind]) % {"number": invoice.number},
        detail=i18n.gettext("of %(day)s") % {"day": i18n.date(invoice.issued_on, weekday=False)},
        amount=figure(i18n, invoice.total, minus=invoice.kind is InvoiceKind.CREDIT_NOTE),
        address=url_for("invoices.show_invoice", invoice_uid=invoice.uid) if is_own else "",
    )


def _payment_line(i18n: I18n, payment: Payment) -> SumLine:
    day = i18n.date(payment.received_on, weekday=False)
    return SumLine(
        title=i18n.gettext("Received on %(day)s") % {"day": day},
        detail="",
        amount=figure(i18n, payment.amount, minus=True),
    )


def _refund_sum_line(i18n: I18n, refund: Refund) -> SumLine:
    return SumLine(
        title=i18n.gettext("Refund %(number)s") % {"number": refund.number},
        detail=_bank_charge(i18n, refund),
        amount=figure(i18n, refund.gross),
    )


def _bank_charge(i18n: I18n, refund: Refund) -> str:
    if not refund.bank_charge_minor:
        return ""
    words = {
        "charge": i18n.exact_money(Money(refund.bank_charge_minor, refund.gross.currency)),
        "net": i18n.exact_money(refund.net),
    }
    return i18n.gettext("%(net)s is sent; the bank takes %(charge)s") % words


def refund_lines(i18n: I18n, part: PayerPart) -> list[RefundLine]:
    """Return the refunds of a payer, and for each what happens with it now."""
    return [
        RefundLine(
            refund=each,
            amount=i18n.exact_money(each.net),
            detail=_refund_detail(i18n, part, each, needs_account=needs),
            needs_account=needs,
        )
        for each, needs in ((refund, needs_account(part, refund)) for refund in part.refunds)
    ]


def needs_account(part: PayerPart, refund: Refund) -> bool:
    """Whether the payee has to say where a refund goes, as its e-mail asks.

    Finance proposes the account that paid, if the bank passed it on.
    """
    if refund.state is RefundState.RETURNED:
        return True
    if refund.state is not RefundState.DRAFT or refund.holder_name or refund.net.minor == 0:
        return False
    if _to_card(part, refund):
        return False
    ibans = {each.id: each.payer_iban for each in part.payments}
    return iban_error(normalised_iban(ibans.get(refund.payment_id, ""))) is not None


def _to_card(part: PayerPart, refund: Refund) -> bool:
    paid = next((each for each in part.payments if each.id == refund.payment_id), None)
    return paid is not None and goes_to_card(refund, paid)


def _refund_detail(i18n: I18n, part: PayerPart, refund: Refund, *, needs_account: bool) -> str:
    to_card = _to_card(part, refund)
    if needs_account and refund.state is RefundState.RETURNED:
        return i18n.gettext(CARD_FAILED if to_card else OTHER_ACCOUNT_NEEDED)
    if needs_account:
        return i18n.gettext(ACCOUNT_NEEDED)
    day = i18n.date(refund.settled_on, weekday=False) if refund.settled_on else ""
    texts = REFUND_STATES | (CARD_REFUND_STATES if to_card else {})
    return i18n.gettext(texts[refund.state]) % {"day": day}


def payment_requests(
    i18n: I18n, invoices: Sequence[InvoiceBalance], bank: BankData
) -> list[PaymentRequest]:
    """Return how to pay what is open of each invoice: to the account that the centre has now."""
    return [payment_request(i18n, each.invoice, each.open, bank) for each in invoices]


def payment_request(
    i18n: I18n, invoice: Invoice | JointInvoice, to_pay: Money, bank: BankData
) -> PaymentRequest:
    """Return how to pay an amount of an invoice: to the account that the centre has now."""
    account = account_to_pay(seller_of(invoice.seller), bank)
    seller, reference = account.seller, invoice.reference or ""
    facts = [
        (N_("Account holder"), seller.name, False),
        (N_("IBAN"), grouped(seller.iban), False),
        (N_("BIC"), seller.bic, False),
        (N_("Bank"), seller.bank_name, False),
        (N_("Amount"), i18n.exact_money(to_pay), False),
        (N_("Reference"), grouped(reference), True),
    ]
    return PaymentRequest(
        uid=invoice.uid,
        number=invoice.number,
        amount=i18n.exact_money(to_pay),
        due_on=invoice.due_on,
        facts=[(i18n.gettext(title), value, strong) for title, value, strong in facts if value],
        code=_code(seller.name, seller.iban, to_pay, reference),
        is_new_account=account.is_new,
    )


def _code(name: str, iban: str, amount: Money, reference: str) -> Markup:
    """Return the EPC QR code as SVG, nothing where it cannot be made: not in euros, say."""
    try:
        transfer = TransferRequest(name=name, iban=iban, amount=amount, reference=reference)
    except ValueError:
        return Markup("")
    return mark_safe(epc_qr_svg(transfer))

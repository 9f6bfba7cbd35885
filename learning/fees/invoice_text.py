"""What an invoice says in words, the same on its page and in its PDF."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from learning.admissions.rules.billing import BillingDetails, address_lines
from learning.bank_formats.references import TransferRequest, grouped
from learning.fees.invoice_models import Invoice, InvoiceKind, JointInvoice
from learning.fees.queries.invoice_details import InvoiceDetail
from learning.fees.rules.bank_data import AccountToPay, BankData, account_to_pay
from learning.fees.rules.invoice_content import (
    InvoiceLine,
    LineKind,
    Seller,
    buyer_of,
    lines_of,
    seller_of,
)
from learning.fees.rules.shares import WHOLE
from learning.kit.i18n import N_, I18n
from learning.kit.money import Money

REFERENCE_NOTE = N_(
    "Please give the reference with your transfer, and let the sender bear all bank charges (OUR)."
)
NOT_NAMED = N_("a person who is not named yet")
AS_ISSUED = BankData()
"""No account but that of the invoice."""
QR_CAPTION = N_("For banking apps in the euro area: account, reference and %(amount)s.")


@dataclass(frozen=True, kw_only=True)
class TextLine:
    """A line of the table: what, small print, the amount as it is written."""

    title: str
    detail: str
    amount: str


@dataclass(frozen=True, kw_only=True)
class PaymentText:
    """How to pay an amount by bank; `transfer` is None where no QR code can be made.

    `is_new_account` if the document as it was issued has another account.
    """

    facts: Sequence[tuple[str, str, bool]]  # label, value, whether it is the one to copy
    transfer: TransferRequest | None
    amount: str
    is_new_account: bool


@dataclass(frozen=True, kw_only=True)
class InvoiceText:
    """An invoice in one language; `seller` and `buyer` are lines of an address."""

    title: str
    number: str
    seller: Sequence[str]
    buyer: Sequence[str]
    facts: Sequence[tuple[str, str]]
    lines: Sequence[TextLine]
    total: str
    about: str
    payment: PaymentText | None


def invoice_text(
    detail: InvoiceDetail, i18n: I18n, *, to_pay: Money, bank: BankData = AS_ISSUED
) -> InvoiceText:
    """Return what a document says; how to pay stands in it if something is `to_pay`.

    It is paid to `bank`, the account that the centre has now; the PDF keeps that of its issue.
    """
    invoice = detail.invoice
    seller, buyer = seller_of(invoice.seller), buyer_of(invoice.buyer)
    is_credit = invoice.kind is InvoiceKind.CREDIT_NOTE
    if invoice_is_line(detail):
        to_pay = Money(0, to_pay.currency)  # the joint invoice says how to pay
    return InvoiceText(
        title=i18n.gettext("Credit note") if is_credit else i18n.gettext("Invoice"),
        number=invoice.number,
        seller=seller_lines(seller, i18n),
        buyer=buyer_lines(buyer, i18n),
        facts=_facts(detail, buyer, i18n),
        lines=[
            *(text_line(each, i18n) for each in lines_of(invoice.lines)),
            tax_line(seller, invoice.total.currency, i18n),
        ],
        total=i18n.exact_money(invoice.total),
        about=_about(detail, i18n),
        payment=None
        if is_credit or to_pay.minor <= 0
        else payment_text(invoice, account_to_pay(seller, bank), to_pay, i18n),
    )


def invoice_is_line(detail: InvoiceDetail) -> bool:
    """Whether a document is a line of a joint invoice."""
    return detail.invoice.joint_id is not None


def day(i18n: I18n, of: date) -> str:
    """Return a day as documents write it: “4 January 2027”."""
    return i18n.date(of, weekday=False)


def transfer_of(
    invoice: Invoice | JointInvoice, seller: Seller, amount: Money
) -> TransferRequest | None:
    """Return the transfer that pays an amount of an invoice, None if no code says it."""
    with suppress(ValueError):
        return TransferRequest(
            name=seller.name,
            iban=seller.iban,
            bic=seller.bic,
            amount=amount,
            reference=invoice.reference or "",
        )
    return None


def seller_lines(seller: Seller, i18n: I18n) -> list[str]:
    """Return the address of the centre as documents have it."""
    town = f"{seller.postcode} {seller.town}".strip()
    lines = [seller.name, seller.line1, seller.line2, town, i18n.country(seller.country)]
    if seller.vat_id:
        lines.append(i18n.label_and_text(i18n.gettext("VAT number"), seller.vat_id))
    return [line for line in lines if line]


def buyer_lines(buyer: BillingDetails, i18n: I18n) -> list[str]:
    """Return the address of the payer as documents have it."""
    lines = address_lines(buyer, i18n.country(buyer.country))
    if buyer.vat_id:
        lines.append(i18n.label_and_text(i18n.gettext("VAT number"), buyer.vat_id))
    return lines


def _facts(detail: InvoiceDetail, buyer: BillingDetails, i18n: I18n) -> list[tuple[str, str]]:
    invoice = detail.invoice
    facts = [(i18n.gettext("Issued on"), day(i18n, invoice.issued_on))]
    if invoice.due_on:
        facts.append((i18n.gettext("Due on"), day(i18n, invoice.due_on)))
    if detail.credited:
        facts.append((i18n.gettext("For invoice"), detail.credited.number))
    if buyer.po_number:
        facts.append((i18n.gettext("Your order"), buyer.po_number))
    return facts


def text_line(line: InvoiceLine, i18n: I18n) -> TextLine:
    """Return a line in words: a place, and what part of its price is invoiced."""
    is_charge = line.kind is LineKind.CANCELLATION_CHARGE
    days = i18n.gettext("%(hours)s hours, %(first)s – %(last)s") % {
        "hours": i18n.number(line.hours),
        "first": day(i18n, line.first_day),
        "last": day(i18n, line.last_day),
    }
    parts = [line.course if is_charge else days, line.participant or i18n.gettext(NOT_NAMED)]
    if line.percent != WHOLE:
        share = {"share": i18n.percent(line.percent / WHOLE), "price": i18n.exact_money(line.price)}
        parts.append(i18n.gettext("%(share)s of %(price)s") % share)
    return TextLine(
        title=i18n.gettext("Cancellation charge") if is_charge else line.course,
        detail=" · ".join(parts),
        amount=i18n.exact_money(line.amount),
    )


def tax_line(seller: Seller, currency: str, i18n: I18n) -> TextLine:
    """Return the line of the tax: the centre charges none, and its sentence says why."""
    return TextLine(
        title=i18n.gettext("Tax"),
        detail=seller.tax_sentence,
        amount=i18n.exact_money(Money(0, currency)),
    )


def _about(detail: InvoiceDetail, i18n: I18n) -> str:
    """Return what a document says of another one."""
    if detail.credited and detail.credited.joint_id:
        words = {
            "number": detail.credited.number,
            "day": day(i18n, detail.credited.issued_on),
        }
        sentence = i18n.gettext(
            "This credit note cancels the line %(number)s of an invoice of %(day)s for several "
            "people. The other lines stay."
        )
        return sentence % words
    if invoice_is_line(detail):
        return i18n.gettext("This is one line of an invoice for several people.")
    if detail.credited:
        words = {
            "number": detail.credited.number,
            "day": day(i18n, detail.credited.issued_on),
        }
        sentence = i18n.gettext(
            "This credit note cancels the invoice %(number)s of %(day)s in full."
        )
        return sentence % words
    if detail.replaces:
        words = {"number": detail.replaces.number}
        return i18n.gettext("This invoice replaces %(number)s, which is credited.") % words
    return ""


def payment_text(
    invoice: Invoice | JointInvoice, account: AccountToPay, to_pay: Money, i18n: I18n
) -> PaymentText:
    """Return how to pay an amount of an invoice, to the account that the centre has."""
    seller = account.seller
    amount = i18n.exact_money(to_pay)
    facts = [
        (i18n.gettext("Account holder"), seller.name, False),
        ("IBAN", grouped(seller.iban), False),
        ("BIC", seller.bic, False),
        (i18n.gettext("Bank"), seller.bank_name, False),
        (i18n.gettext("Reference"), grouped(invoice.reference or ""), True),
        (i18n.gettext("Amount"), amount, False),
    ]
    return PaymentText(
        facts=[fact for fact in facts if fact[1]],
        transfer=transfer_of(invoice, seller, to_pay),
        amount=amount,
        is_new_account=account.is_new,
    )

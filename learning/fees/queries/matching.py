"""Reads for the matching of bank entries: entries, and the invoices that they may pay."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from learning.admissions.billing_models import BillingParty
from learning.fees.invoice_models import Invoice, InvoiceKind, JointInvoice
from learning.fees.payment_models import Payment, PaymentMethod
from learning.fees.queries.balances import INVOICES, is_credited, paid_minor, with_balance
from learning.fees.refund_models import Refund
from learning.fees.rules.matching import (
    PADDED,
    Candidate,
    Receipt,
    Share,
    Suggestion,
    normal,
    numbers_in,
    refund_number_in,
    suggest,
)
from learning.fees.statement_models import BankEntry, EntryState

PARTIES, ENTRIES = BillingParty.__table__.c, BankEntry.__table__.c
CANDIDATES = 5000  # open invoices that a page compares with; the oldest


def receipt_of(entry: BankEntry) -> Receipt:
    """Return what the bank passed on about an entry."""
    return Receipt(
        minor=entry.amount.minor,
        currency=entry.amount.currency,
        name=entry.counterparty,
        iban=entry.counterparty_iban,
        reference=entry.reference,
        text=entry.text,
    )


def named_candidates(session: Session, receipt: Receipt) -> list[Candidate]:
    """Return the invoices whose number or reference a receipt names, paid and credited ones too."""
    found = numbers_in(receipt.text) | numbers_in(receipt.reference)
    reference, numbers = normal(receipt.reference), _printed(found)
    own = Invoice.number.in_(numbers) | (Invoice.reference == reference)
    joint = JointInvoice.number.in_(numbers) | (JointInvoice.reference == reference)
    return _candidates(session, own | joint)


def numbered_candidates(session: Session, text: str) -> list[Candidate]:
    """Return the invoices whose numbers a person typed."""
    numbers = _printed(numbers_in(text))
    return _candidates(session, Invoice.number.in_(numbers) | JointInvoice.number.in_(numbers))


def open_candidates(session: Session) -> list[Candidate]:
    """Return the invoices with something to pay, the oldest first, in two statements."""
    return _candidates(session, ~is_credited(), paid_minor() < INVOICES.total_minor)


def is_receipt(entry: BankEntry) -> bool:
    """Whether an entry is money that came in, and nothing that the bank brings back."""
    return entry.amount.minor > 0 and not entry.is_reversal and not entry.return_reason


def unproved_payments(session: Session, entry: BankEntry, share: Share) -> list[Payment]:
    """Return payments of the whole amount by the same payer, by hand and without an entry yet."""
    own = select(Payment).where(
        Payment.fee_account_id == share.account_id,
        Payment.payer == share.payer,
        Payment.method == PaymentMethod.MANUAL,
        Payment.bank_entry_id.is_(None),
        Payment.reversed_at.is_(None),
        Payment.amount == entry.amount,
    )
    return list(session.scalars(own.order_by(Payment.id)))


def suggestions_for(
    entries: Iterable[BankEntry], candidates: Collection[Candidate]
) -> dict[int, Suggestion]:
    """Return the suggestion for each entry that has one, by the id of the entry."""
    pool = list(candidates)
    made = {each.id: suggest(receipt_of(each), pool) for each in entries if is_receipt(each)}
    return {entry_id: found for entry_id, found in made.items() if found is not None}


def entry_by_uid(session: Session, uid: str) -> BankEntry | None:
    """Return the entry with a uid, None if there is none."""
    return session.scalar(select(BankEntry).where(BankEntry.uid == uid))


def entries_in(session: Session, state: EntryState, *, limit: int) -> list[BankEntry]:
    """Return the entries in a state, those that were booked last first."""
    own = select(BankEntry).where(BankEntry.state == state).limit(limit)
    return list(session.scalars(own.order_by(BankEntry.booked_on.desc(), BankEntry.id)))


def payments_of_entry(session: Session, entry: BankEntry) -> list[Payment]:
    """Return the payments that were recorded from an entry, reversed ones too."""
    own = select(Payment).where(Payment.bank_entry_id == entry.id)
    return list(session.scalars(own.order_by(Payment.id)))


def refund_of(session: Session, entry: BankEntry) -> Refund | None:
    """Return the refund whose number an entry names, in its end-to-end id, reference or text."""
    number = refund_number_in(entry.end_to_end_id, entry.reference, entry.text)
    return session.scalar(select(Refund).where(Refund.number == number)) if number else None


def receipts_like(session: Session, entry: BankEntry) -> list[Payment | None]:
    """Return what the receipts paid that a debit may take back: at most two.

    They have its amount and its end-to-end id, or its reference if one of the two has no such id,
    and no other account of the payer. None stands for a receipt that is no payment; those that
    are taken back are left out.
    """
    payments = (
        select(Payment)
        .select_from(BankEntry)
        .outerjoin(
            Payment, and_(Payment.bank_entry_id == BankEntry.id, Payment.reversed_at.is_(None))
        )
        .where(
            ENTRIES.amount_minor == -entry.amount.minor,
            ENTRIES.amount_currency == entry.amount.currency,
            BankEntry.booked_on <= entry.booked_on,
            BankEntry.state.in_((EntryState.MATCHED, EntryState.UNMATCHED, EntryState.IGNORED)),
            or_(Payment.id.is_not(None), BankEntry.state != EntryState.MATCHED),
            _has_name_of(entry),
        )
    )
    if entry.counterparty_iban:
        payments = payments.where(BankEntry.counterparty_iban.in_(("", entry.counterparty_iban)))
    return list(session.scalars(payments.order_by(BankEntry.id, Payment.id).limit(2)))


def _has_name_of(entry: BankEntry) -> ColumnElement[bool]:
    """Whether an entry has the end-to-end id of this one, or its reference."""
    same_id = and_(BankEntry.end_to_end_id == entry.end_to_end_id, BankEntry.end_to_end_id != "")
    same = and_(BankEntry.reference == entry.reference, BankEntry.reference != "")
    if entry.end_to_end_id:
        same = and_(same, BankEntry.end_to_end_id == "")
    return or_(same_id, same)


def _printed(numbers: Iterable[tuple[str, int, int]]) -> list[str]:
    return [f"{series}-{year}-{sequence:0{PADDED}}" for series, year, sequence in numbers]


def _candidates(session: Session, *where: ColumnElement[bool]) -> list[Candidate]:
    rows = session.execute(
        with_balance()
        .add_columns(PARTIES.name, JointInvoice.number, JointInvoice.reference)
        .join(BillingParty, BillingParty.id == Invoice.party_id)
        .outerjoin(JointInvoice, JointInvoice.id == Invoice.joint_id)
        .where(Invoice.kind != InvoiceKind.CREDIT_NOTE, *where)
        .order_by(Invoice.issued_on, Invoice.id)
        .limit(CANDIDATES)
    ).all()
    ibans = _ibans(session, {invoice.fee_account_id for invoice, *_ in rows})
    return [
        Candidate(
            invoice_id=invoice.id,
            account_id=invoice.fee_account_id,
            payer=str(invoice.payer),
            number=joint or invoice.number,
            reference=invoice.reference or reference or "",
            open=0 if credited else invoice.total.minor - int(paid),
            currency=invoice.total.currency,
            name=name,
            ibans=frozenset(ibans[invoice.fee_account_id, str(invoice.payer)]),
            joint=joint or "",
            position=invoice.position or 0,
        )
        for invoice, paid, credited, name, joint, reference in rows
    ]


def _ibans(session: Session, account_ids: Collection[int]) -> dict[tuple[int, str], set[str]]:
    """Return from which accounts payers have paid before, by fee account and payer."""
    rows = session.execute(
        select(Payment.fee_account_id, Payment.payer, Payment.payer_iban)
        .where(
            Payment.fee_account_id.in_(account_ids),
            Payment.payer_iban != "",
            Payment.reversed_at.is_(None),
        )
        .distinct()
    )
    found: dict[tuple[int, str], set[str]] = defaultdict(set)
    for account_id, payer, iban in rows:
        found[account_id, str(payer)].add(iban)
    return found

"""What fees keep of a person (`extension_points.personal_data`): nearly all, by law.

Invoices, credit notes, payments and refunds are documents of the books: the law of most countries
wants them for years (`books_years` of the settings). They name who was invoiced and who paid. The
ledger names nobody.
"""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    cast,
    exists,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute

from learning.admissions.agreement_models import FeeAgreement
from learning.admissions.models import Application, Sponsorship
from learning.audit.models import AuditEntry
from learning.audit.personal_data import HIDDEN, SEALED
from learning.catalogue.queries import edition_code
from learning.extension_points.personal_data import OnForget, PersonalTable, PersonRef, has_email
from learning.fees.card_models import CardRefund, CardSession, StoredEvent
from learning.fees.invoice_models import Invoice, InvoiceLink, JointInvoice
from learning.fees.models import FeeAccount, FeeCancellation, FeeSettlement, Payer
from learning.fees.payment_models import Payment, PaymentAllocation
from learning.fees.proof_models import TransferProof
from learning.fees.quote_models import Quote, SponsorBilling
from learning.fees.refund_models import Refund, RefundChange
from learning.fees.reminder_models import InvoiceReminder
from learning.fees.statement_models import BankEntry

BOOKS = "It is a document of the books, which the law wants for years."
STAFF = frozenset({"proposed_by_id", "decided_by_id"})
ACCOUNT = frozenset({"iban", "account_number", "digest"})
OTHERS = frozenset({"payer_name", "payer_iban", "note", "source_key", "reversal_reason"})


def _own_agreements(person: PersonRef) -> Select[int]:
    """Return the query for the agreements of the person's places."""
    return (
        select(FeeAgreement.id)
        .join(Application, Application.id == FeeAgreement.application_id)
        .where(Application.person_id == person.id)
    )


def _is_own_place(person: PersonRef) -> ColumnElement[bool]:
    """Whether a fee account is that of a place of the person, now or by an invoice before."""
    invoiced = select(Invoice.fee_account_id).where(
        Invoice.fee_agreement_id.in_(_own_agreements(person))
    )
    return or_(
        FeeAccount.fee_agreement_id.in_(_own_agreements(person)), FeeAccount.id.in_(invoiced)
    )


def _own_accounts(person: PersonRef) -> Select[int]:
    return select(FeeAccount.id).where(_is_own_place(person))


def _is_paid_by(person: PersonRef) -> ColumnElement[bool]:
    """Whether the person had the place when a payment of the participant's part was received."""
    is_own = Payment.fee_agreement_id.in_(_own_agreements(person))
    return is_own & (Payment.payer == Payer.PARTICIPANT)


def _is_paid_for(person: PersonRef) -> ColumnElement[bool]:
    return Payment.fee_account_id.in_(_own_accounts(person)) & ~_is_paid_by(person)


def _own_payments(person: PersonRef) -> Select[int]:
    return select(Payment.id).where(_is_paid_by(person))


def _own_invoices(person: PersonRef) -> Select[int]:
    """Return the query for the invoices that the person pays or that are about their place."""
    return select(Invoice.id).where(Invoice.fee_agreement_id.in_(_own_agreements(person)))


def _own_card_sessions(person: PersonRef) -> Select[int]:
    return select(CardSession.id).where(CardSession.invoice_id.in_(_own_invoices(person)))


def _is_recorded(person: PersonRef) -> ColumnElement[bool]:
    """Whether the audit trail has an entry about money of the person."""
    subjects = union_all(
        _subjects("fee account", FeeAccount.id, _is_own_place(person)),
        _subjects("invoice", Invoice.id, Invoice.fee_agreement_id.in_(_own_agreements(person))),
        _subjects("payment", Payment.id, _is_paid_by(person)),
        _subjects(
            "card session", CardSession.id, CardSession.invoice_id.in_(_own_invoices(person))
        ),
        _subjects("refund", Refund.id, Refund.payment_id.in_(_own_payments(person))),
    ).subquery()
    return AuditEntry.subject.in_(select(subjects.c.subject))


def _subjects(
    kind: str, row_id: InstrumentedAttribute[int], condition: ColumnElement[bool]
) -> Select[Any]:
    subject = literal(f"{kind} ") + cast(row_id, String)
    return select(subject.label("subject")).where(condition)


def _own_sponsorships(person: PersonRef) -> Select[int]:
    """Return the query for the sponsorships whose contact the person is."""
    return select(Sponsorship.id).where(
        has_email(Sponsorship.contact_email, Sponsorship.created_at, person)
    )


def _nominating(person: PersonRef) -> Select[int | None]:
    """Return the query for the sponsorships that the person's applications have."""
    return select(Application.sponsorship_id).where(
        Application.person_id == person.id, Application.sponsorship_id.is_not(None)
    )


CARD_TABLES = (
    PersonalTable(
        model=StoredEvent,
        about=lambda person: StoredEvent.card_session_id.in_(_own_card_sessions(person)),
        on_forget=OnForget.KEEP,
        why="It proves what the card provider said; it names nobody, and is deleted by itself.",
        hidden=frozenset({"resolved_by_id", "note"}),
    ),
    PersonalTable(
        model=CardRefund,
        about=lambda person: CardRefund.card_session_id.in_(_own_card_sessions(person)),
        on_forget=OnForget.KEEP,
        why="It proves that the card was refunded; it holds no number of a card.",
    ),
    PersonalTable(
        model=CardSession,
        about=lambda person: CardSession.invoice_id.in_(_own_invoices(person)),
        on_forget=OnForget.KEEP,
        why="It is the proof of a payment by card; it holds no number of a card.",
        hidden=frozenset({"request_key", "url"}),
        added={"edition": edition_code(CardSession.edition_id)},
    ),
)
TABLES = (
    *CARD_TABLES,
    PersonalTable(
        model=Quote,
        about=lambda person: or_(
            Quote.sponsorship_id.in_(_own_sponsorships(person)),
            Quote.sponsorship_id.in_(_nominating(person)),
        ),
        on_forget=OnForget.KEEP,
        why="It is a document that was sent to an institution, with the names of its nominees.",
        hidden=frozenset({"issued_by_id", "lines", "buyer", "uid"}),
        added={"edition": edition_code(Quote.edition_id)},
    ),
    PersonalTable(
        model=JointInvoice,
        about=lambda person: or_(
            JointInvoice.sponsorship_id.in_(_own_sponsorships(person)),
            JointInvoice.id.in_(
                select(Invoice.joint_id).where(
                    Invoice.fee_agreement_id.in_(_own_agreements(person))
                )
            ),
        ),
        on_forget=OnForget.KEEP,
        why=BOOKS,
        hidden=frozenset({"issued_by_id", "buyer", "total_minor", "total_currency"}),
        added={"edition": edition_code(JointInvoice.edition_id)},
    ),
    PersonalTable(
        model=SponsorBilling,
        about=lambda person: SponsorBilling.sponsorship_id.in_(_own_sponsorships(person)),
        on_forget=OnForget.KEEP,
        why="Invoices name the purchase order; it is that of the institution and names nobody.",
        added={"edition": edition_code(SponsorBilling.edition_id)},
    ),
    PersonalTable(
        model=InvoiceLink,
        about=lambda person: InvoiceLink.sponsorship_id.in_(_own_sponsorships(person)),
        on_forget=OnForget.DELETE,
        hidden=frozenset({"token_hash"}),
    ),
    PersonalTable(
        model=InvoiceReminder,
        about=lambda person: InvoiceReminder.invoice_id.in_(
            select(Invoice.id).where(Invoice.fee_agreement_id.in_(_own_agreements(person)))
        ),
        on_forget=OnForget.KEEP,
        why="It proves that the payer was reminded; it names nobody.",
        hidden=frozenset({"sent_by_id"}),
    ),
    PersonalTable(
        model=TransferProof,
        about=lambda person: TransferProof.invoice_id.in_(
            select(Invoice.id).where(
                Invoice.fee_agreement_id.in_(_own_agreements(person)),
                Invoice.payer == Payer.PARTICIPANT,
            )
        ),
        on_forget=OnForget.KEEP,
        why="It belongs to the invoice that it was sent for.",
        hidden=frozenset({"sent_by_id", "checked_by_id"}),
        added={"edition": edition_code(TransferProof.edition_id)},
    ),
    PersonalTable(
        model=RefundChange,
        about=lambda person: RefundChange.refund_id.in_(
            select(Refund.id).where(Refund.payment_id.in_(_own_payments(person)))
        ),
        on_forget=OnForget.KEEP,
        why="It proves which two people agreed to pay money back, to whom and how much.",
        hidden=frozenset({"by_id", "digest", "reason"}),
    ),
    PersonalTable(
        model=PaymentAllocation,
        about=lambda person: PaymentAllocation.payment_id.in_(_own_payments(person)),
        on_forget=OnForget.KEEP,
        why=BOOKS,
    ),
    PersonalTable(
        model=Refund,
        about=lambda person: Refund.payment_id.in_(_own_payments(person)),
        on_forget=OnForget.KEEP,
        why="It proves who was paid back, and that two people agreed; accounts are encrypted.",
        hidden=ACCOUNT | {"prepared_by_id", "approved_by_id", "charged_by_id"},
        added={"edition": edition_code(Refund.edition_id)},
    ),
    PersonalTable(
        model=BankEntry,
        about=lambda person: exists().where(
            Payment.bank_entry_id == BankEntry.id, _is_paid_by(person)
        ),
        on_forget=OnForget.KEEP,
        why="It is what the bank says; the statement has to stay whole.",
        hidden=frozenset({"decided_by_id", "duplicate_key"}),
    ),
    PersonalTable(
        model=Payment,
        about=_is_paid_by,
        on_forget=OnForget.KEEP,
        why=BOOKS,
        hidden=frozenset({"recorded_by_id", "source_key", "reversal_reason"}),
        added={"edition": edition_code(Payment.edition_id)},
    ),
    PersonalTable(
        model=Payment,
        about=_is_paid_for,
        on_forget=OnForget.KEEP,
        why="Somebody else paid for the place; the books need it.",
        hidden=frozenset({"recorded_by_id"}) | OTHERS,
        added={"edition": edition_code(Payment.edition_id)},
    ),
    PersonalTable(
        model=FeeCancellation,
        about=lambda person: FeeCancellation.fee_agreement_id.in_(_own_agreements(person)),
        on_forget=OnForget.KEEP,
        why="It says why less was paid back than paid; it has no words in it.",
        added={"edition": edition_code(FeeCancellation.edition_id)},
    ),
    PersonalTable(
        model=FeeSettlement,
        about=lambda person: FeeSettlement.fee_account_id.in_(_own_accounts(person)),
        on_forget=OnForget.KEEP,
        why="It is the document for a fee that nobody paid, with the reason.",
        hidden=STAFF,
        added={"edition": edition_code(FeeSettlement.edition_id)},
    ),
    PersonalTable(
        model=Invoice,
        about=lambda person: Invoice.fee_agreement_id.in_(_own_agreements(person)),
        on_forget=OnForget.KEEP,
        why="An invoice never changes, and the law wants it for years.",
        hidden=frozenset({"issued_by_id", "correction_reason"}),
        added={"edition": edition_code(Invoice.edition_id)},
    ),
    PersonalTable(
        model=FeeAccount,
        about=_is_own_place,
        on_forget=OnForget.KEEP,
        why="Invoices and payments hang on it; it names nobody.",
        added={"edition": edition_code(FeeAccount.edition_id)},
    ),
    PersonalTable(
        model=AuditEntry,
        about=_is_recorded,
        on_forget=OnForget.KEEP,
        why=SEALED,
        hidden=HIDDEN,
    ),
)

"""Rows of fees: about one person in every table, and what waits for finance."""

from datetime import date, timedelta
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.admissions.agreement_models import FeeAgreement
from learning.admissions.models import Application, Sponsorship
from learning.admissions.override_models import TransferOverride
from learning.admissions.queries.agreements import latest_agreement
from learning.audit.actions import record
from learning.fees.card_models import (
    CardRefund,
    CardSession,
    CardSessionState,
    EventOutcome,
    QuarantineReason,
    StoredEvent,
)
from learning.fees.centre_models import BankDataProposal
from learning.fees.invoice_models import Invoice, InvoiceKind
from learning.fees.models import (
    FeeAccount,
    FeeCancellation,
    FeeSettlement,
    Payer,
    SettlementKind,
)
from learning.fees.payment_models import Payment, PaymentAllocation, PaymentMethod
from learning.fees.proof_models import TransferProof
from learning.fees.quote_models import SponsorBilling
from learning.fees.refund_models import Refund, RefundChange, RefundSource, RefundState
from learning.fees.reminder_models import InvoiceReminder
from learning.fees.rules.refunds import RefundEvent
from learning.fees.rules.reminders import ReminderStep
from learning.fees.statement_models import BankEntry, BankStatement, EntryState
from learning.files.models import FileState, StoredFile
from learning.files.rules import FileKind
from learning.kit.money import Money
from tests.fees.scenes import a_payment_row, an_account, an_invoice
from tests.fees.sponsor_scenes import a_sponsor
from tests.world import NOW, World

FEE = Money(98000, "EUR")
DAY = NOW.date()


def add_money(session: Session, application: Application, mark: str, staff: int) -> None:
    """Write an invoice, its payment from the bank and a refund; `mark` stands in all texts."""
    agreement = latest_agreement(session, application.id)
    assert agreement is not None
    assert agreement.party_id is not None
    account = session.scalar(
        select(FeeAccount).where(FeeAccount.fee_agreement_id == agreement.id)
    ) or FeeAccount(edition_id=agreement.edition_id, fee_agreement_id=agreement.id, opened_at=NOW)
    statement = BankStatement(
        iban="IT60X0542811101000000123456", statement_id=mark, sequence_number=None, from_on=DAY,
        until_on=DAY, opening=Money(0, "EUR"), closing=FEE, file_name="a.xml", sha256="0",
        read_at=NOW, read_by_id=staff,
    )  # fmt: skip
    session.add_all([account, statement])
    session.flush()
    here = {"edition_id": agreement.edition_id, "fee_account_id": account.id}
    invoice = Invoice(
        kind=InvoiceKind.INVOICE, number=f"{mark}-1", fee_agreement_id=agreement.id,
        payer=Payer.PARTICIPANT, party_id=agreement.party_id, total=FEE, issued_on=DAY,
        due_on=DAY, reference=f"{mark}-RF", language="fr", seller="{}", buyer=mark, lines="[]",
        issued_at=NOW, issued_by_id=staff, **here,
    )  # fmt: skip
    entry = BankEntry(
        statement_id=statement.id, position=1, booked_on=DAY, value_on=None, amount=FEE,
        is_reversal=False, counterparty=mark, counterparty_iban=mark, end_to_end_id="",
        reference="", text=mark, return_reason="", charges_minor=0, duplicate_key="-key",
        state=EntryState.MATCHED,
    )  # fmt: skip
    session.add_all([invoice, entry])
    session.flush()
    payment = Payment(
        payer=Payer.PARTICIPANT, party_id=agreement.party_id, fee_agreement_id=agreement.id,
        method=PaymentMethod.BANK_TRANSFER,
        source_key=f"{mark}-key", amount=FEE, received_on=DAY, recorded_at=NOW,
        recorded_by_id=staff, payer_name=mark, payer_iban=mark, bank_entry_id=entry.id, **here,
    )  # fmt: skip
    session.add_all([payment, _sponsor_payment(payment, f"{mark}-sponsor-key")])
    session.flush()
    refund = Refund(
        number=f"R-{mark}", payment_id=payment.id, source=RefundSource.CANCELLATION, gross=FEE,
        bank_charge_minor=0, created_at=NOW, holder_name=mark, iban=f"{mark} secret",
        digest=f"{mark} hash", state=RefundState.CANCELLED, **here,
    )  # fmt: skip
    session.add(refund)
    session.flush()
    add_card_rows(session, invoice, refund)
    session.add_all([
        RefundChange(
            refund_id=refund.id, event=RefundEvent.DRAFT, before="", after="draft",
            net_minor=FEE.minor, digest=f"{mark} hash", at=NOW, by_id=staff, reason=f"{mark} s",
        ),
        InvoiceReminder(
            edition_id=agreement.edition_id, invoice_id=invoice.id, step=ReminderStep.FIRST,
            sent_on=DAY, sent_at=NOW, sent_by_id=None,
        ),
        PaymentAllocation(
            edition_id=agreement.edition_id, payment_id=payment.id, invoice_id=invoice.id,
            amount=FEE,
        ),
        TransferProof(
            edition_id=agreement.edition_id, invoice_id=invoice.id,
            file_id=a_file(session, f"proof {mark[:4]}").id, sent_at=NOW, sent_by_id=None,
        ),
        FeeSettlement(
            kind=SettlementKind.GUARANTEE, reason=mark, proposed_by_id=staff, proposed_at=NOW,
            fee_agreement_id=agreement.id,
            **here,
        ),
        FeeCancellation(
            fee_agreement_id=agreement.id, received_on=DAY, first_day=DAY, days=0, percent=100,
            paid=FEE, charge=FEE, cancelled_at=NOW, **here,
        ),
    ])  # fmt: skip
    record(session, "payment recorded", f"payment {payment.id}", by=staff, now=NOW)


def add_card_rows(session: Session, invoice: Invoice, refund: Refund) -> None:
    """Write a checkout that nobody paid, its refund and an event of the provider."""
    checkout = CardSession(
        edition_id=invoice.edition_id, fee_account_id=invoice.fee_account_id,
        invoice_id=invoice.id, payer=invoice.payer, amount=FEE, provider="fake", livemode=False,
        language="fr", created_at=NOW, expires_at=NOW, request_key=f"key {invoice.id}",
        state=CardSessionState.EXPIRED,
    )  # fmt: skip
    session.add(checkout)
    session.flush()
    session.add_all([
        CardRefund(
            refund_id=refund.id, card_session_id=checkout.id, reference=f"re {invoice.id}",
            amount=FEE, provider="fake", submitted_at=NOW,
        ),
        StoredEvent(
            provider="fake", event_id=f"evt of {invoice.id}", type="charge.dispute.created",
            created_at=NOW, received_at=NOW, facts="{}", card_session_id=checkout.id,
        ),
    ])  # fmt: skip


def _sponsor_payment(own: Payment, key: str) -> Payment:
    """Return what a sponsor paid for the same place: its name is not the person's data."""
    return Payment(
        edition_id=own.edition_id, fee_account_id=own.fee_account_id, payer=Payer.SPONSOR,
        party_id=own.party_id, fee_agreement_id=own.fee_agreement_id,
        method=PaymentMethod.MANUAL, source_key=key, amount=FEE,
        received_on=DAY, recorded_at=NOW, recorded_by_id=None, payer_name="Ministry",
        payer_iban="",
    )  # fmt: skip


def a_file(session: Session, name: str) -> StoredFile:
    """Return a file: its row alone."""
    file = StoredFile(
        purpose="override_document", slug=name, key=sha256(name.encode()).hexdigest()[:32],
        name=name, kind=FileKind.PDF, size=1, sha256="0", state=FileState.WAITING,
        owner_id=None, created_at=NOW,
    )  # fmt: skip
    session.add(file)
    session.flush()
    return file


def a_proof(session: Session, invoice: Invoice) -> TransferProof:
    """Return a proof of transfer that waits for finance."""
    return TransferProof(
        edition_id=invoice.edition_id, invoice_id=invoice.id,
        file_id=a_file(session, f"proof {invoice.id}").id, sent_at=NOW, sent_by_id=None,
    )  # fmt: skip


def an_override(session: Session, world: World, account: FeeAccount) -> TransferOverride:
    """Return a late transfer of the place of an account that waits for an approver."""
    agreement = session.get_one(FeeAgreement, account.fee_agreement_id)
    file = a_file(session, f"override {account.id}")
    return TransferOverride(
        edition_id=account.edition_id, application_id=agreement.application_id,
        target_id=world.open.id, successor_id=None, received_on=DAY, reason="late",
        file_id=file.id, proposed_by_id=world.staff[Role.REGISTRAR].id, proposed_at=NOW,
    )  # fmt: skip


def add_waiting_sponsor(
    session: Session, world: World, *, promised_until: date | None
) -> tuple[Sponsorship, FeeAccount]:
    """Write a sponsor that wants one invoice, and the account of its nominee, not invoiced."""
    sponsorship, _ = a_sponsor(session, world)
    account = an_account(session, world, sponsor_percent=100)
    agreement = session.get_one(FeeAgreement, account.fee_agreement_id)
    application = session.get_one(Application, agreement.application_id)
    application.sponsorship_id = sponsorship.id
    session.add(
        SponsorBilling(
            edition_id=sponsorship.edition_id, sponsorship_id=sponsorship.id, is_joint=True,
            po_promised_until=promised_until,
        )
    )  # fmt: skip
    session.flush()
    return sponsorship, account


def add_waiting_for_money(session: Session, world: World) -> None:
    """Write two rows at least of each kind: two places without an invoice, and what follows."""
    finance = world.staff[Role.FINANCE].id
    for number in range(2):
        for promised_until in (None, DAY - timedelta(days=2 + number)):
            add_waiting_sponsor(session, world, promised_until=promised_until)
        account = an_account(session, world)
        invoiced = an_account(session, world)
        invoice = an_invoice(session, invoiced, issued_on=DAY - timedelta(days=60 - number))
        payment = a_payment_row(session, invoiced)
        payment.recorded_by_id = finance
        here = {"edition_id": account.edition_id, "fee_account_id": account.id}
        session.add(
            StoredEvent(
                provider="fake", event_id=f"evt_{number}", type="charge.dispute.created",
                created_at=NOW, received_at=NOW, facts="{}", outcome=EventOutcome.QUARANTINED,
                reason=QuarantineReason.DISPUTE,
            )
        )  # fmt: skip
        session.add(
            FeeSettlement(
                kind=SettlementKind.GUARANTEE, reason="letter", proposed_by_id=finance,
                proposed_at=NOW, fee_agreement_id=account.fee_agreement_id, **here,
            )
        )  # fmt: skip
        session.add(an_override(session, world, account))
        session.add(a_proof(session, invoice))
        session.add(
            BankDataProposal(
                old_legal_name="", old_iban="", old_bic="", old_bank_name="", legal_name="Centro",
                iban="IT60X0542811101000000123456", bic="BPPIITRRXXX", bank_name="Banca",
                digest="", proposed_at=NOW, proposed_by_id=finance,
            )
        )  # fmt: skip
        for state in (RefundState.DRAFT, RefundState.PENDING_APPROVAL):
            session.add(
                Refund(
                    number=f"R-{invoice.number}-{state}", payment_id=payment.id, gross=FEE,
                    source=RefundSource.OTHER, bank_charge_minor=0, created_at=NOW, state=state,
                    **here,
                )
            )  # fmt: skip
        statement = BankStatement(
            iban="IT60X0542811101000000123456", statement_id=f"S{number}", sequence_number=None,
            from_on=DAY, until_on=DAY, opening=Money(0, "EUR"), closing=FEE, file_name="a.xml",
            sha256="0", read_at=NOW, read_by_id=finance,
        )  # fmt: skip
        session.add(statement)
        session.flush()
        session.add(
            BankEntry(
                statement_id=statement.id, position=1, booked_on=DAY, value_on=None, amount=FEE,
                is_reversal=False, counterparty="", counterparty_iban="", end_to_end_id="",
                reference="", text="", return_reason="", charges_minor=0, duplicate_key="",
                state=EntryState.UNMATCHED,
            )
        )  # fmt: skip
    session.flush()

"""Money under the names that the tests of every address ask for (`VALUES`)."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.admissions.agreement_models import FeeAgreement
from learning.admissions.commands.billing_parties import save_party
from learning.admissions.models import Application
from learning.admissions.override_models import TransferOverride
from learning.fees.commands import refunds
from learning.fees.commands.invoicing import issue_invoices
from learning.fees.commands.refunds import NewRefund
from learning.fees.commands.settlements import NewSettlement, propose_settlement
from learning.fees.invoice_models import Invoice
from learning.fees.models import FeeAccount, FeeSettlement, SettlementKind
from learning.fees.proof_models import TransferProof
from learning.fees.refund_models import Refund, RefundBatch
from learning.fees.rules.refunds import RefundSource, RefundState
from learning.fees.statement_models import BankEntry, BankStatement
from learning.kit.money import Money
from tests.admissions.factories import BILLING, NOW
from tests.architecture.test_routes import VALUES
from tests.bank_formats.camt_builder import Stmt
from tests.extension_points.money import a_proof, an_override
from tests.fees.places import pay
from tests.fees.refund_scenes import refund_in
from tests.fees.scenes import an_entry, the_centre
from tests.fees.statement_scenes import import_file, receipts
from tests.world import World

UID = str(VALUES["uid"])  # of every row of money


def money_of(session: Session, world: World, application: Application) -> FeeAccount:
    """Return the account of an application without an agreement, with a row for each page of money.

    An invoice, paid in part; the draft of a refund; a file of another refund; a settlement that
    waits; an entry that matches nothing; a statement that is not booked yet.
    """
    the_centre(session)
    with named(session, FeeAccount, Invoice, FeeSettlement, Refund):
        account, agreement = _account(session, world, application)
        invoice, *_ = issue_invoices(session, account, agreement, now=NOW)
        payment = pay(session, application, 90000)
        source = RefundSource.OVERPAYMENT
        new = NewRefund(payment=payment, gross=Money(10000, "EUR"), source=source)
        refunds.draft_refund(session, account, new, now=NOW)
        finance = world.staff[Role.FINANCE].id
        waiver = NewSettlement(kind=SettlementKind.WAIVER, reason="because", by=finance, now=NOW)
        propose_settlement(session, account, waiver)
    with named(session, TransferOverride):
        session.add(an_override(session, world, account))
        session.flush()
    with named(session, TransferProof):
        session.add(a_proof(session, invoice))
        session.flush()
    with named(session, BankEntry):
        an_entry(session, text="fee")
    with named(session, BankStatement, RefundBatch):
        refund_in(session, world, RefundState.EXPORTED)
        import_file(session, world, Stmt(opening=0, entries=receipts(98000)))
    session.commit()
    return account


@contextmanager
def named(session: Session, *models: type) -> Iterator[None]:
    """Give the first new row of each model the uid that is asked for."""
    left = set(models)

    def name(_session: Session, *_: object) -> None:
        for row in session.new:
            if type(row) in left:
                left.remove(type(row))
                row.uid = UID

    event.listen(session, "before_flush", name)
    try:
        yield
    finally:
        event.remove(session, "before_flush", name)
    assert not left


def _account(
    session: Session, world: World, application: Application
) -> tuple[FeeAccount, FeeAgreement]:
    edition = world.running
    agreement = FeeAgreement(
        edition_id=edition.id,
        application_id=application.id,
        price=edition.fee,
        sponsor_percent=0,
        policy_version=edition.policy_version,
        first_day=edition.starts_on,
        agreed_at=NOW,
        party_id=save_party(session, None, edition.id, BILLING),
    )
    session.add(agreement)
    session.flush()
    account = FeeAccount(edition_id=edition.id, fee_agreement_id=agreement.id, opened_at=NOW)
    session.add(account)
    session.flush()
    return account, agreement

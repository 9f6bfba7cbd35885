"""One invoice for several nominees: one number, a line for each account, whole books."""

import json
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from learning.admissions.models import Application
from learning.admissions.rules.states import ApplicationEvent, ApplicationState
from learning.bank_formats.references import rf_reference
from learning.fees.commands.invoicing import issue_invoices
from learning.fees.commands.joint_invoices import issue_joint_invoice
from learning.fees.commands.late_invoices import issue_late_invoices
from learning.fees.commands.matching import match_entry
from learning.fees.commands.reminders import remind_by_schedule
from learning.fees.commands.sponsor_billing import BillingChange, give_order, lock_billing
from learning.fees.invoice_models import Invoice, InvoiceKind, JointInvoice
from learning.fees.models import FeeAccount, Payer
from learning.fees.problems import InvoiceProblem
from learning.fees.queries.accounts import latest_agreement_of, lock_account
from learning.fees.queries.balances import balances_of
from learning.fees.queries.joint_invoices import joint_detail
from learning.fees.queries.overview import uninvoiced_accounts
from learning.fees.rules.invoice_content import buyer_of, lines_of
from learning.fees.statement_models import EntryState
from learning.kit.errors import RuleViolation
from learning.mail.models import OutgoingEmail
from tests.admissions.factories import NOW, act
from tests.fees.places import cancel, check_money
from tests.fees.scenes import an_entry, the_centre
from tests.fees.sponsor_scenes import waiting_accounts
from tests.world import World

FEE = 98000


def place(session: Session, account: FeeAccount) -> Application:
    agreement = latest_agreement_of(session, account)
    return session.get_one(Application, agreement.application_id, populate_existing=True)


def states(session: Session, accounts) -> list[ApplicationState]:
    return [place(session, each).state for each in accounts]


def lines(session: Session, joint: JointInvoice) -> list[Invoice]:
    own = select(Invoice).where(Invoice.joint_id == joint.id)
    return list(session.scalars(own.order_by(Invoice.position)))


def test_one_number_and_a_line_for_each_place(session: Session, world: World) -> None:
    sponsorship, _, accounts = waiting_accounts(session, world, 3)
    assert session.scalar(select(func.count()).select_from(Invoice)) == 0
    assert session.execute(uninvoiced_accounts()).all() == []
    order = BillingChange(version=lock_billing(session, sponsorship).version, by=None, now=NOW)
    give_order(session, sponsorship, "PO-4711", order)
    joint = issue_joint_invoice(session, sponsorship, by=None, now=NOW)
    assert joint.number == "INV-2026-000001"
    assert joint.reference == rf_reference(joint.number)
    assert joint.total.minor == 3 * FEE
    assert buyer_of(joint.buyer).po_number == "PO-4711"
    issued = lines(session, joint)
    assert [each.number for each in issued] == [f"INV-2026-000001/{n}" for n in (1, 2, 3)]
    assert [each.fee_account_id for each in issued] == [each.id for each in accounts]
    assert {each.reference for each in issued} == {None}
    assert {(each.due_on, each.buyer) for each in issued} == {(joint.due_on, joint.buyer)}
    assert len({lines_of(each.lines)[0].participant for each in issued}) == 3
    sent = session.scalars(
        select(OutgoingEmail).where(OutgoingEmail.kind.like("fees.%invoice-issued"))
    ).all()
    assert [json.loads(each.params)["joint"] for each in sent] == [joint.id]
    check_money(session)
    with pytest.raises(RuleViolation) as refused:
        issue_joint_invoice(session, sponsorship, by=None, now=NOW)
    assert refused.value.code is InvoiceProblem.NO_PLACES


def test_the_participants_part_is_invoiced_at_once(session: Session, world: World) -> None:
    sponsorship, _, accounts = waiting_accounts(session, world, 2, share=60)
    own = session.scalars(select(Invoice)).all()
    assert [each.payer for each in own] == [Payer.PARTICIPANT] * 2
    assert issue_late_invoices(session, accounts[0].id, by=None, now=NOW) == []
    joint = issue_joint_invoice(session, sponsorship, by=None, now=NOW)
    assert joint.total.minor == 2 * FEE * 60 // 100
    check_money(session)


def test_a_payment_by_the_reference_enrols_all(session: Session, world: World) -> None:
    sponsorship, _, accounts = waiting_accounts(session, world, 3)
    joint = issue_joint_invoice(session, sponsorship, by=None, now=NOW)
    entry = an_entry(session, 3 * FEE, reference=joint.reference, state=EntryState.NEW)
    match_entry(session, entry, now=NOW)
    assert entry.state is EntryState.MATCHED
    assert states(session, accounts) == [ApplicationState.ENROLLED] * 3
    assert joint_detail(session, joint).open.minor == 0


def test_a_payment_that_is_short_pays_whole_places_first(session: Session, world: World) -> None:
    sponsorship, _, accounts = waiting_accounts(session, world, 3)
    joint = issue_joint_invoice(session, sponsorship, by=None, now=NOW)
    entry = an_entry(session, 3 * FEE - 1500, f"facture {joint.number}", state=EntryState.NEW)
    match_entry(session, entry, now=NOW)
    enrolled, accepted = ApplicationState.ENROLLED, ApplicationState.ACCEPTED
    assert states(session, accounts) == [enrolled, enrolled, accepted]
    assert joint_detail(session, joint).open.minor == 1500


def test_a_cancellation_credits_the_line_of_that_place(session: Session, world: World) -> None:
    sponsorship, _, accounts = waiting_accounts(session, world, 3)
    joint = issue_joint_invoice(session, sponsorship, by=None, now=NOW)
    cancel(session, world, place(session, accounts[1]))
    notes = session.scalars(select(Invoice).where(Invoice.kind == InvoiceKind.CREDIT_NOTE)).all()
    assert [each.credits_id for each in notes] == [lines(session, joint)[1].id]
    assert [each.joint_id for each in notes] == [None]
    detail = joint_detail(session, joint)
    assert [each.is_credited for each in detail.lines] == [False, True, False]
    assert detail.open.minor == 2 * FEE
    check_money(session)
    entry = an_entry(session, 3 * FEE, reference=joint.reference, state=EntryState.NEW)
    match_entry(session, entry, now=NOW)  # the sponsor pays what was printed
    balances = balances_of(session, [each.id for each in accounts])
    assert [balances[each.id].credit.minor for each in accounts] == [0, FEE, 0]


def test_a_lapse_and_another_acceptance_are_invoiced_singly(session: Session, world: World) -> None:
    sponsorship, _, accounts = waiting_accounts(session, world, 2)
    issue_joint_invoice(session, sponsorship, by=None, now=NOW)
    application = place(session, accounts[0])
    for event in (ApplicationEvent.LAPSE, ApplicationEvent.REOPEN, ApplicationEvent.ACCEPT):
        act(session, world, application, event)
    own = select(Invoice).where(Invoice.fee_account_id == accounts[0].id).order_by(Invoice.id)
    found = [(each.kind, each.joint_id is not None) for each in session.scalars(own)]
    assert found == [
        (InvoiceKind.INVOICE, True), (InvoiceKind.CREDIT_NOTE, False), (InvoiceKind.INVOICE, False),
    ]  # fmt: skip
    check_money(session)


def test_nothing_is_issued_while_details_are_missing(session: Session, world: World) -> None:
    sponsorship, _, accounts = waiting_accounts(session, world, 2)
    the_centre(session).iban = ""
    session.flush()
    with pytest.raises(RuleViolation) as refused:
        issue_joint_invoice(session, sponsorship, by=None, now=NOW)
    assert refused.value.code is InvoiceProblem.INCOMPLETE
    account = lock_account(session, accounts[0].id)
    assert issue_invoices(session, account, latest_agreement_of(session, account), now=NOW) == []


def test_a_reminder_is_sent_once_for_all_lines(session: Session, world: World) -> None:
    sponsorship, _, accounts = waiting_accounts(session, world, 3)
    joint = issue_joint_invoice(session, sponsorship, by=None, now=NOW)
    cancel(session, world, place(session, accounts[0]))
    late = datetime.combine(joint.due_on + timedelta(days=8), time(12), UTC)
    sent = [remind_by_schedule(session, each.id, now=late) for each in lines(session, joint)]
    assert sent == [False, True, False]
    mail = select(OutgoingEmail).where(OutgoingEmail.kind == "fees.invoice-reminder")
    params = json.loads(session.scalars(mail).one().params)
    assert params["number"] == joint.number
    assert params["reference"] == joint.reference
    assert params["open"] == [2 * FEE, "EUR"]


@pytest.mark.parametrize(
    "attack",
    ["UPDATE joint_invoices SET total_minor = 1", "DELETE FROM joint_invoices",
     "UPDATE invoices SET joint_id = NULL"],
)  # fmt: skip
def test_a_joint_invoice_never_changes(session: Session, world: World, attack: str) -> None:
    sponsorship, _, _ = waiting_accounts(session, world, 1)
    issue_joint_invoice(session, sponsorship, by=None, now=NOW)
    with pytest.raises(DBAPIError, match="never changes"), session.begin_nested():
        session.execute(text(attack))


def test_statements_do_not_grow_with_the_lines_of_a_page(
    session: Session, world: World, queries: list[str]
) -> None:
    counts = []
    for number in (1, 5):
        sponsorship, _, _ = waiting_accounts(session, world, number)
        joint = issue_joint_invoice(session, sponsorship, by=None, now=NOW)
        session.commit()
        queries.clear()
        joint_detail(session, joint)
        counts.append(len(queries))
    assert counts[0] == counts[1]

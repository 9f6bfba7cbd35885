"""A joint invoice is reminded of as one: by the first line that somebody has to pay."""

import json
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.fees.commands.joint_invoices import issue_joint_invoice
from learning.fees.commands.matching import match_entry
from learning.fees.commands.reminders import INVOICE_REMINDER, remind_by_schedule
from learning.fees.invoice_models import JointInvoice
from learning.fees.models import FeeAccount, FeeSettlement, SettlementKind
from learning.fees.queries.accounts import latest_agreement_of
from learning.fees.statement_models import EntryState
from learning.mail.models import OutgoingEmail
from tests.admissions.factories import NOW
from tests.fees.scenes import an_entry
from tests.fees.sponsor_scenes import waiting_accounts
from tests.fees.test_joint_invoices import FEE, lines
from tests.world import World


def after_due(joint: JointInvoice, days: int) -> datetime:
    return datetime.combine(joint.due_on + timedelta(days=days), time(12), UTC)


def remind_all(session: Session, joint: JointInvoice, *, now: datetime) -> list[bool]:
    return [remind_by_schedule(session, each.id, now=now) for each in lines(session, joint)]


def guarantee(session: Session, world: World, account: FeeAccount) -> None:
    agreement = latest_agreement_of(session, account)
    session.add(
        FeeSettlement(
            edition_id=account.edition_id,
            fee_account_id=account.id,
            fee_agreement_id=agreement.id,
            kind=SettlementKind.GUARANTEE,
            reason="A letter of the ministry.",
            proposed_at=NOW,
            proposed_by_id=world.staff[Role.FINANCE].id,
            approved=True,
            decided_at=NOW,
            decided_by_id=world.staff[Role.APPROVER].id,
        )
    )
    session.flush()


def test_a_settled_line_silences_no_other_line(session: Session, world: World) -> None:
    sponsorship, _, accounts = waiting_accounts(session, world, 3)
    joint = issue_joint_invoice(session, sponsorship, by=None, now=NOW)
    guarantee(session, world, accounts[0])
    assert remind_all(session, joint, now=after_due(joint, 8)) == [False, True, False]
    mail = select(OutgoingEmail).where(OutgoingEmail.kind == INVOICE_REMINDER)
    assert json.loads(session.scalars(mail).one().params)["open"] == [2 * FEE, "EUR"]


def test_a_line_that_is_paid_begins_no_new_reminders(session: Session, world: World) -> None:
    sponsorship, _, _ = waiting_accounts(session, world, 3)
    joint = issue_joint_invoice(session, sponsorship, by=None, now=NOW)
    now = after_due(joint, 8)
    assert remind_all(session, joint, now=now) == [True, False, False]
    entry = an_entry(session, FEE, reference=joint.reference, state=EntryState.NEW)
    match_entry(session, entry, now=now)
    assert remind_all(session, joint, now=now) == [False, False, False]

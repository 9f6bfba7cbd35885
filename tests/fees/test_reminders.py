"""Reminders of open invoices: on their days, never twice, and not once something is settled."""

import json
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.admissions.agreement_models import FeeAgreement
from learning.admissions.models import Application, Sponsorship
from learning.fees.commands.reminders import INVOICE_REMINDER, remind_by_schedule, remind_now
from learning.fees.invoice_models import Invoice
from learning.fees.jobs import remind_payers
from learning.fees.models import FeeAccount, FeeSettlement, Payer, SettlementKind
from learning.fees.payment_models import PaymentAllocation
from learning.fees.problems import ReminderProblem
from learning.fees.reminder_models import InvoiceReminder
from learning.fees.rules.reminders import ReminderStep
from learning.jobs.worker import Task
from learning.kit.database import Database
from learning.kit.errors import RuleViolation
from learning.kit.i18n import I18n
from learning.kit.money import Money
from learning.mail.models import OutgoingEmail
from learning.wiring import EMAIL_TEMPLATES
from tests.fees.scenes import a_payment_row, an_account, an_invoice
from tests.world import World

HOUR = 9
ISSUED = date(2027, 1, 4)
DUE = ISSUED + timedelta(days=14)


def at(world: World, day: date, hour: int = HOUR) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo(world.open.zone))


@pytest.fixture
def account(session: Session, world: World) -> FeeAccount:
    return an_account(session, world)


@pytest.fixture
def invoice(session: Session, account: FeeAccount) -> Invoice:
    invoice = an_invoice(session, account, issued_on=ISSUED)
    session.commit()
    return invoice


def reminders(session: Session) -> list[OutgoingEmail]:
    of_kind = select(OutgoingEmail).where(OutgoingEmail.kind == INVOICE_REMINDER)
    return list(session.scalars(of_kind.order_by(OutgoingEmail.id)))


def pay(session: Session, invoice: Invoice, minor: int) -> None:
    payment = a_payment_row(session, session.get_one(FeeAccount, invoice.fee_account_id), minor)
    session.add(
        PaymentAllocation(
            edition_id=invoice.edition_id, payment_id=payment.id, invoice_id=invoice.id,
            amount=Money(minor, "EUR"),
        )
    )  # fmt: skip
    session.commit()


def run(database: Database, world: World, day: date) -> None:
    remind_payers(Task(id=1, payload={}, database=database, now=at(world, day)))


@pytest.mark.usefixtures("invoice")
def test_each_step_is_sent_once_however_often_the_job_runs(
    session: Session, world: World, database: Database
) -> None:
    sent = []
    for late in range(-6, 30):
        for _again in range(2):
            run(database, world, DUE + timedelta(days=late))
        sent.append(len(reminders(session)))
    assert [sent.index(number) - 6 for number in (1, 2, 3)] == [-3, 7, 21]
    assert max(sent) == 3
    steps = session.scalars(select(InvoiceReminder.step).order_by(InvoiceReminder.id)).all()
    assert list(steps) == [ReminderStep.BEFORE_DUE, ReminderStep.FIRST, ReminderStep.SECOND]


def test_nobody_is_reminded_of_what_is_paid_credited_or_settled(
    session: Session, world: World, database: Database, invoice: Invoice
) -> None:
    credited = an_invoice(session, an_account(session, world), issued_on=ISSUED)
    credit_account = session.get_one(FeeAccount, credited.fee_account_id)
    an_invoice(session, credit_account, credited=credited, issued_on=ISSUED)
    settled = an_invoice(session, an_account(session, world), issued_on=ISSUED)
    staff = world.staff
    session.add(
        FeeSettlement(
            edition_id=settled.edition_id, fee_account_id=settled.fee_account_id,
            fee_agreement_id=settled.fee_agreement_id,
            kind=SettlementKind.GUARANTEE, reason="letter", proposed_at=at(world, ISSUED),
            proposed_by_id=staff[Role.FINANCE].id, decided_by_id=staff[Role.APPROVER].id,
            decided_at=at(world, ISSUED), approved=True,
        )
    )  # fmt: skip
    pay(session, invoice, 98000)
    run(database, world, DUE + timedelta(days=7))
    assert reminders(session) == []


def test_the_reminder_says_what_is_left(
    session: Session, world: World, database: Database, invoice: Invoice
) -> None:
    pay(session, invoice, 40000)
    run(database, world, DUE + timedelta(days=7))
    (mail,) = reminders(session)
    text = _text(mail, "fr")
    assert "580,00" in text
    assert "IT60\u00a0X054" in text
    assert invoice.number in text


def test_a_sponsor_is_written_to_at_their_contact_and_without_one_nobody_is(
    session: Session, world: World, database: Database
) -> None:
    for contact in ("desk@ministry.example", ""):
        account = an_account(session, world, sponsor_percent=100)
        agreement = session.get_one(FeeAgreement, account.fee_agreement_id)
        application = session.get_one(Application, agreement.application_id)
        sponsorship = Sponsorship(
            edition_id=account.edition_id, token_hash=f"token {contact}", organisation="Ministry",
            contact_name="Desk", contact_email=contact, language="fr",
            created_at=at(world, ISSUED), ends_at=at(world, DUE),
        )  # fmt: skip
        session.add(sponsorship)
        session.flush()
        application.sponsorship_id = sponsorship.id
        an_invoice(session, account, payer=Payer.SPONSOR, issued_on=ISSUED)
    session.commit()
    run(database, world, DUE + timedelta(days=7))
    (mail,) = reminders(session)
    assert (mail.email, mail.category) == ("desk@ministry.example", "sponsorship")


def test_finance_reminds_now_but_not_twice_in_a_row(
    session: Session, world: World, invoice: Invoice
) -> None:
    finance = world.staff[Role.FINANCE].id
    remind_now(session, invoice, by=finance, now=at(world, ISSUED + timedelta(days=5)))
    assert len(reminders(session)) == 1
    with pytest.raises(RuleViolation) as refused:
        remind_now(session, invoice, by=finance, now=at(world, ISSUED + timedelta(days=8)))
    assert refused.value.code is ReminderProblem.TOO_SOON
    session.rollback()


def test_finance_reminds_of_nothing_that_is_paid(
    session: Session, world: World, invoice: Invoice
) -> None:
    pay(session, invoice, 98000)
    with pytest.raises(RuleViolation) as refused:
        remind_now(session, invoice, by=world.staff[Role.FINANCE].id, now=at(world, DUE))
    assert refused.value.code is ReminderProblem.NOT_OPEN
    session.rollback()


def test_the_day_is_that_of_the_zone_of_the_edition(
    session: Session, world: World, invoice: Invoice
) -> None:
    late_evening = at(world, DUE + timedelta(days=6), hour=23) + timedelta(minutes=59)
    assert not remind_by_schedule(session, invoice.id, now=late_evening)
    assert remind_by_schedule(session, invoice.id, now=late_evening + timedelta(minutes=1))


@pytest.mark.parametrize("language", ["en", "fr", "es"])
@pytest.mark.parametrize("late", [-3, 7])
def test_the_email_in_each_language(
    session: Session, world: World, database: Database, invoice: Invoice, language: str, late: int
) -> None:
    run(database, world, DUE + timedelta(days=late))
    (mail,) = reminders(session)
    text = _text(mail, language)
    assert invoice.number in text
    assert "%(" not in text


def _text(mail: OutgoingEmail, language: str) -> str:
    content = EMAIL_TEMPLATES[mail.kind](I18n(language), json.loads(mail.params))
    return "\n".join([content.subject, *content.lines, content.button])

"""Scheduled jobs of fees: reminders, and invoices of places that wait for one."""

from datetime import timedelta

from learning.fees.commands.late_invoices import issue_late_invoices
from learning.fees.commands.reminders import remind_by_schedule
from learning.fees.invoice_models import Invoice
from learning.fees.queries.open_invoices import OPEN_MINOR, with_open_amount
from learning.fees.queries.overview import uninvoiced_accounts
from learning.fees.rules.reminders import DAYS_AFTER_DUE, LAST_DAY_AFTER_DUE
from learning.jobs.worker import Handler, Task

REMIND_JOB = "fees.remind"
ISSUE_JOB = "fees.issue-invoices"


def remind_payers(task: Task) -> None:
    """Send the reminders whose day has come, each invoice in a transaction of its own."""
    today = task.now.date()
    latest = today + timedelta(days=1 - min(DAYS_AFTER_DUE.values()))
    with task.database.read_transaction() as session:
        open_ones = with_open_amount(Invoice.id).where(
            OPEN_MINOR > 0,
            Invoice.due_on.between(today - timedelta(days=LAST_DAY_AFTER_DUE + 1), latest),
        )
        ids = session.scalars(open_ones.order_by(Invoice.id)).all()
    for invoice_id in ids:
        with task.database.transaction() as session:
            remind_by_schedule(session, invoice_id, now=task.now)
        task.extend()


def issue_waiting(task: Task) -> None:
    """Issue the invoices of all places that wait for one, each in a transaction of its own.

    The payload names who asked (`by`). A place stays to be invoiced while something is missing.
    """
    with task.database.read_transaction() as session:
        ids = [row.id for row in session.execute(uninvoiced_accounts())]
    for account_id in ids:
        with task.database.transaction() as session:
            issue_late_invoices(session, account_id, by=task.payload["by"], now=task.now)
        task.extend()


HANDLERS: dict[str, Handler] = {REMIND_JOB: remind_payers, ISSUE_JOB: issue_waiting}

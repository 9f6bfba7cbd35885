"""The overview of finance: what was invoiced and received, and what waits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post, per_person
from learning.access.guard import current_actor, current_person_id
from learning.access.permissions import Permission
from learning.audit.actions import record
from learning.fees import limits
from learning.fees.commands.reminders import remind_now
from learning.fees.jobs import ISSUE_JOB
from learning.fees.pages.staff.blueprint import bp
from learning.fees.pages.staff.open_items import sheet_of
from learning.fees.queries import overview
from learning.fees.queries.centre import is_centre_complete
from learning.fees.queries.control import BOOKS_CHECK, last_booked_day
from learning.fees.queries.credits import credit_sums
from learning.fees.queries.open_invoices import (
    OpenInvoice,
    invoice_by_uid,
    open_invoices,
    overdue_invoices,
)
from learning.fees.queries.overview import Figure, Figures, UninvoicedAccount, WaitingRefund
from learning.fees.statement_models import BankEntry
from learning.files.sheets import Export, sheet_download
from learning.jobs.actions import NewJob, add_job
from learning.jobs.rules import Priority, Queue
from learning.kit.check_results import CheckResult, latest_result
from learning.kit.db import db
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.pages import Page, render_page
from learning.kit.time import now

PAGES = {
    "invoices": "money.show_invoices",
    "statements": "money.show_statements",
    "credits": "money.show_credits",
    "entries": "money.show_entries",
    "refunds": "money.show_refunds",
    "control": "money.show_control",
    "centre": "money.show_centre",
}
ROWS = 5
"""Rows of each list; the whole of it is one click away."""


@dataclass(frozen=True, kw_only=True)
class OverviewPage(Page):
    """The figures since the first day of this year, and the first rows of what waits.

    `links` are the addresses of the pages that it leads to, by name. `books` is what the control
    of the last night found: it reads the whole ledger.
    """

    template: ClassVar[str] = "fees/overview.html"

    figures: Figures
    credits: Figure
    entries: Sequence[BankEntry]
    refunds: Sequence[WaitingRefund]
    overdue: Sequence[OpenInvoice]
    uninvoiced: Sequence[UninvoicedAccount]
    uninvoiced_count: int
    reader_id: int
    may_manage: bool
    is_centre_complete: bool
    books: CheckResult | None
    booked_until: date | None
    links: Mapping[str, str]
    now: datetime


@bp.get("/", needs=Permission.READ_FINANCES)
def show_overview() -> ResponseReturnValue:
    at, session = now(), db()
    uninvoiced, uninvoiced_count = overview.first_uninvoiced(session, limit=ROWS)
    page = OverviewPage(
        figures=overview.figures(session, now=at, since=at.date().replace(month=1, day=1)),
        credits=overview.figure_of(credit_sums(session)),
        entries=overview.unmatched_entries(session, limit=ROWS),
        refunds=overview.waiting_refunds(session, limit=ROWS),
        overdue=overdue_invoices(session, now=at, limit=ROWS),
        uninvoiced=uninvoiced,
        uninvoiced_count=uninvoiced_count,
        reader_id=current_person_id(),
        may_manage=current_actor().may(Permission.MANAGE_FINANCES),
        is_centre_complete=is_centre_complete(session),
        books=latest_result(session, BOOKS_CHECK),
        booked_until=last_booked_day(session),
        links={name: url_for(endpoint) for name, endpoint in PAGES.items()},
        now=at,
    )
    return render_page(page)


@bp.post("/invoices/<invoice_uid>/remind", needs=Permission.MANAGE_FINANCES)
@form_post(limit=per_person(limits.CHANGE_MONEY), has_form=False)
def remind_payer(invoice_uid: str) -> ResponseReturnValue:
    """Send a reminder at once; the second within days is refused."""
    invoice = invoice_by_uid(db(), invoice_uid) or abort(404)
    remind_now(db(), invoice, by=current_person_id(), now=now())
    words = current_i18n()
    flash(words.gettext(N_("The reminder of %(number)s is sent.")) % {"number": invoice.number})
    return redirect(url_for("money.show_overview", _anchor="overdue"), 303)


@bp.post("/issue", needs=Permission.MANAGE_FINANCES)
@form_post(limit=per_person(limits.BULK_MONEY), has_form=False)
def issue_waiting() -> ResponseReturnValue:
    """Issue the invoices of all places that wait for one, by a job."""
    by, at = current_person_id(), now()
    job = NewJob(
        kind=ISSUE_JOB, payload={"by": by}, now=at, queue=Queue.SLOW, priority=Priority.HIGH
    )
    add_job(db(), job)
    record(db(), "invoices started", "invoices", by=by, now=at)
    flash(current_i18n().gettext(N_("The invoices are being issued. Reload in a minute.")))
    return redirect(url_for("money.show_overview"), 303)


@bp.post("/open-items", needs=Permission.READ_FINANCES)
@form_post(has_form=False)
@sheet_download
def export_open_items() -> Export:
    """Download what is open, by invoice, and the credits of payers."""
    words, at = current_i18n(), now()
    items = open_invoices(db(), now=at)
    return Export(
        sheet=sheet_of(items, words),
        name=words.gettext(N_("open-items-%(day)s")) % {"day": at.date().isoformat()},
        action="open items exported",
        subject="open items",
        detail={"rows": len(items)},
    )

"""One bank statement: what happens to its entries, and booking it or putting it aside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post, per_person
from learning.access.guard import current_actor, current_person_id
from learning.access.permissions import Permission
from learning.accounts.models import Person
from learning.batches.queries import OperationProgress, counts, failed_items, operations
from learning.fees import limits
from learning.fees.commands import statement_booking
from learning.fees.commands.statements import put_aside
from learning.fees.pages.staff.blueprint import bp
from learning.fees.pages.staff.statement_forms import BankStatementForm
from learning.fees.queries.statements import (
    PAGE_SIZE,
    EntryTab,
    StatementSums,
    entries_of,
    invoices_named,
    previous_statement,
    statement_by_uid,
    statement_sums,
)
from learning.fees.statement_models import BankEntry, BankStatement, StatementState
from learning.kit.db import db
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.lists import ListPart
from learning.kit.money import Money
from learning.kit.pages import Page, render_page
from learning.kit.requests import query_number
from learning.kit.time import now

OPEN_TABS = (EntryTab.ATTENTION, EntryTab.RECEIPTS, EntryTab.PAYMENTS, EntryTab.ALL)
BOOKED_TABS = (EntryTab.ATTENTION, EntryTab.MATCHED, EntryTab.UNMATCHED, EntryTab.ALL)


@dataclass(frozen=True, kw_only=True)
class StatementPage(Page):
    """A statement with a page of its entries.

    `invoices` are the numbers of invoices that an entry of this page names, by its id.
    """

    template: ClassVar[str] = "fees/statement.html"

    statement: BankStatement
    read_by: str
    previous: BankStatement | None
    sums: StatementSums
    tabs: Sequence[tuple[EntryTab, int]]
    tab: EntryTab
    part: ListPart
    entries: Sequence[BankEntry]
    invoices: Mapping[int, Sequence[str]]
    progress: OperationProgress | None
    form: BankStatementForm
    may_book: bool
    may_put_aside: bool

    def money(self, minor: int) -> Money:
        return Money(minor, self.statement.closing.currency)


@bp.get("/statements/<statement_uid>", needs=Permission.READ_FINANCES)
def show_statement(statement_uid: str) -> ResponseReturnValue:
    row = _statement(statement_uid)
    return render_page(_page(row, _form(row)))


@bp.post("/statements/<statement_uid>/book", needs=Permission.MANAGE_FINANCES)
@form_post(limit=per_person(limits.CHANGE_MONEY))
def book_statement(statement_uid: str) -> ResponseReturnValue:
    """Start the job that books a statement."""
    row, form = _statement(statement_uid), BankStatementForm(request.form)
    if not form.validate():
        return render_page(_page(row, form)), 422
    if not form.is_current(BankStatementForm(), row.version):
        return render_page(_page(row, form)), 409
    statement_booking.start_booking(db(), row, by=current_person_id(), now=now())
    return redirect(url_for(".show_statement", statement_uid=statement_uid), 303)


@bp.post("/statements/<statement_uid>/put-aside", needs=Permission.MANAGE_FINANCES)
@form_post(limit=per_person(limits.CHANGE_MONEY))
def put_statement_aside(statement_uid: str) -> ResponseReturnValue:
    row, form = _statement(statement_uid), BankStatementForm(request.form)
    if not form.validate():
        return render_page(_page(row, form)), 422
    if not form.is_current(BankStatementForm(), row.version):
        return render_page(_page(row, form)), 409
    put_aside(db(), row, by=current_person_id(), now=now())
    flash(current_i18n().gettext(N_("The statement is put aside. Nothing of it is booked.")))
    return redirect(url_for(".show_statements"), 303)


def _statement(uid: str) -> BankStatement:
    return statement_by_uid(db(), uid) or abort(404)


def _form(statement: BankStatement) -> BankStatementForm:
    form = BankStatementForm()
    form.with_version(statement.version)
    return form


def _page(statement: BankStatement, form: BankStatementForm) -> StatementPage:
    sums = statement_sums(db(), statement.id)
    is_open = statement.state in {StatementState.READ, StatementState.PUT_ASIDE}
    numbers = {
        EntryTab.ATTENTION: sums.attention,
        EntryTab.RECEIPTS: sums.receipts,
        EntryTab.PAYMENTS: sums.payments,
        EntryTab.MATCHED: sums.matched,
        EntryTab.UNMATCHED: sums.unmatched,
        EntryTab.ALL: sums.total,
    }
    tabs = [(tab, numbers[tab]) for tab in (OPEN_TABS if is_open else BOOKED_TABS)]
    tab = _tab(tabs)
    part = ListPart(total=numbers[tab], size=PAGE_SIZE, requested=query_number("from"))
    entries = entries_of(db(), statement.id, tab, part.start)
    progress = _progress(statement)
    may_change = current_actor().may(Permission.MANAGE_FINANCES)
    is_left = progress is not None and not progress.running and sums.waiting > 0
    is_read = statement.state is StatementState.READ
    reader = db().get(Person, statement.read_by_id)
    return StatementPage(
        statement=statement,
        read_by=reader.name if reader else "",
        previous=previous_statement(db(), statement),
        sums=sums,
        tabs=tabs,
        tab=tab,
        part=part,
        entries=entries,
        invoices=invoices_named(db(), entries),
        progress=progress,
        form=form,
        may_book=may_change and (is_read or is_left),
        may_put_aside=may_change and is_read,
    )


def _tab(tabs: Sequence[tuple[EntryTab, int]]) -> EntryTab:
    """Return the tab of the address, else the first one with entries, else all."""
    requested = request.args.get("tab", "")
    named = next((tab for tab, _ in tabs if tab == requested), None)
    return named or next((tab for tab, number in tabs if number), EntryTab.ALL)


def _progress(statement: BankStatement) -> OperationProgress | None:
    """Return how far the latest booking is; None if it was not started."""
    latest = next(iter(operations(db(), statement_booking.scope_of(statement))), None)
    if latest is None:
        return None
    return OperationProgress(
        operation=latest,
        counts=counts(db(), latest.id),
        failures=failed_items(db(), latest.id),
    )

"""The journal of the ledger: the transactions of a month with their entries, and their export."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from babel.dates import format_skeleton
from flask import request, url_for
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post
from learning.access.permissions import Permission
from learning.accounts.queries import names_of
from learning.fees.pages.staff.blueprint import bp
from learning.fees.pages.staff.references import reference_in_words
from learning.fees.queries.journal import (
    PAGE_SIZE,
    JournalTransaction,
    Month,
    count_transactions,
    documents_of,
    journal_page,
    month_of,
    whole_journal,
)
from learning.files.sheets import Export, sheet_download
from learning.kit.db import db
from learning.kit.headers import never_store
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.pages import Page, label, render_page
from learning.kit.requests import query_number
from learning.kit.spreadsheets import Cell, Sheet
from learning.kit.time import day_in, now
from learning.ledger.models import LedgerEntry
from learning.ledger.rules import credit_part, debit_part

MAX_START, EURO = 100_000, "EUR"
HEADINGS = (
    N_("Day"),
    N_("No."),
    N_("What"),
    N_("Document"),
    N_("Account"),
    N_("Reference"),
    N_("Debit"),
    N_("Credit"),
    N_("Currency"),
    N_("Recorded"),
    N_("By"),
    N_("Reverses no."),
)


@dataclass(frozen=True, kw_only=True)
class EntryLine:
    """One entry: `debit` or `credit` is an amount, the other is empty."""

    entry: LedgerEntry
    reference: str  # in words
    debit: str
    credit: str


@dataclass(frozen=True, kw_only=True)
class JournalLine:
    """A transaction with the name of its document, who recorded it ("" for nobody), its entries.

    `currency` is empty for euros.
    """

    transaction: JournalTransaction
    document: str
    by: str
    currency: str
    entries: Sequence[EntryLine]


@dataclass(frozen=True, kw_only=True)
class MonthLink:
    """A month: its key in addresses, its name in the language of the reader."""

    key: str
    name: str


@dataclass(frozen=True, kw_only=True)
class JournalPage(Page):
    """A month of the journal; `previous` and `following` are addresses of pages, or empty."""

    template: ClassVar[str] = "fees/journal.html"

    month: MonthLink
    earlier: MonthLink
    later: MonthLink | None  # none after this month
    lines: Sequence[JournalLine]
    total: int
    previous: str
    following: str


@bp.get("/journal", needs=Permission.READ_FINANCES)
def show_journal() -> ResponseReturnValue:
    """Show a page of a month (`month`, as “2026-11”), the latest day first."""
    never_store()
    month, start = _month(), min(query_number("from") or 0, MAX_START)
    total = count_transactions(db(), month)
    after = start + PAGE_SIZE
    page = JournalPage(
        month=_link(month),
        earlier=_link(month.previous),
        later=_link(month.following) if month.first < _today_month().first else None,
        lines=_lines(journal_page(db(), month, start=start)),
        total=total,
        previous=_address(month, start - PAGE_SIZE) if start else "",
        following=_address(month, after) if after < total else "",
    )
    return render_page(page)


@bp.post("/journal/export", needs=Permission.READ_FINANCES)
@form_post(has_form=False)
@sheet_download
def export_journal() -> Export:
    """Download the entries of a month, the earliest day first."""
    words, month = current_i18n(), _month()
    transactions = whole_journal(db(), month)
    documents, names = _documents(transactions), _names(transactions)
    rows = [
        _cells(each, entry, documents, names) for each in transactions for entry in each.entries
    ]
    return Export(
        sheet=Sheet(
            title=month.key,
            headings=[words.gettext(heading) for heading in HEADINGS],
            rows=rows,
        ),
        name=words.gettext(N_("journal-%(month)s")) % {"month": month.key},
        action="journal exported",
        subject="ledger",
        detail={"rows": len(rows), "month": month.key},
    )


def _month() -> Month:
    return month_of(request.args.get("month", ""), day_in(current_i18n().zone, now()))


def _link(month: Month) -> MonthLink:
    name = format_skeleton("yMMMM", month.first, locale=current_i18n().formats)
    return MonthLink(key=month.key, name=name[:1].upper() + name[1:])


def _today_month() -> Month:
    return month_of("", day_in(current_i18n().zone, now()))


def _address(month: Month, start: int) -> str:
    values: dict[str, Any] = {"from": start} if start > 0 else {}
    return url_for(".show_journal", month=month.key, **values)


def _documents(transactions: Sequence[JournalTransaction]) -> Mapping[str, str]:
    return documents_of(db(), (each.transaction.subject for each in transactions))


def _names(transactions: Sequence[JournalTransaction]) -> Mapping[int, tuple[str, str]]:
    ids = {each.transaction.recorded_by_id for each in transactions} - {None}
    return names_of(db(), {each for each in ids if each})


def _lines(transactions: Sequence[JournalTransaction]) -> list[JournalLine]:
    documents, names = _documents(transactions), _names(transactions)
    return [
        JournalLine(
            transaction=each,
            document=documents.get(each.transaction.subject, ""),
            by=_name(names, each.transaction.recorded_by_id),
            currency=next(
                (one.amount.currency for one in each.entries if one.amount.currency != EURO), ""
            ),
            entries=[_entry(entry) for entry in each.entries],
        )
        for each in transactions
    ]


def _name(names: Mapping[int, tuple[str, str]], person_id: int | None) -> str:
    return names[person_id][0] if person_id and person_id in names else ""


def _entry(entry: LedgerEntry) -> EntryLine:
    words = current_i18n()
    debit, credit = debit_part(entry.amount), credit_part(entry.amount)
    return EntryLine(
        entry=entry,
        reference=reference_in_words(entry.reference),
        debit=words.amount(debit.major) if debit else "",
        credit=words.amount(credit.major) if credit else "",
    )


def _cells(
    each: JournalTransaction,
    entry: LedgerEntry,
    documents: Mapping[str, str],
    names: Mapping[int, tuple[str, str]],
) -> list[Cell]:
    transaction = each.transaction
    debit, credit = debit_part(entry.amount), credit_part(entry.amount)
    return [
        transaction.occurred_on.isoformat(),
        transaction.id,
        label(transaction.kind, "posting"),
        documents.get(transaction.subject, transaction.subject),
        label(entry.account),
        entry.reference,
        float(debit.major) if debit else "",
        float(credit.major) if credit else "",
        entry.amount.currency,
        transaction.recorded_at.isoformat(timespec="seconds"),
        _name(names, transaction.recorded_by_id),
        transaction.reverses_id or "",
    ]

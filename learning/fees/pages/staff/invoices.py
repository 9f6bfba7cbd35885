"""Invoices for finance: the list with its downloads, and the page of one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post
from learning.access.guard import current_actor
from learning.access.permissions import Permission
from learning.catalogue.models import Edition
from learning.fees.invoice_models import Invoice, InvoiceKind, JointInvoice
from learning.fees.models import FeeAccount
from learning.fees.pages.invoice_page import InvoicePage, page_parts, pdf_answer
from learning.fees.pages.staff.blueprint import bp
from learning.fees.queries.invoice_details import InvoiceDetail, invoice_detail
from learning.fees.queries.invoice_list import (
    PAGE_SIZE,
    InvoiceFilter,
    InvoiceTab,
    ListedInvoice,
    count_invoices,
    listed_invoices,
)
from learning.fees.queries.invoices import invoice_by_uid
from learning.files.sheets import Export, sheet_download
from learning.kit.db import db
from learning.kit.headers import never_store
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.lists import ListPart
from learning.kit.pages import Page, label, render_page
from learning.kit.requests import query_number
from learning.kit.spreadsheets import Cell, Sheet
from learning.kit.time import day_in, now

TABS = {
    InvoiceTab.ALL: N_("All"),
    InvoiceTab.OPEN: N_("Open invoices"),
    InvoiceTab.OVERDUE: N_("Overdue"),
    InvoiceTab.CREDITED: N_("Credited"),
}
HEADINGS = (
    N_("Invoice number"),
    N_("Kind"),
    N_("Issued on"),
    N_("Due on"),
    N_("Payer"),
    N_("Participant"),
    N_("Edition"),
    N_("Amount"),
    N_("Paid"),
    N_("To be paid"),
    N_("Currency"),
)


@dataclass(frozen=True, kw_only=True)
class InvoicesPage(Page):
    """A part of the list; `tabs` are (address, title, number of rows, whether it is this one)."""

    template: ClassVar[str] = "fees/invoices.html"

    invoices: Sequence[ListedInvoice]
    tabs: Sequence[tuple[str, str, int, bool]]
    part: ListPart
    words: str
    tab: InvoiceTab
    addresses: Mapping[str, str | None]


@bp.get("/invoices", needs=Permission.READ_FINANCES)
def show_invoices() -> ResponseReturnValue:
    """Show a part of the list; `tab` and `q` filter it, `start` is its first row."""
    never_store()
    filters = _filter()
    counts = count_invoices(db(), filters)
    part = ListPart(total=counts[filters.tab], size=PAGE_SIZE, requested=query_number("start"))
    page = InvoicesPage(
        invoices=listed_invoices(db(), filters, start=part.start),
        tabs=[
            (_address(filters, tab=tab), title, counts[tab], tab is filters.tab)
            for tab, title in TABS.items()
        ],
        part=part,
        words=filters.words,
        tab=filters.tab,
        addresses={
            "previous": _part_address(filters, part.previous),
            "following": _part_address(filters, part.following),
            "export": url_for(".export_invoices", **_arguments(filters)),
        },
    )
    return render_page(page)


@bp.post("/invoices/export", needs=Permission.READ_FINANCES)
@form_post(has_form=False)
@sheet_download
def export_invoices() -> Export:
    """Download everything that passes the filters of the page."""
    words, filters = current_i18n(), _filter()
    invoices = listed_invoices(db(), filters, limit=None)
    return Export(
        sheet=Sheet(
            title=words.gettext(N_("Invoices")),
            headings=[words.gettext(heading) for heading in HEADINGS],
            rows=(_cells(each) for each in invoices),
        ),
        name=words.gettext(N_("invoices")),
        action="invoices exported",
        subject="invoices",
        detail={"rows": len(invoices), "language": words.language},
    )


@bp.get("/invoices/<invoice_uid>", needs=Permission.READ_FINANCES)
def show_invoice(invoice_uid: str) -> ResponseReturnValue:
    """Show a document as its payer sees it, with the way to its fee account."""
    detail = _detail(invoice_uid)
    joint = db().get(JointInvoice, detail.invoice.joint_id or 0)
    edition = db().get_one(Edition, detail.invoice.edition_id)
    account, words = db().get_one(FeeAccount, detail.invoice.fee_account_id), current_i18n()
    place = url_for("money.show_account", account_uid=account.uid)
    page = InvoicePage(
        **page_parts(detail, day_in(edition.zone, now())),
        address_of=_address_of,
        pdf_address=url_for(".download_invoice", invoice_uid=invoice_uid),
        correction_address=_correction_address(detail),
        crumbs=[
            (url_for(".show_invoices"), words.gettext(N_("Invoices"))),
            (place, words.gettext(N_("Fee account"))),
            *([(url_for(".show_joint_invoice", uid=joint.uid), joint.number)] if joint else []),
        ],
    )
    return render_page(page)


@bp.get("/invoices/<invoice_uid>/pdf", needs=Permission.READ_FINANCES)
def download_invoice(invoice_uid: str) -> ResponseReturnValue:
    return pdf_answer(_detail(invoice_uid))


def _correction_address(detail: InvoiceDetail) -> str:
    """Return where the buyer is corrected, empty for a reader or a document that may not be."""
    manages = current_actor().may(Permission.MANAGE_FINANCES)
    is_final = detail.invoice.kind is InvoiceKind.CREDIT_NOTE or detail.balance.is_credited
    if not manages or is_final:
        return ""
    return url_for("money.show_correction", invoice_uid=detail.invoice.uid)


def _detail(uid: str) -> InvoiceDetail:
    never_store()
    return invoice_detail(db(), invoice_by_uid(db(), uid) or abort(404))


def _address_of(invoice: Invoice) -> str:
    return url_for("money.show_invoice", invoice_uid=invoice.uid)


def _filter() -> InvoiceFilter:
    tab = request.args.get("tab", "")
    return InvoiceFilter(
        now=now(),
        tab=InvoiceTab(tab) if tab in set(InvoiceTab) else InvoiceTab.ALL,
        words=request.args.get("q", "").strip()[:100],
    )


def _arguments(filters: InvoiceFilter) -> dict[str, Any]:
    tab = filters.tab.value if filters.tab is not InvoiceTab.ALL else None
    return {"tab": tab, "q": filters.words or None}


def _address(filters: InvoiceFilter, *, tab: InvoiceTab) -> str:
    of_tab = InvoiceFilter(now=filters.now, tab=tab, words=filters.words)
    return url_for(".show_invoices", **_arguments(of_tab))


def _part_address(filters: InvoiceFilter, start: int | None) -> str | None:
    if start is None:
        return None
    return url_for(".show_invoices", **_arguments(filters), start=start)


def _cells(each: ListedInvoice) -> list[Cell]:
    return [
        each.number,
        label(each.kind),
        each.issued_on.isoformat(),
        each.due_on.isoformat() if each.due_on else "",
        each.payer,
        each.person,
        each.edition,
        float(each.total.major),
        float(each.paid.major),
        float(each.open.major),
        each.total.currency,
    ]

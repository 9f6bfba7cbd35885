"""Open items as a table: who owes how much, of which invoice, for how many days."""

from collections.abc import Sequence

from learning.fees.labels import LABELS
from learning.fees.queries.open_invoices import OpenInvoice
from learning.kit.i18n import N_, I18n
from learning.kit.labels import label_of
from learning.kit.spreadsheets import Cell, Sheet

HEADINGS = (
    N_("Invoice"),
    N_("Payer"),
    N_("Pays as"),
    N_("Edition"),
    N_("Issued on"),
    N_("Due on"),
    N_("Days overdue"),
    N_("Currency"),
    N_("Total"),
    N_("Open"),
    N_("Reminded on"),
)


def sheet_of(items: Sequence[OpenInvoice], i18n: I18n) -> Sheet:
    """Return open invoices as a table in the words of its reader; amounts are numbers."""
    return Sheet(
        title=i18n.gettext(N_("Open items")),
        headings=[i18n.gettext(heading) for heading in HEADINGS],
        rows=(_cells(item, i18n) for item in items),
    )


def _cells(item: OpenInvoice, i18n: I18n) -> tuple[Cell, ...]:
    return (
        item.number,
        item.name,
        i18n.gettext(label_of(LABELS, item.payer)),
        item.edition,
        item.issued_on.isoformat(),
        item.due_on.isoformat() if item.due_on else "",
        item.days,
        item.open.currency,
        float(item.total.major),
        float(item.open.major),
        item.reminded_on.isoformat() if item.reminded_on else "",
    )

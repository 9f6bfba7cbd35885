"""Making a PDF from a document. The same document gives the same bytes, on any day."""

from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Spacer
from reportlab.platypus import Table as FlowableTable

from learning.documents import fonts
from learning.documents.blocks import (
    Block,
    Columns,
    Document,
    Facts,
    Paragraph,
    Space,
    Symbol,
    Table,
    TableRow,
    TextStyle,
)
from learning.documents.flowables import SymbolFlowable, TextFlowable

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

MARGIN, TOP, BOTTOM = 22 * mm, 20 * mm, 24 * mm
FOOTER_AT, FOOTER_SIZE, FOOTER_GREY = 14 * mm, 8, 0.35
WIDTH = A4[0] - 2 * MARGIN
GAP = 14  # between columns
THIN, THICK, RULE_GREY = 0.5, 1.1, 0.8
BARE = [("LEFTPADDING", (0, 0), (-1, -1), 0), ("RIGHTPADDING", (0, 0), (-1, -1), 0)]
TIGHT = [("TOPPADDING", (0, 0), (-1, -1), 0), ("BOTTOMPADDING", (0, 0), (-1, -1), 0)]
TOP_ALIGNED = ("VALIGN", (0, 0), (-1, -1), "TOP")


def make_pdf(document: Document) -> bytes:
    """Return a document as PDF: A4, its fonts embedded, its text extractable.

    It is laid out twice: the foot of each page says how many there are.
    """
    fonts.register()
    _, pages = _laid_out(document, pages=0)
    content, _ = _laid_out(document, pages=pages)
    return content


def _laid_out(document: Document, *, pages: int) -> tuple[bytes, int]:
    """Return a PDF whose pages say that there are `pages`, and how many there are."""

    def write_foot(canvas: "Canvas", template: BaseDocTemplate) -> None:
        label = document.page_label.format(page=template.page, pages=pages)
        canvas.setFont(fonts.REGULAR, FOOTER_SIZE)
        canvas.setFillGray(FOOTER_GREY)
        canvas.drawString(MARGIN, FOOTER_AT, document.footer)
        canvas.drawRightString(A4[0] - MARGIN, FOOTER_AT, label)

    out = BytesIO()
    template = BaseDocTemplate(
        out,
        pagesize=A4,
        title=document.title,
        author=document.author,
        lang=document.language,
        creator="learning",
        producer="learning",
        displayDocTitle=True,
        invariant=True,
        initialFontName=fonts.REGULAR,
    )
    frame = Frame(
        MARGIN, BOTTOM, WIDTH, A4[1] - TOP - BOTTOM,
        leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0,
    )  # fmt: skip
    template.addPageTemplates(PageTemplate(frames=[frame], onPage=write_foot))
    template.build(_flowables(document.blocks, WIDTH))
    return out.getvalue(), template.page


def _flowables(blocks: Sequence[Block], width: float) -> list[Flowable]:
    return [_flowable(block, width) for block in blocks]


def _flowable(block: Block, width: float) -> Flowable:
    match block:
        case Paragraph():
            return TextFlowable(block)
        case Space():
            return Spacer(0, block.height)
        case Symbol():
            return SymbolFlowable(block)
        case Facts():
            return _facts(block, width)
        case Table():
            return _table(block, width)
        case Columns():
            return _columns(block, width)


def _facts(facts: Facts, width: float) -> Flowable:
    cells = [
        [_text(label, TextStyle.SMALL), _text(value, TextStyle.BODY)] for label, value in facts.rows
    ]
    style = [*BARE, *TIGHT, TOP_ALIGNED, ("BOTTOMPADDING", (0, 0), (-1, -1), 1)]
    widths = [facts.label_width, width - facts.label_width]
    return FlowableTable(cells, colWidths=widths, style=style, hAlign="LEFT")


def _columns(columns: Columns, width: float) -> Flowable:
    left = width - columns.right_width - GAP
    cells = [[_flowables(columns.left, left), "", _flowables(columns.right, columns.right_width)]]
    style = [*BARE, *TIGHT, TOP_ALIGNED]
    return FlowableTable(cells, colWidths=[left, GAP, columns.right_width], style=style)


def _table(table: Table, width: float) -> Flowable:
    head = [
        _text(table.head[0], TextStyle.SMALL),
        _text(table.head[1], TextStyle.SMALL, right=True),
    ]
    rule = ("LINEBELOW", (0, 0), (-1, -1), THIN, (RULE_GREY,) * 3)
    style: list[Any] = [*BARE, TOP_ALIGNED, rule]
    for at, row in enumerate(table.rows, 1):
        if row.is_total:
            style.append(("LINEABOVE", (0, at), (-1, at), THICK, (0, 0, 0)))
    widths = [width - table.amount_width, table.amount_width]
    rows = [list[Any](head), *map(_table_row, table.rows)]
    return FlowableTable(rows, colWidths=widths, style=style, repeatRows=1)


def _table_row(row: TableRow) -> list[Any]:
    style = TextStyle.HEADING if row.is_total else TextStyle.BODY
    title: list[Flowable] = [_text(row.title, style)]
    if row.detail:
        title.append(_text(row.detail, TextStyle.SMALL))
    return [title, _text(row.amount, style, right=True)]


def _text(text: str, style: TextStyle, *, right: bool = False) -> TextFlowable:
    return TextFlowable(Paragraph(text=text, style=style, right=right))

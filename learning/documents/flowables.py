"""Texts and codes as they are drawn on a page, for the page layout of reportlab."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from reportlab.platypus import Flowable

from learning.documents import fonts
from learning.documents.blocks import Paragraph, Symbol
from learning.documents.text_lines import lines_of

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

QUIET_ZONE = 4  # modules around a code (ISO/IEC 18004)


class TextFlowable(Flowable):
    """A paragraph: plain text, no markup, its spaces as they are."""

    def __init__(self, paragraph: Paragraph, *, lines: Sequence[str] | None = None) -> None:
        super().__init__()
        self.paragraph, self.style = paragraph, paragraph.style
        self.font = fonts.BOLD if self.style.is_bold else fonts.REGULAR
        self.lines: Sequence[str] = lines or ()
        self.is_broken = lines is not None

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """Break the text for a width; return what it takes."""
        if not self.is_broken:
            self.lines = lines_of(self.paragraph.text, width, self._width_of)
        self.width, self.height = width, len(self.lines) * self.style.leading
        return self.width, self.height

    def split(self, width: float, height: float) -> list[Flowable]:
        """Return the lines that fit a height, and the rest."""
        self.wrap(width, height)
        fitting = int(height // self.style.leading)
        if not 0 < fitting < len(self.lines):
            return []
        first, rest = self.lines[:fitting], self.lines[fitting:]
        return [TextFlowable(self.paragraph, lines=each) for each in (first, rest)]

    def draw(self) -> None:
        canvas: Canvas = self.canv
        canvas.setFillGray(self.style.grey)
        canvas.setFont(self.font, self.style.size)
        baseline = self.height - self.style.size
        for line in self.lines:
            if self.paragraph.right:
                canvas.drawRightString(self.width, baseline, line)
            else:
                canvas.drawString(0, baseline, line)
            baseline -= self.style.leading

    def _width_of(self, text: str) -> float:
        return fonts.width_of(text, self.font, self.style.size)


class SymbolFlowable(Flowable):
    """A two-dimensional code with its quiet zone, each dark run of a row as one rectangle."""

    def __init__(self, symbol: Symbol) -> None:
        super().__init__()
        self.symbol = symbol

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        """Return the square that it takes."""
        self.width = self.height = self.symbol.width
        return self.width, self.height

    def draw(self) -> None:
        canvas: Canvas = self.canv
        canvas.setFillGray(0)
        module = self.width / (len(self.symbol.modules) + 2 * QUIET_ZONE)
        for y, row in enumerate(self.symbol.modules):
            bottom = self.height - (y + 1 + QUIET_ZONE) * module
            for begins, length in _dark_runs(row):
                left = (begins + QUIET_ZONE) * module
                canvas.rect(left, bottom, length * module, module, stroke=0, fill=1)


def _dark_runs(row: Sequence[bool]) -> list[tuple[int, int]]:
    """Return where dark modules begin in a row, and how many follow each other."""
    runs: list[tuple[int, int]] = []
    for x, is_dark in enumerate(row):
        if is_dark and runs and sum(runs[-1]) == x:
            runs[-1] = runs[-1][0], runs[-1][1] + 1
        elif is_dark:
            runs.append((x, 1))
    return runs

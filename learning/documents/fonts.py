"""The fonts of documents: DejaVu Sans Condensed, regular and bold, embedded in every PDF.

The files are in `learning/documents/fonts`, with their licence and what was left out of them. They
have Latin, Greek and Cyrillic letters, the spaces of French, and figures of one width.
"""

from functools import lru_cache
from pathlib import Path
from typing import Any

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

FOLDER = Path(__file__).parent / "fonts"
REGULAR, BOLD = "DejaVuSansCondensed", "DejaVuSansCondensed-Bold"
NO_BREAK_SPACE, STAND_IN = "\u00a0", "\ue0a0"


class DocumentFont(TTFont):
    """A font whose no-break spaces come back when the text of a PDF is copied or read aloud.

    reportlab would write a plain space. Here another character stands in for it while the text is
    encoded, and the table that leads from glyphs back to characters names the right one.
    """

    def __init__(self, name: str, file: Path) -> None:
        super().__init__(name, file)
        for known in (self.face.charToGlyph, self.face.charWidths):
            known[ord(STAND_IN)] = known[ord(NO_BREAK_SPACE)]

    def splitString(  # noqa: N802 reportlab's name
        self, text: str, doc: object, encoding: str = "utf-8"
    ) -> list[tuple[int, bytes]]:
        """Return a text in chunks of one subset of the font each."""
        encoded = text.replace(NO_BREAK_SPACE, STAND_IN)
        chunks: list[tuple[int, bytes]] = super().splitString(encoded, doc, encoding)
        state: Any = self.state[doc]
        code = state.assignments.get(ord(STAND_IN))
        if code is not None:
            state.subsets[code >> 8][code & 0xFF] = ord(NO_BREAK_SPACE)
        return chunks


@lru_cache(maxsize=1)
def register() -> tuple[DocumentFont, ...]:
    """Read the fonts, once in a process; return them."""
    read = tuple(DocumentFont(name, FOLDER / f"{name}.ttf") for name in (REGULAR, BOLD))
    for font in read:
        pdfmetrics.registerFont(font)
    return read


def width_of(text: str, font: str, size: float) -> float:
    """Return the width of a text in points."""
    return float(pdfmetrics.stringWidth(text, font, size))


def missing_characters(text: str) -> frozenset[str]:
    """Return the characters of a text that a font lacks; a PDF shows a box for each."""
    typed = set(text) - {"\n"}
    return frozenset(
        each for each in typed for font in register() if ord(each) not in font.face.charToGlyph
    )

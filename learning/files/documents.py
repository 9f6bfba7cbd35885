"""Looking into PDFs. Run as `python -m learning.files.documents`, a PDF in, a verdict out."""

import sys
from io import BytesIO

from learning.files import apart, rules
from learning.files.rules import Fault

REWRITE = "--rewrite"


def examine(content: bytes) -> bytes | Fault:
    """Return a PDF as it may be kept, or why it is not taken.

    One that needs no password is taken as it is. What phones and scanners put before its head and
    after its end is cut off, and the file written anew, so that every reader opens it.
    """
    bare = rules.without_margins(content)
    made = apart.run(__name__, bare, *([REWRITE] if bare != content else []))
    return made if isinstance(made, Fault) else made or content


def judge(content: bytes, *, rewrite: bool) -> bytes | Fault:
    """Return why a PDF is not taken, else the file written anew if that is asked for."""
    import pikepdf  # noqa: PLC0415 only the other process needs it

    out = BytesIO()
    try:
        with pikepdf.open(BytesIO(content), suppress_warnings=True) as document:
            if not len(document.pages):
                return Fault.BROKEN
            if rewrite:
                document.save(out)
    except pikepdf.PasswordError:
        return Fault.LOCKED
    except (pikepdf.PdfError, MemoryError, RuntimeError):
        return Fault.BROKEN
    return out.getvalue()


if __name__ == "__main__":
    apart.answer(lambda content: judge(content, rewrite=REWRITE in sys.argv))

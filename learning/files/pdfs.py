"""Looking into PDFs. Run as `python -m learning.files.pdfs`, a PDF in, a verdict out."""

import sys
from io import BytesIO

from learning.files import rules, sandbox
from learning.files.rules import FileRejection

REWRITE = "--rewrite"


def validate_pdf(content: bytes) -> bytes | FileRejection:
    """Return a PDF as it may be kept, or why it is not taken.

    One that needs no password is taken as it is. What phones and scanners put before its head and
    after its end is cut off, and the file written anew, so that every reader opens it.
    """
    bare = rules.strip_pdf_margins(content)
    made = sandbox.run_in_sandbox(__name__, bare, *([REWRITE] if bare != content else []))
    return made if isinstance(made, FileRejection) else made or content


def inspect_pdf(content: bytes, *, rewrite: bool) -> bytes | FileRejection:
    """Return why a PDF is not taken, else the file written anew if that is asked for."""
    import pikepdf  # noqa: PLC0415 only the other process needs it

    out = BytesIO()
    try:
        with pikepdf.open(BytesIO(content), suppress_warnings=True) as document:
            if not len(document.pages):
                return FileRejection.BROKEN
            if rewrite:
                document.save(out)
    except pikepdf.PasswordError:
        return FileRejection.LOCKED
    except (pikepdf.PdfError, MemoryError, RuntimeError):
        return FileRejection.BROKEN
    return out.getvalue()


if __name__ == "__main__":
    sandbox.serve_sandbox(lambda content: inspect_pdf(content, rewrite=REWRITE in sys.argv))

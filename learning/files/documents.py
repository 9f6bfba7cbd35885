"""Looking into office documents. Run as `python -m learning.files.documents`.

A document goes in, its kind comes out; it is kept as it is.
"""

from learning.files import sandbox
from learning.files.containers import Budget, Container, Rejected
from learning.files.odf import MIMETYPE, check_odf
from learning.files.ooxml import CONTENT_TYPES, check_ooxml
from learning.files.rules import FileKind, FileRejection

MAX_CPU_SECONDS = 10  # of processor time: 60 MB of cells take 5


def document_kind(content: bytes) -> FileKind | FileRejection:
    """Return which kind of document a ZIP file is, or why it is not taken.

    Whatever a reader trips over in the other process, the file is to blame.
    """
    text = sandbox.run_in_sandbox(__name__, content)
    return text if isinstance(text, FileRejection) else FileKind(text.decode())


def inspect_document(content: bytes) -> bytes | FileRejection:
    """Return the kind of a document, looked into in this very process, or why it is not taken."""
    budget = Budget()
    try:
        container = Container(content, budget)
        if CONTENT_TYPES.casefold() in {name.casefold() for name in container.names}:
            return check_ooxml(container, budget).encode()
        if MIMETYPE in container:
            return check_odf(container).encode()
    except Rejected as violation:
        return violation.reason
    return FileRejection.NOT_ALLOWED


if __name__ == "__main__":
    sandbox.serve_sandbox(inspect_document, cpu_seconds=MAX_CPU_SECONDS)

"""Looking into XML: statements of a bank. Run as `python -m learning.files.xml_files`.

A file goes in, a verdict comes out. What it means is for the package that reads it.
"""

from xml.parsers.expat import ParserCreate

from learning.files import sandbox
from learning.files.containers import Rejected
from learning.files.rules import FileRejection
from learning.files.xml_reader import MAX_DEPTH

SHOWN_BY_BROWSERS = frozenset(
    {
        "http://www.w3.org/1999/xhtml",
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1998/Math/MathML",
        "http://www.w3.org/1999/XSL/Transform",
    }
)
"""Namespaces that act in a browser; a file with one of them is no file of data."""


def validate_xml(content: bytes) -> FileRejection | None:
    """Return why a file of XML is not taken, None for one that is; it is kept as it is."""
    text = sandbox.run_in_sandbox(__name__, content)
    return text if isinstance(text, FileRejection) else None


def inspect_xml(content: bytes) -> bytes | FileRejection:
    """Refuse document types, instructions, includes, endless depth and what a browser would show.

    Raise ExpatError for what is not well formed.
    """
    depth = 0

    def start(name: str, _attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        space, _, local = name.rpartition(" ")
        if depth > MAX_DEPTH or local == "include":
            raise Rejected(FileRejection.BROKEN)
        if space in SHOWN_BY_BROWSERS:
            raise Rejected(FileRejection.NOT_ALLOWED)

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    def refuse(*_: object) -> None:
        raise Rejected(FileRejection.BROKEN)

    parser = ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartDoctypeDeclHandler = parser.ProcessingInstructionHandler = refuse
    try:
        parser.Parse(content, True)  # noqa: FBT003 expat has it so
    except Rejected as violation:
        return violation.reason
    return b""


if __name__ == "__main__":
    sandbox.serve_sandbox(inspect_xml)

"""What ODT may hold (ISO/IEC 26300): text and pictures, nothing that acts or loads.

Charts and formulas are parts of the same file and are looked into like the text.
"""

from learning.files.containers import FORBIDDEN_HEADS, LOCAL_HEAD, Container, Rejected
from learning.files.links import is_clicked, is_inside
from learning.files.rules import FileKind, FileRejection
from learning.files.xml_reader import Attributes, XmlReader, local_name

MIMETYPE, MANIFEST, CONTENT = "mimetype", "META-INF/manifest.xml", "content.xml"
ODT = b"application/vnd.oasis.opendocument.text"
MACRO_FOLDERS = ("basic/", "scripts/", "dialogs/")
XML_ENDINGS = (".xml", ".rdf", ".svg")
BAD_ELEMENTS = {
    "encryption-data": FileRejection.LOCKED,
    "script": FileRejection.MACROS,
    "event-listener": FileRejection.MACROS,
    "execute-macro": FileRejection.MACROS,
    "object-ole": FileRejection.EMBEDDED,
    "applet": FileRejection.EMBEDDED,
    "plugin": FileRejection.EMBEDDED,
    "floating-frame": FileRejection.EXTERNAL_LINK,
    "dde-source": FileRejection.EXTERNAL_LINK,
    "dde-connection-decl": FileRejection.EXTERNAL_LINK,
    "cell-range-source": FileRejection.EXTERNAL_LINK,
    "table-source": FileRejection.EXTERNAL_LINK,
}


def check_odf(container: Container) -> FileKind:
    """Return which kind of document a container is; raise Rejected for what it holds."""
    if not container.is_first_and_stored(MIMETYPE):
        raise Rejected(FileRejection.BROKEN)
    if container.whole(MIMETYPE, maximum=100) != ODT:
        raise Rejected(FileRejection.NOT_ALLOWED)
    if MANIFEST not in container:
        raise Rejected(FileRejection.BROKEN)
    XmlReader(_check_element).read(container.chunks(MANIFEST))  # first: the rest may be encrypted
    if CONTENT not in container:
        raise Rejected(FileRejection.BROKEN)
    for name in container.names:
        _check_part(container, name)
    return FileKind.ODT


def _check_part(container: Container, name: str) -> None:
    folded = name.casefold()
    if folded.startswith(MACRO_FOLDERS):
        raise Rejected(FileRejection.MACROS)
    if container.is_empty(name):
        return  # LibreOffice leaves such parts behind
    if folded.endswith(XML_ENDINGS):
        XmlReader(_check_element).read(container.chunks(name))
        return
    container.check_head(name, (*FORBIDDEN_HEADS, LOCAL_HEAD))


def _check_element(element: str, attributes: Attributes) -> None:
    if element in BAD_ELEMENTS:
        raise Rejected(BAD_ELEMENTS[element])
    for place in range(0, len(attributes), 2):
        value = attributes[place + 1]
        if local_name(attributes[place]) != "href" or is_inside(value):
            continue
        if element != "a" or not is_clicked(value):
            raise Rejected(FileRejection.EXTERNAL_LINK)

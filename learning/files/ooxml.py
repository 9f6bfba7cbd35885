"""What DOCX, XLSX and PPTX may hold (ISO/IEC 29500): text and pictures, nothing that acts or loads.

Links that a reader clicks on may stay. The workbook behind a chart is looked into as well.
"""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from posixpath import dirname, join, normpath

from learning.files.containers import FORBIDDEN_HEADS, LOCAL_HEAD, Budget, Container, Rejected
from learning.files.links import is_clicked, is_inside
from learning.files.odf import CONTENT, MACRO_FOLDERS, MANIFEST, MIMETYPE
from learning.files.ooxml_parts import Reader, part_key, reader_of
from learning.files.rules import FileKind, FileRejection
from learning.files.xml_reader import Attributes, XmlReader, as_dict, local_name

CONTENT_TYPES, RELATIONS_ENDING = "[Content_Types].xml", ".rels"
LEADS_OUT = re.compile(r"[a-z][a-z0-9+.-]*:|//|.*\\", re.IGNORECASE)
MAIN = "application/vnd.openxmlformats-officedocument.{}.main+xml"
KINDS = {
    MAIN.format("wordprocessingml.document"): FileKind.DOCX,
    MAIN.format("spreadsheetml.sheet"): FileKind.XLSX,
    MAIN.format("presentationml.presentation"): FileKind.PPTX,
}
BAD_TYPES = (
    (re.compile(r"macroenabled|vba|macrosheet|activex|attachedtoolbars"), FileRejection.MACROS),
    (re.compile(r"oleobject|webextension"), FileRejection.EMBEDDED),
    (re.compile(r"externallink|connections\+xml|querytable"), FileRejection.EXTERNAL_LINK),
)
BAD_RELATIONS = {
    "vbaProject": FileRejection.MACROS,
    "wordVbaData": FileRejection.MACROS,
    "xlMacrosheet": FileRejection.MACROS,
    "xlIntlMacrosheet": FileRejection.MACROS,
    "control": FileRejection.MACROS,
    "activeXControlBinary": FileRejection.MACROS,
    "attachedToolbars": FileRejection.MACROS,
    "oleObject": FileRejection.EMBEDDED,
    "aFChunk": FileRejection.EMBEDDED,
    "subDocument": FileRejection.EMBEDDED,
    "webextension": FileRejection.EMBEDDED,
    "webextensiontaskpanes": FileRejection.EMBEDDED,
    "externalLink": FileRejection.EXTERNAL_LINK,
    "connections": FileRejection.EXTERNAL_LINK,
    "queryTable": FileRejection.EXTERNAL_LINK,
    "attachedTemplate": FileRejection.EXTERNAL_LINK,
}
MACRO_PART = re.compile(r"(?:^|/)(?:vbaproject\.bin|vbadata\.xml|activex\d*\.(?:bin|xml))$")
FIELDS = frozenset({"instrText", "delInstrText"})
FORMULAS = frozenset({"f", "definedName", "formula", "formula1", "formula2"})
LOADING_FIELD = re.compile(
    r"^\s*(?:DDE|DDEAUTO|INCLUDEPICTURE|INCLUDETEXT|IMPORT|LINK|RD|DATABASE)\b",
    re.IGNORECASE | re.MULTILINE,
)
ACTING_FIELD = re.compile(r"^\s*MACROBUTTON\b", re.IGNORECASE | re.MULTILINE)
QUOTED = re.compile(r'"[^"]*"')
LOADING_FORMULA = re.compile(
    r"(?<![A-Z0-9_])(?:WEBSERVICE|IMAGE|RTD|CALL|REGISTER|REGISTER\.ID)\s*\(", re.IGNORECASE
)
ACTION = re.compile(r"ppaction://(?:program|macro|ole)", re.IGNORECASE)
WATCHED = frozenset({"instr", "action", "src", "href"})
LOADED_AT_ONCE = frozenset({"image", "imagedata", "use", "script", "link", "feImage"})
MAX_EMBEDDED_BYTES = 10_000_000


@dataclass(frozen=True, kw_only=True)
class Relation:
    """That a part (`source`, "" for the package) has another part, and as what (`kind`)."""

    source: str
    kind: str
    part: str


def check_ooxml(container: Container, budget: Budget, *, embedded: bool = False) -> FileKind:
    """Return which kind of document a container is; raise Rejected for what it holds."""
    _reject_odf(container)
    types = _content_types(container)
    for content_type in types.values():
        _reject_matching(BAD_TYPES, content_type)
    relations = _relations(container)
    workbooks = _workbooks(relations, embedded=embedded)
    _check_parts(container, types, relations, workbooks)
    for name in workbooks:
        inner = Container(container.whole(name, maximum=MAX_EMBEDDED_BYTES), budget)
        if check_ooxml(inner, budget, embedded=True) is not FileKind.XLSX:
            raise Rejected(FileRejection.EMBEDDED)
    kind = KINDS.get(types.get(_main_part(relations), ""))
    if kind is None:
        raise Rejected(FileRejection.NOT_ALLOWED)
    return kind


def _reject_odf(container: Container) -> None:
    """Refuse a file that another program may open as ODF, whose rules nobody has checked here."""
    for name in container.names:
        folded = name.casefold()
        if folded.startswith(MACRO_FOLDERS):
            raise Rejected(FileRejection.MACROS)
        if folded in {MIMETYPE, CONTENT, MANIFEST.casefold()}:
            raise Rejected(FileRejection.BROKEN)


def _main_part(relations: list[Relation]) -> str:
    """Return the name of the part that is the document, "" for none."""
    mains = (each for each in relations if each.kind == "officeDocument" and not each.source)
    return next((each.part for each in mains), "")


def _workbooks(relations: list[Relation], *, embedded: bool) -> set[str]:
    """Return the workbooks behind charts; raise Rejected for relations that act or embed."""
    found: set[str] = set()
    for each in relations:
        if each.kind in BAD_RELATIONS:
            raise Rejected(BAD_RELATIONS[each.kind])
        if each.kind == "package":
            if embedded or "/charts/" not in f"/{each.source}":
                raise Rejected(FileRejection.EMBEDDED)
            found.add(each.part)
    return found


def _reject_matching(
    patterns: tuple[tuple[re.Pattern[str], FileRejection], ...], text: str
) -> None:
    for pattern, reason in patterns:
        if pattern.search(text):
            raise Rejected(reason)


def _content_types(container: Container) -> dict[str, str]:
    """Return the type of each part as the package states it, in lower case, "" for none."""
    by_part: dict[str, str] = {}
    by_ending: dict[str, str] = {}

    def read(element: str, attributes: Attributes) -> None:
        values = as_dict(attributes)
        content_type = values.get("ContentType", "").partition(";")[0].strip().lower()
        if element == "Override":
            by_part[values.get("PartName", "").lstrip("/").casefold()] = content_type
        elif element == "Default":
            by_ending[values.get("Extension", "").casefold()] = content_type

    XmlReader(read).read(container.chunks(CONTENT_TYPES))
    names = {name: name.casefold() for name in container.names}
    return {
        name: by_part.get(folded, by_ending.get(folded.rpartition(".")[2], ""))
        for name, folded in names.items()
    }


def _relations(container: Container) -> list[Relation]:
    """Return all relations between parts; one that leads out of the file is refused."""
    found: list[Relation] = []
    for name in container.names:
        if not name.casefold().endswith(RELATIONS_ENDING):
            continue
        folder, _, file = name.rpartition("/")
        source = join(dirname(folder), file[: -len(RELATIONS_ENDING)])
        found += _relations_of(container, name, source if file != RELATIONS_ENDING else "")
    return found


def _relations_of(container: Container, name: str, source: str) -> list[Relation]:
    found: list[Relation] = []

    def read(element: str, attributes: Attributes) -> None:
        if element != "Relationship":
            return
        values = as_dict(attributes)
        kind, target = values.get("Type", "").rpartition("/")[2], values.get("Target", "")
        if values.get("TargetMode", "").casefold() == "external":
            _check_external(kind, target)
        elif LEADS_OUT.match(target):
            raise Rejected(FileRejection.EXTERNAL_LINK)
        else:
            found.append(Relation(source=source, kind=kind, part=_resolved(source, target)))

    XmlReader(read).read(container.chunks(name))
    return found


def _check_external(kind: str, target: str) -> None:
    """Let links stay that a reader clicks on."""
    if kind != "hyperlink" or not (is_clicked(target) or target.startswith("#")):
        reason = BAD_RELATIONS.get(kind, FileRejection.EXTERNAL_LINK)
        raise Rejected(reason if reason is FileRejection.MACROS else FileRejection.EXTERNAL_LINK)


def _resolved(source: str, target: str) -> str:
    if target.startswith("/"):
        return normpath(target[1:])
    return normpath(join(dirname(source), target))


def _check_parts(
    container: Container, types: Mapping[str, str], relations: list[Relation], workbooks: set[str]
) -> None:
    kinds: defaultdict[str, set[str]] = defaultdict(set)
    for each in relations:
        kinds[part_key(each.part)].add(each.kind)
    for name in container.names:
        if MACRO_PART.search(part_key(name)):
            raise Rejected(FileRejection.MACROS)
        reader = reader_of(container, name, types[name], kinds[part_key(name)])
        if reader is Reader.XML:
            _XmlCheck().read(container, name)
        elif reader is Reader.OWN_DATA:
            XmlReader(_ignore).read(container.chunks(name))
        elif reader is Reader.BINARY:
            heads = FORBIDDEN_HEADS if name in workbooks else (*FORBIDDEN_HEADS, LOCAL_HEAD)
            container.check_head(name, heads)


class _XmlCheck:
    """Reads a part: addresses that load, fields and formulas that load or act."""

    def __init__(self) -> None:
        self._codes: list[str] = []

    def read(self, container: Container, name: str) -> None:
        reader = XmlReader(self._see, on_text=self._listen, text_of=FIELDS | FORMULAS)
        reader.read(container.chunks(name))
        _check_field("".join(self._codes))

    def _see(self, element: str, attributes: Attributes) -> None:
        if element == "fldChar":
            self._codes.append("\n")
        for place in range(0, len(attributes), 2):
            local = local_name(attributes[place])
            if local in WATCHED:
                _check_attribute(element, local, attributes[place + 1])

    def _listen(self, element: str, text: str) -> None:
        if element in FIELDS:
            self._codes.append(text)
        elif LOADING_FORMULA.search(QUOTED.sub("", text)):
            raise Rejected(FileRejection.EXTERNAL_LINK)


def _ignore(_element: str, _attributes: Attributes) -> None:
    """Read only the shape of what programs keep for themselves."""


def _check_attribute(element: str, name: str, value: str) -> None:
    if name == "instr":
        _check_field(value)
    elif name == "action":
        if ACTION.match(value):
            raise Rejected(FileRejection.MACROS)
    elif not _may_stay(element, name, value):
        raise Rejected(FileRejection.EXTERNAL_LINK)


def _may_stay(element: str, attribute: str, address: str) -> bool:
    if is_inside(address):
        return True
    return attribute == "href" and element not in LOADED_AT_ONCE and is_clicked(address)


def _check_field(code: str) -> None:
    """Refuse the codes of fields of Word, each on a line, that load or run something."""
    if ACTING_FIELD.search(code):
        raise Rejected(FileRejection.MACROS)
    if LOADING_FIELD.search(code):
        raise Rejected(FileRejection.EXTERNAL_LINK)

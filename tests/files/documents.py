"""Office documents as people send them, and as attackers alter them.

`cases/` has real ones: by python-docx (headings, table, picture, fields, link), python-pptx (chart
with its workbook, picture, link), XlsxWriter (formulas, chart, comment, link) and odfdo.
"""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

CASES = Path(__file__).parent / "cases"
DOCX, PPTX, XLSX, ODT = (
    (CASES / name).read_bytes()
    for name in ("project.docx", "slides.pptx", "budget.xlsx", "letter.odt")
)
OLE = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 504
LOCKED = OLE + "EncryptedPackage".encode("utf-16-le") + b"\0" * 512
OPEN_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
TYPES = "[Content_Types].xml"


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def packed(parts: Mapping[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP file of these parts; `mimetype` is stored as it is, as ODF asks."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, part in parts.items():
            how = zipfile.ZIP_STORED if name == "mimetype" else method
            archive.writestr(name, part, how)
    return out.getvalue()


def altered(content: bytes, name: str, old: str, new: str) -> bytes:
    """A document in one part of which a text is replaced, once."""
    parts = parts_of(content)
    assert old.encode() in parts[name], (name, old)
    parts[name] = parts[name].replace(old.encode(), new.encode(), 1)
    return packed(parts)


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    return packed(parts_of(content) | {name: part})


def with_relation(content: bytes, rels: str, kind: str, target: str, *, external: bool) -> bytes:
    """A document one of whose parts refers to something more."""
    mode = ' TargetMode="External"' if external else ""
    row = f'<Relationship Id="evil" Type="{OPEN_TYPES}{kind}" Target="{target}"{mode}/>'
    return altered(content, rels, "</Relationships>", f"{row}</Relationships>")


def with_field(code: str, *, split: bool = False) -> bytes:
    """A DOCX with one more field, whose code may be in several runs."""
    pieces = [code[:4], code[4:]] if split else [code]
    runs = "".join(f"<w:r><w:instrText>{piece}</w:instrText></w:r>" for piece in pieces)
    begin = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    return altered(
        DOCX, "word/document.xml", "<w:sectPr", f"<w:p>{begin}{runs}{end}</w:p><w:sectPr"
    )


def with_formula(formula: str) -> bytes:
    return altered(XLSX, "xl/worksheets/sheet1.xml", "<f>SUM(B2:B2)</f>", f"<f>{formula}</f>")


def with_text(text: str) -> bytes:
    """An ODT with something more in its text."""
    return altered(ODT, "content.xml", "</office:text>", f"{text}</office:text>")


def with_macro_type(content: bytes, old: str, new: str) -> bytes:
    return altered(content, TYPES, old, new)


def with_inner_workbook(workbook: bytes) -> bytes:
    """A PPTX whose chart has another workbook behind it."""
    parts = parts_of(PPTX)
    (name,) = (name for name in parts if name.startswith("ppt/embeddings/"))
    return packed(parts | {name: workbook})


def marked_encrypted(content: bytes) -> bytes:
    """A ZIP file whose directory says that its first part is encrypted."""
    place = content.rindex(b"PK\x05\x06")
    first = int.from_bytes(content[place + 16 : place + 20], "little")
    return content[: first + 8] + bytes([content[first + 8] | 1]) + content[first + 9 :]


def overlapping(content: bytes) -> bytes:
    """A ZIP file in which the second entry of the directory leads to the first part."""
    place = content.rindex(b"PK\x05\x06")
    first = int.from_bytes(content[place + 16 : place + 20], "little")
    second = content.index(b"PK\x01\x02", first + 4)
    return content[: second + 42] + b"\0\0\0\0" + content[second + 46 :]


def hidden_between(content: bytes) -> bytes:
    """A ZIP file with a part that the directory does not name, before the directory."""
    extra = packed({"word/hidden.bin": b"x" * 100}, method=zipfile.ZIP_STORED)
    extra = extra[: extra.index(b"PK\x01\x02")]
    place = content.rindex(b"PK\x05\x06")
    first = int.from_bytes(content[place + 16 : place + 20], "little")
    end = bytearray(content[place:])
    end[16:20] = (first + len(extra)).to_bytes(4, "little")
    return content[:first] + extra + content[first:place] + bytes(end)


def with_two_of_one_name(content: bytes) -> bytes:
    parts = parts_of(content)
    parts["Word/Document.xml"] = parts["word/document.xml"]
    return packed(parts)


def bomb(megabytes: int) -> bytes:
    """A DOCX with a part of blanks: some kilobytes that unpack to many megabytes."""
    return with_part(DOCX, "word/media/blank.bmp", b" " * (megabytes * 1_000_000))


def spread_bomb(parts: int) -> bytes:
    """A DOCX with many parts, none of which is packed too tightly by itself."""
    grain = bytes(range(256)) * 3900  # just below the size from which ratios count
    return packed(parts_of(DOCX) | {f"word/media/{n}.bmp": grain for n in range(parts)})


def deep_xml(levels: int) -> bytes:
    return with_part(DOCX, "word/deep.xml", b"<a>" * levels + b"</a>" * levels)

"""Files as people send them, and as attackers do."""

import io
import struct
import zipfile
import zlib
from random import Random

import pikepdf
from PIL import Image

GIF = b"GIF89a\x01\x00\x01\x00\x00\x00\x00;"
EXE = b"MZ\x90\x00" + b"\0" * 200
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
ORIENTATION, GPS, MAKER = 0x0112, 0x8825, 0x010F


def encoded(picture: Image.Image, form: str, **options) -> bytes:
    out = io.BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()


def a_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("payload.txt", "payload")
    return out.getvalue()


def a_pdf(**options) -> bytes:
    """A PDF of one empty page."""
    out = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page(page_size=(200, 200))
        document.save(out, deterministic_id=not options, **options)
    return out.getvalue()


def a_locked_pdf(user: str, **allowed: bool) -> bytes:
    """A PDF that opens with a password, or with "" but forbids some things."""
    permissions = pikepdf.Permissions(**allowed)
    encryption = pikepdf.Encryption(user=user, owner="owner", allow=permissions)
    return a_pdf(encryption=encryption)


def a_pdf_bomb(megabytes: int = 4000) -> bytes:
    """A PDF of some megabytes whose one object stream is gigabytes of blanks."""
    press, blanks = zlib.compressobj(9), b" " * 1_000_000
    first = press.compress(blanks) + press.flush(zlib.Z_FULL_FLUSH)
    again = press.compress(blanks) + press.flush(zlib.Z_FULL_FLUSH)  # may be repeated as it is
    data = first + again * megabytes + press.flush()
    head = b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>" % len(data)
    body = b"%PDF-1.5\n"
    first = len(body)
    body += b"1 0 obj\n" + head + b"\nstream\n" + data + b"\nendstream\nendobj\n"
    second = len(body)
    rows = ((0, 0, 65535), (1, first, 0), (2, 1, 0), (1, second, 0))
    table = b"".join(struct.pack(">BIH", *row) for row in rows)
    head = b"<< /Type /XRef /Size 4 /W [1 4 2] /Root 2 0 R /Length %d >>" % len(table)
    body += b"3 0 obj\n" + head + b"\nstream\n" + table + b"\nendstream\nendobj\n"
    return body + b"startxref\n%d\n%%%%EOF\n" % second


def a_png(size=(40, 30), mode="RGB") -> bytes:
    return encoded(Image.new(mode, size), "PNG")


def a_photo(size=(40, 30), orientation=6) -> bytes:
    """A photo as a phone makes it: lying on its side, saying where it was taken."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[MAKER] = "SecretPhone"
    exif.get_ifd(GPS)[2] = (5.0, 21.0, 36.0)
    comment = b"SecretComment"
    return encoded(Image.new("RGB", size, "red"), "JPEG", exif=exif, comment=comment)


def a_picture_of_many_scans(scans: int = 50_000) -> bytes:
    """A JPEG of some megabytes whose last scan comes again and again: hours of decoding."""
    whole = encoded(Image.new("L", (6300, 6300), 128), "JPEG", progressive=True)
    last, end = whole.rindex(b"\xff\xda"), len(whole) - 2
    return whole[:end] + whole[last:end] * scans + whole[end:]


def a_picture_that_grows() -> bytes:
    """A PNG of few colours and few bytes that becomes one of many colours when it shrinks."""
    random = Random(1)  # noqa: S311 a picture, no secret
    pixels = bytes(random.getrandbits(2) for _ in range(1000)) * 19_360
    picture = Image.frombytes("P", (4400, 4400), pixels)
    picture.putpalette([random.randrange(256) for _ in range(768)])
    return encoded(picture, "PNG", bits=2)


def a_bomb(width=60_000, height=60_000) -> bytes:
    """A PNG of a few bytes that says it is enormous."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack("!I", len(body)) + kind + body + struct.pack("!I", zlib.crc32(kind + body))
        )

    head = struct.pack("!IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1000)
    start = b"\x89PNG\r\n\x1a\n"
    return start + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def announced(name: str, size: object, purpose: str = "nomination_letter") -> dict[str, str]:
    """What a script says before it sends a file in pieces."""
    return {"name": name, "size": str(size), "purpose": purpose}


PDF = a_pdf()

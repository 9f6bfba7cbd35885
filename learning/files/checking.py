"""Looking into files: pictures are decoded and made anew, so that only the picture is left."""

import hashlib
from dataclasses import dataclass
from io import BytesIO

from PIL import ImageOps
from PIL.Image import Image
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile

from learning.files import documents, rules
from learning.files.rules import Fault, Kind

LONGEST_SIDE = 2400
QUALITY = 85
KEPT = ("transparency",)  # of what a picture says about itself; never place, time or device


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A file that may be kept: `content` is what will be handed out."""

    name: str
    kind: Kind
    content: bytes
    sha256: str


def check(name: str, content: bytes) -> Checked | Fault:
    """Return a file as it may be kept, or why it is not taken; it takes a moment."""
    kind = rules.look(content)
    if isinstance(kind, Fault):
        return kind
    made = documents.examine(content) if kind is Kind.PDF else _made_anew(kind, content)
    if isinstance(made, Fault):
        return made
    return Checked(
        name=rules.name_as(name, kind),
        kind=kind,
        content=made,
        sha256=hashlib.sha256(made).hexdigest(),
    )


def _made_anew(kind: Kind, content: bytes) -> bytes | Fault:
    try:
        with _opened(kind, content) as picture:
            if rules.has_too_many_pixels(*picture.size):
                return Fault.TOO_MANY_PIXELS
            return _encoded(kind, _shrunk(picture))
    except Exception:  # whatever a decoder trips over, the file is to blame
        return Fault.BROKEN


def _opened(kind: Kind, content: bytes) -> Image:
    """Read a picture's head, and nothing else yet, by the one decoder that its kind needs."""
    decoder = JpegImageFile if kind is Kind.JPEG else PngImageFile
    return decoder(BytesIO(content))


def _shrunk(picture: Image) -> Image:
    """Return a picture upright and no larger than a page needs."""
    if max(picture.size) > LONGEST_SIDE and picture.mode in {"1", "P"}:
        picture = picture.convert("L" if picture.mode == "1" else "RGBA")
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return ImageOps.exif_transpose(picture)


def _encoded(kind: Kind, picture: Image) -> bytes:
    out = BytesIO()
    if kind is Kind.JPEG and picture.mode not in {"L", "RGB"}:
        picture = picture.convert("RGB")
    picture.info = {name: picture.info[name] for name in KEPT if name in picture.info}
    if kind is Kind.JPEG:
        picture.save(out, "JPEG", quality=QUALITY, optimize=True)
    else:
        picture.save(out, "PNG")
    return out.getvalue()

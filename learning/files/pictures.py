"""Making pictures anew. Run as `python -m learning.files.pictures KIND`, a picture in and out."""

import sys
from io import BytesIO

from PIL import ImageOps
from PIL.Image import Image
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile

from learning.files import apart, rules
from learning.files.rules import Fault, Kind

LONGEST_SIDE = 2400
QUALITY = 85
KEPT = ("transparency",)  # of what a picture says about itself; never place, time or device


def made_anew(kind: Kind, content: bytes) -> bytes | Fault:
    """Return a picture of which only the picture is left, or why it is not taken.

    Whatever a decoder trips over in the other process, the file is to blame.
    """
    return apart.run(__name__, content, kind)


def make(kind: Kind, content: bytes) -> bytes | Fault:
    """Make a picture anew in this very process."""
    with _opened(kind, content) as picture:
        if rules.has_too_many_pixels(*picture.size):
            return Fault.TOO_MANY_PIXELS
        return _small_enough(kind, _shrunk(picture))


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


def _small_enough(kind: Kind, picture: Image) -> bytes:
    """Return a picture as a file no larger than any that is sent.

    Few colours become many when a picture shrinks, and take a thousand times the room.
    """
    made = _encoded(kind, picture)
    while len(made) > rules.MOST_BYTES:
        picture = picture.reduce(2)
        made = _encoded(kind, picture)
    return made


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


if __name__ == "__main__":
    apart.answer(lambda content: make(Kind(sys.argv[1]), content))

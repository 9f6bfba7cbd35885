"""Making pictures anew. Run as `python -m learning.files.images KIND MAX_BYTES`.

A picture goes in, and one comes out.
"""

import sys
from io import BytesIO

from PIL import ImageOps
from PIL.Image import Image
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile

from learning.files import rules, sandbox
from learning.files.rules import FileKind, FileRejection

MAX_SIDE_PIXELS = 2400
JPEG_QUALITY = 85
KEPT_METADATA = ("transparency",)
"""What stays of a picture's data about itself: never place, time or device."""


def reencode(kind: FileKind, content: bytes, *, max_bytes: int) -> bytes | FileRejection:
    """Return a picture of which only the picture is left, or why it is not taken.

    Whatever a decoder trips over in the other process, the file is to blame.
    """
    return sandbox.run_in_sandbox(__name__, content, kind, str(max_bytes))


def reencode_image(kind: FileKind, content: bytes, *, max_bytes: int) -> bytes | FileRejection:
    """Make a picture anew in this very process."""
    with _opened(kind, content) as image:
        if rules.has_too_many_pixels(*image.size):
            return FileRejection.TOO_MANY_PIXELS
        return _small_enough(kind, _shrunk(image), max_bytes)


def _opened(kind: FileKind, content: bytes) -> Image:
    """Read a picture's head, and nothing else yet, by the one decoder that its kind needs."""
    decoder = JpegImageFile if kind is FileKind.JPEG else PngImageFile
    return decoder(BytesIO(content))


def _shrunk(image: Image) -> Image:
    """Return a picture upright and no larger than a page needs."""
    if max(image.size) > MAX_SIDE_PIXELS and image.mode in {"1", "P"}:
        image = image.convert("L" if image.mode == "1" else "RGBA")
    image.thumbnail((MAX_SIDE_PIXELS, MAX_SIDE_PIXELS))
    return ImageOps.exif_transpose(image)


def _small_enough(kind: FileKind, image: Image, max_bytes: int) -> bytes:
    """Return a picture as a file no larger than its purpose allows.

    Few colours become many when a picture shrinks, and take a thousand times the room.
    """
    made = _encoded(kind, image)
    while len(made) > max_bytes and min(image.size) > 1:
        image = image.reduce(2)
        made = _encoded(kind, image)
    return made


def _encoded(kind: FileKind, image: Image) -> bytes:
    out = BytesIO()
    if kind is FileKind.JPEG and image.mode not in {"L", "RGB"}:
        image = image.convert("RGB")
    image.info = {name: image.info[name] for name in KEPT_METADATA if name in image.info}
    if kind is FileKind.JPEG:
        image.save(out, "JPEG", quality=JPEG_QUALITY, optimize=True)
    else:
        image.save(out, "PNG")
    return out.getvalue()


if __name__ == "__main__":
    sandbox.serve_sandbox(
        lambda content: reencode_image(FileKind(sys.argv[1]), content, max_bytes=int(sys.argv[2]))
    )

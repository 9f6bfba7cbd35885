"""Text files of people, in any encoding that their programs write."""

import re

MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
GUESSED = "windows-1252"
NOT_IN_TEXT = re.compile(r"[\x00-\x08\x0e-\x19\x1b-\x1f\x7f\x80-\x84\x86-\x9f]")


class NotTextError(ValueError):
    """A file is no text in any known encoding."""


def decode_text(content: bytes) -> tuple[str, str]:
    """Return a file's text, and the name of its encoding if that had to be guessed."""
    encoding, guessed = MARKS.get(content[:2], "utf-8-sig"), ""
    if encoding == "utf-8-sig" and content[1:400:2].count(0) > len(content[:400]) // 4:
        encoding = "utf-16-le"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        guessed, text = GUESSED, content.decode(GUESSED, errors="replace")
    if NOT_IN_TEXT.search(text) or (guessed and "\ufffd" in text):
        raise NotTextError
    return text, guessed

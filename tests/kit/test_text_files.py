"""Text files are read in any encoding that people's programs write."""

import pytest

from learning.kit.text_files import GUESSED, NotTextError, decode_text


@pytest.mark.parametrize(
    ("content", "text", "guessed"),
    [
        ("é".encode(), "é", ""),
        ("é".encode("utf-8-sig"), "é", ""),
        ("é".encode("utf-16"), "é", ""),
        ("é;a;b".encode("utf-16-le"), "é;a;b", ""),
        ("\ufeffé".encode("utf-16-be"), "é", ""),
        ("é € œ".encode("cp1252"), "é € œ", GUESSED),
    ],
)
def test_every_encoding_that_programs_write_is_read(content, text, guessed) -> None:
    assert decode_text(content) == (text, guessed)


@pytest.mark.parametrize("content", [b"a\0b", b"\xff\xfe\x00", b"%PDF-1.7\n\x81\x8d", b"\x9d"])
def test_what_is_no_text_is_refused(content) -> None:
    with pytest.raises(NotTextError):
        decode_text(content)

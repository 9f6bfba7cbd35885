"""Text encrypted at rest: read with its key in its place only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.kit.encryption import Cipher, DecryptionError

CIPHER = Cipher("a secret of this installation", "accounts")


@given(st.text(), st.text())
def test_what_is_encrypted_is_read_again(text: str, context: str) -> None:
    stored = CIPHER.encrypt(text, context)
    assert stored.isascii()
    assert CIPHER.decrypt(stored, context) == text


def test_the_same_text_looks_different_each_time() -> None:
    assert CIPHER.encrypt("DE89", "row 1") != CIPHER.encrypt("DE89", "row 1")


@pytest.mark.parametrize(
    "other",
    [
        Cipher("another secret of an installation", "accounts"),
        Cipher("a secret of this installation", "letters"),
    ],
)
def test_another_key(other: Cipher) -> None:
    with pytest.raises(DecryptionError):
        other.decrypt(CIPHER.encrypt("DE89", "row 1"), "row 1")
    assert other.digest("DE89") != CIPHER.digest("DE89")


def test_a_text_that_is_copied_to_another_row() -> None:
    with pytest.raises(DecryptionError):
        CIPHER.decrypt(CIPHER.encrypt("DE89", "row 1"), "row 2")


def test_every_changed_sign_is_found() -> None:
    stored = CIPHER.encrypt("DE89370400440532013000", "row 1")
    for position in range(len(stored)):
        changed = stored[:position] + chr(ord(stored[position]) ^ 1) + stored[position + 1 :]
        with pytest.raises(DecryptionError):
            CIPHER.decrypt(changed, "row 1")
    for wrong in ("", "1:", "DE89370400440532013000", stored[:-4], stored + "AAAA", "1:é"):
        with pytest.raises(DecryptionError):
            CIPHER.decrypt(wrong, "row 1")


def test_a_digest_is_the_same_each_time() -> None:
    assert CIPHER.digest("x") == CIPHER.digest("x")
    assert len(CIPHER.digest("x")) == 64
    assert CIPHER.digest("x") != CIPHER.digest("y")

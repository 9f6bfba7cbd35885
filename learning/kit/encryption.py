"""Text encrypted at rest: AES-256-GCM with a key for each purpose.

The keys are derived from the installation's secret key by HKDF-SHA256 (RFC 5869), with the purpose
as `info`. Pages make a `Cipher` and pass it to commands, which never read settings. After a change
of LEARNING_SECRET_KEY, what was encrypted with the old one cannot be read.
"""

import base64
import binascii
import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
NONCE_BYTES = 12  # NIST SP 800-38D, 8.2.2: random, for fewer than 2³² texts under one key
PREFIX = "1:"  # the version of this format


class DecryptionError(ValueError):
    """A text was encrypted with another key, for another place, or was changed."""


class Cipher:
    """Encrypts texts for one purpose, as in `Cipher(secret, "refund accounts")`.

    `context` is where a text stands ("refund 0a1b"): it is bound to it, so that a text copied to
    another row is refused there.
    """

    def __init__(self, secret: str, purpose: str) -> None:
        self._encryption = AESGCM(_derived(secret, f"{purpose}: encryption"))
        self._digest_key = _derived(secret, f"{purpose}: digest")

    def encrypt(self, text: str, context: str) -> str:
        """Return a text encrypted, as ASCII; the same text looks different each time."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        encrypted = self._encryption.encrypt(nonce, text.encode(), context.encode())
        return PREFIX + base64.b64encode(nonce + encrypted).decode()

    def decrypt(self, stored: str, context: str) -> str:
        """Return the text that was encrypted; raise DecryptionError."""
        try:
            if not stored.startswith(PREFIX):
                raise DecryptionError("not an encrypted text")
            raw = base64.b64decode(stored.removeprefix(PREFIX), validate=True)
            nonce, encrypted = raw[:NONCE_BYTES], raw[NONCE_BYTES:]
            return self._encryption.decrypt(nonce, encrypted, context.encode()).decode()
        except (InvalidTag, binascii.Error, ValueError) as failure:
            raise DecryptionError("encrypted with another key, or changed") from failure

    def digest(self, text: str) -> str:
        """Return the HMAC-SHA256 of a text, 64 hexadecimal digits.

        Nobody without the key guesses a short text from it.
        """
        return hmac.new(self._digest_key, text.encode(), hashlib.sha256).hexdigest()


def _derived(secret: str, info: str) -> bytes:
    kdf = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=f"learning {info}".encode())
    return kdf.derive(secret.encode())

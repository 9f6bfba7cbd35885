"""The scanner for viruses, if there is one: clamd, over a socket."""

import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from typing import BinaryIO, Protocol

SCHEME = "clamd:"
CHUNK = 65_536
LONGEST_REPLY = 4096
PATIENCE = 60.0  # seconds
# With “_” for “-”, so that no scanner takes the program itself for a virus.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR_STANDARD_ANTIVIRUS_TEST_FILE!$H+H*"


class Verdict(StrEnum):
    CLEAN = "clean"
    INFECTED = "infected"
    ERROR = "error"  # nothing is known; never taken for clean


class Scanner(Protocol):
    def scan(self, stream: BinaryIO) -> Verdict: ...

    def test(self) -> Verdict:
        """Scan the file that every scanner calls infected, and that harms nobody (EICAR)."""
        ...


@dataclass(frozen=True, kw_only=True)
class ClamScanner:
    """clamd at a path (a unix socket) or at a host and port."""

    address: str | tuple[str, int]
    patience: float = PATIENCE

    def scan(self, stream: BinaryIO) -> Verdict:
        try:
            with self._connected() as line:
                line.sendall(b"zINSTREAM\0")
                for chunk in _chunks(stream):
                    line.sendall(struct.pack("!I", len(chunk)) + chunk)
                line.sendall(struct.pack("!I", 0))
                return _verdict(_reply(line))
        except OSError:
            return Verdict.ERROR

    def test(self) -> Verdict:
        return self.scan(BytesIO(EICAR.replace(b"_", b"-")))

    def _connected(self) -> socket.socket:
        if isinstance(self.address, tuple):
            return socket.create_connection(self.address, timeout=self.patience)
        line = socket.socket(socket.AF_UNIX)
        try:
            line.settimeout(self.patience)
            line.connect(self.address)
        except OSError:
            line.close()
            raise
        return line


def scanner_of(setting: str, *, patience: float = PATIENCE) -> Scanner | None:
    """Return the scanner that LEARNING_SCANNER names, None for none; raise ValueError."""
    if not setting:
        return None
    where = setting.removeprefix(SCHEME)
    if where.startswith("/"):
        return ClamScanner(address=where, patience=patience)
    host, _, port = where.rpartition(":")
    if not setting.startswith(SCHEME) or not host or not port.isdigit():
        raise ValueError(f"LEARNING_SCANNER: clamd:/path or clamd:host:port, not {setting!r}")
    return ClamScanner(address=(host.strip("[]"), int(port)), patience=patience)


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    while chunk := stream.read(CHUNK):
        yield chunk


def _reply(line: socket.socket) -> bytes:
    said = b""
    while not said.endswith(b"\0") and len(said) < LONGEST_REPLY:
        more = line.recv(LONGEST_REPLY)
        if not more:
            break
        said += more
    return said.rstrip(b"\0\n")


def _verdict(reply: bytes) -> Verdict:
    if reply == b"stream: OK":
        return Verdict.CLEAN
    return Verdict.INFECTED if reply.endswith(b" FOUND") else Verdict.ERROR

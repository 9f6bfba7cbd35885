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
MAX_REPLY_BYTES = 4096
SCAN_TIMEOUT_SECONDS = 60.0  # seconds
# With “_” for “-”, so that no scanner takes the program itself for a virus.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR_STANDARD_ANTIVIRUS_TEST_FILE!$H+H*"


class ScanResult(StrEnum):
    CLEAN = "clean"
    INFECTED = "infected"
    ERROR = "error"  # nothing is known; never taken for clean


class Scanner(Protocol):
    def scan(self, stream: BinaryIO) -> ScanResult: ...

    def test(self) -> ScanResult:
        """Scan the file that every scanner calls infected, and that harms nobody (EICAR)."""
        ...


@dataclass(frozen=True, kw_only=True)
class ClamScanner:
    """clamd at a path (a unix socket) or at a host and port."""

    address: str | tuple[str, int]
    timeout: float = SCAN_TIMEOUT_SECONDS

    def scan(self, stream: BinaryIO) -> ScanResult:
        try:
            with self._connected() as line:
                line.sendall(b"zINSTREAM\0")
                for chunk in _chunks(stream):
                    line.sendall(struct.pack("!I", len(chunk)) + chunk)
                line.sendall(struct.pack("!I", 0))
                return _result_of(_reply(line))
        except OSError:
            return ScanResult.ERROR

    def test(self) -> ScanResult:
        return self.scan(BytesIO(EICAR.replace(b"_", b"-")))

    def _connected(self) -> socket.socket:
        if isinstance(self.address, tuple):
            return socket.create_connection(self.address, timeout=self.timeout)
        line = socket.socket(socket.AF_UNIX)
        try:
            line.settimeout(self.timeout)
            line.connect(self.address)
        except OSError:
            line.close()
            raise
        return line


def make_scanner(setting: str, *, timeout: float = SCAN_TIMEOUT_SECONDS) -> Scanner | None:
    """Return the scanner that LEARNING_SCANNER names, None for none; raise ValueError."""
    if not setting:
        return None
    where = setting.removeprefix(SCHEME)
    if where.startswith("/"):
        return ClamScanner(address=where, timeout=timeout)
    host, _, port = where.rpartition(":")
    if not setting.startswith(SCHEME) or not host or not port.isdigit():
        raise ValueError(f"LEARNING_SCANNER: clamd:/path or clamd:host:port, not {setting!r}")
    return ClamScanner(address=(host.strip("[]"), int(port)), timeout=timeout)


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    while chunk := stream.read(CHUNK):
        yield chunk


def _reply(line: socket.socket) -> bytes:
    reply = b""
    while not reply.endswith(b"\0") and len(reply) < MAX_REPLY_BYTES:
        more = line.recv(MAX_REPLY_BYTES)
        if not more:
            break
        reply += more
    return reply.rstrip(b"\0\n")


def _result_of(reply: bytes) -> ScanResult:
    if reply == b"stream: OK":
        return ScanResult.CLEAN
    return ScanResult.INFECTED if reply.endswith(b" FOUND") else ScanResult.ERROR

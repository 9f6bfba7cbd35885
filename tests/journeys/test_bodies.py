"""Bodies that are too large, never end or come slowly: what a running server does with them.

No clock decides: an answer that comes although the body was never sent did not wait for it.
"""

import http.client
import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlencode, urlsplit

import pytest

from learning.app import MAX_BODY_BYTES
from learning.demo import PASSWORD
from learning.files.rules import MAX_CHUNK_BYTES
from learning.kit.requests import MAX_MULTIPART_BYTES
from tests.files.samples import PDF, announced
from tests.journeys.conftest import Site
from tests.world import version_of

ANNOUNCED = 500_000_000
A_LITTLE = 64 * 1024  # what the server reads at once
THREADS = 4  # as in deploy/gunicorn.conf.py
TIMEOUT = 60  # for a server that hangs; nothing here takes as long
FORM, RAW = "application/x-www-form-urlencoded", "application/octet-stream"
PARTS = "multipart/form-data; boundary=bound"
FILE_BEGINS = b'--bound\r\nContent-Disposition: form-data; name="letter"; filename="a.pdf"\r\n\r\n'
TEXT_BEGINS = b'--bound\r\nContent-Disposition: form-data; name="email"\r\n\r\n'
ENDS = b"\r\n--bound--\r\n"
SIGN_IN, UPLOADS, PROFILE = "/fr/account/sign-in", "/fr/files/uploads", "/fr/account/profile"


class Line:
    """A connection on which every byte is ours."""

    def __init__(self, site: Site, cookie: str = "") -> None:
        self.host = urlsplit(site.address).netloc
        self.cookie = cookie
        name, port = self.host.split(":")
        self.socket = socket.create_connection((name, int(port)), timeout=TIMEOUT)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def begin(self, path: str, kind: str, length: int | None) -> None:
        """Send what stands above a body; without a length it comes in chunks."""
        size = "Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}"
        lines = (
            f"POST {path} HTTP/1.1", f"Host: {self.host}", "Sec-Fetch-Site: same-origin",
            f"Content-Type: {kind}", size, f"Cookie: {self.cookie}",
        )  # fmt: skip
        self.send("\r\n".join([*lines, "", ""]).encode())

    def send(self, some: bytes) -> None:
        self.socket.sendall(some)

    def chunk(self, some: bytes) -> None:
        self.send(f"{len(some):x}\r\n".encode() + some + b"\r\n")

    def answer(self) -> http.client.HTTPResponse:
        answer = http.client.HTTPResponse(self.socket, method="POST")
        answer.begin()
        return answer


@dataclass(frozen=True)
class Somebody:
    site: Site
    cookie: str

    def post(self, path: str, fields: dict[str, object]) -> http.client.HTTPResponse:
        body = urlencode(fields).encode()
        with Line(self.site, self.cookie) as line:
            line.begin(path, FORM, len(body))
            line.send(body)
            return line.answer()

    def get(self, path: str) -> bytes:
        connection = http.client.HTTPConnection(urlsplit(self.site.address).netloc, timeout=TIMEOUT)
        connection.request("GET", path, headers={"Cookie": self.cookie})
        answer = connection.getresponse()
        assert answer.status == 200, path
        content = answer.read()
        connection.close()
        return content


def signed_in(site: Site, email: str) -> Somebody:
    answer = Somebody(site, "").post(SIGN_IN, {"email": email, "password": PASSWORD})
    assert answer.status == 303
    kept = [each.split(";")[0] for each in answer.headers.get_all("Set-Cookie")]
    return Somebody(site, "; ".join(kept))


@pytest.fixture
def lan(site: Site) -> Somebody:
    return signed_in(site, "lan@example.org")


def an_upload(by: Somebody) -> str:
    with Line(by.site, by.cookie) as line:
        body = urlencode(announced("lettre.pdf", len(PDF))).encode()
        line.begin(UPLOADS, FORM, len(body))
        line.send(body)
        answer = line.answer()
        assert answer.status == 201
        return f"{UPLOADS}/{json.load(answer)['upload']}"


@pytest.mark.parametrize(
    ("path", "kind", "begins"),
    [
        (SIGN_IN, FORM, b"email="),
        (SIGN_IN, PARTS, FILE_BEGINS),
        (PROFILE, FORM, b"name="),
        (UPLOADS, FORM, b"name="),
        ("upload", RAW, b"%PDF-"),
        ("upload", PARTS, FILE_BEGINS),
    ],
)
def test_a_body_that_is_announced_too_large_is_refused_unread(
    lan: Somebody, path: str, kind: str, begins: bytes
) -> None:
    where = an_upload(lan) if path == "upload" else path
    with Line(lan.site, lan.cookie) as line:
        line.begin(where, kind, ANNOUNCED)
        line.send(begins)
        assert line.answer().status == 413


@pytest.mark.parametrize(
    ("kind", "begins", "limit"),
    [
        (FORM, b"email=", MAX_BODY_BYTES),
        (PARTS, FILE_BEGINS, MAX_MULTIPART_BYTES),
        (PARTS, TEXT_BEGINS, MAX_BODY_BYTES),
    ],
)
def test_a_body_without_an_end_is_refused_at_the_limit(
    site: Site, kind: str, begins: bytes, limit: int
) -> None:
    """A little more than the limit is sent; then the answer is there, and the line is cut."""
    with Line(site) as line:
        line.begin(SIGN_IN, kind, None)
        line.chunk(begins)
        for piece in pieces(limit + A_LITTLE):
            line.chunk(piece)
        assert line.answer().status == 413
        with pytest.raises(ConnectionError):
            go_on(line)


def go_on(line: Line) -> None:
    for piece in pieces(ANNOUNCED):
        line.chunk(piece)


def pieces(size: int) -> Iterator[bytes]:
    for begin in range(0, size, MAX_CHUNK_BYTES):
        yield b"x" * min(MAX_CHUNK_BYTES, size - begin)


@pytest.mark.parametrize(
    ("kind", "begins", "ends"), [(FORM, b"email=", b"&next="), (PARTS, FILE_BEGINS, ENDS)]
)
def test_a_body_in_chunks_below_the_limit_is_a_form_like_any_other(
    site: Site, kind: str, begins: bytes, ends: bytes
) -> None:
    with Line(site) as line:
        line.begin(SIGN_IN, kind, None)
        for part in (begins, b"x" * (MAX_BODY_BYTES - 1000), ends, b""):
            line.chunk(part)
        assert line.answer().status == 422


def test_slow_uploads_hold_up_nobody_else(lan: Somebody) -> None:
    """Half-way through all of them others read and write; then each goes on, byte by byte."""
    half = len(PDF) // 2
    with ExitStack() as stack:
        lines = [stack.enter_context(Line(lan.site, lan.cookie)) for _ in range(THREADS - 1)]
        for line in lines:
            line.begin(f"{an_upload(lan)}?offset=0", RAW, len(PDF))
            line.send(PDF[:half])
        other = signed_in(lan.site, "ibrahima@example.org")
        for path in ("/fr/this-week", PROFILE):
            assert b"</html>" in other.get(path)
        for line in lines:
            for byte in PDF[half:]:
                line.send(bytes([byte]))
            answer = line.answer()
            assert answer.status == 200
            assert lan.get(f"/fr/files/{json.load(answer)['file']}") == PDF


@pytest.mark.parametrize("kind", [FORM, PARTS])
def test_slow_forms_hold_up_nobody_else(lan: Somebody, kind: str) -> None:
    """A form begins no transaction before it is there, so that others can write meanwhile."""
    version = version_of(lan.get(PROFILE).decode())
    fields = {"name": "Lan Phạm", "language": "en", "zone": "Asia/Ho_Chi_Minh"}
    fields |= {"version": version}
    body = urlencode(fields).encode()
    if kind == PARTS:
        form = 'Content-Disposition: form-data; name="{}"\r\n\r\n{}'
        body = "--bound\r\n".join(["", *(form.format(*f) + "\r\n" for f in fields.items())])
        body = body.encode()[:-2] + ENDS
    with ExitStack() as stack:
        lines = [stack.enter_context(Line(lan.site, lan.cookie)) for _ in range(THREADS - 1)]
        for line in lines:
            line.begin(PROFILE, kind, len(body))
            line.send(body[:20])
        other = signed_in(lan.site, "ibrahima@example.org")
        assert b"</html>" in other.get("/fr/this-week")
        for line in lines:
            for byte in body[20:]:
                line.send(bytes([byte]))
            assert line.answer().status == 303
    assert "Lan Phạm" in lan.get(PROFILE).decode()

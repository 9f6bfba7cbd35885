"""Files are streamed, whole or one range of them, to whom their purpose lets read them."""

import hashlib
import tracemalloc

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.admissions.commands import nomination_letters
from learning.files import actions
from learning.files.models import FileState, StoredFile
from learning.files.purposes import FilePurposes
from learning.files.rules import FileKind
from learning.files.storage import READ_BYTES
from learning.files.validation import ValidatedFile
from tests.admissions.factories import a_draft
from tests.files.test_views import awa, kept, stranger
from tests.world import NOW, World, sign_in

__all__ = ["awa", "stranger"]

TEXT = bytes(range(256)) * 4  # 1024 bytes
LARGE_BYTES = 20_000_000


def stored(session: Session, folder, owner, content: bytes = TEXT) -> StoredFile:
    """A file of any content, as if it had been checked."""
    checked = ValidatedFile(
        purpose="nomination_letter",
        name="x.pdf",
        kind=FileKind.PDF,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
    )
    blob = actions.Blob(key=actions.store_content(folder, checked), scanned=False)
    file = actions.create_file(session, checked, blob, owner=owner.id, now=NOW)
    session.commit()
    return file


@pytest.mark.parametrize(
    ("range_headers", "status", "content", "content_range"),
    [
        ("", 200, TEXT, None),
        ("bytes=0-", 206, TEXT, "bytes 0-1023/1024"),
        ("bytes=0-0", 206, TEXT[:1], "bytes 0-0/1024"),
        ("bytes=100-199", 206, TEXT[100:200], "bytes 100-199/1024"),
        ("bytes=1000-9999", 206, TEXT[1000:], "bytes 1000-1023/1024"),
        ("bytes=-24", 206, TEXT[-24:], "bytes 1000-1023/1024"),
        ("bytes=1024-", 416, b"", "bytes */1024"),
        ("bytes=0-1,5-9", 200, TEXT, None),
        ("pages=1-2", 200, TEXT, None),
        ("bytes=9-2", 200, TEXT, None),
        ("bytes=x", 200, TEXT, None),
    ],
)
def test_one_range_is_sent_and_anything_else_is_the_whole_file(
    awa, session, world, folder, range_headers, status, content, content_range
) -> None:
    file = stored(session, folder, world.awa)
    answer = awa.get(
        f"/fr/files/{file.slug}", headers={"Range": range_headers} if range_headers else {}
    )
    assert (answer.status_code, answer.data) == (status, content)
    assert answer.headers.get("Content-Range") == content_range
    assert answer.headers["Content-Length"] == str(len(content))
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    if status != 416:
        assert answer.headers["Accept-Ranges"] == "bytes"
        assert answer.headers["ETag"] == f'"{file.sha256}"'


def test_a_download_goes_on_only_while_the_file_is_the_same(awa, session, world, folder) -> None:
    file = stored(session, folder, world.awa)
    for etag, status, content in (
        (f'"{file.sha256}"', 206, TEXT[1000:]),
        ('"another"', 200, TEXT),
        (f'W/"{file.sha256}"', 200, TEXT),
    ):
        range_headers = {"Range": "bytes=1000-", "If-Range": etag}
        answer = awa.get(f"/fr/files/{file.slug}", headers=range_headers)
        assert (answer.status_code, answer.data) == (status, content), etag


def test_a_large_file_is_never_whole_in_memory(awa, session, world, folder) -> None:
    content = b"0123456789abcdef" * (LARGE_BYTES // 16)
    digest = hashlib.sha256(content).digest()
    file = stored(session, folder, world.awa, content)
    del content
    awa.get(f"/fr/files/{file.slug}", buffered=False).close()  # what is loaded once
    tracemalloc.start()
    try:
        for range_headers, size in (({}, LARGE_BYTES), ({"Range": "bytes=5000000-"}, 15_000_000)):
            tracemalloc.reset_peak()
            before = tracemalloc.get_traced_memory()[0]
            answer = awa.get(f"/fr/files/{file.slug}", headers=range_headers, buffered=False)
            seen, read, chunks = hashlib.sha256(), 0, set()
            for chunk in answer.response:
                seen.update(chunk)
                read += len(chunk)
                chunks.add(len(chunk))
            answer.close()
            assert read == size
            assert max(chunks) == READ_BYTES
            assert tracemalloc.get_traced_memory()[1] - before < 2_000_000
            assert range_headers or seen.digest() == digest
    finally:
        tracemalloc.stop()


def test_staff_who_read_applications_open_a_letter_and_nobody_else_does(
    app: Flask, awa, stranger: FlaskClient, session: Session, world: World, folder
) -> None:
    file = kept(session, folder, world.awa)
    address = f"/fr/files/{file.slug}"
    registrar = sign_in(app, session, world.staff[Role.REGISTRAR])
    tutor = sign_in(app, session, world.staff[Role.TUTOR])
    assert registrar.get(address).status_code == 404, "it is no letter of anything yet"
    draft = a_draft(session, world, world.awa, funding="sponsor", sponsor_share=100)
    nomination_letters.attach(session, draft, file, now=NOW)
    session.commit()
    assert registrar.get(address).status_code == 200
    assert awa.get(address).status_code == 200
    assert tutor.get(address).status_code == 404
    assert stranger.get(address).status_code == 404
    file.state = FileState.WAITING
    session.commit()
    assert registrar.get(address).status_code == 404
    assert awa.get(address).status_code == 409


def test_a_file_of_a_purpose_that_is_gone_is_its_owner_s_alone(
    app: Flask, awa, session: Session, world: World, folder, monkeypatch
) -> None:
    file = kept(session, folder, world.awa)
    draft = a_draft(session, world, world.awa, funding="sponsor", sponsor_share=100)
    nomination_letters.attach(session, draft, file, now=NOW)
    session.commit()
    registrar = sign_in(app, session, world.staff[Role.REGISTRAR])
    monkeypatch.setitem(app.extensions, "file_purposes", FilePurposes(()))
    assert registrar.get(f"/fr/files/{file.slug}").status_code == 404
    assert awa.get(f"/fr/files/{file.slug}").status_code == 200

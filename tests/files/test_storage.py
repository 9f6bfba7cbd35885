"""What is under a final name is whole, whatever happened on the way."""

import os
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import pytest

from learning.files.purposes import FilePurpose, FilePurposes
from learning.files.rules import MAX_CHUNK_BYTES, MAX_FILE_BYTES, FileKind
from learning.files.storage import FolderStorage, Storage, new_key
from tests.files.samples import PDF, announced
from tests.files.test_views import UPLOADS, piece
from tests.world import sign_in


@pytest.fixture
def folder(tmp_path) -> FolderStorage:
    return FolderStorage(root=tmp_path / "files")


class PartStorage:
    """A storage of objects that cannot append, as S3 is: each part lies under key and offset."""

    def __init__(self) -> None:
        self._objects: dict[str, dict[int, bytes]] = {}

    def put(self, key: str, content: bytes) -> None:
        self._objects[key] = {0: content}

    def open(self, key: str) -> BinaryIO:
        if key not in self._objects:
            raise FileNotFoundError(key)
        return BytesIO(b"".join(part for _, part in sorted(self._objects[key].items())))

    def read(self, key: str, *, start: int, length: int) -> Iterator[bytes]:
        for offset, part in sorted(self._objects[key].items()):
            piece = part[max(0, start - offset) : max(0, start + length - offset)]
            if piece:
                yield piece

    def delete(self, key: str) -> None:
        self._objects.pop(key, None)

    def append(self, key: str, offset: int, chunk: bytes) -> bool:
        if offset != self.size(key) or (offset and key not in self._objects):
            return False
        if chunk or key not in self._objects:
            self._objects.setdefault(key, {})[offset] = chunk
        return True

    def size(self, key: str) -> int:
        return sum(map(len, self._objects.get(key, {}).values()))

    def keys(self, *, before: datetime) -> Iterator[str]:
        del before
        yield from self._objects


@pytest.fixture(params=[FolderStorage, PartStorage])
def any_storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    return FolderStorage(root=tmp_path) if request.param is FolderStorage else PartStorage()


def files_in(folder: FolderStorage) -> list[Path]:
    return [path for path in folder.root.rglob("*") if path.is_file()]


def test_a_content_is_put_read_and_deleted(folder) -> None:
    key = new_key()
    folder.put(key, b"content")
    assert [str(path.relative_to(folder.root)) for path in files_in(folder)] == [
        f"{key[:2]}/{key[2:4]}/{key}"
    ]
    with folder.open(key) as stream:
        assert stream.read() == b"content"
    assert folder.size(key) == 7
    folder.delete(key)
    folder.delete(key)
    assert folder.size(key) == 0
    with pytest.raises(FileNotFoundError):
        folder.open(key)


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_crash_leaves_nothing_under_the_final_name(folder, monkeypatch, step) -> None:
    def crash(*_args: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(*((os, "fsync") if step == "fsync" else (Path, "replace")), crash)
    key = new_key()
    with pytest.raises(OSError, match="no space"):
        folder.put(key, b"content")
    assert files_in(folder) == []


def test_a_crash_leaves_what_was_there_before(folder, monkeypatch) -> None:
    key = new_key()
    folder.put(key, b"before")
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError("power")))
        with pytest.raises(OSError, match="power"):
            folder.put(key, b"after")
    with folder.open(key) as stream:
        assert stream.read() == b"before"


def test_pieces_follow_each_other_and_none_is_added_twice(any_storage) -> None:
    folder, key = any_storage, new_key()
    assert not folder.append(key, 3, b"late")
    assert folder.append(key, 0, b"abc")
    assert not folder.append(key, 0, b"abc")
    assert not folder.append(key, 2, b"cd")
    assert folder.append(key, 3, b"def")
    assert folder.append(key, 6, b"")
    with folder.open(key) as stream:
        assert stream.read() == b"abcdef"


def test_a_range_is_read_across_parts(any_storage) -> None:
    key = new_key()
    for offset in range(0, 12, 4):
        assert any_storage.append(key, offset, b"abcdefghijkl"[offset : offset + 4])
    for start, length in ((0, 12), (3, 2), (3, 6), (8, 4), (11, 1), (10, 50)):
        read = b"".join(any_storage.read(key, start=start, length=length))
        assert read == b"abcdefghijkl"[start : start + length]
    assert any_storage.size(key) == 12
    any_storage.delete(key)
    assert any_storage.size(key) == 0


def test_a_file_of_twenty_megabytes_comes_in_parts_and_goes_out_in_ranges(
    app, session, world, any_storage, monkeypatch
) -> None:
    kinds = frozenset({FileKind.PDF})
    purpose = FilePurpose(key="project", kinds=kinds, max_bytes=MAX_FILE_BYTES)
    monkeypatch.setitem(app.extensions, "storage", any_storage)
    monkeypatch.setitem(app.extensions, "file_purposes", FilePurposes((purpose,)))
    content = PDF.ljust(MAX_FILE_BYTES - 6, b" ") + b"%%EOF\n"
    client = sign_in(app, session, world.awa)
    refused = client.post(UPLOADS, data=announced("x.pdf", MAX_FILE_BYTES + 1, "project"))
    assert refused.json["error"].startswith("Le fichier dépasse 20\u00a0Mo.")
    begun = client.post(UPLOADS, data=announced("x.pdf", MAX_FILE_BYTES, "project")).json
    upload, offset = f"{UPLOADS}/{begun['upload']}", 0
    while offset < MAX_FILE_BYTES:
        answer = piece(client, upload, offset, content[offset : offset + MAX_CHUNK_BYTES]).json
        offset = answer.get("offset", MAX_FILE_BYTES)
    address = f"/fr/files/{answer['file']}"
    assert client.get(address).data == content
    part = client.get(address, headers={"Range": "bytes=19999990-"})
    assert (part.status_code, part.data) == (206, content[-10:])


@pytest.mark.parametrize("key", ["", "../../etc/passwd", "A" * 32, "a" * 31, "a" * 32 + "\n"])
def test_only_keys_of_our_own_making_lead_anywhere(folder, key) -> None:
    with pytest.raises(ValueError, match="not a key"):
        folder.open(key)

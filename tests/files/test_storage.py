"""What is under a final name is whole, whatever happened on the way."""

import os
from pathlib import Path

import pytest

from learning.files.storage import FolderStorage, new_key


@pytest.fixture
def folder(tmp_path) -> FolderStorage:
    return FolderStorage(root=tmp_path / "files")


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


def test_pieces_follow_each_other_and_none_is_added_twice(folder) -> None:
    key = new_key()
    assert not folder.append(key, 3, b"late")
    assert folder.append(key, 0, b"abc")
    assert not folder.append(key, 0, b"abc")
    assert not folder.append(key, 2, b"cd")
    assert folder.append(key, 3, b"def")
    assert folder.append(key, 6, b"")
    with folder.open(key) as stream:
        assert stream.read() == b"abcdef"


@pytest.mark.parametrize("key", ["", "../../etc/passwd", "A" * 32, "a" * 31, "a" * 32 + "\n"])
def test_only_keys_of_our_own_making_lead_anywhere(folder, key) -> None:
    with pytest.raises(ValueError, match="not a key"):
        folder.open(key)

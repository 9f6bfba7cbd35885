"""What is kept on disk is used when it is whole and ours, and never stops anything."""

import os
import pickle
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from markupsafe import Markup

from learning.kit import disk_cache
from learning.kit.disk_cache import cached, hash_of


class Maker:
    def __init__(self, value: object = "made") -> None:
        self.value, self.times = value, 0

    def __call__(self) -> object:
        self.times += 1
        return self.value


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "cache"


def the_file(folder: Path) -> Path:
    (found,) = folder.glob("*.pickle")
    return found


def test_a_value_is_made_once(folder: Path) -> None:
    make = Maker(Markup("<b>"))
    for _ in range(3):
        found = cached(folder, "thing", "1", make)
        assert (found, type(found)) == (Markup("<b>"), Markup)
    assert make.times == 1
    assert cached(folder, "thing", "2", Maker("other")) == "other"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_nothing_is_a_value_too(folder: Path) -> None:
    make = Maker(None)
    assert cached(folder, "thing", "1", make) is cached(folder, "thing", "1", make) is None
    assert make.times == 1


def other_value() -> bytes:
    packed = pickle.dumps(("planted",))
    return disk_cache.hashlib.sha256(packed).digest() + packed


def cut_short(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1])


def emptied(file: Path) -> None:
    file.write_bytes(b"")


def damaged(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[-3] ^= 1
    file.write_bytes(content)


def of_code_that_is_gone(file: Path) -> None:
    packed = b"cno.such.module\nThing\n."
    file.write_bytes(disk_cache.hashlib.sha256(packed).digest() + packed)


def writable_by_others(file: Path) -> None:
    file.write_bytes(other_value())
    file.chmod(0o646)


def writable_by_the_group(file: Path) -> None:
    file.write_bytes(other_value())
    file.chmod(0o660)


def in_a_folder_of_others(file: Path) -> None:
    file.write_bytes(other_value())
    file.parent.chmod(0o777)


def a_link(file: Path) -> None:
    elsewhere = file.parent.parent / "elsewhere"
    elsewhere.write_bytes(other_value())
    file.unlink()
    file.symlink_to(elsewhere)


def a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


SPOILED = (
    *(cut_short, emptied, damaged, of_code_that_is_gone, writable_by_others),
    *(writable_by_the_group, in_a_folder_of_others, a_link, a_folder),
)


@pytest.mark.parametrize("spoil", SPOILED, ids=lambda spoil: spoil.__name__)
def test_what_is_not_whole_or_not_ours_is_made_again(folder: Path, spoil) -> None:
    cached(folder, "thing", "1", Maker())
    spoil(the_file(folder))
    make = Maker()
    assert cached(folder, "thing", "1", make) == "made"
    assert make.times == 1


def test_what_another_user_owns_is_made_again(folder: Path, monkeypatch) -> None:
    cached(folder, "thing", "1", Maker("theirs"))
    theirs = os.geteuid()
    monkeypatch.setattr(disk_cache.os, "geteuid", lambda: theirs + 1)
    assert cached(folder, "thing", "1", Maker("ours")) == "ours"


def test_a_folder_that_cannot_be_made_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    make = Maker()
    assert [cached(tmp_path / "file" / "cache", "thing", "1", make) for _ in range(2)]
    assert make.times == 2


def test_a_full_disk_leaves_nothing_behind(folder: Path, monkeypatch) -> None:
    def full(_self: Path, _target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    assert cached(folder, "thing", "1", Maker()) == "made"
    assert list(folder.iterdir()) == []


def test_many_may_start_at_once(folder: Path) -> None:
    value = {"text": "x" * 200_000}

    def start(_number: int) -> bool:
        return cached(folder, "thing", "1", lambda: dict(value)) == value

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(start, range(40)))
    assert [path.suffix for path in folder.iterdir()] == [".pickle"]


def test_old_versions_go(folder: Path) -> None:
    for number in range(9):
        cached(folder, "thing", str(number), Maker())
    cached(folder, "other", "1", Maker())
    names = sorted(path.name for path in folder.iterdir())
    assert len(names) == disk_cache.MAX_VERSIONS + 1
    assert "thing-8.pickle" in names


def test_parts_of_a_hash_do_not_flow_together() -> None:
    assert hash_of(b"ab", b"c") != hash_of(b"a", b"bc")

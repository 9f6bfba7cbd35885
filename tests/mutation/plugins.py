"""What pytest is told to do otherwise while mutants are judged."""

import sqlite3
import sys
import threading
import time
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

Fixture = pytest.FixtureDef[Any]


@dataclass(eq=False)  # pytest keeps plugins in sets
class KeptDatabase:
    """Spare every run the migrations: the database of the first is where the others begin."""

    file: Path

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Fixture) -> Generator[None, Any, Any]:
        made = yield
        if fixturedef.argname == "database_url" and self.file.exists():
            sys.modules["tests.conftest"].prepare = self._restore
        if fixturedef.argname == "engine" and not self.file.exists():
            _copy(made.url.database, self.file)
        return made

    def _restore(self, database: Any, _course: object) -> None:
        _copy(self.file, database.engine.url.database or "")


def _copy(source: Path | str, target: Path | str) -> None:
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


@dataclass(eq=False)  # pytest keeps plugins in sets
class Calls:
    """Which functions of a file are called: at import, for several tests, and by each test."""

    file: str
    early: set[str] = field(default_factory=set)
    shared: set[str] = field(default_factory=set)
    by_test: list[set[str]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    current: set[str] = field(default_factory=set)

    def start(self) -> None:
        self.current = self.early
        threading.setprofile(self._note)
        sys.setprofile(self._note)

    def stop(self) -> None:
        sys.setprofile(None)
        threading.setprofile(None)  # type: ignore[arg-type]  # typeshed wants a function

    def _note(self, frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code.co_filename == self.file:
            self.current.add(frame.f_code.co_qualname.split(".<locals>", 1)[0])

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self) -> Generator[None, Any, Any]:
        self.current = set()
        self.by_test.append(self.current)
        began = time.monotonic()
        done = yield
        self.seconds.append(time.monotonic() - began)
        return done

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Fixture) -> Generator[None, Any, Any]:
        before = self.current
        if fixturedef.scope != "function":
            self.current = self.shared
        made = yield
        self.current = before
        return made

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            sys.stdout.write(f"{report.nodeid}\n{report.longreprtext}\n")

    def tests_of(self, function: str) -> list[int]:
        """Return by number the tests that call a function, the quickest first.

        All of them, if it is called for several together.
        """
        shared = function in self.shared
        calling = [n for n, called in enumerate(self.by_test) if shared or function in called]
        return sorted(calling, key=lambda number: self.seconds[number])


def run_tests(session: pytest.Session, items: Sequence[pytest.Item]) -> int:
    """Run tests until one fails; return 0 if none did."""
    for number, item in enumerate(items, 1):
        following = items[number] if number < len(items) else None
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.testsfailed:
            return 1
    return 0

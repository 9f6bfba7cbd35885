"""`make coverage-rules` runs every test that judges a measured module."""

import re
from pathlib import Path

from learning.paths import ROOT
from tests.architecture.test_contracts import PROJECT
from tests.mutation.scope import JUDGES


def cases() -> set[Path]:
    """Return the tests and folders that CASES of the Makefile names."""
    named = re.search(r"^CASES := ((?:.*\\\n)*.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert named
    patterns = named[1].replace("\\\n", " ").split()
    found = {pattern: set(ROOT.glob(pattern)) for pattern in patterns}
    assert [pattern for pattern, paths in found.items() if not paths] == []
    return set().union(*found.values())


def test_the_judges_of_measured_modules_are_run() -> None:
    measured = {
        path.relative_to(ROOT).as_posix()
        for pattern in PROJECT["coverage"]["run"]["include"]
        for path in ROOT.glob(pattern)
    }
    run = cases()
    left_out = {
        test
        for module, tests in JUDGES.items()
        if module in measured
        for test in tests
        if not run & {ROOT / test, *(ROOT / test).parents}
    }
    assert left_out == set()

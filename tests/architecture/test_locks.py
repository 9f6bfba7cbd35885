"""The locks name all that an installation needs, and the Makefile installs nothing else."""

import re
import tomllib

import pytest

from learning.settings import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
INSTALLS = [line for line in (ROOT / "Makefile").read_text().splitlines() if "pip install" in line]


def name_of(requirement: str) -> str:
    found = re.match(r"[\w.-]+", requirement)
    assert found
    return re.sub(r"[-_.]+", "-", found[0]).lower()


def pinned(lock: str) -> set[str]:
    lines = (ROOT / lock).read_text().splitlines()
    return {name_of(line) for line in lines if "==" in line}


def test_the_lock_pins_what_runs_and_what_builds() -> None:
    needed = [*PROJECT["project"]["dependencies"], *PROJECT["build-system"]["requires"]]
    assert {name_of(each) for each in needed} <= pinned("requirements.lock")


def test_the_lock_of_the_tests_is_complete_too() -> None:
    needed = PROJECT["project"]["optional-dependencies"]["test"]
    assert {name_of(each) for each in needed} <= pinned("requirements-test.lock")
    assert pinned("requirements.lock") <= pinned("requirements-test.lock")


@pytest.mark.parametrize("line", INSTALLS)
def test_nothing_is_installed_but_what_a_lock_names(line) -> None:
    assert "--no-deps" in line
    assert "--require-hashes" in line or "--no-index" in line

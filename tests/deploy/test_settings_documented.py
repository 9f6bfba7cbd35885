"""What operators read about settings is what the program reads: names, defaults, the example."""

import re
from pathlib import Path

import pytest

from learning.settings import DEVELOPMENT_SECRET, ROOT, Settings

MANUAL, EXAMPLE = ROOT / "docs/operations.md", ROOT / "deploy/learning.env"
ROW = re.compile(r"^\| `(LEARNING_\w+)` \|([^|]*)\|([^|]+)\|$", re.MULTILINE)
LINE = re.compile(r"^(#?)(LEARNING_\w+)=(.*)$", re.MULTILINE)
NAME = re.compile(r"LEARNING_[A-Z_]*[A-Z]")
TEXTS = ("*.md", "Makefile", "docs/*.md", "deploy/*", "learning/**/*.py", "bench/*.py")
PAST = {"CHANGELOG.md"}  # names settings that are gone
IN_WORDS = {"LEARNING_SECRET_KEY": "a development value", "LEARNING_TRUSTED_PROXIES": "none"}
SETTINGS = {f"LEARNING_{name.upper()}": name for name in Settings.__dataclass_fields__}


def written(value: object) -> str:
    """Return a setting as one writes it in the environment."""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, frozenset):
        return " ".join(sorted(value))
    return str(value.relative_to(ROOT) if isinstance(value, Path) else value)


def defaults() -> dict[str, str]:
    return {full: written(getattr(Settings(), name)) for full, name in SETTINGS.items()}


def test_the_manual_has_every_setting_with_its_default() -> None:
    rows = {name: default.strip() for name, default, _ in ROW.findall(MANUAL.read_text())}
    documented = {name: f"`{value}`" if value else "" for name, value in defaults().items()}
    assert rows == documented | IN_WORDS


def test_what_has_no_default_to_write_down_has_none() -> None:
    assert Settings().secret_key == DEVELOPMENT_SECRET
    assert Settings().trusted_proxies is None
    assert DEVELOPMENT_SECRET not in MANUAL.read_text()


def test_the_example_has_every_setting_and_what_it_leaves_out_is_the_default() -> None:
    lines = LINE.findall(EXAMPLE.read_text())
    assert sorted(name for _, name, _ in lines) == sorted(SETTINGS), "each once"
    left_out = {name: value.strip('"') for off, name, value in lines if off}
    assert left_out == {name: defaults()[name] for name in left_out}
    assert left_out.keys().isdisjoint(IN_WORDS)


@pytest.mark.parametrize("pattern", TEXTS)
def test_nothing_is_called_a_setting_that_is_none(pattern: str) -> None:
    texts = [path for path in sorted(ROOT.glob(pattern)) if path.name not in PAST]
    assert texts
    found = {(path.name, name) for path in texts for name in NAME.findall(path.read_text())}
    assert {each for each in found if each[1] not in SETTINGS} == set()

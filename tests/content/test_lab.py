"""The laboratory's model answer: whole in every language, and true to the situation."""

import re
import shutil
from pathlib import Path

import pytest

from learning.content.activity_types import Lab
from learning.content.assignment_files import read_lab
from learning.content.course import ALL, ValidationIssue
from learning.lessons import rules
from learning.settings import ROOT

FOLDER = ROOT / "courses/reintegration/m6"


def issues_of(folder: Path) -> list[str]:
    issues: list[ValidationIssue] = []
    read_lab(folder, issues)
    return [str(issue) for issue in issues]


@pytest.fixture(scope="module")
def lab() -> Lab:
    found = read_lab(FOLDER, [])
    assert found
    return found


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("model = 4", "model = 5", "model: a level from 0 to 4"),
        ("model = 4", "model = -1", "model: a level from 0 to 4"),
        ("model = 4", "model = true", "model: a level from 0 to 4"),
        ("model = 4", 'model = "4"', "model: a level from 0 to 4"),
        ("model = 4\n", "", "model: a level from 0 to 4"),
        ('en = "The girl had her place within two days."\n', "", "en: some text"),
        ('es = "La niña obtuvo', 'es = "La  niña obtuvo', "es: double space"),
        ("La petite a eu sa place en deux jours.", "L'école, c'est fait.", "fr: "),
        ("[model]", "[modell]", "[model]: a table"),
    ],
)
def test_a_fault_of_the_model_answer_is_said(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    shutil.copy(FOLDER / "lab.toml", tmp_path)
    text = (tmp_path / "lab.toml").read_text()
    assert old in text
    assert issues_of(tmp_path) == []
    (tmp_path / "lab.toml").write_text(text.replace(old, new, 1))
    assert any(message in issue for issue in issues_of(tmp_path)), issues_of(tmp_path)


def test_the_model_uses_the_whole_scale_and_reads_one_advice_for_each_dimension(lab: Lab) -> None:
    levels = {statement.key: statement.model for statement in lab.statements}
    assert set(levels.values()) == {0, 1, 2, 3, 4}
    scores = rules.lab_scores(levels, {each.key: each.dimension for each in lab.statements})
    assert set(scores.bands.values()) == {"middle"}, "what the advice for “middle” speaks of"


def test_reasons_state_no_numbers_that_the_page_computes(lab: Lab) -> None:
    for language in ALL:
        texts = [lab.model[language], *(each.why[language] for each in lab.statements)]
        assert not [text for text in texts if re.search(r"\d", text)]

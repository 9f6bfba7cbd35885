"""Every catalogue is whole, and what stands in it is what people read."""

import re

import pytest

from learning.settings import ROOT
from tests.messages import issues, string_issues


def test_no_template_sets_a_sign_behind_a_value_itself() -> None:
    """Whether a space stands before a colon is the language's to say: `i18n.labelled`."""
    found = [
        f"{path.name}: {match[0]}"
        for path in (ROOT / "templates").rglob("*.html")
        for match in re.finditer(r"[^{}]*\}\}\s*[:;!?](?=\s|<|$)", path.read_text())
    ]
    assert found == []


def test_the_catalogues_are_whole() -> None:
    assert issues() == []


@pytest.mark.parametrize(
    ("source", "string", "language", "expected"),
    [
        ("Hello %(name)s", "Bonjour %(nom)s", "fr", "placeholders"),
        ("<b>a</b>", "<i>a</i>", "fr", "tags"),
        ("Sure?", "Sûr ?", "fr", "spaces before ; : ! ? or inside « »"),
        ("Sure?", "Seguro?", "es", "no ¿ before ?"),
        ("a", "a ", "es", "blanks at the ends"),
    ],
)
def test_the_check_of_messages_catches_what_it_is_for(source, string, language, expected) -> None:
    assert expected in string_issues(source, string, language)

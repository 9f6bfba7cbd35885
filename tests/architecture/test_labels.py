"""Every member of an enumeration that pages show has a label, translated."""

from enum import StrEnum

import pytest

from learning.access.permissions import Role
from learning.admissions.page_labels import LABELS as ADMISSIONS
from learning.admissions.rules.stages import Stage
from learning.admissions.rules.states import ApplicationEvent
from learning.kit.i18n import i18n_for
from learning.kit.labels import label_filter, label_of
from learning.wiring import EMAIL_TEMPLATES, LABELS
from tests.messages import LANGUAGES, catalogue

NEVER_SHOWN = {Role: {Role.VISITOR, Role.MEMBER}}
"""Members that no page shows: everybody has these roles."""
ENUMERATIONS = [kind for kind, use in LABELS if issubclass(kind, StrEnum) and not use]
IDS = [f"{kind.__module__}.{kind.__name__}" for kind in ENUMERATIONS]


@pytest.mark.parametrize("kind", ENUMERATIONS, ids=IDS)
def test_every_member_has_a_label(kind: type[StrEnum]) -> None:
    assert set(LABELS[kind, ""]) == set(kind) - NEVER_SHOWN.get(kind, set())


def test_other_uses_are_of_enumerations_with_labels() -> None:
    """A member without a label for its use has the one for none."""
    for (kind, use), labels in LABELS.items():
        if issubclass(kind, StrEnum) and use:
            assert kind in ENUMERATIONS
            assert set(labels) <= set(kind)


def test_every_kind_of_email_has_a_label() -> None:
    assert set(LABELS[str, "email"]) == set(EMAIL_TEMPLATES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_label_is_translated(language: str) -> None:
    words = catalogue(language)
    every = {label for labels in LABELS.values() for label in labels.values()}
    found = {label: words.get(label) for label in every}
    assert [label for label, message in found.items() if not (message and message.string)] == []


def test_a_label_is_that_of_the_use_or_else_that_of_none() -> None:
    assert label_of(ADMISSIONS, Stage.DRAFT) == "not sent yet"
    assert label_of(ADMISSIONS, ApplicationEvent.ACCEPT, "decision") == "Accept"
    assert label_of(ADMISSIONS, ApplicationEvent.PROVIDE_INFO, "decision") == "question answered"
    assert label_of(ADMISSIONS, "self", "funding") == "Self-paid"


def test_a_value_without_a_label_is_shown_as_it_is_stored() -> None:
    assert label_of(ADMISSIONS, "", "funding") == ""
    assert label_of({}, Stage.DRAFT) == "draft"


def test_the_filter_speaks_the_language_of_the_page_and_fills_in_blanks() -> None:
    label = label_filter(ADMISSIONS, i18n_for("fr"))
    assert label(Stage.ACCEPTED) == "acceptée"
    blank = label_filter({(Stage, ""): {Stage.DRAFT: "%(found)s weeks"}}, i18n_for("en"))
    assert blank(Stage.DRAFT, found="3") == "3 weeks"

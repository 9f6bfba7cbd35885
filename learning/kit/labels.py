"""Labels of stored values: `{{ edition.status|label }}` in a template.

A package defines a label for each member of its enumerations; `learning.wiring` collects them. A
second label of a member has a use: `{{ event|label("decision") }}`. Values that are stored as plain
text have labels by their use alone: `(str, "gender")`.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from learning.kit.errors import RuleViolation, code_name
from learning.kit.i18n import I18n

Labels = Mapping[tuple[type[str], str], Mapping[Any, str]]
"""The labels of an enumeration's members, in English, by the enumeration and the use."""


def label_of(labels: Labels, member: str, use: str = "") -> str:
    """Return the English label of a member: for this use, or else without one.

    Or the stored value.
    """
    kind = type(member)
    for key in ((kind, use), (kind, "")):
        if member in labels.get(key, {}):
            return labels[key][member]
    return str(member)


def message_in(labels: Labels, violation: RuleViolation, i18n: I18n) -> str:
    """Return why the rules refuse; days, moments and amounts as they are written there."""
    text = i18n.gettext(label_of(labels, violation.code))
    named = {name: i18n.format_value(value) for name, value in violation.named.items()}
    return text % named if named else text


def violations_by_name(labels: Labels) -> dict[str, str]:
    """Return the sentences of all codes by the names under which they are stored."""
    return {
        code_name(member): text
        for (kind, use), texts in labels.items()
        if issubclass(kind, StrEnum) and not use
        for member, text in texts.items()
        if isinstance(member, kind)
    }


def label_filter(labels: Labels, i18n: I18n) -> Callable[..., str]:
    """Return the template filter `label` of one language; keywords fill placeholders."""

    def label(member: str, use: str = "", **values: object) -> str:
        text = i18n.gettext(label_of(labels, member, use))
        return text % values if values else text

    return label

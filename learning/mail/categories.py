"""What e-mails are about: the categories and topics that people may decline, as data.

A package defines its categories; `learning/wiring.py` lists them. Tables keep their keys.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from learning.kit.i18n import N_

KEY = re.compile(r"[a-z][a-z0-9-]{0,31}")  # stands in headers and in tables


@dataclass(frozen=True, kw_only=True, eq=False)
class EmailCategory:
    """A kind of e-mail: its key, its label, and the sentence at the end that says why it came.

    Where it is `declinable`, every e-mail has a link to stop it: one topic, if it names one, or the
    whole category. `topics` are labels by key. Label and footer are messages marked with N_.
    """

    key: str
    label: str
    footer: str
    declinable: bool = True
    topics: Mapping[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        bad = [key for key in (self.key, *self.topics) if not KEY.fullmatch(key)]
        if bad:
            raise ValueError(f"{bad}: keys have small letters, digits and hyphens")


CRITICAL = EmailCategory(
    key="critical",
    label=N_("Your account and your place"),
    footer=N_("This e-mail is about your account; it cannot be switched off."),
    declinable=False,
)
COURSE = EmailCategory(
    key="course",
    label=N_("E-mails about the course"),
    footer=N_("You receive this because you take part in a course."),
    topics={"module-open": N_("A module opens")},
)
CATEGORIES = (CRITICAL, COURSE)


def by_key(categories: Iterable[EmailCategory]) -> dict[str, EmailCategory]:
    """Return categories by key; raise ValueError if two have the same."""
    found: dict[str, EmailCategory] = {}
    for each in categories:
        if found.setdefault(each.key, each) is not each:
            raise ValueError(f"two e-mail categories have the key {each.key}")
    return found


def labels_of(categories: Iterable[EmailCategory]) -> dict[str, str]:
    """Return the labels of categories ("course") and of their topics ("course/module-open")."""
    labels = {}
    for each in categories:
        labels[each.key] = each.label
        labels |= {f"{each.key}/{topic}": label for topic, label in each.topics.items()}
    return labels

"""Versions of stored values: a form that was filled in over older values is not saved, but shown.

A form carries a digest of the values with which it was shown. When it comes back, the stored values
are read again, with their row locked; if they differ, the page shows both with 409, and saving once
more stores the typed ones. So nothing needs a counter, and every change in between is noticed: from
another browser, another person, a job.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from wtforms import BooleanField, HiddenField
from wtforms import Form as WTForm
from wtforms.fields import Field

from learning.kit.i18n import N_

NO_VERSION = -1  # no row has this version
NUMBER = re.compile(r"[0-9]{1,18}")


def version_number(sent: str | None) -> int:
    """Return the version of a row that a form carries, `NO_VERSION` if it is unreadable."""
    return int(sent) if sent and NUMBER.fullmatch(sent) else NO_VERSION


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One value of a form: its name, what is stored now, what was typed."""

    label: str
    stored: str
    typed: str


class VersionedForm(WTForm):
    """A form that changes something stored; `seals` are further values that it depends on.

    `never_filled` are fields that are shown empty whatever is stored.
    """

    version = HiddenField()

    differences: Sequence[Any] = ()
    never_filled: ClassVar[frozenset[str]] = frozenset()

    def with_version(self, *seals: object) -> "VersionedForm":
        """Return this form with stored values and their digest, for its first display."""
        self.version.data = self._digest(seals)
        return self

    def is_current(self, stored: "VersionedForm", *seals: object) -> bool:
        """Whether the stored values are those of the form's digest; otherwise set `differences`.

        If the other change was the same, there is nothing to choose.
        """
        now = stored._digest(seals)  # noqa: SLF001 another form of this class
        if self.version.data == now:
            return True
        self.version.data = now
        self.differences = [
            Difference(
                label=field.label.text,
                stored=_display_value(stored[field.name]),
                typed=_display_value(field),
            )
            for field in self
            if field.name in stored and not isinstance(field, HiddenField)
            if field.name not in self.never_filled or stored[field.name].data
            if _plain(field.data) != _plain(stored[field.name].data)
        ]
        return not self.differences

    def _digest(self, seals: Sequence[object]) -> str:
        values = [
            (field.name, _plain(field.data))
            for field in self
            if not isinstance(field, HiddenField) and field.name not in self.never_filled
        ]
        return hashlib.sha256(repr((values, seals)).encode()).hexdigest()[:16]


def _plain(value: Any) -> str:  # noqa: ANN401 any field's data
    """Return a value as text that is equal for equal values, however they were written."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return "" if value in (None, False) else str(value)


def _display_value(field: Field) -> str:
    """Return a field's value as its reader sees it."""
    if isinstance(field, BooleanField):
        return field.gettext(N_("yes") if field.data else N_("no"))
    if hasattr(field, "iter_choices"):
        names = {str(choice.value): str(choice.label) for choice in field.iter_choices()}
        chosen = field.data if isinstance(field.data, list) else [field.data]
        return ", ".join(names.get(str(value), "") for value in chosen)
    return str(field._value() or "") if hasattr(field, "_value") else ""  # noqa: SLF001 as shown

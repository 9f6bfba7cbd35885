"""Versions of what a form changes: what was typed over something older is not saved, but shown.

A form carries a digest of the values with which it was shown. When it comes back, the stored values
are read again, with their row locked; if they are others now, the page shows both with 409, and
saving once more keeps what was typed. So nothing needs a counter, and whatever changed the values
in between is noticed: another browser, another person, a job.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import inspect
from sqlalchemy.orm import Session
from wtforms import BooleanField, HiddenField
from wtforms import Form as WTForm
from wtforms.fields import Field

from learning.kit.db import Base
from learning.kit.i18n import N_


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One value of a form: its name, what is stored now, what was typed."""

    label: str
    stored: str
    typed: str


class VersionedForm(WTForm):
    """A form that changes something stored; `seals` are values beside it that it depends on.

    `fresh` are fields that are shown empty whatever is stored.
    """

    version = HiddenField()

    differences: Sequence[Any] = ()
    fresh: ClassVar[frozenset[str]] = frozenset()

    def shown(self, *seals: object) -> "VersionedForm":
        """Return this form, filled with what is stored, ready to be shown for the first time."""
        self.version.data = self._digest(seals)
        return self

    def is_over(self, stored: "VersionedForm", *seals: object) -> bool:
        """Whether this form was typed over what is stored now; otherwise it keeps both to show.

        If the other change was the same, there is nothing to choose.
        """
        now = stored._digest(seals)  # noqa: SLF001 another form of this class
        if self.version.data == now:
            return True
        self.version.data = now
        self.differences = [
            Difference(label=field.label.text, stored=_said(stored[field.name]), typed=_said(field))
            for field in self
            if field.name in stored and not isinstance(field, HiddenField)
            if field.name not in self.fresh or stored[field.name].data
            if _plain(field.data) != _plain(stored[field.name].data)
        ]
        return not self.differences

    def _digest(self, seals: Sequence[object]) -> str:
        values = [
            (field.name, _plain(field.data))
            for field in self
            if not isinstance(field, HiddenField) and field.name not in self.fresh
        ]
        return hashlib.sha256(repr((values, seals)).encode()).hexdigest()[:16]


def lock(session: Session, row: Base) -> None:
    """Read a row again and lock it: what is compared with a form stays so until it is saved."""
    columns = [column.key for column in inspect(type(row)).column_attrs]
    session.refresh(row, columns, with_for_update=True)


def _plain(value: Any) -> str:  # noqa: ANN401 any field's data
    """Return a value as text in which equal values are equal, however they were written."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return "" if value in (None, False) else str(value)


def _said(field: Field) -> str:
    """Return a field's value as its reader knows it."""
    if isinstance(field, BooleanField):
        return field.gettext(N_("yes") if field.data else N_("no"))
    if hasattr(field, "iter_choices"):
        names = {str(choice.value): str(choice.label) for choice in field.iter_choices()}
        return names.get(str(field.data), "")
    return str(field._value() or "") if hasattr(field, "_value") else ""  # noqa: SLF001 as shown

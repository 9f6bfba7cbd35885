"""Forms of the catalogue: an edition, and a new one made from it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from wtforms import BooleanField
from wtforms.fields import Field
from wtforms.validators import ValidationError

from learning.catalogue.actions import EditionData
from learning.catalogue.models import Edition
from learning.kit.forms import (
    AtMost,
    CreatingForm,
    LineField,
    Needed,
    TextField,
    zone_field,
)
from learning.kit.i18n import LANGUAGES, N_
from learning.kit.number_fields import AmountField, DayField, WholeField
from learning.kit.versions import VersionedForm

CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def _whole(label: str, most: int = 10_000) -> WholeField:
    return WholeField(label, least=1, most=most)


class EditionForm(CreatingForm, VersionedForm):
    code = LineField(
        N_("Code, as it stands in addresses"), [Needed(N_("Write a code.")), AtMost(60)]
    )
    starts_on = DayField(N_("Begins"))
    ends_on = DayField(N_("Ends"))
    apply_until = DayField(N_("Apply until"))
    project_due_on = DayField(N_("Final work due"))
    zone = zone_field()
    weeks = _whole(N_("Weeks"), most=60)
    hours_low = _whole(N_("Hours a week, at least"), most=80)
    hours_high = _whole(N_("Hours a week, at most"), most=80)
    learning_hours = _whole(N_("Learning hours in all"))
    capacity = _whole(N_("Places"))
    fee = AmountField(N_("Fee, in euros"), currency="EUR", most=100_000)
    text_fr = TextField(N_("Text in French"), [AtMost(4000)])
    text_en = TextField(N_("Text in English"), [AtMost(4000)])
    text_es = TextField(N_("Text in Spanish"), [AtMost(4000)])

    def validate_code(self, field: Field) -> None:
        if not CODE.fullmatch(field.data or ""):
            raise ValidationError(
                field.gettext(
                    N_("Use small letters, digits and hyphens, as in reintegration-2027-02.")
                )
            )

    def validate_ends_on(self, field: Field) -> None:
        if field.data and self.starts_on.data and field.data <= self.starts_on.data:
            raise ValidationError(field.gettext(N_("The last day comes after the first one.")))

    def validate_apply_until(self, field: Field) -> None:
        if field.data and self.starts_on.data and field.data > self.starts_on.data:
            raise ValidationError(
                field.gettext(N_("Applications end before the edition begins, or on that day."))
            )

    def validate_project_due_on(self, field: Field) -> None:
        first, last = self.starts_on.data, self.ends_on.data
        if field.data and first and last and not first <= field.data <= last:
            raise ValidationError(
                field.gettext(N_("The final work is due between the first day and the last."))
            )

    def validate_hours_high(self, field: Field) -> None:
        if field.data and self.hours_low.data and field.data < self.hours_low.data:
            raise ValidationError(field.gettext(N_("“At most” cannot be less than “at least”.")))

    def values(self) -> EditionData:
        texts = {code: self[f"text_{code}"].data or "" for code in LANGUAGES}
        names = EditionData.__dataclass_fields__.keys() - {"texts", "languages"}
        plain = {name: self[name].data for name in names}
        return EditionData(texts=texts, languages=" ".join(LANGUAGES), **plain)


def filled(edition: Edition, texts: Mapping[str, str]) -> EditionForm:
    """Return the form with an edition's data in it."""
    names = EditionData.__dataclass_fields__.keys() - {"texts", "languages"}
    data = {name: getattr(edition, name) for name in names}
    return EditionForm(data=data | {f"text_{code}": text for code, text in texts.items()})


@dataclass(frozen=True, kw_only=True)
class CloneWish:
    """A new edition like an old one: its code, its first day, with the same tutors or not."""

    code: str
    starts_on: date
    with_roles: bool


class CloneForm(CreatingForm):
    code = LineField(N_("Code of the new edition"), [Needed(N_("Write a code.")), AtMost(60)])
    starts_on = DayField(N_("Begins"))
    with_roles = BooleanField(N_("The same tutors and experts"))

    validate_code = EditionForm.validate_code

    def values(self) -> CloneWish:
        return CloneWish(
            code=self.code.data or "",
            starts_on=self.starts_on.data or date.min,
            with_roles=bool(self.with_roles.data),
        )

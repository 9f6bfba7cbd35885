"""Forms of the catalogue: an edition, and a new one made from it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from wtforms import BooleanField, SelectField
from wtforms.fields import Field
from wtforms.validators import ValidationError

from learning.catalogue.actions import EditionData
from learning.catalogue.cancellation import Policy
from learning.catalogue.models import Edition
from learning.kit.forms import (
    AnyOf,
    CreateForm,
    Form,
    MaxLength,
    MultiLineField,
    Required,
    SingleLineField,
    select_choices,
    time_zone_field,
)
from learning.kit.i18n import LANGUAGES, N_
from learning.kit.number_fields import CalendarDateField, ClockField, MoneyField, WholeNumberField
from learning.kit.versions import VersionedForm

CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def _whole(label: str, maximum: int = 10_000) -> WholeNumberField:
    return WholeNumberField(label, minimum=1, maximum=maximum)


class EditionForm(CreateForm, VersionedForm):
    """An edition; `policies` are the cancellation policies to choose from."""

    policies: Sequence[Policy] = ()
    code = SingleLineField(
        N_("Code (used in the URL)"), [Required(N_("Write a code.")), MaxLength(60)]
    )
    starts_on = CalendarDateField(N_("Begins"))
    ends_on = CalendarDateField(N_("Ends"))
    apply_until = CalendarDateField(N_("Apply until"))
    project_due_on = CalendarDateField(N_("Final work due"))
    zone = time_zone_field()
    weeks = _whole(N_("Weeks"), maximum=60)
    hours_low = _whole(N_("Hours a week, at least"), maximum=80)
    hours_high = _whole(N_("Hours a week, at most"), maximum=80)
    learning_hours = _whole(N_("Learning hours in all"))
    capacity = _whole(N_("Places"))
    fee = MoneyField(N_("Fee, in euros"), currency="EUR", maximum=100_000)
    policy_version = SelectField(
        N_("Cancellation policy"),
        [Required(N_("Choose a cancellation policy.")), AnyOf()],
        choices=(),
        validate_choice=False,
    )
    text_fr = MultiLineField(N_("Text in French"), [MaxLength(4000)])
    text_en = MultiLineField(N_("Text in English"), [MaxLength(4000)])
    text_es = MultiLineField(N_("Text in Spanish"), [MaxLength(4000)])

    def offer_policies(self, policies: Sequence[Policy]) -> "EditionForm":
        """Return this form with the policies to choose from; the latest is the default."""
        self.policies, field = policies, self.policy_version
        field.choices = select_choices((each.version, each.version) for each in policies)
        if field.data is None and policies:
            field.data = policies[0].version
        return self

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
        if field.data and self.starts_on.data and field.data >= self.starts_on.data:
            raise ValidationError(field.gettext(N_("Applications end before the edition begins.")))

    def validate_project_due_on(self, field: Field) -> None:
        first, last = self.starts_on.data, self.ends_on.data
        if field.data and first and last and not first < field.data <= last:
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


def form_of(edition: Edition, texts: Mapping[str, str]) -> EditionForm:
    """Return the form filled with an edition's data."""
    names = EditionData.__dataclass_fields__.keys() - {"texts", "languages"}
    data = {name: getattr(edition, name) for name in names}
    return EditionForm(data=data | {f"text_{code}": text for code, text in texts.items()})


@dataclass(frozen=True, kw_only=True)
class CloneData:
    """A new edition from an old one: its code, its first day, with the same tutors or not."""

    code: str
    starts_on: date
    with_roles: bool


class CloneForm(CreateForm):
    code = SingleLineField(
        N_("Code of the new edition"), [Required(N_("Write a code.")), MaxLength(60)]
    )
    starts_on = CalendarDateField(N_("Begins"))
    with_roles = BooleanField(N_("The same tutors and experts"))

    validate_code = EditionForm.validate_code

    def values(self) -> CloneData:
        return CloneData(
            code=self.code.data or "",
            starts_on=self.starts_on.data or date.min,
            with_roles=bool(self.with_roles.data),
        )


def _reason() -> SingleLineField:
    return SingleLineField(
        N_("Reason"), [Required(N_("Say why; it is kept in the audit trail.")), MaxLength(300)]
    )


class EditionDayForm(VersionedForm, Form):
    """One of an edition's own days, and the reason for its change."""

    never_filled = frozenset({"reason"})

    day = CalendarDateField(N_("Day"))
    reason = _reason()


class EditionDateForm(VersionedForm, Form):
    """One deadline of an edition in its zone, and the reason for its change."""

    never_filled = frozenset({"reason"})

    day = CalendarDateField(N_("Day"))
    time = ClockField(N_("Time"))
    reason = _reason()

    def wall_time(self) -> datetime:
        """Return the local time that was entered, without a zone."""
        if self.day.data is None or self.time.data is None:
            raise ValueError("wall_time() of a form that was not validated")
        return datetime.combine(self.day.data, self.time.data)

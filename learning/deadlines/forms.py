"""Forms about one person's dates, time and attempts."""

from datetime import datetime

from wtforms import BooleanField, SelectField

from learning.deadlines.actions import NewProfile
from learning.deadlines.rules import MAX_ATTEMPTS, MAX_DAYS, MAX_EXTRA_TIME, Accommodation
from learning.kit.forms import AnyOf, CreateForm, Form, MaxLength, Required, SingleLineField
from learning.kit.i18n import N_
from learning.kit.number_fields import CalendarDateField, ClockField, WholeNumberField
from learning.kit.versions import VersionedForm

CHOOSE_DEADLINE = N_("Choose a date.")


class ExtensionForm(CreateForm, VersionedForm):
    """More time for one deadline, by the clocks of the edition's zone."""

    never_filled = frozenset({"key", "day", "time", "reason"})

    key = SelectField(N_("Date"), [Required(CHOOSE_DEADLINE), AnyOf()], validate_choice=False)
    day = CalendarDateField(N_("Day"))
    time = ClockField(N_("Time"))
    reason = SingleLineField(
        N_("Reason"), [Required(N_("Say why there is more time.")), MaxLength(300)]
    )

    def wall_time(self) -> datetime:
        """Return the local time of the new end, without a zone."""
        if self.day.data is None or self.time.data is None:
            raise ValueError("wall_time() of a form that was not validated")
        return datetime.combine(self.day.data, self.time.data)


class AccommodationForm(VersionedForm, Form):
    """The accommodation of one person in an edition."""

    extra_time = WholeNumberField(
        N_("Extra time, in percent"), minimum=0, maximum=MAX_EXTRA_TIME, unit="%"
    )
    extra_attempts = WholeNumberField(N_("Extra attempts"), minimum=0, maximum=MAX_ATTEMPTS)
    shift_days = WholeNumberField(N_("Dates later, in days"), minimum=0, maximum=MAX_DAYS)
    no_timer = BooleanField(N_("No time limits"))
    note = SingleLineField(N_("Note"), [MaxLength(300)])

    def values(self) -> NewProfile:
        agreed = Accommodation(
            extra_time=self.extra_time.data or 0,
            extra_attempts=self.extra_attempts.data or 0,
            shift_days=self.shift_days.data or 0,
            no_timer=bool(self.no_timer.data),
        )
        return NewProfile(accommodation=agreed, note=self.note.data or "")

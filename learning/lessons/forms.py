"""Forms of studying."""

from wtforms import HiddenField, SelectField

from learning.kit.forms import (
    AtMost,
    CreatingForm,
    Form,
    LineField,
    Needed,
    OneOf,
    TextField,
)
from learning.kit.i18n import N_
from learning.kit.number_fields import DayField
from learning.kit.versions import VersionedForm
from learning.lessons.actions import NewNote, Opening

LONGEST_NOTE = 5000
CHOOSE_MODULE = N_("Choose a module.")


class NoteForm(Form):
    """A note beside a block; an empty one removes it."""

    body = TextField(N_("Your note"), [AtMost(LONGEST_NOTE)])
    version = HiddenField(default="0")

    def values(self) -> NewNote:
        version = self.version.data or "0"
        known = version.isascii() and version.isdigit() and len(version) <= len("999999")
        return NewNote(body=self.body.data or "", version=int(version) if known else 0)


class OpeningForm(CreatingForm, VersionedForm):
    """A module that is to open earlier for one person."""

    fresh = frozenset({"module", "opens_on", "reason"})

    module = SelectField(N_("Module"), [Needed(CHOOSE_MODULE), OneOf()], validate_choice=False)
    opens_on = DayField(N_("Opens on"), missing=N_("Choose the day on which the module opens."))
    reason = LineField(
        N_("Reason"), [Needed(N_("Say why this person may begin earlier.")), AtMost(300)]
    )

    def values(self) -> Opening:
        if self.opens_on.data is None:
            raise ValueError("values() of a form that was not validated")
        return Opening(
            module=self.module.data, opens_on=self.opens_on.data, reason=self.reason.data or ""
        )

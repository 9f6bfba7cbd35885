"""Forms of lessons."""

from wtforms import HiddenField, SelectField

from learning.kit.forms import (
    AnyOf,
    CreateForm,
    Form,
    MaxLength,
    MultiLineField,
    Required,
    SingleLineField,
)
from learning.kit.i18n import N_
from learning.kit.number_fields import CalendarDateField
from learning.kit.versions import VersionedForm
from learning.lessons.actions import NewNote, OverrideData

MAX_NOTE_LENGTH = 5000
CHOOSE_MODULE = N_("Choose a module.")


class NoteForm(Form):
    """A note on a block; an empty one, or the button `delete`, removes it."""

    body = MultiLineField(N_("Your note"), [MaxLength(MAX_NOTE_LENGTH)])
    version = HiddenField(default="0")
    delete = HiddenField()

    def values(self) -> NewNote:
        version = self.version.data or "0"
        known = version.isascii() and version.isdigit() and len(version) <= len("999999")
        body = "" if self.delete.data else self.body.data or ""
        return NewNote(body=body, version=int(version) if known else 0)


class ModuleOverrideForm(CreateForm, VersionedForm):
    """An override of a module's opening day for one person."""

    never_filled = frozenset({"module", "opens_on", "reason"})

    module = SelectField(N_("Module"), [Required(CHOOSE_MODULE), AnyOf()], validate_choice=False)
    opens_on = CalendarDateField(
        N_("Opens on"), missing=N_("Choose the day on which the module opens.")
    )
    reason = SingleLineField(
        N_("Reason"), [Required(N_("Say why this person may begin earlier.")), MaxLength(300)]
    )

    def values(self) -> OverrideData:
        if self.opens_on.data is None:
            raise ValueError("values() of a form that was not validated")
        return OverrideData(
            module=self.module.data, opens_on=self.opens_on.data, reason=self.reason.data or ""
        )

"""Forms of enrolments."""

from collections.abc import Mapping

from wtforms import FileField, HiddenField, StringField

from learning.accounts.actions import NewPerson
from learning.accounts.forms import email_field
from learning.kit.forms import (
    CreateForm,
    MaxLength,
    MultiLineField,
    RawField,
    Required,
    SingleLineField,
    language_field,
)
from learning.kit.i18n import N_
from learning.kit.versions import version_number
from learning.participants.list_cells import MAX_CELLS
from learning.participants.list_columns import FIELDS, Choice, Column

MAX_TEXT_LENGTH = 500_000
MAX_REASON_LENGTH = 2000


class EnrolForm(CreateForm):
    """One person, by hand; `confirmed` says whose known address it is meant to be."""

    email = email_field(required=N_("Write the person’s e-mail address."))
    name = SingleLineField(
        N_("Full name"), [Required(N_("Write the person’s name.")), MaxLength(120)]
    )
    language = language_field()
    institution = SingleLineField(N_("Institution"), [MaxLength(200)])
    confirmed = StringField()

    def values(self) -> NewPerson:
        return NewPerson(
            email=self.email.data or "",
            name=self.name.data or "",
            language=self.language.data,
            institution=self.institution.data or "",
        )


class ChangeForm(CreateForm):
    """The reason for a decision; `version` is that of the page that it is on."""

    reason = MultiLineField(N_("Reason"), [MaxLength(MAX_REASON_LENGTH)])
    version = HiddenField()

    @property
    def known_version(self) -> int:
        """Return the version of the page, an impossible one if it is unreadable."""
        return version_number(self.version.data)


class ListForm(CreateForm):
    """Many people, from a file or typed.

    `shown` is the digest of the lines that were previewed; `confirmed` says which other names were
    confirmed; `columns` is the list whose columns were chosen.
    """

    file = FileField(N_("File from a spreadsheet (.xlsx or .csv)"))
    text = RawField(N_("Or paste the list here"), [MaxLength(MAX_TEXT_LENGTH)])
    shown = HiddenField()
    confirmed = StringField()
    columns = HiddenField()


def column_choice(data: Mapping[str, str]) -> Choice | None:
    """Return what the columns of a list were chosen as; None if there was no choice."""
    key = data.get("columns", "")
    posted = {place: data.get(f"column-{place}") for place in range(MAX_CELLS)}
    kinds = {
        place: Column(kind) if kind in FIELDS else None
        for place, kind in posted.items()
        if kind is not None
    }
    return Choice(key=key, kinds=kinds) if key and kinds else None

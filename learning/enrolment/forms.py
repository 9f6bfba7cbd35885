"""Forms of enrolment."""

from dataclasses import dataclass

from wtforms import FileField

from learning.accounts.actions import NewPerson
from learning.accounts.forms import email_field
from learning.kit.forms import (
    AtMost,
    CreatingForm,
    LineField,
    Needed,
    TextField,
    language_field,
)
from learning.kit.i18n import N_


class EnrolForm(CreatingForm):
    """One person, by hand."""

    email = email_field(needed=N_("Write the person’s e-mail address."))
    name = LineField(N_("Full name"), [Needed(N_("Write the person’s name.")), AtMost(120)])
    language = language_field()
    institution = LineField(N_("Institution"), [AtMost(200)])

    def values(self) -> NewPerson:
        return NewPerson(
            email=self.email.data or "",
            name=self.name.data or "",
            language=self.language.data,
            institution=self.institution.data or "",
        )


@dataclass(frozen=True, kw_only=True)
class GivenList:
    """A list of people as it was given: a file's bytes if one was chosen, else typed text."""

    text: str
    key: str


class ListForm(CreatingForm):
    """Many people, from a file or typed."""

    file = FileField(N_("CSV file"))
    text = TextField(N_("Or paste the list here"), [AtMost(500_000)])

    def values(self) -> GivenList:
        return GivenList(text=self.text.data or "", key=self.form_key.data or "")

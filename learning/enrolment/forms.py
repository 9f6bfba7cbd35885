"""Forms of enrolment."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from wtforms import FileField, StringField, TextAreaField

from learning.accounts.actions import NewPerson
from learning.accounts.forms import email_field
from learning.kit.forms import (
    AtMost,
    CreatingForm,
    LineField,
    Needed,
    language_field,
)
from learning.kit.i18n import N_

MOST_TEXT = 500_000


class EnrolForm(CreatingForm):
    """One person, by hand; `confirmed` says whose known address it is meant to be."""

    email = email_field(needed=N_("Write the person’s e-mail address."))
    name = LineField(N_("Full name"), [Needed(N_("Write the person’s name.")), AtMost(120)])
    language = language_field()
    institution = LineField(N_("Institution"), [AtMost(200)])
    confirmed = StringField()

    def values(self) -> NewPerson:
        return NewPerson(
            email=self.email.data or "",
            name=self.name.data or "",
            language=self.language.data,
            institution=self.institution.data or "",
        )


@dataclass(frozen=True, kw_only=True)
class GivenList:
    """A list of people as it was given."""

    text: str
    key: str
    confirmed: str


class RawField(TextAreaField):
    """Text exactly as it was pasted: an empty cell at its beginning is a cell, too."""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        if valuelist:
            self.data = str(valuelist[0])


class ListForm(CreatingForm):
    """Many people, from a file or typed; `confirmed` says which strangers' names were looked at."""

    file = FileField(N_("File from a spreadsheet (.xlsx or .csv)"))
    text = RawField(N_("Or paste the list here"), [AtMost(MOST_TEXT)])
    confirmed = StringField()

    def values(self) -> GivenList:
        return GivenList(
            text=self.text.data or "",
            key=self.form_key.data or "",
            confirmed=self.confirmed.data or "",
        )

"""Forms: what people type, kept as they typed it, with errors in their own words.

A form checks shape and hands over a frozen dataclass (`values()`); whether something is allowed
is a rule. A failed form is shown again with 422, an error summary first.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from gettext import NullTranslations
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import Form as WTForm
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields import Field
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are of 3.2
from wtforms.i18n import get_translations
from wtforms.validators import StopValidation, ValidationError

from learning.kit.errors import Refused
from learning.kit.i18n import LANGUAGES, N_
from learning.kit.languages import current
from learning.kit.once import KEY
from learning.kit.text import clean_block, clean_line
from learning.kit.zones import zone_choices

CHOOSE_LANGUAGE, CHOOSE_ZONE = N_("Choose a language."), N_("Choose a time zone.")


class Words:
    """What forms say, in the language of the request; WTForms' own messages from its own words."""

    def gettext(self, message: str) -> str:
        said = current().gettext(message)
        return said if said != message else _builtin(current().language).gettext(message)

    def ngettext(self, one: str, many: str, number: int) -> str:
        said = current().ngettext(one, many, number)
        builtin = _builtin(current().language)
        return said if said not in {one, many} else builtin.ngettext(one, many, number)


@lru_cache
def _builtin(language: str) -> NullTranslations:
    return get_translations([language])


class Form(WTForm):
    """The base of every form. `differences` are what speaks against saving it (kit.versions)."""

    differences: Sequence[Any] = ()

    class Meta:
        """Where WTForms finds its settings."""

        def get_translations(self, _form: WTForm) -> Words:
            return Words()

    def refuse(self, message: str | Refused) -> None:
        """Say no in the field that a refusal names, or else in the first one."""
        shown = (field for field in self if not isinstance(field, HiddenField))
        first = next(shown, None) or next(iter(self))
        if isinstance(message, Refused):
            named = self._fields.get(message.field, first)
            named.errors = [message.said(current())]
        else:
            first.errors = [first.gettext(message)]

    @property
    def faults(self) -> list[tuple[str, str]]:
        """(id of the field, message) of everything that is wrong, in the order of the page."""
        return [(field.id, str(error)) for field in self for error in field.errors]


class CreatingForm(Form):
    """A form that makes something new: sent twice, it is carried out once."""

    form_key = HiddenField(default=lambda: secrets.token_urlsafe(18))

    def validate_form_key(self, field: Field) -> None:
        if not KEY.fullmatch(field.data or ""):
            field.data = secrets.token_urlsafe(18)


class LineField(StringField):
    """One line of text, without invisible characters."""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        if valuelist:
            self.data = clean_line(str(valuelist[0]))


class TextField(TextAreaField):
    """Several lines of text."""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        if valuelist:
            self.data = clean_block(str(valuelist[0]))


class Needed:
    """Something must be there."""

    field_flags: Mapping[str, Any] = {"required": True}

    def __init__(self, message: str) -> None:
        self.message = message

    def __call__(self, _form: WTForm, field: Field) -> None:
        if field.process_errors:
            raise StopValidation  # it is there, and was not understood
        if not _is_there(field.data):
            field.errors = []
            raise StopValidation(field.gettext(self.message))


def _is_there(data: object) -> bool:
    """Whether something was given; the number 0 is something."""
    if isinstance(data, int) and not isinstance(data, bool):
        return True
    return bool(data) and bool(str(data).strip())


def offer(choices: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    """Return (value, label) pairs as WTForms wants them."""
    return [SelectChoice(value, label) for value, label in choices]


class AtMost:
    """No longer than so many characters."""

    field_flags: Mapping[str, Any] = {}

    def __init__(self, limit: int) -> None:
        self.limit = limit

    def __call__(self, _form: WTForm, field: Field) -> None:
        if len(field.data or "") > self.limit:
            message = field.gettext(
                N_("Keep this to %(limit)s characters; there are %(length)s now.")
            )
            words = current()
            raise StopValidation(
                message
                % {"limit": words.number(self.limit), "length": words.number(len(field.data))}
            )


class OneOf:
    """One of the values that were offered."""

    field_flags: Mapping[str, Any] = {}

    def __call__(self, _form: WTForm, field: Any) -> None:  # noqa: ANN401 choices is not on the base field
        if field.data not in {choice.value for choice in field.iter_choices()}:
            raise ValidationError(field.gettext(N_("Choose one of the list.")))


def unchosen(choices: Iterable[tuple[str, str]], first: str) -> list[SelectChoice]:
    """Return choices after one that says to choose: nothing is decided by not looking at it."""
    return offer([("", current().gettext(first)), *choices])


def language_field() -> SelectField:
    return SelectField(
        N_("Language"),
        [Needed(CHOOSE_LANGUAGE), OneOf()],
        choices=lambda: unchosen(LANGUAGES.items(), CHOOSE_LANGUAGE),
        validate_choice=False,
    )


def zone_field() -> SelectField:
    return SelectField(
        N_("Time zone"),
        [Needed(CHOOSE_ZONE), OneOf()],
        choices=lambda: unchosen(zone_choices(current().language), CHOOSE_ZONE),
        validate_choice=False,
    )


def sent(source: Mapping[str, str]) -> MultiDict[str, str]:
    """Return a form's data for a form built in code, as in tests and imports."""
    return MultiDict(source)

"""Forms: input that stays as it was typed, with errors in words.

A form checks shape and returns a frozen dataclass (`values()`); whether something is allowed is a
rule. An invalid form is shown again with 422, an error summary first.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from gettext import NullTranslations
from typing import Any, ClassVar

from werkzeug.datastructures import MultiDict
from wtforms import Form as WTForm
from wtforms import HiddenField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields import Field
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are of 3.2
from wtforms.form import BaseForm
from wtforms.i18n import get_translations
from wtforms.validators import StopValidation, ValidationError

from learning.kit.errors import RuleViolation
from learning.kit.form_violations import current_violation
from learning.kit.i18n import LANGUAGES, N_
from learning.kit.idempotency import KEY_PATTERN
from learning.kit.languages import current_i18n
from learning.kit.names import NAME_MESSAGE, is_plain_name
from learning.kit.pages import message_of
from learning.kit.text import clean_block, clean_line
from learning.kit.zones import time_zone_choices

CHOOSE_LANGUAGE, CHOOSE_TIME_ZONE = N_("Choose a language."), N_("Choose a time zone.")


class FormTranslations:
    """Messages of forms in the language of the request, WTForms' own included."""

    def gettext(self, message: str) -> str:
        text = current_i18n().gettext(message)
        return text if text != message else _builtin(current_i18n().language).gettext(message)

    def ngettext(self, one: str, many: str, number: int) -> str:
        text = current_i18n().ngettext(one, many, number)
        builtin = _builtin(current_i18n().language)
        return text if text not in {one, many} else builtin.ngettext(one, many, number)


@lru_cache
def _builtin(language: str) -> NullTranslations:
    return get_translations([language])


class Form(WTForm):
    """The base of every form. `differences` are conflicts with stored values (kit.versions)."""

    differences: Sequence[Any] = ()
    first_fields: ClassVar[Sequence[str]] = ()
    """Fields that the page shows before those that the form inherits."""

    class Meta:
        """The settings of WTForms."""

        def get_translations(self, _form: WTForm) -> FormTranslations:
            return FormTranslations()

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Check every field; what this request was refused for (reject_forms) speaks against it."""
        valid = super().validate(extra_validators)
        if (violation := current_violation()) is not None:
            self.add_error(violation)
            return False
        return bool(valid)

    def add_error(self, message: str | RuleViolation) -> None:
        """Add an error to the field that a violation names, or else to the first one."""
        shown = (field for field in self if not isinstance(field, HiddenField))
        first = next(shown, None) or next(iter(self))
        if isinstance(message, RuleViolation):
            named = self._fields.get(message.field, first)
            named.errors = [message_of(message)]
        else:
            first.errors = [first.gettext(message)]

    @property
    def error_list(self) -> list[tuple[str, str]]:
        """(id of the field, message) of all errors, in the order of the page."""
        first = [self._fields[name] for name in self.first_fields if name in self._fields]
        fields = [*first, *(field for field in self if field not in first)]
        return [(field.id, str(error)) for field in fields for error in field.errors]


class CreateForm(Form):
    """A form that creates something: sent twice, it is carried out once."""

    idempotency_key = HiddenField(default=lambda: secrets.token_urlsafe(18))

    def validate_idempotency_key(self, field: Field) -> None:
        if not KEY_PATTERN.fullmatch(field.data or ""):
            field.data = secrets.token_urlsafe(18)


class SingleLineField(StringField):
    """One line of text, without invisible characters."""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        if valuelist:
            self.data = clean_line(str(valuelist[0]))


class MultiLineField(TextAreaField):
    """Several lines of text."""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        if valuelist:
            self.data = clean_block(str(valuelist[0]))


class RawField(TextAreaField):
    """Text exactly as it was pasted: blanks at its beginning count."""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        if valuelist:
            self.data = str(valuelist[0])


class CheckboxesField(SelectMultipleField):
    """Any number of the choices, none too; kept in the order of the choices, each once."""

    data: list[str] | None = None

    def __init__(self, label: str, choices: Sequence[SelectChoice] = (), **more: Any) -> None:  # noqa: ANN401 as WTForms has it
        super().__init__(label, choices=list(choices), validate_choice=False, **more)

    def process_data(self, value: object) -> None:
        self.data = self._in_order(value if isinstance(value, (list, tuple)) else ())

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        self.data = self._in_order(valuelist)

    def pre_validate(self, form: BaseForm) -> None:
        super().pre_validate(form)
        if not set(self.data or ()) <= set(self._offered()):
            raise ValidationError(self.gettext(N_("Choose one of the list.")))

    def _in_order(self, values: Iterable[object]) -> list[str]:
        offered, posted = self._offered(), list(dict.fromkeys(map(str, values)))
        return [value for value in offered if value in posted] + [
            value for value in posted if value not in offered
        ]

    def _offered(self) -> list[str]:
        choices: Iterable[Any] = self.iter_choices()
        return [str(choice.value) for choice in choices]


class Required:
    """A value is required."""

    field_flags: Mapping[str, Any] = {"required": True}

    def __init__(self, message: str) -> None:
        self.message = message

    def __call__(self, _form: WTForm, field: Field) -> None:
        if field.process_errors:
            raise StopValidation  # there is a value, but it was not understood
        if not _has_value(field.data):
            field.errors = []
            raise StopValidation(field.gettext(self.message))


def _has_value(data: object) -> bool:
    """Whether there is a value; the number 0 is one."""
    if isinstance(data, int) and not isinstance(data, bool):
        return True
    return bool(data) and bool(str(data).strip())


def select_choices(choices: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    """Return (value, label) pairs as WTForms expects them."""
    return [SelectChoice(value, label) for value, label in choices]


class MaxLength:
    """At most so many characters."""

    field_flags: Mapping[str, Any] = {}

    def __init__(self, limit: int) -> None:
        self.limit = limit

    def __call__(self, _form: WTForm, field: Field) -> None:
        if len(field.data or "") > self.limit:
            message = field.gettext(
                N_("Keep this to %(limit)s characters; there are %(length)s now.")
            )
            words = current_i18n()
            raise StopValidation(
                message
                % {"limit": words.number(self.limit), "length": words.number(len(field.data))}
            )


class AnyOf:
    """One of the choices."""

    field_flags: Mapping[str, Any] = {}

    def __call__(self, _form: WTForm, field: Any) -> None:  # noqa: ANN401 choices is not on the base field
        if field.data not in {choice.value for choice in field.iter_choices()}:
            raise ValidationError(field.gettext(N_("Choose one of the list.")))


class PlainName:
    """A name without links, addresses or numbers."""

    field_flags: Mapping[str, Any] = {}

    def __call__(self, _form: WTForm, field: Field) -> None:
        if field.data and not is_plain_name(str(field.data)):
            raise ValidationError(field.gettext(NAME_MESSAGE))


def with_empty_choice(choices: Iterable[tuple[str, str]], prompt: str) -> list[SelectChoice]:
    """Return choices after one that asks to choose, so that there is no default."""
    return select_choices([("", current_i18n().gettext(prompt)), *choices])


def language_field() -> SelectField:
    return SelectField(
        N_("Language"),
        [Required(CHOOSE_LANGUAGE), AnyOf()],
        choices=lambda: with_empty_choice(LANGUAGES.items(), CHOOSE_LANGUAGE),
        validate_choice=False,
    )


def time_zone_field() -> SelectField:
    return SelectField(
        N_("Time zone"),
        [Required(CHOOSE_TIME_ZONE), AnyOf()],
        choices=lambda: with_empty_choice(
            time_zone_choices(current_i18n().language), CHOOSE_TIME_ZONE
        ),
        validate_choice=False,
    )


def form_data(source: Mapping[str, str]) -> MultiDict[str, str]:
    """Return a form's data for a form built in code, as in tests and imports."""
    return MultiDict(source)

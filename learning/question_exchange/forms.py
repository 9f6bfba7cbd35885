"""Forms of the exchange of questions."""

from collections.abc import Iterable, Sequence

from wtforms import FileField, SelectField
from wtforms.fields import Field

from learning.content.course import Module
from learning.kit.forms import (
    CHOOSE_LANGUAGE,
    AnyOf,
    Form,
    MaxLength,
    RawField,
    Required,
    select_choices,
    with_empty_choice,
)
from learning.kit.i18n import LANGUAGES, N_
from learning.kit.languages import current_i18n
from learning.question_exchange.bank_export import ExportFormat
from learning.question_exchange.labels import FORMATS

MAX_TEXT_LENGTH = 500_000
CHOOSE = N_("Choose one of the list.")
FILE, PASTED = N_("File (GIFT or Moodle XML)"), N_("Or paste its text")


class ExportForm(Form):
    """Which bank, in which format and language."""

    module = SelectField(N_("Module"), [Required(CHOOSE), AnyOf()], validate_choice=False)
    kind = SelectField(N_("Format"), [Required(CHOOSE), AnyOf()], validate_choice=False)
    language = SelectField(
        N_("Language"),
        [Required(CHOOSE), AnyOf()],
        choices=lambda: with_empty_choice(LANGUAGES.items(), CHOOSE_LANGUAGE),
        default=lambda: current_i18n().language,
        validate_choice=False,
    )

    def offer(self, modules: Iterable[Module]) -> "ExportForm":
        """Offer these banks."""
        words = current_i18n()
        titles = ((each.key, each.title[words.language]) for each in modules)
        self.module.choices = select_choices(titles)
        named = ((str(kind), words.gettext(label)) for kind, label in FORMATS.items())
        self.kind.choices = select_choices(named)
        return self

    @property
    def format(self) -> ExportFormat:
        return ExportFormat(self.kind.data)


class ConvertForm(Form):
    """A file for each language, chosen or pasted; a chosen file replaces the text."""

    file_fr = FileField(FILE)
    text_fr = RawField(PASTED, [MaxLength(MAX_TEXT_LENGTH)])
    file_en = FileField(FILE)
    text_en = RawField(PASTED, [MaxLength(MAX_TEXT_LENGTH)])
    file_es = FileField(FILE)
    text_es = RawField(PASTED, [MaxLength(MAX_TEXT_LENGTH)])

    def text(self, language: str) -> Field:
        return self._fields[f"text_{language}"]

    @property
    def languages(self) -> Sequence[tuple[str, Field, Field]]:
        """Return each language with its two fields."""
        return [
            (language, self._fields[f"file_{language}"], self.text(language))
            for language in LANGUAGES
        ]

    @property
    def texts(self) -> dict[str, str]:
        """Return the texts by language, without empty ones."""
        texts = {language: self.text(language).data or "" for language in LANGUAGES}
        return {language: text for language, text in texts.items() if text.strip()}

"""Forms about what somebody covers, and about somebody's tutor."""

from collections.abc import Iterable, Sequence

from wtforms import SelectField

from learning.kit.forms import AnyOf, CheckboxesField, Form, Required, select_choices
from learning.kit.i18n import LANGUAGES, N_
from learning.kit.versions import VersionedForm
from learning.tutors.rules import Cover, spelled_out

CHOOSE_TUTOR = N_("Choose a tutor.")


class CompetenceForm(VersionedForm, Form):
    """Modules in languages; a value is "m4:fr", or ":fr" for all modules."""

    covers = CheckboxesField(N_("Modules and languages"))

    titles: Sequence[tuple[str, str]] = ()  # modules by their keys, all modules first

    def fill(self, titles: Sequence[tuple[str, str]], covers: Iterable[Cover]) -> None:
        """Take what is stored, and the modules of a course by key with their titles."""
        self.titles = titles
        self.covers.choices = select_choices(
            (f"{module}:{language}", f"{title} – {name}")
            for module, title in titles
            for language, name in LANGUAGES.items()
        )
        stored = [":".join(cover) for cover in spelled_out(covers, list(LANGUAGES))]
        self.process(data={"covers": stored})

    def groups(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Return the title of each module, with (value, name of the language) of its choices."""
        return [
            (title, [(f"{module}:{language}", name) for language, name in LANGUAGES.items()])
            for module, title in self.titles
        ]

    def values(self) -> list[Cover]:
        pairs = (value.partition(":") for value in self.covers.data or ())
        return [(module, language) for module, _, language in pairs]


class TutorForm(VersionedForm, Form):
    """The tutor of one participant, by uid."""

    tutor = SelectField(N_("Tutor"), [Required(CHOOSE_TUTOR), AnyOf()], validate_choice=False)

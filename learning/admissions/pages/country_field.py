"""A choice of countries, named and sorted in the reader's language."""

from typing import Any

from wtforms import SelectField

from learning.admissions.rules.regions import COUNTRIES
from learning.kit.folding import sort_key
from learning.kit.forms import AnyOf, Required, select_choices
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n


def country_field(label: str) -> SelectField:
    """Return a required choice of countries."""
    return SelectField(
        label,
        [Required(N_("Choose a country.")), AnyOf()],
        choices=_countries,
        validate_choice=False,
    )


def _countries() -> list[Any]:
    words = current_i18n()
    named = sorted(
        ((code, words.country(code)) for code in COUNTRIES), key=lambda pair: sort_key(pair[1])
    )
    return select_choices([("", words.gettext(N_("Choose a country"))), *named])

"""Forms of the start page and search."""

from learning.kit.forms import Form, MaxLength, SingleLineField
from learning.kit.i18n import N_


class SearchForm(Form):
    """The search query."""

    q = SingleLineField(
        N_("Search lessons, readings, file pages, briefs and glossary"), [MaxLength(200)]
    )

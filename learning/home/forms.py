"""Forms of the shell."""

from learning.kit.forms import AtMost, Form, LineField
from learning.kit.i18n import N_


class SearchForm(Form):
    """What somebody looks for."""

    q = LineField(N_("Search lessons and glossary"), [AtMost(200)])

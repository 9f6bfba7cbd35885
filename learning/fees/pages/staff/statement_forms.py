"""Forms of bank statements."""

from wtforms import HiddenField

from learning.kit.forms import Form, SingleLineField
from learning.kit.i18n import N_
from learning.kit.versions import VersionedForm


class ImportForm(Form):
    """A file of statements: sent with the form, or in pieces before; then `file` is its slug."""

    statement = SingleLineField(N_("CAMT.053 file"))
    file = HiddenField()


class BankStatementForm(VersionedForm, Form):
    """Book a statement, or put it aside, in the version that was shown."""

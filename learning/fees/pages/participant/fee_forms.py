"""Forms of the page of one's own fee."""

from wtforms import HiddenField

from learning.kit.forms import CreateForm
from learning.kit.versions import version_number


class CreditRequestForm(CreateForm):
    """The request for a refund of a credit; `credit_minor` is what the page has shown."""

    credit_minor = HiddenField()

    @property
    def shown_minor(self) -> int:
        """The credit that the page has shown, in minor units; -1 for none."""
        return version_number(self.credit_minor.data)

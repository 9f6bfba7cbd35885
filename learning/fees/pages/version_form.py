"""The base of forms that change a row with a version."""

from wtforms import HiddenField

from learning.kit.forms import CreateForm
from learning.kit.versions import version_number


class VersionForm(CreateForm):
    """A form that changes a row with a version, which its page has shown."""

    version = HiddenField()

    @property
    def known_version(self) -> int:
        """The version that the page has shown."""
        return version_number(self.version.data)

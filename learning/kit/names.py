"""Names that people give themselves and others: they stand in e-mails, so they hold no message.

Whoever could write an address, a link or a telephone number as a name could send it to anybody's
mailbox from ours.
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from wtforms import Form as WTForm
from wtforms.fields import Field
from wtforms.validators import ValidationError

from learning.kit.i18n import N_

LONGEST = 200
LINKED = re.compile(
    r"@|://|\bwww\.|[\r\n\x00-\x1f\x7f\u2028\u2029]|[^\W_]{2,}\.[^\W\d_]{2,}", re.IGNORECASE
)
CALLED = re.compile(r"(?:\d[\s.()/+-]*){7,}")  # a telephone number; a postal code is shorter
DOTS = {ord(dot): "." for dot in "\u3002\uff0e\uff61\u2024"}  # as browsers read them in addresses
NO_NAME = N_(
    "Write a name only, without an address, a link or a telephone number. "
    "After a dot, leave a space."
)


def is_plain_name(text: str) -> bool:
    """Whether a text is nothing but a name: nothing in it becomes a link, or can be called."""
    plain = unicodedata.normalize("NFKC", text.translate(DOTS))
    plain = "".join(c for c in plain if unicodedata.category(c) != "Cf")
    return len(plain) <= LONGEST and not LINKED.search(plain) and not CALLED.search(plain)


def plain_name(text: str) -> str:
    """Return a name that may stand in an e-mail, nothing for one that is more than a name."""
    return text if is_plain_name(text) else ""


class PlainName:
    """A name, and nothing else."""

    field_flags: Mapping[str, Any] = {}

    def __call__(self, _form: WTForm, field: Field) -> None:
        if field.data and not is_plain_name(str(field.data)):
            raise ValidationError(field.gettext(NO_NAME))

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
    r"""@ | :// | \bwww\. | \b(?:https?|ftp|mailto|tel|sms): | [\r\n\x00-\x1f\x7f\u2028\u2029]
    | [\w-][^\W_]\.[^\W\d_]{2,}  # a domain; before its dot any sign but one letter alone
    | [^\W_]\.(?:[^\W\d_]{2,}/|(?:com?|io|me|net|org)\b)  # of one letter: t.me/name, X.COM
    | (?<!\d)\d{1,3}(?:\.\d{1,3}){3}(?!\d)  # the address of a computer""",
    re.IGNORECASE | re.VERBOSE,
)
SHORT_DOMAIN = re.compile(r"[^\W_]\.[a-z]{2,}(?![^\W_])")  # “a.name”, not “A.Name”
CALLED = re.compile(r"(?:\d(?:(?!,\s)[\W_])*){7,}")  # a telephone number; a postal code is shorter
YEARS = re.compile(r"(?<!\d)(?:19|20)\d\d\s?[-\u2013/]\s?(?:19|20)\d\d(?!\d)")
UNSEEN = frozenset({"Cf", "Me", "Mn"})  # signs that stand on others, or nowhere
FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # letters and signs that are blank
DOTS = {ord(dot): "." for dot in "\u3002\uff0e\uff61\u2024"}  # as browsers read them in addresses
NO_NAME = N_(
    "Write a name only, without an address, a link or a telephone number. "
    "After a dot, leave a space."
)


def is_plain_name(text: str) -> bool:
    """Whether a text is nothing but a name: nothing in it becomes a link, or can be called."""
    bare = _bare(text)
    linked = LINKED.search(bare) or SHORT_DOMAIN.search(bare)
    return len(text) <= LONGEST and not linked and not CALLED.search(YEARS.sub("", bare))


def _bare(text: str) -> str:
    """Return a text as a browser reads an address: plain letters, without signs nobody sees."""
    plain = unicodedata.normalize("NFKD", text.translate(DOTS))
    return "".join(
        sign for sign in plain if unicodedata.category(sign) not in UNSEEN and sign not in FILLERS
    )


def plain_name(text: str) -> str:
    """Return a name that may stand in an e-mail, nothing for one that is more than a name."""
    return text if is_plain_name(text) else ""


class PlainName:
    """A name, and nothing else."""

    field_flags: Mapping[str, Any] = {}

    def __call__(self, _form: WTForm, field: Field) -> None:
        if field.data and not is_plain_name(str(field.data)):
            raise ValidationError(field.gettext(NO_NAME))

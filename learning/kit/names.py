"""Names that people enter: they appear in e-mails, so they must not contain a message.

Otherwise an address, a link or a telephone number as a name could be sent to anybody's mailbox from
ours.
"""

import re
import unicodedata

from learning.kit.i18n import N_

MAX_NAME_LENGTH = 200
LINK = re.compile(
    r"""@ | :// | \bwww\. | \b(?:https?|ftp|mailto|tel|sms): | [\r\n\x00-\x1f\x7f\u2028\u2029]
    | [\w-][^\W_]\.[^\W\d_]{2,}  # a domain; before its dot any sign but one letter alone
    | [^\W_]\.(?:[^\W\d_]{2,}/|(?:com?|io|me|net|org)\b)  # of one letter: t.me/name, X.COM
    | (?<!\d)\d{1,3}(?:\.\d{1,3}){3}(?!\d)  # the address of a computer""",
    re.IGNORECASE | re.VERBOSE,
)
SHORT_DOMAIN = re.compile(r"[^\W_]\.[a-z]{2,}(?![^\W_])")  # “a.name”, not “A.Name”
PHONE_NUMBER = re.compile(r"(?:\d(?:(?!,\s)[\W_])*){7,}")  # a postal code is shorter
YEARS = re.compile(r"(?<!\d)(?:19|20)\d\d\s?[-\u2013/]\s?(?:19|20)\d\d(?!\d)")
INVISIBLE_CATEGORIES = frozenset({"Cf", "Me", "Mn"})  # signs that stand on others, or nowhere
FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # letters and signs that are blank
DOTS = {ord(dot): "." for dot in "\u3002\uff0e\uff61\u2024"}  # as browsers read them in addresses
NAME_MESSAGE = N_(
    "Write a name only, without an address, a link or a telephone number. "
    "After a dot, leave a space."
)


def is_plain_name(text: str) -> bool:
    """Whether a text is only a name: nothing in it becomes a link, or can be called."""
    bare = _visible_characters(text)
    linked = LINK.search(bare) or SHORT_DOMAIN.search(bare)
    return (
        len(text) <= MAX_NAME_LENGTH and not linked and not PHONE_NUMBER.search(YEARS.sub("", bare))
    )


def _visible_characters(text: str) -> str:
    """Return a text as a browser reads an address: plain letters, without invisible characters."""
    plain = unicodedata.normalize("NFKD", text.translate(DOTS))
    return "".join(
        sign
        for sign in plain
        if unicodedata.category(sign) not in INVISIBLE_CATEGORIES and sign not in FILLERS
    )


def plain_name(text: str) -> str:
    """Return a name that may be in an e-mail, "" for a text that is more than a name."""
    return text if is_plain_name(text) else ""

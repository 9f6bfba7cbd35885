"""Which addresses in a document lead out of it, and which of them a reader only clicks on."""

import re

SCHEME = re.compile(r"\s*[a-z][a-z0-9+.-]*:", re.IGNORECASE)
CLICKED = re.compile(r"\s*(?:https?|mailto|tel):", re.IGNORECASE)
INLINE = re.compile(r"\s*data:image/", re.IGNORECASE)
OUTSIDE = re.compile(r"\s*(?:[/\\]|~)|(?:^|/)\.\.(?:/|$)|\\")


def is_clicked(address: str) -> bool:
    """Whether an address is of the web, a mailbox or a telephone: nothing opens it by itself."""
    return CLICKED.match(address) is not None


def is_inside(address: str) -> bool:
    """Whether an address stays within its document: a part, an anchor, a picture in place."""
    if not address or address.startswith("#") or INLINE.match(address):
        return True
    return not SCHEME.match(address) and not OUTSIDE.search(address)

"""Looking into files: pictures are decoded and made anew, so that only the picture is left."""

import hashlib
from dataclasses import dataclass

from learning.files import documents, pictures, rules
from learning.files.rules import Fault, Kind


@dataclass(frozen=True, kw_only=True)
class Checked:
    """A file that may be kept: `content` is what will be handed out."""

    name: str
    kind: Kind
    content: bytes
    sha256: str


def check(name: str, content: bytes) -> Checked | Fault:
    """Return a file as it may be kept, or why it is not taken; it takes a moment."""
    kind = rules.look(content)
    if isinstance(kind, Fault):
        return kind
    made = documents.examine(content) if kind is Kind.PDF else pictures.made_anew(kind, content)
    if isinstance(made, Fault):
        return made
    return Checked(
        name=rules.name_as(name, kind),
        kind=kind,
        content=made,
        sha256=hashlib.sha256(made).hexdigest(),
    )

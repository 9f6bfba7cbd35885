"""What files are taken for: a package says it for each purpose, `learning.wiring` lists them.

Flask is not known here: `current_storage` hands the list to pages, `jobs` has it for the purge.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy.orm import Session

from learning.access.actor import Actor
from learning.files import rules
from learning.files.models import FileState, StoredFile
from learning.files.rules import FileKind

PURPOSE_KEY = re.compile(r"[a-z]+(_[a-z]+)*")

MayRead = Callable[[Session, Actor, StoredFile], bool]
"""Says who may open a file beside its owner."""


def nobody_else(_session: Session, _actor: Actor, _file: StoredFile) -> bool:
    """Let only the owner of a file open it."""
    return False


@dataclass(frozen=True, kw_only=True)
class FilePurpose:
    """What a package takes files for, and within which limits.

    `key` is stored with each file and never changes. `max_bytes` is the most that one file has.
    `may_read` says who may open a file beside its owner. `multiple`: whether one form may bring
    several. `retention` is how long a file is stored to which no row refers.
    """

    key: str
    kinds: frozenset[FileKind]
    max_bytes: int
    may_read: MayRead = nobody_else
    multiple: bool = False
    retention: timedelta = rules.UNUSED_FILE_TTL

    def __post_init__(self) -> None:
        """Raise ValueError for a key that is none, or limits that nothing can keep."""
        if not PURPOSE_KEY.fullmatch(self.key) or not self.kinds:
            raise ValueError(f"{self.key!r}: a purpose has a key in snake_case and some kinds")
        if not 0 < self.max_bytes <= rules.MAX_FILE_BYTES:
            raise ValueError(f"{self.key}: max_bytes is at most {rules.MAX_FILE_BYTES}")

    @property
    def accept(self) -> str:
        """Return the value of `accept` of a file input: “.jpg,.pdf”."""
        return ",".join(sorted({kind.extension for kind in self.kinds}))


class FilePurposes:
    """All purposes of an installation, by their keys."""

    def __init__(self, purposes: Sequence[FilePurpose]) -> None:
        """Raise ValueError if two purposes have one key."""
        self._by_key = {purpose.key: purpose for purpose in purposes}
        if len(self._by_key) != len(purposes):
            raise ValueError("two purposes of files have the same key")

    def __iter__(self) -> Iterator[FilePurpose]:
        return iter(self._by_key.values())

    def get(self, key: str) -> FilePurpose | None:
        return self._by_key.get(key)

    def may_read(self, session: Session, actor: Actor, file: StoredFile) -> bool:
        """Whether somebody may open a file: its owner, and whom its purpose lets.

        A file whose purpose is no longer registered is its owner's alone. One that waits for the
        scanner, or was found infected, is opened by nobody else. An impersonator opens what the
        person may read, and only if the purpose lets the impersonator read it, too.
        """
        if actor.impersonator:
            person = replace(actor, impersonator=None)
            return self._lets_read(session, actor.impersonator, file) and self.may_read(
                session, person, file
            )
        if file.owner_id is not None and file.owner_id == actor.person_id:
            return True
        return self._lets_read(session, actor, file)

    def _lets_read(self, session: Session, actor: Actor, file: StoredFile) -> bool:
        """Whether the purpose of a file lets somebody read it who need not own it."""
        purpose = self.get(file.purpose)
        if purpose is None or file.state is not FileState.CLEAN:
            return False
        return purpose.may_read(session, actor, file)

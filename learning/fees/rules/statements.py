"""Whether a statement follows the one before it, and which of its entries were in that one."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

REFERENCE = re.compile(r"\bRF\d{2}(?: ?[0-9A-Z]{1,4}){1,6}\b")
NUMBER = re.compile(r"\b([A-Z]{2,4})[ -]?(\d{4})[ -]?(\d{4,8})\b")


@dataclass(frozen=True)
class SeenEntry:
    """An entry of a new statement: its amount in minor units, and whether its key is known."""

    minor: int
    is_known: bool


@dataclass(frozen=True, kw_only=True)
class Continuity:
    """Whether a statement follows: `expected` and `found` are balances in minor units.

    `duplicates` are the positions, from 0, of the entries that an earlier statement had.
    """

    expected: int
    found: int
    duplicates: Collection[int] = frozenset()

    @property
    def follows(self) -> bool:
        return self.expected == self.found


def continuity(
    previous_closing: int | None, opening: int, entries: Sequence[SeenEntry]
) -> Continuity:
    """Return whether a statement follows the one that closed with `previous_closing`.

    If it opens with that balance, all its entries are new: two transfers that are alike may have
    one key in two statements. If it overlaps with earlier ones, the entries that are known lead
    from its opening balance to it, and count as duplicates. The first statement follows nothing.
    """
    if previous_closing is None or previous_closing == opening:
        return Continuity(expected=opening, found=opening)
    known = [position for position, entry in enumerate(entries) if entry.is_known]
    reached = opening + sum(entries[position].minor for position in known)
    if reached == previous_closing:
        return Continuity(
            expected=previous_closing, found=previous_closing, duplicates=frozenset(known)
        )
    return Continuity(expected=previous_closing, found=opening)


def named_keys(text: str) -> list[str]:
    """Return the RF references and the numbers of invoices in a text, without their signs.

    It serves the preview of a statement only; what an entry pays is decided when it is booked.
    """
    upper = text.upper()
    references = ["".join(each.split()) for each in REFERENCE.findall(upper)]
    tokens = [each for each in upper.split() if each.startswith("RF")]
    numbers = ["".join(each) for each in NUMBER.findall(upper)]
    return list(dict.fromkeys((*tokens, *references, *numbers)))

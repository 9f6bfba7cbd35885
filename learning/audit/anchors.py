"""Anchors: the head of the chain, written to a place outside the database.

An append-only file of lines. A chain that was cut off at its end, or rewritten as a whole, does not
match it (docs/decisions/0029).
"""

import os
from pathlib import Path

from sqlalchemy.orm import Session

from learning.audit import queries
from learning.audit.rules import Anchor, format_anchor, parse_anchor


class AnchorFileError(ValueError):
    """A line of the file is not an anchor."""


def read_anchors(path: Path) -> list[Anchor]:
    """Return the anchors of a file, oldest first; raise AnchorFileError."""
    anchors = []
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    for number, line in enumerate(lines, 1):
        anchor = parse_anchor(line)
        if anchor is None:
            raise AnchorFileError(f"line {number} of {path} is not an anchor")
        anchors.append(anchor)
    return anchors


def append_anchor(path: Path, anchor: Anchor) -> None:
    """Append an anchor and sync the file, unless the last one is of the same head."""
    anchors = read_anchors(path)
    if anchors and anchors[-1].head == anchor.head:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(format_anchor(anchor) + "\n")
        file.flush()
        os.fsync(file.fileno())


def anchor_error(session: Session, path: Path) -> str:
    """Return how the chain contradicts a file of anchors, "" if it does not."""
    try:
        wrong = queries.unmatched_anchor(session, read_anchors(path))
    except AnchorFileError as error:
        return str(error)
    if wrong is None:
        return ""
    return f"row {wrong.head.number} is not the one that was anchored on {wrong.at:%Y-%m-%d %H:%M}"

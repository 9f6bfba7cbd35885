"""Anchors: the head of the chain, written where whoever changes the table does not reach.

A file of lines that only grows. What was cut off the end of the chain, or written anew as a
whole, does not agree with it (docs/decisions/0029).
"""

import os
from pathlib import Path

from sqlalchemy.orm import Session

from learning.audit import queries
from learning.audit.rules import Anchor, anchor_in, anchor_line


class AnchorFileError(ValueError):
    """A line of the file is not an anchor."""


def read(path: Path) -> list[Anchor]:
    """Return the anchors of a file, oldest first; raise AnchorFileError."""
    anchors = []
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    for number, line in enumerate(lines, 1):
        anchor = anchor_in(line)
        if anchor is None:
            raise AnchorFileError(f"line {number} of {path} is not an anchor")
        anchors.append(anchor)
    return anchors


def append(path: Path, anchor: Anchor) -> None:
    """Add an anchor, unless the last one is of the same head; it is on the disk afterwards."""
    known = read(path)
    if known and known[-1].head == anchor.head:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(anchor_line(anchor) + "\n")
        file.flush()
        os.fsync(file.fileno())


def fault_of(session: Session, path: Path) -> str:
    """Return what speaks against the chain in a file of anchors, "" if nothing does."""
    try:
        wrong = queries.unmatched_anchor(session, read(path))
    except AnchorFileError as fault:
        return str(fault)
    if wrong is None:
        return ""
    return f"row {wrong.head.number} is not the one that was anchored on {wrong.at:%Y-%m-%d %H:%M}"

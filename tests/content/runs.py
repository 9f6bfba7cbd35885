"""Runs of twelve words that the sources have, as short hashes: what no text may share with them.

`python -m tests.content.runs FOLDER` makes the file anew from the texts of the sources.
"""

import hashlib
import re
import sys
import unicodedata
from pathlib import Path

LENGTH, BYTES = 12, 6
FILE = Path(__file__).parent / "source-runs.bin"
QUOTED = re.compile(r"«[^»]*»|“[^”]*”")


def runs(text: str) -> dict[bytes, str]:
    """Return the hash of every run of twelve words, quotations left out, with its words."""
    plain = unicodedata.normalize("NFKD", QUOTED.sub(" § ", text).casefold())
    bare = "".join(c for c in plain if not unicodedata.combining(c))
    words = re.findall(r"[^\W_]+|§", bare)
    found = {}
    for start in range(len(words) - LENGTH + 1):
        run = " ".join(words[start : start + LENGTH])
        if "§" not in run:
            found[hashlib.blake2b(run.encode(), digest_size=BYTES).digest()] = run
    return found


def known() -> frozenset[bytes]:
    content = FILE.read_bytes()
    return frozenset(content[at : at + BYTES] for at in range(0, len(content), BYTES))


if __name__ == "__main__":
    hashes: set[bytes] = set()
    for path in sorted(Path(sys.argv[1]).glob("0*.txt")):
        hashes |= runs(path.read_text()).keys()
    FILE.write_bytes(b"".join(sorted(hashes)))

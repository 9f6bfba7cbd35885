"""Whether a statement follows: the cases."""

import pytest

from learning.fees.rules.statements import Continuity, SeenEntry, continuity, named_keys

NEW, KNOWN = SeenEntry(500, is_known=False), SeenEntry(300, is_known=True)


@pytest.mark.parametrize(
    ("previous", "opening", "entries", "follows", "duplicates"),
    [
        (None, 1_000, [NEW], True, set()),
        (None, 1_000, [KNOWN], True, set()),
        (1_000, 1_000, [NEW], True, set()),
        (1_000, 1_000, [NEW, KNOWN], True, set()),  # alike, and new: the balances say so
        (1_000, 700, [KNOWN, NEW], True, {0}),
        (1_000, 400, [NEW, KNOWN, KNOWN], True, {1, 2}),
        (1_000, 700, [NEW], False, set()),
        (1_000, 900, [KNOWN, NEW], False, set()),
        (1_000, 999, [], False, set()),
    ],
)
def test_continuity(previous, opening, entries, follows, duplicates) -> None:
    found = continuity(previous, opening, entries)
    assert (found.follows, set(found.duplicates)) == (follows, duplicates)


def test_what_does_not_follow_says_both_balances() -> None:
    assert continuity(1_000, 999, []) == Continuity(expected=1_000, found=999)


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("", []),
        ("fee of Akua Mensah, 980", []),
        ("rf82inv2026001187", ["RF82INV2026001187"]),
        ("INV-2026-001187 and inv 2026 001093", ["INV2026001187", "INV2026001093"]),
        ("RF82 INV2 0260 0118 7", ["RF82", "RF82INV2026001187"]),
    ],
)
def test_named_keys(text, keys) -> None:
    assert named_keys(text)[: len(keys)] == keys

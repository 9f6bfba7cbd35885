"""How many items go into one transaction."""

import pytest

from learning.batches.rules import FIRST_SIZE, next_size


@pytest.mark.parametrize(
    ("size", "seconds", "expected"),
    [
        (10, 0.05, 10),
        (10, 0.1, 5),
        (10, 1.0, 1),
        (10, 60, 1),
        (1, 60, 1),
        (10, 0.025, 20),
        (10, 0.001, 20),
        (10, 0, 20),
        (40, 0.01, 50),  # the most that are locked at once
    ],
)
def test_the_next_batch_is_as_large_as_fits(size: int, seconds: float, expected: int) -> None:
    assert next_size(size, seconds) == expected


def test_the_first_batch_is_small() -> None:
    """Nobody knows yet how long one takes: ten of half a second are five seconds."""
    assert FIRST_SIZE == 10

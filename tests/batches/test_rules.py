"""How many items go into one transaction."""

import pytest

from learning.batches.rules import LARGEST_SIZE, next_size


@pytest.mark.parametrize(
    ("size", "seconds", "expected"),
    [
        (10, 0.1, 10),
        (10, 0.2, 5),
        (10, 2.0, 1),
        (10, 60, 1),
        (1, 60, 1),
        (10, 0.05, 20),
        (10, 0.001, 20),
        (10, 0, 20),
        (40, 0.01, LARGEST_SIZE),
    ],
)
def test_the_next_batch_is_as_large_as_fits(size: int, seconds: float, expected: int) -> None:
    assert next_size(size, seconds) == expected

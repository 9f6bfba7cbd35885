"""The number of items in one transaction."""

TARGET_SECONDS = 0.05  # a request may wait for two batches, on a busy machine for twice as long
FIRST_SIZE = 10
MAX_SIZE = 50


def next_size(size: int, seconds: float) -> int:
    """Return how many items the next batch takes, after one of `size` took so many seconds.

    At most twice as many, so that one quick batch does not cause a slow one.
    """
    fitting = int(size * TARGET_SECONDS / max(seconds, 0.001))
    return max(1, min(fitting, 2 * size, MAX_SIZE))

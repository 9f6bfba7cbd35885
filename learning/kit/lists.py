"""What pages with a long list share: filters as chips, heads that sort, the part that is shown."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, kw_only=True)
class ChipChoice:
    """One value of a filter; `count` is how many rows of the list have it, if known."""

    value: str
    title: str
    checked: bool
    count: int | None = None


@dataclass(frozen=True, kw_only=True)
class Chip:
    """A filter of a list: its name in the address, its title, its values."""

    name: str
    title: str
    choices: Sequence[ChipChoice]

    @property
    def used(self) -> str:
        """Return the chosen values in words, "" if there are none."""
        return ", ".join(choice.title for choice in self.choices if choice.checked)


@dataclass(frozen=True, kw_only=True)
class SortHead:
    """The head of a column that sorts: `sorted` is as in `aria-sort`."""

    key: str
    title: str
    address: str
    sorted: str


@dataclass(frozen=True, kw_only=True)
class ListPart:
    """The part of a list that a page shows, from the requested row or the last part that exists."""

    total: int
    size: int
    requested: int | None = None

    @property
    def start(self) -> int:
        last = max(0, self.total - 1) // self.size * self.size
        return min(max(0, self.requested or 0), last)

    @property
    def shown(self) -> int:
        return min(self.size, self.total - self.start)

    @property
    def previous(self) -> int | None:
        """Return where the part before begins, None for the first one."""
        return max(0, self.start - self.size) if self.start else None

    @property
    def following(self) -> int | None:
        """Return where the next part begins, None for the last one."""
        after = self.start + self.size
        return after if after < self.total else None


def sort_heads(
    columns: Mapping[str, tuple[str, StrEnum, StrEnum]],
    current: StrEnum,
    address_of: Callable[[str], str],
) -> dict[str, SortHead]:
    """Return the heads that sort; a second press turns the order round.

    `columns` has a title and the orders of the first and of the second press. An order that begins
    with a minus is descending.
    """
    heads = {}
    for key, (title, first, second) in columns.items():
        direction = "descending" if current.startswith("-") else "ascending"
        heads[key] = SortHead(
            key=key,
            title=title,
            address=address_of(second if current is first else first),
            sorted=direction if current in {first, second} else "",
        )
    return heads

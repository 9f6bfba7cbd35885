"""The parts of a list begin where they should, and a head of a column turns its order round."""

from enum import StrEnum

import pytest

from learning.kit.lists import Chip, ChipChoice, ListPart, SortHead, sort_heads


class Order(StrEnum):
    NAME = "name"
    NAME_DOWN = "-name"
    BEST = "-score"
    WORST = "score"


COLUMNS = {
    "name": ("Name", Order.NAME, Order.NAME_DOWN),
    "score": ("Score", Order.BEST, Order.WORST),
}


@pytest.mark.parametrize(
    ("total", "requested", "start", "shown", "previous", "following"),
    [
        (0, None, 0, 0, None, None),
        (50, None, 0, 50, None, None),
        (51, None, 0, 50, None, 50),
        (51, 50, 50, 1, 0, None),
        (120, 50, 50, 50, 0, 100),
        (120, 30, 30, 50, 0, 80),
        (120, 999, 100, 20, 50, None),
        (120, -5, 0, 50, None, 50),
    ],
)
def test_a_part_begins_at_a_row_that_exists(
    total: int,
    requested: int | None,
    start: int,
    shown: int,
    previous: int | None,
    following: int | None,
) -> None:
    part = ListPart(total=total, size=50, requested=requested)
    assert (part.start, part.shown) == (start, shown)
    assert (part.previous, part.following) == (previous, following)


@pytest.mark.parametrize(
    ("current", "addresses", "marks"),
    [
        (Order.NAME, ("?-name", "?-score"), ("ascending", "")),
        (Order.NAME_DOWN, ("?name", "?-score"), ("descending", "")),
        (Order.BEST, ("?name", "?score"), ("", "descending")),
        (Order.WORST, ("?name", "?-score"), ("", "ascending")),
    ],
)
def test_a_second_press_turns_the_order_round(
    current: Order, addresses: tuple[str, str], marks: tuple[str, str]
) -> None:
    heads = sort_heads(COLUMNS, current, lambda order: f"?{order}")
    assert heads == {
        "name": SortHead(key="name", title="Name", address=addresses[0], sorted=marks[0]),
        "score": SortHead(key="score", title="Score", address=addresses[1], sorted=marks[1]),
    }


def test_a_chip_says_which_values_are_chosen() -> None:
    choices = [
        ChipChoice(value=value, title=value.upper(), checked=value != "b") for value in "abc"
    ]
    assert Chip(name="letter", title="Letter", choices=choices).used == "A, C"

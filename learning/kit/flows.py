"""The cheapest way to send so many units from a source to a sink, each edge taking one."""

from collections.abc import Sequence
from typing import NamedTuple

SOURCE, SINK = "source", "sink"


class Edge(NamedTuple):
    """An edge that takes one unit; several may join the same nodes. There are no circles."""

    start: str
    end: str
    price: int = 0


def cheapest_flow(edges: Sequence[Edge], units: int) -> frozenset[int] | None:
    """Return the positions of the edges that take a unit; None if so many cannot be sent.

    Successive cheapest paths: the network is small, and prices are whole numbers.
    """
    used: frozenset[int] = frozenset()
    for _ in range(units):
        path = _cheapest_path(edges, used)
        if path is None:
            return None
        used ^= path
    return used


def _cheapest_path(edges: Sequence[Edge], used: frozenset[int]) -> frozenset[int] | None:
    """Return the edges of the cheapest path; it may take back a unit from a used edge."""
    prices, arrived_by = {SOURCE: 0}, dict[str, int]()
    changed = True
    while changed:
        changed = False
        for position, edge in enumerate(edges):
            start, end, price = edge
            if position in used:
                start, end, price = end, start, -price
            if start not in prices:
                continue
            reached = prices[start] + price
            if end not in prices or reached < prices[end]:
                prices[end], arrived_by[end], changed = reached, position, True
    return _path(edges, arrived_by) if SINK in arrived_by else None


def _path(edges: Sequence[Edge], arrived_by: dict[str, int]) -> frozenset[int]:
    path: set[int] = set()
    node = SINK
    while node != SOURCE:
        edge = edges[arrived_by[node]]
        path.add(arrived_by[node])
        node = edge.start if edge.end == node else edge.end
    return frozenset(path)

"""The cheapest flow of so many units: found, taken back where that is cheaper, or impossible."""

from learning.kit.flows import SINK, SOURCE, Edge, cheapest_flow


def price(edges: list[Edge], units: int) -> int | None:
    used = cheapest_flow(edges, units)
    return None if used is None else sum(edges[n].price for n in used)


def test_nothing_is_sent_for_nothing() -> None:
    assert cheapest_flow([], 0) == frozenset()


def test_no_path_is_no_flow() -> None:
    assert cheapest_flow([], 1) is None
    assert cheapest_flow([Edge(SOURCE, "a"), Edge("b", SINK)], 1) is None


def test_an_edge_takes_one_unit() -> None:
    edges = [Edge(SOURCE, SINK, 3), Edge(SOURCE, SINK, 2)]
    assert cheapest_flow(edges, 1) == {1}
    assert cheapest_flow(edges, 2) == {0, 1}
    assert cheapest_flow(edges, 3) is None


def test_the_cheapest_path_is_taken_whatever_the_order_of_its_edges() -> None:
    edges = [Edge("b", SINK, 1), Edge("a", "b", 1), Edge(SOURCE, "a", 1), Edge(SOURCE, SINK, 4)]
    assert cheapest_flow(edges, 1) == {0, 1, 2}
    assert price(edges, 2) == 7


def test_a_price_below_zero_is_preferred() -> None:
    edges = [Edge(SOURCE, "a"), Edge("a", SINK, 0), Edge("a", SINK, -5)]
    assert cheapest_flow(edges, 1) == {0, 2}


def test_a_unit_is_sent_another_way_where_the_next_needs_its_edge() -> None:
    edges = [
        Edge(SOURCE, "a"),
        Edge(SOURCE, "b"),
        Edge("a", "x", 0),  # cheapest for the first
        Edge("a", "y", 5),
        Edge("b", "x", 1),  # the only one for the second
        Edge("x", SINK),
        Edge("y", SINK),
    ]
    assert cheapest_flow(edges, 1) == {0, 2, 5}
    assert cheapest_flow(edges, 2) == {0, 1, 3, 4, 5, 6}

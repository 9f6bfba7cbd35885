"""Pages with rows of many packages: no statement but the providers' own, however many rows."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import literal, select
from sqlalchemy.orm import Session

from learning.access.permissions import GRANTS, Permission, Role
from learning.extension_points.due import DueItem
from learning.extension_points.page_lines import PageKind, PageLine
from learning.extension_points.registry import ExtensionPoints
from learning.extension_points.waiting import WaitingGroup, WaitingKind, WaitingRows
from tests.extension_points.rows import add_applications, add_learners, add_people
from tests.world import NOW, World, sign_in

CROWD = 1000
SOON = NOW + timedelta(hours=1)
WEEK, STAFF, HOME = "/fr/this-week", "/fr/staff/", "/fr/editions/reintegration-running/"
Register = Callable[..., None]


@pytest.fixture
def register(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Register:
    """Register more providers than there are, as long as a test runs."""

    def more(**providers: Any) -> None:
        points: ExtensionPoints = app.extensions["extension_points"]
        monkeypatch.setitem(app.extensions, "extension_points", replace(points, **providers))

    return more


def statements(client: FlaskClient, queries: list[str], address: str) -> int:
    client.get(address)
    queries.clear()
    assert client.get(address).status_code == 200
    return len(queries)


def points(app: Flask) -> ExtensionPoints:
    found: ExtensionPoints = app.extensions["extension_points"]
    return found


def due(number: int, *, asks: bool) -> Any:
    def provider(session: Session, request: Any) -> Any:
        if asks:
            session.scalar(select(literal(number)))
        item = DueItem(
            key=f"k{number}", title=f"Item {number}", at=SOON, when="soon", path="this-week"
        )
        return {each: [item] for each in request.enrolment_ids}

    return provider


def kind(number: int, *, asks: bool) -> WaitingKind:
    def summary(session: Session, _request: Any) -> list[WaitingGroup]:
        if asks:
            session.scalar(select(literal(number)))
        return [WaitingGroup(count=1, path=f"staff/{number}", since=NOW - timedelta(days=900))]

    return WaitingKind(
        key=f"k{number}",
        label="Kind",
        action="Act",
        permission=Permission.ADMIT,
        provider=lambda _session, _request: WaitingRows(),
        summary=summary,
    )


def line(number: int, *, asks: bool) -> Any:
    def provider(session: Session, _page: Any, _reader: Any) -> Any:
        if asks:
            session.scalar(select(literal(number)))
        return [PageLine(key=f"k{number}", title=f"Line {number}", path="this-week", module="m4")]

    return provider


def test_this_week_is_as_fast_with_a_thousand_people(
    app: Flask, session: Session, world: World, queries: list[str]
) -> None:
    awa = sign_in(app, session, world.awa)
    before = statements(awa, queries, WEEK)
    add_learners(session, world.running, add_people(session, CROWD, NOW), NOW)
    session.commit()
    lines = points(app).page_lines[PageKind.WEEK]
    assert statements(awa, queries, WEEK) == before == 3 + len(points(app).due) + len(lines)


def test_the_staff_area_is_as_fast_with_a_thousand_applications(
    app: Flask, session: Session, world: World, queries: list[str]
) -> None:
    registrar = sign_in(app, session, world.staff[Role.REGISTRAR])
    before = statements(registrar, queries, STAFF)
    add_applications(session, world.open, add_people(session, CROWD, NOW), NOW)
    session.commit()
    assert statements(registrar, queries, STAFF) == before
    page = registrar.get(STAFF).text
    assert "Nouvelles candidatures\u00a0: 1\u202f000" in page
    rows = registrar.get(f"{STAFF}?kind=applications-submitted").text
    assert rows.count("staff/editions/reintegration-open/applications/CROWD") == 25


def test_this_week_grows_by_one_statement_for_each_provider(
    app: Flask, session: Session, world: World, queries: list[str], register: Register
) -> None:
    awa, known = sign_in(app, session, world.awa), points(app).due
    before = statements(awa, queries, WEEK)
    register(due={**known, **{f"t{n}": due(n, asks=True) for n in range(5)}})
    assert statements(awa, queries, WEEK) == before + 5
    register(due={**known, **{f"t{n}": due(n, asks=False) for n in range(5)}})
    assert statements(awa, queries, WEEK) == before
    assert "Item 4" in awa.get(WEEK).text
    register(due={}, page_lines={})
    assert statements(awa, queries, WEEK) == 3


def test_the_staff_area_grows_by_one_statement_for_each_kind(
    app: Flask, session: Session, world: World, queries: list[str], register: Register
) -> None:
    registrar, known = sign_in(app, session, world.staff[Role.REGISTRAR]), points(app).waiting
    before = statements(registrar, queries, STAFF)
    register(waiting=[*known, *(kind(n, asks=True) for n in range(5))])
    assert statements(registrar, queries, STAFF) == before + 5
    register(waiting=[*known, *(kind(n, asks=False) for n in range(5))])
    assert statements(registrar, queries, STAFF) == before
    assert "staff/4" in registrar.get(STAFF).text
    register(waiting=[])
    mine = [each for each in known if each.permission in GRANTS[Role.REGISTRAR]]
    assert statements(registrar, queries, STAFF) == before - len(mine) == 3


@pytest.mark.parametrize(
    ("where", "address"),
    [(PageKind.COURSE_HOME, HOME), (PageKind.LESSON, f"{HOME}lessons/m4-l1")],
    ids=["course-home", "lesson"],
)
def test_pages_of_lessons_grow_by_one_statement_for_each_provider(
    app: Flask, session: Session, world: World, queries: list[str], register: Register,
    where: PageKind, address: str,
) -> None:  # fmt: skip
    awa, known = sign_in(app, session, world.awa), points(app).page_lines
    before = statements(awa, queries, address)
    for asks, more in ((True, 5), (False, 0)):
        mine = {**known.get(where, {})} | {f"t{n}": line(n, asks=asks) for n in range(5)}
        register(page_lines={**known, where: mine})
        assert statements(awa, queries, address) == before + more
        assert "Line 4" in awa.get(address).text

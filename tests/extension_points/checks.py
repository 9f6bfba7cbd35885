"""What every provider has to keep, whichever package it belongs to; each check raises."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any

from flask import Flask

from learning.catalogue.models import Edition
from learning.content.activity_types import RequirementKey
from learning.extension_points.due import DueProvider, DueRequest
from learning.extension_points.page_lines import PageLinesProvider, PageReader, PageRef
from learning.extension_points.requests import EditionRef, EnrolmentsRequest
from learning.extension_points.results import ResultsProvider
from learning.extension_points.waiting import WaitingKind, WaitingProvider, WaitingRequest


class CountedQueries:
    """Where providers are asked: a session whose statements are counted, and the addresses."""

    def __init__(self, app: Flask, session: Any, statements: list[str]) -> None:
        self.session, self.statements = session, statements
        self.addresses = app.url_map.bind("localhost")

    def of(self, provider: Any, *arguments: Any) -> Any:
        """Ask a provider; it may run one statement."""
        self.session.flush()
        self.statements.clear()
        answer = provider(self.session, *arguments)
        assert len(self.statements) <= 1, self.statements
        return answer

    def check_links(self, paths: Iterable[str]) -> None:
        """Every path is the address of a page, but for its language."""
        for path in set(paths):
            assert not path.startswith("/"), path
            self.addresses.match("/fr/" + re.split(r"[#?]", path)[0], method="GET")


def edition_ref(edition: Edition) -> EditionRef:
    return EditionRef(**{field.name: getattr(edition, field.name) for field in fields(EditionRef)})


def check_results(
    counted: CountedQueries, provider: ResultsProvider, request: EnrolmentsRequest
) -> None:
    found = counted.of(provider, request)
    assert set(found) == set(request.enrolment_ids), "not done is a result, too"
    keys = [[result.key for result in results] for results in found.values()]
    assert all(own == keys[0] for own in keys), "the same parts for everybody"
    assert keys[0]
    assert len(set(keys[0])) == len(keys[0])
    for result in _all(found.values()):
        assert result.title
        assert_utc(result.done_at)
        assert (result.points is None) or 0 <= result.points <= (result.max_points or -1)
        assert result.points is None or result.points == round(result.points, 2), "as published"
        assert result.requirement in {"", *RequirementKey}
        assert result.passed is None or result.done_at, "what is not done is not judged"
        assert not result.final or result.done_at, "who did nothing can still do it"
        assert_utc(result.opens_at)
        assert " at 0x" not in repr(result), "it is part of a page's version"
    for each in keys[0]:
        kinds = {
            (own.requirement, own.deadline)
            for results in found.values()
            for own in results
            if own.key == each
        }
        assert len(kinds) == 1, "one part counts for the same, for everybody"
    counted.check_links(result.path for result in _all(found.values()))


def check_due(counted: CountedQueries, provider: DueProvider, request: DueRequest) -> None:
    found = counted.of(provider, request)
    assert set(found) <= set(request.enrolment_ids)
    for items in found.values():
        assert len({item.key for item in items}) == len(items)
    for item in _all(found.values()):
        assert item.key
        assert item.title
        assert item.when
        assert item.at is not None
        assert_utc(item.at)
        assert_utc(item.opens_at)
        assert " at 0x" not in repr(item), "it is part of a page's version"
    counted.check_links(item.path for item in _all(found.values()))


def check_period(counted: CountedQueries, provider: DueProvider, request: DueRequest) -> None:
    """Of a period, a provider leaves out nothing that the period covers."""
    every = {each: list(items) for each, items in provider(counted.session, request).items()}
    moments = sorted({item.at for items in every.values() for item in items})
    assert len(moments) > 2, "the provider has items at several moments"
    for since, until in zip(moments, [*moments[1:], None], strict=True):
        within = replace(request, since=since, until=until)
        found = provider(counted.session, within)
        for enrolment_id, items in every.items():
            covered = [item for item in items if within.covers(item.at)]
            assert [item for item in found[enrolment_id] if within.covers(item.at)] == covered


def check_privacy(counted: CountedQueries, provider: DueProvider, request: DueRequest) -> None:
    """Where nothing personal may be told, everybody has the same dates; `request` asks so."""
    assert not request.with_adjustments
    dates = [
        [(item.key, item.at, item.when) for item in items]
        for items in counted.of(provider, request).values()
    ]
    assert all(own == dates[0] for own in dates)


def check_waiting(
    counted: CountedQueries, provider: WaitingProvider, request: WaitingRequest
) -> None:
    found = counted.of(provider, request)
    assert found.rows, "there is something to check"
    assert len(found.rows) <= request.limit
    assert found.total >= len(found.rows)
    assert [row.urgency for row in found.rows] == sorted(row.urgency for row in found.rows)
    more = counted.of(provider, replace(request, limit=request.limit + 1))
    assert list(more.rows)[: len(found.rows)] == list(found.rows), "pages hang on the order"
    for row in found.rows:
        assert row.subject
        assert row.since <= request.now
        assert_utc(row.since)
        assert_utc(row.due)
        assert request.editions is None or row.edition in {"", *request.editions}
    counted.check_links(row.path for row in found.rows)


def check_summary(counted: CountedQueries, kind: WaitingKind, request: WaitingRequest) -> None:
    """The groups of a kind count its rows, and begin with the first of them."""
    groups = counted.of(kind.summary, request)
    every = kind.provider(counted.session, replace(request, limit=1000))
    assert sum(group.count for group in groups) == every.total
    assert len({group.edition for group in groups}) == len(groups)
    for group in groups:
        rows = [row for row in every.rows if row.edition == group.edition]
        assert group.count == len(rows)
        assert group.since == min(row.since for row in rows)
        assert group.due == min((row.due for row in rows if row.due), default=None)
        assert group.overdue == sum(bool(row.due and row.due < request.now) for row in rows)
    counted.check_links(group.path for group in groups)


def check_page_lines(
    counted: CountedQueries, provider: PageLinesProvider, page: PageRef, reader: PageReader
) -> None:
    lines = counted.of(provider, page, reader)
    assert lines, "there is something to check"
    assert len({line.key for line in lines}) == len(lines)
    for line in lines:
        assert line.title
        assert line.module in {"", *page.modules}
        assert " at 0x" not in repr(line), "it is part of a page's version"
        hash(line)
        assert bool(line.heading) is not bool(line.module), "a page's own lines have a heading"
    counted.check_links(line.path for line in lines if line.path)


def assert_utc(moment: datetime | None) -> None:
    assert moment is None or moment.utcoffset() == UTC.utcoffset(None)


def _all(lists: Iterable[Sequence[Any]]) -> list[Any]:
    return [each for found in lists for each in found]

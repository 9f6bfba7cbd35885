"""The contract `page_lines`: what one package shows on a page of another."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import groupby

from sqlalchemy.orm import Session

from learning.extension_points.activities import STUDY_ORDER, Activity
from learning.extension_points.requests import EditionRef
from learning.kit.i18n import I18n


class PageKind(StrEnum):
    """A page on which other packages have lines."""

    COURSE_HOME = "course_home"
    LESSON = "lesson"
    WEEK = "week"  # of a participant


@dataclass(frozen=True, kw_only=True)
class PageRef:
    """The page: its kind, the modules of the course that it shows, the lesson if it shows one."""

    kind: PageKind
    edition: EditionRef
    modules: Sequence[str]
    lesson: str = ""


@dataclass(frozen=True, kw_only=True)
class PageReader:
    """Who reads: an enrolment, None for staff who only read; whether they teach; now (UTC).

    `with_adjustments` is as in `requests.EnrolmentsRequest`.
    """

    enrolment_id: int | None
    i18n: I18n
    now: datetime
    teaching: bool = False
    with_adjustments: bool = True


@dataclass(frozen=True, kw_only=True)
class PageLine:
    """One line: a link and a few words after it; `module` is the one it belongs to, "" for none.

    `key` is never used by two providers. `path` is an address without its language ("editions/…"),
    "" for words without a link. A line of the page itself stands under its `heading`.
    """

    key: str
    title: str
    path: str = ""
    module: str = ""
    detail: str = ""
    heading: str = ""
    activity: Activity = Activity.DATE


PageLinesProvider = Callable[[Session, PageRef, PageReader], Sequence[PageLine]]
"""Returns lines for modules that the page shows, and for the page itself, in at most one query."""


def in_study_order(lines: Iterable[PageLine]) -> tuple[PageLine, ...]:
    """Return lines by what they are; those of one kind stay in their order."""
    return tuple(sorted(lines, key=lambda line: STUDY_ORDER[line.activity]))


def collect_page_lines(
    providers: Mapping[PageKind, Mapping[str, PageLinesProvider]],
    session: Session,
    page: PageRef,
    reader: PageReader,
) -> dict[str, tuple[PageLine, ...]]:
    """Return the lines of a page by module, in the order of registration; "" are the page's own."""
    found: defaultdict[str, tuple[PageLine, ...]] = defaultdict(tuple)
    for provider in providers.get(page.kind, {}).values():
        for line in provider(session, page, reader):
            found[line.module] += (line,)
    return dict(found)


def by_heading(lines: Sequence[PageLine]) -> list[tuple[str, list[PageLine]]]:
    """Return the lines of a page itself under their headings, in order."""
    return [(heading, list(own)) for heading, own in groupby(lines, lambda line: line.heading)]

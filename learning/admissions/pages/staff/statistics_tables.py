"""The tables of an edition's statistics: each number once, its share, and the list that it counts.

The bars of one table have one scale: the largest number of the table.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from learning.admissions.labels import STATES
from learning.admissions.pages.staff.filters import (
    GROUPS,
    REACHED_STAGES,
    list_address,
    title_of,
    title_of_week,
)
from learning.admissions.queries.breakdown import UNKNOWN, Breakdown, Group, GroupCounts
from learning.admissions.rules.answers import Gender
from learning.admissions.rules.stages import Stage
from learning.catalogue.models import Edition
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.spreadsheets import Cell, Sheet
from learning.kit.time import WEEK

APPLICATIONS, SEATS = N_("Applications"), N_("With a seat")
OF_ALL = N_("In percent of all submitted applications.")
OF_KNOWN = N_("In percent of those who say it.")
UNSAID = frozenset({UNKNOWN, Gender.UNSAID})
"""Values of those who do not say it; no share is counted of them."""


@dataclass(frozen=True, kw_only=True)
class Count:
    """A number, the address of the list that it counts, and its share from 0 to 1.

    There is no share of those who do not say what a table is about.
    """

    number: int
    share: float | None
    address: str


@dataclass(frozen=True, kw_only=True)
class Row:
    """A value in words, with a count in each column."""

    label: str
    counts: Sequence[Count]


@dataclass(frozen=True, kw_only=True)
class StatisticsTable:
    """One table; what the second column counts is part of what the first one counts."""

    key: str
    title: str
    about: str
    head: str
    columns: Sequence[str]
    rows: Sequence[Row]

    @property
    def scale(self) -> int:
        """Return the number whose bar is as long as the table is wide."""
        return max((count.number for row in self.rows for count in row.counts), default=0) or 1


def statistics_tables(
    edition: Edition,
    numbers: Breakdown,
    reached: Counter[Stage],
    weeks: Counter[date | None],
) -> list[StatisticsTable]:
    """Return all tables of an edition, without those that have nothing to count."""
    groups = numbers.groups()
    tables = [
        _funnel(edition, numbers, reached),
        _stages(edition, numbers),
        _weeks(edition, weeks),
        *(_group(edition, group, groups[group]) for group in GROUPS),
    ]
    return [table for table in tables if table.rows]


def sheet_of(tables: Sequence[StatisticsTable], title: str) -> Sheet:
    """Return all tables as one, with a line for each number."""
    words = current_i18n()
    headings = (N_("Table"), N_("Value"), N_("What is counted"), N_("Number"), N_("In percent"))
    return Sheet(
        title=title,
        headings=[words.gettext(heading) for heading in headings],
        rows=[line for table in tables for line in _lines(table)],
    )


def _lines(table: StatisticsTable) -> Iterator[list[Cell]]:
    words = current_i18n()
    for row in table.rows:
        for column, count in zip(table.columns, row.counts, strict=True):
            share = "" if count.share is None else round(100 * count.share, 1)
            title, counted = words.gettext(table.title), words.gettext(column)
            yield [title, row.label, counted, count.number, share]


def _funnel(edition: Edition, numbers: Breakdown, reached: Counter[Stage]) -> StatisticsTable:
    submitted = numbers.submitted
    return StatisticsTable(
        key="funnel",
        title=N_("How far applications came"),
        about=N_("Each application counts in every state that it ever reached."),
        head=N_("Reached"),
        columns=(APPLICATIONS,),
        rows=[
            Row(
                label=current_i18n().gettext(STATES[stage]),
                counts=[
                    _count(reached[stage], submitted, list_address(edition, reached=str(stage)))
                ],
            )
            for stage in REACHED_STAGES
            if submitted
        ],
    )


def _stages(edition: Edition, numbers: Breakdown) -> StatisticsTable:
    """Return the present stages of submitted applications, without empty ones."""
    counts = numbers.stages()
    return StatisticsTable(
        key="now",
        title=N_("Where they stand now"),
        about=N_("Each application counts once. Drafts are left out."),
        head=N_("State"),
        columns=(APPLICATIONS,),
        rows=[
            Row(
                label=current_i18n().gettext(STATES[stage]),
                counts=[
                    _count(
                        counts[stage], numbers.submitted, list_address(edition, state=str(stage))
                    )
                ],
            )
            for stage in Stage
            if counts[stage] and stage is not Stage.DRAFT
        ],
    )


def _weeks(edition: Edition, weeks: Counter[date | None]) -> StatisticsTable:
    """Return how many came in each week from the first to the last one."""
    mondays: list[date | None] = list(_mondays([monday for monday in weeks if monday]))
    return StatisticsTable(
        key="weeks",
        title=N_("When they came"),
        about=OF_ALL,
        head=N_("Week of submission"),
        columns=(APPLICATIONS,),
        rows=[
            Row(
                label=title_of_week(monday),
                counts=[
                    _count(
                        weeks[monday],
                        weeks.total(),
                        list_address(edition, week=str(monday or UNKNOWN)),
                    )
                ],
            )
            for monday in [*mondays, *([None] if weeks[None] else [])]
        ],
    )


def _mondays(known: Sequence[date]) -> Iterator[date]:
    """Yield every Monday from the first to the last."""
    if known:
        for number in range((max(known) - min(known)) // WEEK + 1):
            yield min(known) + timedelta(weeks=number)


def _group(edition: Edition, group: Group, counts: GroupCounts) -> StatisticsTable:
    """Return who applied and who has a seat; of countries only those that occur, by number."""
    known, placed = _known_total(counts.sent), _known_total(counts.placed)

    def row(value: str) -> Row:
        here, is_known = {str(group): value}, value not in UNSAID
        return Row(
            label=title_of(group, value),
            counts=[
                _count(
                    counts.sent.get(value, 0),
                    known if is_known else None,
                    list_address(edition, **here),
                ),
                _count(
                    counts.placed.get(value, 0),
                    placed if is_known else None,
                    list_address(edition, **here, seat="1"),
                ),
            ],
        )

    return StatisticsTable(
        key=group,
        title=GROUPS[group][0],
        about=OF_KNOWN,
        head=GROUPS[group][0],
        columns=(APPLICATIONS, SEATS),
        rows=[row(value) for value in _values(group, counts)],
    )


def _known_total(counts: Mapping[str, int]) -> int:
    return sum(number for value, number in counts.items() if value not in UNSAID)


def _values(group: Group, counts: GroupCounts) -> list[str]:
    """Return the values of a group that have a row, what is not said last."""
    if not counts.sent:
        return []
    known = [value for value in GROUPS[group][1] if value not in UNSAID]
    if group is Group.COUNTRY:
        known = sorted(filter(counts.sent.get, known), key=lambda each: -counts.sent[each])
    return known + [value for value in (Gender.UNSAID, UNKNOWN) if counts.sent.get(value)]


def _count(number: int, whole: int | None, address: str) -> Count:
    return Count(number=number, share=number / whole if whole else None, address=address)

"""The filters of the board, as its address has them and as its chips show them.

Statistics lead to the board by `list_address`, so that each of their numbers opens its list.
"""

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

from flask import request, url_for

from learning.access.guard import current_person_id
from learning.admissions.labels import (
    CONSTITUENCIES,
    GENDERS,
    REGIONS,
    SOURCES_OF_FUNDING,
    STATES,
)
from learning.admissions.queries.board_list import BoardFilter, BoardSort
from learning.admissions.queries.breakdown import UNKNOWN, Breakdown, Group, monday_of
from learning.admissions.queries.tasks import BoardTask
from learning.admissions.rules.regions import COUNTRIES
from learning.admissions.rules.stages import Stage
from learning.catalogue.models import Edition
from learning.kit.folding import sort_key
from learning.kit.i18n import LANGUAGES, N_
from learning.kit.languages import current_i18n
from learning.kit.lists import Chip, ChipChoice
from learning.kit.time import now

FilterArgs = Mapping[str, Sequence[str]]
"""The filters and the order of the board, as addresses have them."""
MAX_TEXT_LENGTH = 100
YEARS = range(2000, 3000)  # of weeks in an address
TASK_WORDS = {
    BoardTask.ASSESS: N_("Needs a score"),
    BoardTask.ANSWERED: N_("Answer received"),
    BoardTask.DECIDE: N_("No new answer"),
    BoardTask.OFFER_ENDS: N_("Offer ends within a day"),
}
GROUPS: Mapping[Group, tuple[str, Mapping[str, str]]] = {
    Group.LANGUAGE: (N_("Language"), LANGUAGES),
    Group.REGION: (N_("Region"), REGIONS),
    Group.COUNTRY: (N_("Country"), dict.fromkeys(COUNTRIES, "")),
    Group.GENDER: (N_("Gender"), GENDERS),
    Group.CONSTITUENCY: (N_("Organisation type"), CONSTITUENCIES),
    Group.FUNDING: (N_("Funding"), SOURCES_OF_FUNDING),
}
REACHED_STAGES = (
    Stage.SUBMITTED,
    Stage.UNDER_REVIEW,
    Stage.ACCEPTED,
    Stage.ENROLLED,
    Stage.COMPLETED,
)
TASK, REACHED, WEEK, SEAT = "task", "reached", "week", "seat"
FROM_STATISTICS = (REACHED, WEEK, SEAT)
"""Filters that statistics lead to; the board shows them where they are used."""
FILTERS = (*Group, TASK, *FROM_STATISTICS)


def filter_args() -> dict[str, Any]:
    """Return the filters and the order, which every link of the board carries."""
    names = ("state", "sort", "q", *FILTERS)
    found = {name: tuple(filter(None, request.args.getlist(name))) for name in names}
    return {str(name): values for name, values in found.items() if values}


def listed_filter() -> BoardFilter:
    """Return the filters of this page's address; values that do not exist are ignored."""
    args = request.args
    stage = next((each for each in Stage if each == args.get("state")), None)
    return BoardFilter(
        now=now(),
        reader=current_person_id(),
        stage=stage,
        values={
            group: _known(args.getlist(group), {*words, UNKNOWN})
            for group, (_, words) in GROUPS.items()
        },
        tasks=[BoardTask(value) for value in _known(args.getlist(TASK), set(TASK_WORDS))],
        reached=[Stage(value) for value in _known(args.getlist(REACHED), set(REACHED_STAGES))],
        weeks=list(_weeks(args.getlist(WEEK))),
        seated=SEAT in args,
        text=args.get("q", "")[:MAX_TEXT_LENGTH],
        sort=_sort(args.get("sort", "")),
    )


def list_address(edition: Edition, **filters: Any) -> str:  # noqa: ANN401 parts of an address
    """Return the address of the board with only these filters."""
    return url_for("admissions.show_board", edition=edition.code, **filters)


def title_of(group: Group, value: str) -> str:
    """Return what a value of a group is called in the reader's language."""
    if value == UNKNOWN:
        return _in_words(N_("Not said"))
    if group is Group.COUNTRY:
        return current_i18n().country(value)
    return _in_words(GROUPS[group][1].get(value, value))


def title_of_week(monday: date | None) -> str:
    """Return the days of a week of submission; None is for what was not submitted here."""
    if monday is None:
        return _in_words(N_("By transfer or substitution"))
    words, sunday = current_i18n(), monday + timedelta(days=6)
    return f"{words.short_date(monday)} – {words.short_date(sunday)}"


def list_key(edition: Edition) -> str:
    """Return by which key the selection in this list is kept: each stage has its own."""
    return f"{edition.code}:{listed_filter().stage or 'all'}"


def chips(filters: BoardFilter, numbers: Breakdown) -> list[Chip]:
    """Return the chips of a stage: of each group the values that occur, or that are chosen."""
    stages = {filters.stage} if filters.stage else set(Stage) - {Stage.DRAFT}
    shown = [
        Chip(
            name=group,
            title=title,
            choices=_choices(group, filters.values[group], numbers.values(group, stages)),
        )
        for group, (title, _) in GROUPS.items()
    ]
    tasks = [
        ChipChoice(value=task, title=_in_words(title), checked=task in filters.tasks)
        for task, title in TASK_WORDS.items()
    ]
    return [each for each in shown if each.choices] + [
        Chip(name=TASK, title=N_("To do"), choices=tasks),
        *_chips_of_statistics(filters),
    ]


def _chips_of_statistics(filters: BoardFilter) -> list[Chip]:
    """Return the chips of filters that only statistics lead to, with what is chosen."""
    reached = [(str(each), _in_words(STATES[each])) for each in filters.reached]
    weeks = [(str(each or UNKNOWN), title_of_week(each)) for each in filters.weeks]
    seat = [("1", _in_words(N_("With a seat")))] if filters.seated else []
    shown = [
        _chosen_chip(REACHED, N_("Reached"), reached),
        _chosen_chip(WEEK, N_("Week of submission"), weeks),
        _chosen_chip(SEAT, N_("Seat"), seat),
    ]
    return [chip for chip in shown if chip.choices]


def _chosen_chip(name: str, title: str, values: Iterable[tuple[str, str]]) -> Chip:
    choices = [ChipChoice(value=value, title=word, checked=True) for value, word in values]
    return Chip(name=name, title=title, choices=choices)


def _choices(group: Group, chosen: Iterable[str], counts: Counter[str]) -> list[ChipChoice]:
    chosen = frozenset(chosen)
    choices = [
        ChipChoice(
            value=value,
            title=title_of(group, value),
            checked=value in chosen,
            count=counts[value],
        )
        for value in (*GROUPS[group][1], UNKNOWN)
        if counts[value] or value in chosen
    ]
    return sorted(choices, key=_by_title) if group is Group.COUNTRY else choices


def _by_title(choice: ChipChoice) -> tuple[bool, str]:
    return choice.value == UNKNOWN, sort_key(choice.title)


def _known(values: Iterable[str], known: Container[str]) -> list[str]:
    return [value for value in dict.fromkeys(values) if value in known]


def _weeks(values: Iterable[str]) -> Iterator[date | None]:
    """Yield the Mondays that an address names; days that do not exist are ignored."""
    for value in dict.fromkeys(values):
        if value == UNKNOWN:
            yield None
            continue
        with suppress(ValueError):
            day = date.fromisoformat(value)
            if day.year in YEARS:
                yield monday_of(day)


def _in_words(title: str) -> str:
    return current_i18n().gettext(title)


def _sort(text: str) -> BoardSort | None:
    return next((each for each in BoardSort if each == text), None)

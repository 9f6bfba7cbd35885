"""The filters of the list of an edition's people, as its address has them and its chips show them.

Statistics and the page of a person lead to the list by these addresses.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask import request, url_for

from learning.catalogue.models import Edition
from learning.enrolment.models import EnrolmentMethod
from learning.enrolment.rules import EnrolmentStatus
from learning.kit.i18n import LANGUAGES, N_
from learning.kit.languages import current_i18n
from learning.kit.lists import Chip, ChipChoice, SortHead, sort_heads
from learning.participants.labels import METHODS
from learning.participants.queries import NOBODY, Facet, ListFilter, PeopleNumbers, PeopleSort

MAX_TEXT_LENGTH = 100
TITLES: Mapping[Facet, str] = {
    Facet.LANGUAGE: N_("Language"),
    Facet.TUTOR: N_("Tutor"),
    Facet.METHOD: N_("How enrolled"),
}
NO_TUTOR = N_("Without a tutor")
SORTS: Mapping[str, tuple[str, PeopleSort, PeopleSort]] = {
    "name": (N_("Name"), PeopleSort.NAME, PeopleSort.NAME_DOWN),
    "enrolled": (N_("Enrolled"), PeopleSort.LATEST, PeopleSort.EARLIEST),
    "active": (N_("Last active"), PeopleSort.SILENT, PeopleSort.ACTIVE),
}
"""The columns that sort: the order of the first press, and of the second."""


def filter_args() -> dict[str, Any]:
    """Return the filters and the order, which every link of the list carries."""
    found = {
        str(name): tuple(filter(None, request.args.getlist(name)))
        for name in ("state", "sort", "q", *Facet)
    }
    return {name: values for name, values in found.items() if values}


def listed_filter() -> ListFilter:
    """Return the filters of this page's address; values that do not exist are ignored."""
    args = request.args
    known = {Facet.LANGUAGE: set(LANGUAGES), Facet.METHOD: set(map(str, EnrolmentMethod))}
    return ListFilter(
        text=args.get("q", "").strip()[:MAX_TEXT_LENGTH],
        status=next((each for each in EnrolmentStatus if each == args.get("state")), None),
        values={
            facet: [
                value
                for value in filter(None, args.getlist(facet))
                if facet not in known or value in known[facet]
            ]
            for facet in Facet
        },
        sort=next((each for each in PeopleSort if each == args.get("sort")), PeopleSort.NAME),
    )


def chips(filters: ListFilter, numbers: PeopleNumbers) -> list[Chip]:
    """Return the chips: of each facet the values that occur, or that are chosen."""
    shown = [
        Chip(
            name=facet,
            title=title,
            choices=_choices(facet, filters, numbers),
        )
        for facet, title in TITLES.items()
    ]
    return [chip for chip in shown if len(chip.choices) > 1 or chip.used]


def heads(edition: Edition, filters: ListFilter) -> dict[str, SortHead]:
    args = filter_args()
    return sort_heads(
        SORTS,
        filters.sort,
        lambda order: url_for(
            "enrolment.show_people", edition=edition.code, **(args | {"sort": order})
        ),
    )


def _choices(facet: Facet, filters: ListFilter, numbers: PeopleNumbers) -> Sequence[ChipChoice]:
    counts, chosen = numbers.values(facet, filters), filters.values[facet]
    return [
        ChipChoice(value=value, title=title, checked=value in chosen, count=counts[value])
        for value, title in _titles(facet, numbers)
        if counts[value] or value in chosen
    ]


def _titles(facet: Facet, numbers: PeopleNumbers) -> Iterable[tuple[str, str]]:
    """Return the values of a facet with what they are called in the reader's language."""
    words = current_i18n()
    if facet is Facet.TUTOR:
        return [*numbers.tutors.items(), (NOBODY, words.gettext(NO_TUTOR))]
    if facet is Facet.METHOD:
        return [(str(each), words.gettext(title)) for each, title in METHODS.items()]
    return LANGUAGES.items()

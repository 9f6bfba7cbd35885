"""The figures of an edition's applications: how far they came, whom they reach, who pays."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from flask import Response, abort
from flask.typing import ResponseReturnValue

from learning.access.guard import Room, actor, me
from learning.access.permissions import Permission
from learning.catalogue.models import Edition
from learning.catalogue.queries import edition_by_code
from learning.enrolment import board, exporting
from learning.enrolment.board import Meter
from learning.enrolment.rules import State
from learning.enrolment.words import (
    CONSTITUENCIES,
    GENDERS,
    REGIONS,
    SOURCES_OF_FUNDING,
    STATES,
)
from learning.files.rules import disposition
from learning.kit.db import db
from learning.kit.headers import never_store
from learning.kit.i18n import N_
from learning.kit.languages import current
from learning.kit.pages import Page, show
from learning.kit.time import now

room = Room("figures", __name__, url_prefix="/desk/editions/<edition>/figures")

FUNNEL = (State.SUBMITTED, State.UNDER_REVIEW, State.ACCEPTED, State.ENROLLED, State.COMPLETED)
UNSAID = N_("not said")
GROUPS: tuple[tuple[str, str, Mapping[str, str]], ...] = (
    ("gender", N_("Gender"), GENDERS),
    ("region", N_("Region"), REGIONS),
    ("constituency", N_("Works for"), CONSTITUENCIES),
    ("funding", N_("Source of funding"), SOURCES_OF_FUNDING),
)


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A number and its share of a whole, from 0 to 1."""

    number: int
    share: float


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of a picture and of its table: a word, and one bar in each column."""

    label: str
    bars: Sequence[Bar]


@dataclass(frozen=True, kw_only=True)
class Figure:
    """What a picture and its table show; both are drawn from this."""

    key: str
    title: str
    about: str
    first: str
    columns: Sequence[str]
    rows: Sequence[Row]


@dataclass(frozen=True, kw_only=True)
class FiguresPage(Page):
    template: ClassVar[str] = "enrolment/figures.html"

    edition: Edition
    sent: int
    drafts: int
    by_hand: int
    figures: Sequence[Figure]


@room.get("/", needs=Permission.READ_APPLICATIONS)
def show_figures(edition: str) -> ResponseReturnValue:
    never_store()
    where = _edition(edition)
    counts, reached = board.counts(db(), where), board.funnel(db(), where)
    page = FiguresPage(
        edition=where,
        sent=reached[State.SUBMITTED],
        drafts=counts[State.DRAFT],
        by_hand=board.places_without_application(db(), where),
        figures=[_funnel(reached), _standing(counts), *_groups(board.meters(db(), where))],
    )
    return show(page)


@room.post("/export", needs=Permission.READ_APPLICATIONS)
def export(edition: str) -> ResponseReturnValue:
    """Hand out all sent applications as CSV; it is a POST because the trail keeps it."""
    never_store()
    where, words = _edition(edition), current()
    text = exporting.export(db(), where, words, by=me(), now=now())
    name = words.gettext(N_("applications-%(edition)s")) % {"edition": where.code}
    response = Response(text, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = disposition(f"{name}.csv")
    return response


def _edition(code: str) -> Edition:
    return edition_by_code(db(), actor(), code) or abort(404)


def _funnel(reached: Counter[State]) -> Figure:
    """How many ever came as far as each state, in parts of those sent."""
    whole = reached[State.SUBMITTED]
    return Figure(
        key="funnel",
        title=N_("How far applications came"),
        about=N_("Each application counts in every state that it ever reached."),
        first=N_("Reached"),
        columns=(N_("Applications"),),
        rows=[Row(label=STATES[state], bars=(_bar(reached[state], whole),)) for state in FUNNEL],
    )


def _standing(counts: Counter[State]) -> Figure:
    """Where the sent applications stand now; a state in which there is none is left out."""
    sent = {state: counts[state] for state in State if state is not State.DRAFT}
    whole = sum(sent.values())
    return Figure(
        key="now",
        title=N_("Where they stand now"),
        about=N_("Each application counts once. Drafts are left out."),
        first=N_("State"),
        columns=(N_("Applications"),),
        rows=[
            Row(label=STATES[state], bars=(_bar(number, whole),))
            for state, number in sent.items()
            if number
        ],
    )


def _groups(meters: Mapping[str, Meter]) -> list[Figure]:
    return [
        Figure(
            key=key,
            title=title,
            about=N_("The bar above shows applications sent, the one below seats given."),
            first=title,
            columns=(N_("Applications sent"), N_("Seats given")),
            rows=_rows(meters[key], words),
        )
        for key, title, words in GROUPS
    ]


def _rows(meter: Meter, words: Mapping[str, str]) -> list[Row]:
    """Return every value that there is, also those that nobody has: they are missing."""
    known = {**words, "": UNSAID} if meter.sent.get("") else words
    sent, placed = sum(meter.sent.values()), sum(meter.placed.values())
    return [
        Row(
            label=label,
            bars=(_bar(meter.sent.get(value, 0), sent), _bar(meter.placed.get(value, 0), placed)),
        )
        for value, label in known.items()
    ]


def _bar(number: int, whole: int) -> Bar:
    return Bar(number=number, share=number / whole if whole else 0.0)

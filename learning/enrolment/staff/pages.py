"""What the pages of the desk of applications show, each as one typed value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from learning.accounts.models import Person
from learning.catalogue.models import Edition
from learning.enrolment import words
from learning.enrolment.answers import BillTo, Step
from learning.enrolment.board import Line, Meter
from learning.enrolment.lineup import EndedOffer, Waiter
from learning.enrolment.models import Application, Assessment, Move, OfferEnd
from learning.enrolment.ranking import Criterion
from learning.enrolment.rules import Event, State, Who
from learning.enrolment.staff.forms import (
    AssessForm,
    BulkForm,
    CancellingForm,
    DecisionForm,
    FilterForm,
    PassingForm,
)
from learning.enrolment.staff.previews import Preview
from learning.kit.i18n import N_
from learning.kit.pages import Page

OUTCOMES = {
    OfferEnd.TAKEN: N_("seat taken"),
    OfferEnd.DECLINED: N_("seat left to the next"),
    OfferEnd.EXPIRED: N_("no answer in time"),
    OfferEnd.WITHDRAWN: N_("offer taken back"),
}
PARTS = {
    Step.PERSON: N_("Person"),
    Step.WORK: N_("Work"),
    Step.MOTIVATION: N_("Motivation"),
    Step.LANGUAGE: N_("Language of study"),
    Step.FUNDING: N_("Funding"),
    Step.LETTER: N_("Nomination letter"),
    Step.BILLING: N_("Invoice"),
    Step.CONSENT: N_("Agreement"),
}
"""What the steps are called for those who read, not fill in."""
BILLED = {
    BillTo.PERSON: N_("to the person"),
    BillTo.ORGANISATION: N_("to an organisation"),
}
PRIMARY = frozenset({Event.OPEN_REVIEW, Event.ACCEPT, Event.PROMOTE, Event.ACTIVATE})


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """What is stored, in words."""

    states: Mapping[State, str] = field(default_factory=lambda: words.STATES)
    parts: Mapping[Step, str] = field(default_factory=lambda: PARTS)
    genders: Mapping[str, str] = field(default_factory=lambda: words.GENDERS)
    constituencies: Mapping[str, str] = field(default_factory=lambda: words.CONSTITUENCIES)
    fundings: Mapping[str, str] = field(default_factory=lambda: words.SOURCES_OF_FUNDING)
    billed: Mapping[BillTo, str] = field(default_factory=lambda: BILLED)
    criteria: Mapping[Criterion, str] = field(default_factory=lambda: words.CRITERIA)
    decisions: Mapping[Event, str] = field(default_factory=lambda: words.DECISIONS)
    events: Mapping[Event, str] = field(default_factory=lambda: words.EVENTS)
    capacities: Mapping[Who, str] = field(default_factory=lambda: words.CAPACITIES)
    outcomes: Mapping[OfferEnd, str] = field(default_factory=lambda: OUTCOMES)


WORDS = Vocabulary()


@dataclass(frozen=True, kw_only=True)
class Tab:
    """One state of the board, with how many stand in it; without a state: all that were sent."""

    state: State | None
    count: int
    address: str
    here: bool


@dataclass(frozen=True, kw_only=True)
class Seats:
    """How full an edition is."""

    taken: int
    capacity: int
    offered: int
    waiting: int

    @property
    def free(self) -> int:
        return max(0, self.capacity - self.taken)


@dataclass(frozen=True, kw_only=True)
class Gauge:
    """How one group is represented: its values in words, with the numbers of each."""

    title: str
    meter: Meter
    names: Mapping[str, str]

    @property
    def sent(self) -> int:
        return sum(self.meter.sent.values())

    @property
    def placed(self) -> int:
        return sum(self.meter.placed.values())

    @property
    def values(self) -> list[str]:
        """Return the values that occur, in the order of the words, what was not said last."""
        known = [value for value in self.names if self.meter.sent.get(value)]
        return known + [value for value in self.meter.sent if value not in self.names]


@dataclass(frozen=True, kw_only=True)
class BoardPage(Page):
    template: ClassVar[str] = "enrolment/board.html"

    edition: Edition
    seats: Seats
    gauges: Sequence[Gauge]
    tabs: Sequence[Tab]
    state: State | None
    filters: FilterForm
    lines: Sequence[Line]
    missing: Mapping[int, Sequence[Step]]
    kept: Mapping[str, str]
    older: int | None
    together: Sequence[Event]
    may_see_people: bool
    may_cancel: bool
    words: Vocabulary = WORDS


@dataclass(frozen=True, kw_only=True)
class Way:
    """A decision that is possible now, and where it is taken."""

    event: Event
    address: str

    @property
    def leads_on(self) -> bool:
        """Whether this is the step that one hopes for, shown first among equals."""
        return self.event in PRIMARY


@dataclass(frozen=True, kw_only=True)
class CandidatePage(Page):
    template: ClassVar[str] = "enrolment/candidate.html"

    edition: Edition
    application: Application
    steps: Sequence[Step]
    missing: Sequence[Step]
    assessments: Sequence[Assessment]
    assess_form: AssessForm | None
    no_assessing: str
    others: Sequence[tuple[Application, Person, Edition]]
    linked: Sequence[tuple[Application, Person, Edition]]
    history: Sequence[tuple[Move, str | None]]
    ways: Sequence[Way]
    warnings: Sequence[str]
    seats: Seats
    kept: Mapping[str, str]
    words: Vocabulary = WORDS


@dataclass(frozen=True, kw_only=True)
class DecidePage(Page):
    template: ClassVar[str] = "enrolment/decide.html"

    edition: Edition
    application: Application
    event: Event
    form: DecisionForm
    asks_reason: bool
    repeats: bool
    letters: Sequence[Preview]
    possible: bool
    latest: tuple[Move, str | None] | None
    warnings: Sequence[str]
    seats: Seats
    kept: Mapping[str, str]
    words: Vocabulary = WORDS

    @property
    def ready(self) -> bool:
        """Whether what would be sent stands on the page, so that it can be sent."""
        return self.possible and not (self.repeats and not self.letters)


@dataclass(frozen=True, kw_only=True)
class PassingPage(Page):
    template: ClassVar[str] = "enrolment/passing.html"

    edition: Edition
    application: Application
    event: Event
    form: PassingForm
    letters: Sequence[Preview]
    kept: Mapping[str, str]
    words: Vocabulary = WORDS


@dataclass(frozen=True, kw_only=True)
class CancellingPage(Page):
    template: ClassVar[str] = "enrolment/cancelling.html"

    edition: Edition
    form: CancellingForm
    people: int
    letter: Preview | None
    kept: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class BulkPage(Page):
    template: ClassVar[str] = "enrolment/bulk.html"

    edition: Edition
    event: Event
    chosen: Sequence[Application]
    unfit: Sequence[Application]  # their state does not allow it
    form: BulkForm
    asks_reason: bool
    repeats: bool
    letters: Sequence[Preview]
    seats: Seats
    kept: Mapping[str, str]
    words: Vocabulary = WORDS

    @property
    def ready(self) -> bool:
        return bool(self.chosen) and not (self.repeats and not self.letters)

    @property
    def too_many(self) -> bool:
        return self.event is Event.ACCEPT and len(self.chosen) > self.seats.free


@dataclass(frozen=True, kw_only=True)
class WaitingPage(Page):
    template: ClassVar[str] = "enrolment/waiting.html"

    edition: Edition
    seats: Seats
    line: Sequence[Waiter]
    further: int | None  # the position of the last one shown, if more wait
    ended: Sequence[EndedOffer]
    may_offer: bool
    kept: Mapping[str, str]
    words: Vocabulary = WORDS

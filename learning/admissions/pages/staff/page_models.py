"""The staff pages of applications as typed values."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from learning.accounts.models import Person
from learning.admissions.agreement_models import FeeAgreement
from learning.admissions.events import ActivationPlanned
from learning.admissions.models import Application, ApplicationTransition, Offer
from learning.admissions.pages.staff.balance import BalanceGroup
from learning.admissions.pages.staff.email_previews import Preview
from learning.admissions.pages.staff.filters import FilterArgs
from learning.admissions.pages.staff.forms import (
    AssessForm,
    CancelEditionForm,
    DecisionForm,
    TransferForm,
)
from learning.admissions.pages.staff.score_panel import POINTS, ScorePanel
from learning.admissions.queries.board_list import PAGE_SIZE, BoardRow, Neighbours
from learning.admissions.queries.breakdown import GroupCounts
from learning.admissions.queries.transfer_costs import TransferCost
from learning.admissions.queries.waitlist import EndedOffer, WaitlistRow
from learning.admissions.rules.answers import Step
from learning.admissions.rules.stages import Stage
from learning.admissions.rules.states import ApplicationEvent
from learning.catalogue.models import Edition
from learning.enrolment.models import EnrolmentTransition
from learning.enrolment.rules import EnrolmentEvent
from learning.enrolment.seats import SeatCounts
from learning.kit.lists import Chip, SortHead
from learning.kit.pages import Page

PRIMARY = frozenset(
    {
        ApplicationEvent.START_REVIEW,
        ApplicationEvent.ACCEPT,
        ApplicationEvent.PROMOTE,
    }
)


@dataclass(frozen=True, kw_only=True)
class Tab:
    """One stage of the board with its number of applications; None: all that were submitted."""

    stage: Stage | None
    count: int
    address: str
    is_current: bool


@dataclass(frozen=True, kw_only=True)
class Seats(SeatCounts):
    """The seats of an edition, and how many people wait for one."""

    waiting: int


@dataclass(frozen=True, kw_only=True)
class RepresentationChart:
    """How one group is represented: its values in words, with the numbers of each."""

    title: str
    counts: GroupCounts
    names: Mapping[str, str]

    @property
    def sent(self) -> int:
        return sum(self.counts.sent.values())

    @property
    def placed(self) -> int:
        return sum(self.counts.placed.values())

    @property
    def values(self) -> list[str]:
        """Return the values that occur, in the order of the labels, unknown last."""
        known = [value for value in self.names if self.counts.sent.get(value)]
        return known + [value for value in self.counts.sent if value not in self.names]


@dataclass(frozen=True, kw_only=True)
class BoardPage(Page):
    """A page of the list: of the `total` applications that pass the filters, some from `start`."""

    template: ClassVar[str] = "admissions/board.html"

    edition: Edition
    seats: Seats
    charts: Sequence[RepresentationChart]
    tabs: Sequence[Tab]
    stage: Stage | None
    chips: Sequence[Chip]
    heads: Mapping[str, SortHead]
    text: str
    total: int
    start: int
    lines: Sequence[BoardRow]
    missing: Mapping[int, Sequence[Step]]
    filters_query: FilterArgs
    list_query: FilterArgs  # the same, never empty: an application knows the list it was in
    together: Sequence[ApplicationEvent]
    balance: Sequence[BalanceGroup]
    balance_keys: Mapping[int, str]  # by application
    selected: Collection[str]  # references, also those on other pages
    list_key: str
    may_cancel: bool
    size: int = PAGE_SIZE

    @property
    def selected_elsewhere(self) -> list[str]:
        here = {line.application.reference for line in self.lines}
        return [reference for reference in self.selected if reference not in here]

    @property
    def is_filtered(self) -> bool:
        return bool(self.text) or any(chip.used for chip in self.chips)


@dataclass(frozen=True, kw_only=True)
class Action:
    """A possible decision: its label and its URL.

    `by_form` says whether that page takes the reason from the form beside the application.
    """

    event: ApplicationEvent | EnrolmentEvent
    label: str
    address: str
    by_form: bool

    @property
    def leads_on(self) -> bool:
        """Whether this is the main next step, shown first."""
        return self.event in PRIMARY


@dataclass(frozen=True, kw_only=True)
class LeadDecision:
    """The main decision, to take beside the application: its form, and the e-mails it sends."""

    action: Action
    form: DecisionForm
    version: int
    requires_reason: bool
    previews: Sequence[Preview]
    goes_on: bool  # whether the next application of the list opens


@dataclass(frozen=True, kw_only=True)
class CandidatePage(Page):
    template: ClassVar[str] = "admissions/candidate.html"

    edition: Edition
    application: Application
    steps: Sequence[Step]
    missing: Sequence[Step]
    agreement: FeeAgreement | None
    scores: ScorePanel
    assess_form: AssessForm | None
    assess_obstacle: str
    other_applications: Sequence[tuple[Application, Person, Edition]]
    linked: Sequence[tuple[Application, Person, Edition]]
    stages: Mapping[int, Stage]
    history: Sequence[tuple[ApplicationTransition, str | None]]
    participation: Sequence[tuple[EnrolmentTransition, str | None]]
    actions: Sequence[Action]
    lead: LeadDecision | None
    activation: ActivationPlanned | None  # of an accepted one: whether its place is settled
    may_read_finances: bool
    offer: Offer | None  # the open offer of a seat
    place: Neighbours  # where it stands in the list that the reader came from
    listed_stage: Stage | None  # the stage of that list, None for all
    warnings: Sequence[str]
    seats: Seats
    filters_query: FilterArgs
    now: datetime
    scale: Sequence[int] = POINTS


@dataclass(frozen=True, kw_only=True)
class DecidePage(Page):
    template: ClassVar[str] = "admissions/decide.html"

    edition: Edition
    application: Application
    event: ApplicationEvent
    form: DecisionForm
    requires_reason: bool
    repeats: bool
    previews: Sequence[Preview]
    possible: bool
    stage: Stage
    score: int | None  # what the reader sees of it
    version: int
    latest: tuple[ApplicationTransition, str | None] | None
    latest_change: tuple[EnrolmentTransition, str | None] | None
    warnings: Sequence[str]
    outcome: Sequence[str]  # the cost of a cancellation, in sentences
    seats: Seats
    filters_query: FilterArgs

    @property
    def ready(self) -> bool:
        """Whether the e-mails to send are shown on the page, so that they can be sent."""
        return self.possible and not (self.repeats and not self.previews)


@dataclass(frozen=True, kw_only=True)
class TransferPage(Page):
    template: ClassVar[str] = "admissions/transfer.html"

    edition: Edition
    application: Application
    event: ApplicationEvent
    form: TransferForm
    stage: Stage
    version: int
    previews: Sequence[Preview]
    transfer_until: date  # the last day for the notice
    cost: TransferCost | None  # of the chosen target, on the day of the notice
    price: str
    floor: str  # what a later cancellation charges at least, "" without a penalty floor
    filters_query: FilterArgs


@dataclass(frozen=True, kw_only=True)
class CancelEditionPage(Page):
    template: ClassVar[str] = "admissions/cancel_edition.html"

    edition: Edition
    form: CancelEditionForm
    people: int
    preview: Preview | None
    filters_query: FilterArgs


@dataclass(frozen=True, kw_only=True)
class WaitingPage(Page):
    template: ClassVar[str] = "admissions/waitlist.html"

    edition: Edition
    seats: Seats
    line: Sequence[WaitlistRow]
    further: int | None  # the position of the last one shown, if there are more
    ended: Sequence[EndedOffer]
    may_offer: bool
    filters_query: FilterArgs

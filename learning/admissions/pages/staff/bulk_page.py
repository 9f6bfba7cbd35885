"""The preview of a bulk decision: who can, who cannot and why, and the e-mails."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from learning.admissions.models import Application
from learning.admissions.pages.staff.balance import BalanceGroup
from learning.admissions.pages.staff.email_previews import Preview
from learning.admissions.pages.staff.filters import FilterArgs
from learning.admissions.pages.staff.forms import BulkForm
from learning.admissions.pages.staff.page_models import Seats
from learning.admissions.rules.stages import Stage
from learning.admissions.rules.states import ApplicationEvent
from learning.catalogue.models import Edition
from learning.kit.lists import ListPart
from learning.kit.pages import Page

NAMES_SIZE = 20
"""How many names of one group a page shows."""


@dataclass(frozen=True, kw_only=True)
class NameGroup:
    """The applications for which the same happens; a page shows some of them.

    `key` is the name of the field that asks for other ones.
    """

    key: str
    applications: Sequence[Application]
    stage: Stage | None = None  # why nothing happens, if it is their stage
    first_requested: int | None = None

    @property
    def part(self) -> ListPart:
        total = len(self.applications)
        return ListPart(total=total, size=NAMES_SIZE, requested=self.first_requested)

    @property
    def shown(self) -> Sequence[Application]:
        return self.applications[self.part.start :][:NAMES_SIZE]


@dataclass(frozen=True, kw_only=True)
class BulkPage(Page):
    """A decision about many before it is carried out: who can, who cannot and why."""

    template: ClassVar[str] = "admissions/bulk.html"

    edition: Edition
    event: ApplicationEvent
    possible: NameGroup
    seatless: NameGroup  # no seat is left for them
    unfit: Sequence[NameGroup]  # their stage does not allow it
    scores: Mapping[int, int | None]  # what the reader sees of them, by application
    form: BulkForm
    unlisted: Collection[Application]  # of the possible, those that the filters of the list hide
    list_key: str
    seats: Seats | None  # before the decision, if it takes some
    balance: Sequence[BalanceGroup]
    languages: Collection[str]  # in which e-mails repeat the reason
    requires_reason: bool
    repeats: bool
    previews: Sequence[Preview]
    filters_query: FilterArgs

    @property
    def chosen(self) -> Sequence[Application]:
        """Return those that the decision is about when it is confirmed."""
        return self.possible.applications

    @cached_property
    def rest(self) -> Sequence[Application]:
        """Return those that stay as they are."""
        unfit = [each for group in self.unfit for each in group.applications]
        return [*self.seatless.applications, *unfit]

    @property
    def occupied_after(self) -> int:
        return (self.seats.occupied if self.seats else 0) + len(self.chosen)

    @property
    def total(self) -> int:
        return len(self.chosen) + len(self.rest)

    @cached_property
    def emails(self) -> Mapping[str, int]:
        """Return how many e-mails go out, by language."""
        numbers = Counter[str]()
        for each in self.previews:
            numbers[each.setting.i18n.language] += each.recipients
        return numbers

    @property
    def ready(self) -> bool:
        return bool(self.chosen) and not (self.repeats and not self.previews)

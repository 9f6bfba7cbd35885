"""Rules of the first page of a participant and of the page of a course, on plain values."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol, TypeVar

from learning.access.permissions import Role
from learning.extension_points.activities import STUDY_ORDER, Activity

ROLES_BY_RANK = (Role.LEAD, Role.EXPERT, Role.TUTOR)


class Situation(StrEnum):
    """Where a participant is in an edition."""

    BEFORE = "before"
    STUDYING = "studying"
    UP_TO_DATE = "up-to-date"
    FINISHED = "finished"


class Work(Protocol):
    """What the rules need of an item; `minutes` are planned, `done` is None if nobody can say."""

    @property
    def activity(self) -> Activity: ...
    @property
    def done(self) -> bool | None: ...
    @property
    def minutes(self) -> int: ...
    @property
    def minutes_done(self) -> int: ...


class DatedWork(Work, Protocol):
    """Work that is due, or meant to be done, at a moment."""

    @property
    def at(self) -> datetime: ...


AnyWork = TypeVar("AnyWork", bound=Work)
AnyDatedWork = TypeVar("AnyDatedWork", bound=DatedWork)


@dataclass(frozen=True, kw_only=True)
class Workload:
    """Minutes that are planned, and how many of them are done."""

    planned: int
    done: int

    @property
    def left(self) -> int:
        return self.planned - self.done

    @property
    def percent(self) -> int:
        """Return how much is done in whole percent, 100 only when all is."""
        return 100 * self.done // self.planned if self.planned else 0


@dataclass(frozen=True, kw_only=True)
class Period:
    """The first and the last day of an edition, and whether staff have closed it."""

    starts_on: date
    ends_on: date
    closed: bool


@dataclass(frozen=True, kw_only=True)
class Teacher:
    """One role of somebody who teaches; without a name if they did not agree to be named."""

    uid: str
    name: str
    role: Role


@dataclass(frozen=True, kw_only=True)
class Team:
    """Who teaches, as everybody may see it: names with roles, and how many others in each role."""

    named: Sequence[tuple[str, Sequence[Role]]] = ()
    others: Sequence[tuple[Role, int]] = ()

    def __bool__(self) -> bool:
        return bool(self.named or self.others)


def situation(period: Period, today: date, *, has_next: bool) -> Situation:
    """Return where a participant is; `has_next` says whether anything is left to do now."""
    if period.closed or today > period.ends_on:
        return Situation.FINISHED
    if today < period.starts_on:
        return Situation.BEFORE
    return Situation.STUDYING if has_next else Situation.UP_TO_DATE


def in_study_order(items: Iterable[AnyWork]) -> list[AnyWork]:
    """Return items by what they are; those of one kind stay in their order."""
    return sorted(items, key=lambda item: STUDY_ORDER[item.activity])


def by_due_date(items: Iterable[AnyDatedWork]) -> list[AnyDatedWork]:
    """Return items by when they are due, what is overdue first; at one moment in study order."""
    return sorted(items, key=lambda item: (item.at, STUDY_ORDER[item.activity]))


def workload(items: Iterable[Work]) -> Workload:
    known = list(items)
    return Workload(
        planned=sum(item.minutes for item in known), done=sum(item.minutes_done for item in known)
    )


def team_of(teachers: Iterable[Teacher]) -> Team:
    """Return who teaches, in the order of `teachers`; without a name one is only counted."""
    named: dict[str, tuple[str, list[Role]]] = {}
    others: Counter[Role] = Counter()
    for each in teachers:
        if each.name:
            named.setdefault(each.uid, (each.name, []))[1].append(each.role)
        else:
            others[each.role] += 1
    return Team(
        named=list(named.values()),
        others=[(role, others[role]) for role in ROLES_BY_RANK if role in others],
    )

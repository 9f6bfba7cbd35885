"""The cost of cancelling: the tiers of a policy, counted in days before the first day.

The information note (A9716205, "Désistement, annulation et remboursement") charges nothing 14 days
or more before the first day, half from 13 to 8, all of what was paid from 7 on; a transfer or a
substitution takes a notice of 14 days. Days are calendar days in the edition's zone, without hours
and without working days.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from learning.kit.money import Money

ALL = 100
MAX_NOTICE_DAYS = 365  # days


class Outcome(StrEnum):
    """The outcome of a cancellation; each has a label."""

    FULL_REFUND = "full_refund"
    PARTIAL_REFUND = "partial_refund"
    NO_REFUND = "no_refund"
    NOTHING_PAID = "nothing_paid"  # a fellowship pays


class NoticeError(StrEnum):
    """Why a notice cannot have been received on a day."""

    AFTER_TODAY = "after_today"
    BEFORE_AGREEMENT = "before_agreement"


@dataclass(frozen=True, kw_only=True)
class Tier:
    """From `min_days` before the first day on, `percent` of what was paid is charged."""

    min_days: int
    percent: int


@dataclass(frozen=True, kw_only=True)
class Policy:
    """The cancellation policy, in one version.

    `tiers` begin with the earliest; `late_percent` is charged after all of them. Transfers and
    substitutions take a notice of `transfer_days`.
    """

    version: str
    valid_from: date
    tiers: tuple[Tier, ...]
    late_percent: int
    transfer_days: int


@dataclass(frozen=True, kw_only=True)
class LastDay:
    """The last day of a tier: until then `percent` is charged."""

    until: date
    percent: int


@dataclass(frozen=True, kw_only=True)
class Period:
    """The days on which `percent` of what was paid is charged, the first and the last included.

    The first period has no first day, the last period no last day.
    """

    first: date | None
    last: date | None
    percent: int
    is_current: bool


@dataclass(frozen=True, kw_only=True)
class Window:
    """The consequences of a notice on a day, counted from `first_day`, `days` later.

    `percent` of what was paid is charged. `last_days` are those of every tier; `transfer_until`
    is the last day for the notice of a transfer or a substitution.
    """

    first_day: date
    days: int
    percent: int
    late_percent: int
    last_days: tuple[LastDay, ...]
    transfer_until: date
    may_transfer: bool

    @property
    def is_free(self) -> bool:
        """Whether nothing is charged."""
        return self.percent == 0

    @property
    def free_until(self) -> date | None:
        """The last day on which nothing is charged, None if no day is free."""
        return max((each.until for each in self.last_days if each.percent == 0), default=None)

    @property
    def periods(self) -> tuple[Period, ...]:
        """The periods of every tier, and the one after all of them."""
        received_on = self.first_day - timedelta(days=self.days)
        ends = [*((each.until, each.percent) for each in self.last_days), (None, self.late_percent)]
        firsts = [None, *(each.until + timedelta(days=1) for each in self.last_days)]
        return tuple(
            Period(
                first=first,
                last=last,
                percent=percent,
                is_current=(first is None or first <= received_on)
                and (last is None or received_on <= last),
            )
            for first, (last, percent) in zip(firsts, ends, strict=True)
        )


@dataclass(frozen=True, kw_only=True)
class Quote:
    """The cost of a cancellation, as the person reads it before they confirm.

    `percent` of what was paid is charged; `base` is the agreed fee.
    """

    percent: int
    base: Money
    free_until: date | None
    outcome: Outcome


def window(policy: Policy, first_days: Iterable[date], received_on: date) -> Window:
    """Return the consequences of a notice that is received on a day.

    It is counted from the latest of `first_days`, the one that was agreed on acceptance and
    today's (choice C3): a later day is never worse for the participant. Raise ValueError
    without any.
    """
    first_day = max(first_days)
    days = (first_day - received_on).days
    reached = (tier.percent for tier in policy.tiers if days >= tier.min_days)
    return Window(
        first_day=first_day,
        days=days,
        percent=next(reached, policy.late_percent),
        late_percent=policy.late_percent,
        last_days=tuple(
            LastDay(until=first_day - timedelta(days=tier.min_days), percent=tier.percent)
            for tier in policy.tiers
        ),
        transfer_until=first_day - timedelta(days=policy.transfer_days),
        may_transfer=days >= policy.transfer_days,
    )


def with_floor(policy: Policy, floor: int) -> Policy:
    """Return a policy under which no day charges less than `floor` percent of what was paid.

    A late transfer or substitution that two people allowed sets it: 50 from 13 to 8 days before
    the first day, 100 from 7 on, the percentage of the day of the notice. So nobody moves late and
    then cancels early. Raise ValueError for a floor that is no percentage.
    """
    if not 0 <= floor <= ALL:
        raise ValueError(f"{floor} percent")
    if floor == 0:
        return policy
    late_percent = max(policy.late_percent, floor)
    raised = [replace(tier, percent=max(tier.percent, floor)) for tier in policy.tiers]
    following = [*(tier.percent for tier in raised[1:]), late_percent]
    tiers = tuple(
        tier for tier, percent in zip(raised, following, strict=True) if tier.percent < percent
    )
    return replace(policy, tiers=tiers, late_percent=late_percent)


def notice_error(received_on: date, *, agreed_on: date | None, today: date) -> NoticeError | None:
    """Return what is wrong with the day of a notice: before the acceptance, or in the future."""
    if received_on > today:
        return NoticeError.AFTER_TODAY
    if agreed_on is not None and received_on < agreed_on:
        return NoticeError.BEFORE_AGREEMENT
    return None


def quote(window: Window, base: Money, *, pays: bool) -> Quote:
    """Return the cost of a cancellation; it is 0 for a person who does not pay."""
    if not pays:
        outcome, percent = Outcome.NOTHING_PAID, 0
    else:
        outcome, percent = outcome_of(window.percent), window.percent
    return Quote(percent=percent, base=base, free_until=window.free_until, outcome=outcome)


def outcome_of(percent: int) -> Outcome:
    """Return the outcome for a percent that is charged."""
    if percent == 0:
        return Outcome.FULL_REFUND
    return Outcome.NO_REFUND if percent == ALL else Outcome.PARTIAL_REFUND


def days_named(policy: Policy) -> frozenset[int]:
    """Return the days that a text about a policy can name.

    The first of each tier, and the day after.
    """
    begins = {tier.min_days for tier in policy.tiers}
    return frozenset(begins | {days - 1 for days in begins} | {policy.transfer_days})


def shares_named(policy: Policy) -> frozenset[int]:
    """Return the percents that a text about a policy can name: charged and refunded."""
    percents = {tier.percent for tier in policy.tiers} | {policy.late_percent}
    return frozenset(percents | {ALL - share for share in percents})


def policy_errors(policy: Policy) -> Sequence[str]:
    """Return what is wrong with a policy, for the authors of its file."""
    errors = []
    days = [tier.min_days for tier in policy.tiers]
    shares = [*(tier.percent for tier in policy.tiers), policy.late_percent]
    if not policy.version.strip():
        errors.append("the version is empty")
    if not days:
        errors.append("there is no tier")
    if days != sorted(set(days), reverse=True):
        errors.append("the days of the tiers do not fall from one to the next")
    if shares != sorted(set(shares)):
        errors.append("the shares of the tiers do not rise from one to the next")
    if any(not 0 <= share <= ALL for share in shares):
        errors.append("a share is not between 0 and 100 percent")
    if any(not 0 <= each <= MAX_NOTICE_DAYS for each in (*days, policy.transfer_days)):
        errors.append(f"a number of days is not between 0 and {MAX_NOTICE_DAYS}")
    return errors

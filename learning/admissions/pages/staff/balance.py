"""The balance of an edition: who has a seat, group by group, with those who are selected."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from learning.admissions.models import Application
from learning.admissions.pages.staff.filters import GROUPS, title_of
from learning.admissions.queries.breakdown import Breakdown, Group, group_values
from learning.admissions.rules.stages import SEATED, Stage
from learning.kit.languages import current_i18n

BALANCED = (Group.GENDER, Group.REGION, Group.LANGUAGE, Group.FUNDING)


@dataclass(frozen=True, kw_only=True)
class BalanceValue:
    """How many have a seat of those with one value, and how many are selected.

    `key` is as in `balance_keys`.
    """

    key: str
    title: str
    seated: int
    selected: int

    @property
    def after(self) -> int:
        """Return how many have a seat once the selected ones are accepted."""
        return self.seated + self.selected


@dataclass(frozen=True, kw_only=True)
class BalanceGroup:
    title: str
    values: Sequence[BalanceValue]


def balance_of_list(numbers: Breakdown) -> list[BalanceGroup]:
    """Return who has a seat now, with all values that occur in an edition."""
    sent = frozenset(Stage) - {Stage.DRAFT}
    return [
        _group(group, numbers.values(group, SEATED), Counter(), numbers.values(group, sent))
        for group in BALANCED
    ]


def balance_after(numbers: Breakdown, selected: Collection[Application]) -> list[BalanceGroup]:
    """Return who has a seat if these applications are accepted."""
    groups = [group_values(each) for each in selected]
    balance = []
    for group in BALANCED:
        seated, added = numbers.values(group, SEATED), Counter(each[group] for each in groups)
        balance.append(_group(group, seated, added, seated + added))
    return balance


def balance_keys(application: Application) -> str:
    """Return the keys of an application's values, for the script of the board."""
    values = group_values(application)
    return " ".join(_key(group, values[group]) for group in BALANCED)


def _group(
    group: Group,
    seated: Mapping[str, int],
    selected: Mapping[str, int],
    shown: Collection[str],
) -> BalanceGroup:
    """Return one group, with the shown values in the order of their labels, unknown last."""
    title, words = GROUPS[group]
    order = [value for value in words if value in shown]
    order += [value for value in shown if value not in words]
    return BalanceGroup(
        title=current_i18n().gettext(title),
        values=[
            BalanceValue(
                key=_key(group, value),
                title=title_of(group, value),
                seated=seated.get(value, 0),
                selected=selected.get(value, 0),
            )
            for value in order
        ],
    )


def _key(group: Group, value: str) -> str:
    return f"{group}:{value}"

"""How many applications of an edition have which stage, and which values of some groups."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy import bindparam, case, func, select
from sqlalchemy.orm import Session

from learning.admissions.models import Application
from learning.admissions.queries.stages import stage_column
from learning.admissions.rules.regions import region_of
from learning.admissions.rules.stages import SEATED, Stage
from learning.admissions.rules.states import ApplicationState
from learning.catalogue.models import Edition
from learning.kit.time import day_in


class Group(StrEnum):
    """What applications are grouped and filtered by."""

    LANGUAGE = "language"
    REGION = "region"
    COUNTRY = "country"
    GENDER = "gender"
    CONSTITUENCY = "constituency"
    FUNDING = "funding"


UNKNOWN = "none"
"""The value of a group that an application does not say, as addresses have it."""


@dataclass(frozen=True, kw_only=True)
class GroupCounts:
    """Numbers of submitted applications and of seats by value of a group."""

    sent: Mapping[str, int]
    placed: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class Breakdown:
    """How many applications of an edition have which stage and which values of the groups."""

    rows: Sequence[tuple[Stage, dict[Group, str], int]]

    @property
    def submitted(self) -> int:
        """Return how many applications there are, without drafts."""
        return sum(number for stage, _, number in self.rows if stage is not Stage.DRAFT)

    def stages(self, chosen: Mapping[Group, Collection[str]] | None = None) -> Counter[Stage]:
        """Return the numbers by stage; of what has one of the chosen values of each group."""
        requested = {group: values for group, values in (chosen or {}).items() if values}
        counts: Counter[Stage] = Counter()
        for stage, values, number in self.rows:
            if all(values[group] in some for group, some in requested.items()):
                counts[stage] += number
        return counts

    def values(self, group: Group, stages: Collection[Stage]) -> Counter[str]:
        """Return the numbers by value of a group, of the applications in some stages."""
        counts: Counter[str] = Counter()
        for stage, values, number in self.rows:
            if stage in stages:
                counts[values[group]] += number
        return counts

    def groups(self) -> dict[Group, GroupCounts]:
        """Return the representation: who applied, who has a seat."""
        sent = frozenset(Stage) - {Stage.DRAFT}
        return {
            group: GroupCounts(sent=self.values(group, sent), placed=self.values(group, SEATED))
            for group in Group
        }


def group_values(application: Application) -> dict[Group, str]:
    """Return which value of each group an application has."""
    each = application
    return _values(each.study_language, each.country, each.gender, each.constituency, each.funding)


def _values(
    language: str, country: str, gender: str, constituency: str, funding: str
) -> dict[Group, str]:
    return {
        Group.LANGUAGE: language or UNKNOWN,
        Group.REGION: region_of(country) or UNKNOWN,
        Group.COUNTRY: country if region_of(country) else UNKNOWN,
        Group.GENDER: gender or UNKNOWN,
        Group.CONSTITUENCY: constituency or UNKNOWN,
        Group.FUNDING: funding or UNKNOWN,
    }


# Built once: building costs more than the database does.
APPLICATIONS = (
    select(
        stage_column().label("stage"),
        Application.study_language,
        Application.country,
        Application.gender,
        Application.constituency,
        Application.funding,
    )
    .where(Application.edition_id == bindparam("edition"))
    .subquery()
)
NUMBERS = select(APPLICATIONS, func.count()).group_by(*APPLICATIONS.c)


def breakdown(session: Session, edition: Edition) -> Breakdown:
    """Return the numbers of an edition's applications, in one query."""
    rows = session.connection().execute(NUMBERS, {"edition": edition.id})
    return Breakdown(
        rows=[(Stage(stage), _values(*values), number) for stage, *values, number in rows]
    )


def submission_weeks(session: Session, edition: Edition) -> Counter[date | None]:
    """Return how many applications came in each week, by its Monday in the edition's zone.

    None counts those that were not submitted here: they came by transfer or substitution.
    """
    moments = session.scalars(
        select(case((Application.transferred_from_id.is_(None), Application.submitted_at))).where(
            Application.edition_id == edition.id, Application.state != ApplicationState.DRAFT
        )
    )
    return Counter(monday_of(day_in(edition.zone, at)) if at else None for at in moments)


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())

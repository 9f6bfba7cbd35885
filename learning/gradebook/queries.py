"""Reads of the gradebook."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    CompoundSelect,
    and_,
    bindparam,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased, joinedload

from learning.access.actor import Actor
from learning.accounts.models import Person
from learning.catalogue.models import Edition
from learning.catalogue.queries import edition_ref
from learning.content.activity_types import RequirementKey
from learning.enrolment.models import Enrolment
from learning.enrolment.rules import UNENROLLED
from learning.extension_points.requests import EnrolmentsRequest
from learning.extension_points.results import Result, collect_results
from learning.gradebook.facts import MARKED, NO_DECISIONS, Decisions, completion_of
from learning.gradebook.models import (
    ClosingSheet,
    ContactEntry,
    Exemption,
    ItemResult,
    MarkOverride,
    RequirementStatus,
)
from learning.gradebook.rules.completion import Completion, PartOutcome, RequirementState
from learning.gradebook.rules.decisions import is_decided
from learning.gradebook.sources import GradebookSources
from learning.kit.i18n import I18n
from learning.kit.percentages import from_hundredths

# Statements of every page are built once: building costs more than the database does.
ENROLMENTS: BindParameter[Any] = bindparam("enrolments", expanding=True)
DECISIONS: CompoundSelect[Any] = union_all(
    select(
        literal(0).label("place"),
        Exemption.enrolment_id,
        Exemption.item,
        cast(null(), BigInteger).label("mark"),
    ).where(Exemption.enrolment_id.in_(ENROLMENTS), Exemption.lifted_at.is_(None)),
    select(MarkOverride.id, MarkOverride.enrolment_id, MarkOverride.item, MarkOverride.mark).where(
        MarkOverride.enrolment_id.in_(ENROLMENTS)
    ),
)
"""Exemptions in force in the place 0, then the overrides of each item, of which the last counts."""


@dataclass(frozen=True, kw_only=True)
class PersonResults:
    """The results of one person, what staff decided about them, and what comes of both."""

    results: Sequence[Result]
    decisions: Decisions
    completion: Completion


@dataclass(frozen=True, kw_only=True)
class Items:
    """What staff can decide about: everything, and what has a mark, as it counts now."""

    keys: frozenset[str]
    marked: Mapping[str, PartOutcome | None]


def items_of(person: PersonResults) -> Items:
    """Return what staff can decide about for one person: whole requirements, and their parts.

    A requirement that no activity tells of has its own mark.
    """
    marked: dict[str, PartOutcome | None] = {}
    for each in person.completion.requirements:
        if each.key in MARKED:
            marked |= dict.fromkeys([] if each.parts else [str(each.key)])
            marked |= {part.key: part for part in each.parts}
    parts = {part.key for each in person.completion.requirements for part in each.parts}
    whole = {str(each.key) for each in person.completion.requirements}
    return Items(keys=frozenset(parts | whole), marked=marked)


def decisions_of(session: Session, enrolment_ids: Collection[int]) -> dict[int, Decisions]:
    """Return what staff decided, by enrolment, in one query."""
    rows = session.connection().execute(DECISIONS, {"enrolments": list(enrolment_ids)})
    exempt: defaultdict[int, set[str]] = defaultdict(set)
    marks = defaultdict[int, dict[str, Decimal]](dict)
    for place, enrolment_id, item, mark in sorted(rows, key=lambda row: row[0]):
        if not place:
            exempt[enrolment_id].add(item)
        elif mark is None:
            marks[enrolment_id].pop(item, None)
        else:
            marks[enrolment_id][item] = from_hundredths(mark)
    return {
        each: Decisions(exempt=frozenset(exempt[each]), overrides=marks[each])
        for each in {*exempt, *marks}
    }


def person_results(
    session: Session,
    sources: GradebookSources,
    edition: Edition,
    enrolment_ids: Collection[int],
    i18n: I18n,
) -> dict[int, PersonResults]:
    """Return the results of enrolments with the decision about each.

    It takes one query for each package that has results, and one for what staff decided.
    """
    course = sources.course_of(edition.course)
    request = EnrolmentsRequest(
        edition=edition_ref(edition), enrolment_ids=enrolment_ids, i18n=i18n
    )
    results = collect_results(sources.results, session, request)
    decided = decisions_of(session, enrolment_ids) if enrolment_ids else {}
    return {
        each: PersonResults(
            results=own,
            decisions=decided.get(each, NO_DECISIONS),
            completion=completion_of(course, own, decided.get(each, NO_DECISIONS)),
        )
        for each, own in results.items()
    }


def own_enrolment(session: Session, actor: Actor, edition: Edition) -> Enrolment | None:
    """Return the reader's own enrolment with its person; None for staff who only read."""
    return session.scalar(
        select(Enrolment)
        .where(
            Enrolment.edition_id == edition.id,
            Enrolment.person_id == actor.person_id,
            Enrolment.status.not_in(UNENROLLED),
        )
        .options(joinedload(Enrolment.person))
    )


def is_closed(session: Session, enrolment: Enrolment) -> bool:
    """Whether an enrolment stays as it was when its edition was closed."""
    sheet = session.get(ClosingSheet, enrolment.edition_id)
    edition_closed = sheet is not None and sheet.closed_at is not None
    return is_decided(enrolment.status, edition_closed=edition_closed)


def exemptions(session: Session, enrolment_id: int) -> Sequence[tuple[Exemption, str, str | None]]:
    """Return one person's exemptions, the latest first, with who decided and who lifted them."""
    lifted_by = aliased(Person)
    rows = (
        select(Exemption, Person.name, lifted_by.name)
        .join(Person, Person.id == Exemption.decided_by_id)
        .outerjoin(lifted_by, lifted_by.id == Exemption.lifted_by_id)
        .where(Exemption.enrolment_id == enrolment_id)
        .order_by(Exemption.id.desc())
    )
    return [(row[0], row[1], row[2]) for row in session.execute(rows)]


def overrides(session: Session, enrolment_id: int) -> Sequence[tuple[MarkOverride, str]]:
    """Return the whole history of one person's overrides, the latest first, with who decided."""
    rows = (
        select(MarkOverride, Person.name)
        .join(Person, Person.id == MarkOverride.decided_by_id)
        .where(MarkOverride.enrolment_id == enrolment_id)
        .order_by(MarkOverride.id.desc())
    )
    return [(row[0], row[1]) for row in session.execute(rows)]


def contacts(session: Session, enrolment_id: int) -> Sequence[tuple[ContactEntry, str]]:
    """Return the contacts of staff with one person, the latest first, with who noted them."""
    noted_by = aliased(Person)
    rows = (
        select(ContactEntry, noted_by.name)
        .join(noted_by, noted_by.id == ContactEntry.noted_by_id)
        .where(ContactEntry.enrolment_id == enrolment_id)
        .order_by(ContactEntry.id.desc())
    )
    return [(row[0], row[1]) for row in session.execute(rows)]


def _latest_override() -> ColumnElement[bool]:
    """Return the condition that an override is the one that counts of its item."""
    latest = select(func.max(MarkOverride.id)).group_by(
        MarkOverride.enrolment_id, MarkOverride.item
    )
    return MarkOverride.id.in_(latest)


def changed_under_override() -> ColumnElement[bool]:
    """Return the condition that an override counts, and its raw mark has changed since.

    The query has the items and their overrides.
    """
    return and_(
        MarkOverride.enrolment_id == ItemResult.enrolment_id,
        MarkOverride.item == ItemResult.item,
        _latest_override(),
        MarkOverride.mark.is_not(None),
        MarkOverride.raw.is_distinct_from(ItemResult.raw),
    )


def failed_requirements(
    session: Session, enrolment_ids: Collection[int]
) -> dict[int, list[RequirementKey]]:
    """Return the requirements that were tried and are not passed, by enrolment, in one query."""
    tried = RequirementState.FAILED, RequirementState.IMPOSSIBLE
    rows = session.execute(
        select(RequirementStatus.enrolment_id, RequirementStatus.requirement).where(
            RequirementStatus.enrolment_id.in_(enrolment_ids), RequirementStatus.state.in_(tried)
        )
    )
    found: defaultdict[int, list[RequirementKey]] = defaultdict(list)
    for enrolment_id, key in rows:
        found[enrolment_id].append(key)
    return dict(found)


def last_contacts(session: Session, enrolment_ids: Collection[int]) -> dict[int, ContactEntry]:
    """Return the last contact of staff with each of some people, in one query."""
    latest = (
        select(func.max(ContactEntry.id))
        .where(ContactEntry.enrolment_id.in_(enrolment_ids))
        .group_by(ContactEntry.enrolment_id)
    )
    rows = session.scalars(select(ContactEntry).where(ContactEntry.id.in_(latest)))
    return {row.enrolment_id: row for row in rows}

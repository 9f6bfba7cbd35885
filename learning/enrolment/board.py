"""What staff read of applications: the board, the meters, one application, the figures."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from learning.accounts.models import Person
from learning.accounts.queries import MOST_WORDS, has_word
from learning.catalogue.models import Edition
from learning.enrolment.models import (
    Application,
    Assessment,
    Enrolment,
    Move,
    Offer,
    Sponsorship,
)
from learning.enrolment.ranking import is_same_person, name_key
from learning.enrolment.regions import REGIONS, region_of
from learning.enrolment.rules import SEATED, State

PAGE = 50


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which applications of an edition the board shows; empty is all, drafts left out.

    `after` is the id of the last application of the page before.
    """

    state: State | None = None
    gender: str = ""
    region: str = ""
    constituency: str = ""
    funding: str = ""
    text: str = ""
    unassessed: bool = False
    after: int | None = None


@dataclass(frozen=True, kw_only=True)
class Line:
    """One application on the board."""

    application: Application
    name: str
    institution: str
    assessments: int
    offer_until: datetime | None


@dataclass(frozen=True, kw_only=True)
class Meter:
    """How a group is represented: applications sent, and seats given, by value."""

    sent: Mapping[str, int]
    placed: Mapping[str, int]


def counts(session: Session, edition: Edition) -> Counter[State]:
    """Return how many applications of an edition stand in each state."""
    rows = session.execute(
        select(Application.state, func.count())
        .where(Application.edition_id == edition.id)
        .group_by(Application.state)
    ).all()
    return Counter(dict(rows))


def lines(session: Session, edition: Edition, wanted: Wanted) -> list[Line]:
    """Return a page of the board in two queries, the latest application first."""
    assessed = (
        select(func.count())
        .where(Assessment.application_id == Application.id)
        .correlate(Application)
        .scalar_subquery()
    )
    offered = (
        select(Offer.ends_at)
        .where(Offer.application_id == Application.id, Offer.ended_at.is_(None))
        .correlate(Application)
        .scalar_subquery()
    )
    found = (
        select(Application, Person.name, Person.institution, assessed, offered)
        .join(Person, Person.id == Application.person_id)
        .where(*_filters(edition, wanted, assessed))
        .order_by(Application.id.desc())
        .limit(PAGE)
    )
    return [
        Line(
            application=application,
            name=name,
            institution=institution,
            assessments=number,
            offer_until=until,
        )
        for application, name, institution, number, until in session.execute(found)
    ]


def _filters(
    edition: Edition, wanted: Wanted, assessed: ColumnElement[int]
) -> list[ColumnElement[bool]]:
    filters = [Application.edition_id == edition.id]
    if wanted.state:
        filters.append(Application.state == wanted.state)
    else:
        filters.append(Application.state != State.DRAFT)
    for column, value in (
        (Application.gender, wanted.gender),
        (Application.constituency, wanted.constituency),
        (Application.funding, wanted.funding),
    ):
        if value:
            filters.append(column == value)
    if wanted.region:
        filters.append(Application.country.in_(REGIONS.get(wanted.region, ())))
    reference = func.lower(Application.reference)
    filters += [
        or_(has_word(word), reference.contains(word.lower(), autoescape=True))
        for word in wanted.text.split()[:MOST_WORDS]
    ]
    if wanted.unassessed:
        filters.append(assessed == 0)
    if wanted.after is not None:
        filters.append(Application.id < wanted.after)
    return filters


def one(session: Session, edition: Edition, reference: str) -> Application | None:
    """Return an application of an edition with everything that its page shows."""
    return session.scalar(
        select(Application)
        .where(Application.edition_id == edition.id, Application.reference == reference)
        .options(
            joinedload(Application.person),
            joinedload(Application.edition),
            joinedload(Application.letter),
            joinedload(Application.sponsorship).joinedload(Sponsorship.letter),
        )
    )


def some(session: Session, edition: Edition, references: Sequence[str]) -> Sequence[Application]:
    """Return the applications of an edition that have these references, oldest first."""
    return session.scalars(
        select(Application)
        .where(Application.edition_id == edition.id, Application.reference.in_(references))
        .options(joinedload(Application.person))
        .order_by(Application.id)
    ).all()


def assessments(session: Session, application: Application) -> Sequence[Assessment]:
    return session.scalars(
        select(Assessment)
        .where(Assessment.application_id == application.id)
        .options(joinedload(Assessment.assessor))
        .order_by(Assessment.id)
    ).all()


def others(session: Session, application: Application) -> list[tuple[Application, Person, Edition]]:
    """Return applications that may well be of the same person, in any edition, however spelled.

    Many may share a key: what is too much is cut off only once it is known who is alike.
    """
    person = application.person
    rows: Select[Application, Person, Edition] = (
        select(Application, Person, Edition)
        .join(Person, Person.id == Application.person_id)
        .join(Edition, Edition.id == Application.edition_id)
        .where(
            Application.id != application.id,
            or_(
                Application.name_key.in_({application.name_key, name_key(person.name)}),
                Application.person_id == application.person_id,
            ),
        )
        .order_by(Application.id)
    )
    ours = (person.name, person.institution)
    alike = (
        (each, other, edition)
        for each, other, edition in session.execute(rows)
        if other.id == person.id or is_same_person(ours, (other.name, other.institution))
    )
    return list(islice(alike, PAGE))


def linked(session: Session, application: Application) -> list[tuple[Application, Person, Edition]]:
    """Return whose place this one was, and whose it became: at most one of each."""
    rows: Select[Application, Person, Edition] = (
        select(Application, Person, Edition)
        .join(Person, Person.id == Application.person_id)
        .join(Edition, Edition.id == Application.edition_id)
        .where(
            or_(
                Application.id.in_((application.transferred_from_id, application.substitutes_id)),
                Application.transferred_from_id == application.id,
                Application.substitutes_id == application.id,
            )
        )
        .order_by(Application.id)
    )
    return [(each, person, edition) for each, person, edition in session.execute(rows)]


def meters(session: Session, edition: Edition) -> dict[str, Meter]:
    """Return how gender, region, constituency and funding are represented, in one query."""
    rows = session.execute(
        select(
            Application.gender,
            Application.country,
            Application.constituency,
            Application.funding,
            Application.state,
            func.count(),
        )
        .where(Application.edition_id == edition.id, Application.state != State.DRAFT)
        .group_by(
            Application.gender,
            Application.country,
            Application.constituency,
            Application.funding,
            Application.state,
        )
    )
    sent: defaultdict[str, Counter[str]] = defaultdict(Counter)
    placed: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for gender, country, constituency, funding, state, number in rows:
        groups = {
            "gender": gender,
            "region": region_of(country),
            "constituency": constituency,
            "funding": funding,
        }
        for group, value in groups.items():
            sent[group][value] += number
            if state in SEATED:
                placed[group][value] += number
    names = ("gender", "region", "constituency", "funding")
    return {name: Meter(sent=sent[name], placed=placed[name]) for name in names}


def funnel(session: Session, edition: Edition) -> Counter[State]:
    """Return how many applications of an edition ever reached each state."""
    reached = (
        select(Move.after, func.count(func.distinct(Move.application_id)))
        .join(Application, Application.id == Move.application_id)
        .where(Application.edition_id == edition.id)
        .group_by(Move.after)
    )
    return Counter(dict(session.execute(reached).all()))


def history(session: Session, application: Application) -> Sequence[tuple[Move, str | None]]:
    """Return each move of an application with the name of whoever made it, oldest first."""
    by = aliased(Person)
    rows = (
        select(Move, by.name)
        .outerjoin(by, by.id == Move.by)
        .where(Move.application_id == application.id)
        .order_by(Move.id)
    )
    return session.execute(rows).all()


def places_without_application(session: Session, edition: Edition) -> int:
    """Return how many places staff gave by hand."""
    from_application = select(Application.enrolment_id).where(Application.enrolment_id.is_not(None))
    by_hand = select(func.count()).where(
        Enrolment.edition_id == edition.id, Enrolment.id.not_in(from_application)
    )
    return session.scalar(by_hand) or 0

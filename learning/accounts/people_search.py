"""The list of all people, for staff: by name, a page at a time."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select, tuple_
from sqlalchemy.orm import Session, aliased

from learning.access.permissions import Role
from learning.accounts.models import Person, RoleGrant
from learning.accounts.queries import match_all_words, person_by_uid

PAGE_SIZE = 50


class ExportedPerson(NamedTuple):
    """What the table of people has of one of them."""

    id: int
    name: str
    email: str
    institution: str
    language: str
    joined_at: datetime
    closed_at: datetime | None
    roles: Sequence[Role]


def find_people(
    session: Session, words: str, *, role: Role | None = None, after: str = ""
) -> Sequence[Person]:
    """Return one page of people by name, whose name, address or institution has the words.

    `role` is one that they have, anywhere. `after` is the uid of the last person of the page
    before; people may share a name.
    """
    query = select(Person).where(*_conditions(words, role))
    last = person_by_uid(session, after) if after else None
    if last is not None:
        query = query.where(tuple_(Person.sort_key, Person.id) > (last.sort_key, last.id))
    return session.scalars(query.order_by(Person.sort_key, Person.id).limit(PAGE_SIZE)).all()


def exported_people(
    session: Session, words: str, *, role: Role | None = None
) -> Sequence[ExportedPerson]:
    """Return all people whom `find_people` finds, by name, with their roles, in two queries."""
    found = _conditions(words, role)
    granted = select(RoleGrant.person_id, RoleGrant.role).join(RoleGrant.person).where(*found)
    roles: defaultdict[int, list[Role]] = defaultdict(list)
    for person_id, held in session.execute(granted.distinct().order_by(RoleGrant.role)):
        roles[person_id].append(held)
    rows = session.execute(
        select(
            Person.id,
            Person.name,
            Person.email,
            Person.institution,
            Person.language,
            Person.joined_at,
            Person.closed_at,
        )
        .where(*found)
        .order_by(Person.sort_key, Person.id)
    )
    return [ExportedPerson(*row, roles=roles.get(row[0], [])) for row in rows]


def _conditions(words: str, role: Role | None) -> list[ColumnElement[bool]]:
    conditions = match_all_words(words)
    if role is not None:
        held = aliased(RoleGrant)
        having = held.person_id == Person.id, held.role == role
        conditions.append(select(held.id).where(*having).correlate(Person).exists())
    return conditions


def count_by_role(session: Session) -> dict[Role, int]:
    """Return how many people have each role, in any edition; roles that nobody has are left out."""
    people = func.count(func.distinct(RoleGrant.person_id))
    rows = session.execute(select(RoleGrant.role, people).group_by(RoleGrant.role))
    return dict(rows.all())

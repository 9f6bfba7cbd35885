"""The search of staff: applications, participants and people, each as far as the reader may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, literal, select, true
from sqlalchemy.orm import Session

from learning.access.actor import Actor
from learning.access.permissions import Permission
from learning.accounts.models import Person
from learning.accounts.queries import match_all_words
from learning.admissions.models import Application
from learning.admissions.queries.board_list import match_text
from learning.admissions.queries.stages import stage_column
from learning.admissions.rules.states import ApplicationState
from learning.catalogue.models import Edition
from learning.enrolment.models import Enrolment

FIRST_HITS, PAGE_SIZE = 10, 25
"""How many hits of each kind are shown at first, and on a page of one kind."""


class HitKind(StrEnum):
    APPLICATION = "application"
    PARTICIPANT = "participant"
    PERSON = "person"


@dataclass(frozen=True, kw_only=True)
class StaffSearch:
    """What is searched: some words, in one kind or (None) in all; `start` counts in one kind."""

    actor: Actor
    words: str
    kind: HitKind | None = None
    start: int = 0


@dataclass(frozen=True, kw_only=True)
class StaffHit:
    """Something that was found: `key` is a reference or a uid; `edition` "" for a person.

    `state` is the stage of an application or the status of an enrolment.
    """

    key: str
    name: str
    email: str
    institution: str
    edition: str = ""
    state: str = ""


@dataclass(frozen=True, kw_only=True)
class StaffHits:
    """The hits of one kind that are shown, and how many there are."""

    kind: HitKind
    hits: Sequence[StaffHit]
    total: int


def find_for_staff(session: Session, search: StaffSearch) -> list[StaffHits]:
    """Return what has all the words, one query for each kind that the reader may see."""
    found = []
    for kind in HitKind if search.kind is None else (search.kind,):
        query = _QUERIES[kind](search)
        if query is None:
            continue
        limit = PAGE_SIZE if search.kind else FIRST_HITS
        rows = session.execute(query.offset(search.start).limit(limit)).mappings().all()
        hits = [StaffHit(**{name: row[name] for name in row if name != "total"}) for row in rows]
        total = rows[0]["total"] if rows else 0
        found.append(StaffHits(kind=kind, hits=hits, total=total))
    return found


def _applications(search: StaffSearch) -> Select[Any] | None:
    """Return applications that were submitted: a draft is its writer's."""
    where = _editions_with(search.actor, Permission.READ_APPLICATIONS)
    if where is None:
        return None
    return (
        _people(
            Application.reference.label("key"),
            Edition.code.label("edition"),
            stage_column().label("state"),
        )
        .join(Application, Application.person_id == Person.id)
        .join(Edition, Edition.id == Application.edition_id)
        .where(where, Application.state != ApplicationState.DRAFT, *match_text(search.words))
        .order_by(Edition.starts_on.desc(), Person.sort_key, Application.id)
    )


def _participants(search: StaffSearch) -> Select[Any] | None:
    """Return participants; their addresses only to those who may read enrolments."""
    where = _editions_with(search.actor, Permission.SEE_COHORT)
    if where is None:
        return None
    readable = _editions_with(search.actor, Permission.READ_ENROLMENTS)
    email = literal("") if readable is None else case((readable, Person.email), else_="")
    return (
        _people(
            Enrolment.uid.label("key"),
            Edition.code.label("edition"),
            Enrolment.status.label("state"),
            email=email,
        )
        .join(Enrolment, Enrolment.person_id == Person.id)
        .join(Edition, Edition.id == Enrolment.edition_id)
        .where(where, *match_all_words(search.words))
        .order_by(Edition.starts_on.desc(), Person.sort_key, Enrolment.id)
    )


def _persons(search: StaffSearch) -> Select[Any] | None:
    if not search.actor.may(Permission.READ_PEOPLE):
        return None
    query = _people(Person.uid.label("key")).where(*match_all_words(search.words))
    return query.order_by(Person.sort_key, Person.id)


_QUERIES = {
    HitKind.APPLICATION: _applications,
    HitKind.PARTICIPANT: _participants,
    HitKind.PERSON: _persons,
}


def _people(*columns: ColumnElement[Any], email: ColumnElement[Any] | None = None) -> Select[Any]:
    return select(
        Person.name,
        Person.email if email is None else email.label("email"),
        Person.institution,
        func.count().over().label("total"),
        *columns,
    )


def _editions_with(actor: Actor, permission: Permission) -> ColumnElement[bool] | None:
    """Return the condition of the editions in which the reader has a permission, None if none."""
    if actor.may(permission):
        return true()
    codes = [code for code in actor.in_edition if actor.may(permission, code)]
    return Edition.code.in_(codes) if codes else None

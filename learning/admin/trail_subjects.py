"""Whom the rows of the audit trail are about: names instead of the ids of rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.admissions.models import Application
from learning.enrolment.models import Enrolment


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What a row is about, in words; `address` is its page, empty without one."""

    name: str
    person_uid: str = ""
    address: str = ""


def subjects_of(session: Session, subjects: Iterable[str]) -> dict[str, Subject]:
    """Return the names of subjects such as “person 12”, in at most one query for each kind.

    What is gone, and what has no name, is called as it is recorded.
    """
    names = set(subjects)
    found = {subject: Subject(name=subject) for subject in names}
    for kind, query in _queries().items():
        ids = [int(each.split()[1]) for each in names if _is_row_of(kind, each)]
        if ids:
            column = query.selected_columns[0]
            rows = session.execute(query.where(column.in_(ids)))
            for row_id, name, uid, more in rows:
                words = ", ".join(filter(None, (name, more)))
                found[f"{kind} {row_id}"] = Subject(name=words, person_uid=uid)
    return found


def _queries() -> Mapping[str, Select[int, str, str, str]]:
    return {
        "person": select(Person.id, Person.name, Person.uid, Person.institution),
        "application": select(Application.id, Person.name, Person.uid, Application.reference).join(
            Person, Person.id == Application.person_id
        ),
        "enrolment": select(Enrolment.id, Person.name, Person.uid, Person.institution).join(
            Person, Person.id == Enrolment.person_id
        ),
    }


def _is_row_of(kind: str, subject: str) -> bool:
    head, _, tail = subject.partition(" ")
    return head == kind and tail.isascii() and tail.isdigit()

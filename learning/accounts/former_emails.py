"""The addresses that people had before: rows that know a person by address are found by them.

An address may have belonged to several people, one after the other. Each has the rows of their
own time; what came after the last of them is the last one's.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.accounts.models import FormerEmail, Person
from learning.extension_points.personal_data import HeldEmail
from learning.kit.idempotency import insert_if_absent


def add_former_email(session: Session, person: Person, *, now: datetime) -> None:
    """Store the present address of a person who is about to get another one."""
    insert_if_absent(session, FormerEmail, person_id=person.id, email=person.email, changed_at=now)


def held_emails(session: Session, person: Person) -> tuple[HeldEmail, Sequence[HeldEmail]]:
    """Return a person's present address and the former ones, in two statements."""
    own = select(FormerEmail.email).where(FormerEmail.person_id == person.id)
    known = FormerEmail.email.in_(own) | (FormerEmail.email == person.email)
    order = FormerEmail.email, FormerEmail.changed_at
    changes = session.scalars(select(FormerEmail).where(known).order_by(*order)).all()
    taken = set(session.scalars(select(Person.email).where(Person.email.in_(own))))
    latest = [each.changed_at for each in changes if each.email == person.email]
    present = HeldEmail(email=person.email, after=max(latest, default=None))
    former = [_held(each, changes, taken) for each in changes if each.person_id == person.id]
    return present, former


def _held(own: FormerEmail, changes: Sequence[FormerEmail], taken: set[str]) -> HeldEmail:
    """Return since when somebody had an address whose change ended that, and until when."""
    others = [each.changed_at for each in changes if each.email == own.email and each is not own]
    followed = own.email in taken or any(at >= own.changed_at for at in others)
    return HeldEmail(
        email=own.email,
        after=max((at for at in others if at <= own.changed_at), default=None),
        until=own.changed_at if followed else None,
    )


def people_by_former_email(session: Session, email: str) -> Sequence[Person]:
    """Return who had an address before."""
    had = select(FormerEmail.person_id).where(FormerEmail.email == email)
    return session.scalars(select(Person).where(Person.id.in_(had)).order_by(Person.id)).all()

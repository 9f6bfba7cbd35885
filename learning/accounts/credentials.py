"""What ends with the former password, address, lock or second step: links, sign-ins, waiting jobs.

`people.credentials_version` counts these changes. Whatever was made for the person carries the
version of its day and is compared where it is used: a link, the letter that carries it, the job
that would make it, a sign-in between its two steps. So an old one is dead even if it was made
while the change was on its way.
"""

from collections.abc import Sequence

from sqlalchemy import and_, delete, or_
from sqlalchemy.orm import Session

from learning.accounts import queries
from learning.accounts.models import Link, Person, Purpose, SignIn


def invalidate(
    session: Session, person: Person, *, addresses: Sequence[str] = (), keep: str = ""
) -> None:
    """End everything that was opened for a person before; call it with every such change.

    `addresses` are others than the present one that matter, `keep` is the hash of the token of
    the sign-in that may stay.
    """
    session.flush()  # reading the row anew would undo what is not written yet
    session.refresh(person, with_for_update=True)  # two changes at once count twice
    person.credentials_version += 1
    sign_up = and_(Link.purpose == Purpose.SIGN_UP, Link.email.in_([person.email, *addresses]))
    session.execute(delete(Link).where(or_(Link.person_id == person.id, sign_up)))
    others = SignIn.person_id == person.id, SignIn.token_hash != keep
    session.execute(delete(SignIn).where(*others))


def version_at(session: Session, email: str) -> int | None:
    """Return the version of whoever has an address; the same work if nobody has it."""
    known = queries.person_by_email(session, email)
    return known.credentials_version if known else None


def unchanged(session: Session, person_id: int, version: int | None) -> Person | None:
    """Return a person whose account is open and whose credentials are those of a version."""
    person = session.get(Person, person_id, with_for_update=True)
    open_as_then = (
        person is not None and person.locked_at is None and person.credentials_version == version
    )
    return person if open_as_then else None

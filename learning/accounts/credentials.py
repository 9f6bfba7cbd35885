"""What ends when the password, address, account status or second factor changes.

Tokens, sessions, pending jobs.

`people.credentials_version` counts these changes. Whatever is made for the person carries the
version of its day and is compared when it is used: a token, the e-mail with it, the job that would
make it, a sign-in between its two steps. So an old one is invalid even if it was made while the
change was being saved.
"""

from collections.abc import Sequence

from sqlalchemy import and_, delete, or_
from sqlalchemy.orm import Session

from learning.accounts import queries
from learning.accounts.models import AccountToken, Person, TokenPurpose, UserSession


def invalidate(
    session: Session,
    person: Person,
    *,
    emails: Sequence[str] = (),
    except_token_hash: str = "",
    seen_version: int | None = None,
) -> bool:
    """End every session and token of a person; call it with every change of credentials.

    `emails` are further addresses that matter besides the present one. The session whose token
    hash is `except_token_hash` stays. Return False, and end nothing, if `seen_version`, that of
    the page on which the change was decided, is not current.
    """
    session.flush()  # a refresh would discard changes that are not flushed yet
    session.refresh(person, with_for_update=True)  # two changes at once count twice
    if seen_version not in {None, person.credentials_version}:
        return False
    person.credentials_version += 1
    sign_up = and_(
        AccountToken.purpose == TokenPurpose.SIGN_UP,
        AccountToken.email.in_([person.email, *emails]),
    )
    session.execute(delete(AccountToken).where(or_(AccountToken.person_id == person.id, sign_up)))
    other_sessions = UserSession.person_id == person.id, UserSession.token_hash != except_token_hash
    session.execute(delete(UserSession).where(*other_sessions))
    return True


def version_at(session: Session, email: str) -> int | None:
    """Return the credentials version of the account with an address.

    Takes the same time if none has it.
    """
    known = queries.person_by_email(session, email)
    return known.credentials_version if known else None


def find_unchanged(session: Session, person_id: int, version: int | None) -> Person | None:
    """Return a person whose account is open and whose credentials version is this one."""
    person = session.get(Person, person_id, with_for_update=True)
    open_as_then = (
        person is not None and person.closed_at is None and person.credentials_version == version
    )
    return person if open_as_then else None

"""Commands about people: the first administrator, a new password, a letter that came back."""

import getpass
import sys
from argparse import Namespace

from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.accounts import actions, joining, queries
from learning.accounts.actions import HeldRole, NewPerson
from learning.accounts.models import Person
from learning.accounts.passwords import fault_of, hash_password
from learning.commands.database import open_database
from learning.commands.faults import UnusableError
from learning.enrolment.lists import is_same_name
from learning.kit.email_addresses import EMAIL_FAULTS, email_fault, normal_email
from learning.kit.time import now
from learning.mail import bounces
from learning.settings import Settings

MOST_BYTES = 1_000_000
REASON = "made with the command `learning administrator`"


def make_administrator(settings: Settings, given: Namespace) -> int:
    """Make somebody an administrator, and invite them if they cannot sign in yet."""
    email, name = normal_email(given.email), " ".join(given.name.split())
    if fault := email_fault(email):
        raise UnusableError(f"{given.email!r}: {EMAIL_FAULTS[fault]}")
    if not name:
        raise UnusableError("Say what the administrator is called.")
    with open_database(settings) as database, database.transaction() as session:
        known = queries.person_by_email(session, email)
        if known and known.locked_at:
            raise UnusableError(f"The account of {email} is closed; open it on the desk first.")
        if known and not is_same_name(known.name, name):
            raise UnusableError(
                f"{email} is the address of {known.name}, not of {name}. "
                "If that is the person you mean, give that name."
            )
        new = NewPerson(email=email, name=name, language=given.language)
        person = known or actions.add_person(session, new, by=None, now=now())
        held = HeldRole(person_id=person.id, role=Role.ADMINISTRATOR, why=REASON)
        actions.grant_role(session, held, by=None, now=now())
        told = _invitation(session, settings, person)
    print(told)
    return 0


def _invitation(session: Session, settings: Settings, person: Person) -> str:
    """Invite whoever has no password yet; return what to say about it."""
    if person.password_hash:
        return f"{person.name}, {person.email}, is an administrator and signs in as before."
    path = joining.invite(session, person, by=None, now=now())
    if settings.mail_url.startswith("folder:"):
        link = f"{settings.address}/{person.language}{path}"
        return f"{person.email} is an administrator once a password is chosen here:\n{link}"
    return f"An invitation to {person.email} is queued; a worker sends it."


def set_password(settings: Settings, given: Namespace) -> int:
    with open_database(settings) as database:
        password = _typed_password()
        if fault := fault_of(password, given.email):
            raise UnusableError(fault)
        hashed = hash_password(password)
        with database.transaction() as session:
            person = queries.person_by_email(session, given.email)
            if person is None:
                raise UnusableError(f"Nobody has the address {given.email}.")
            actions.set_password(session, person, hashed, now=now())
    print("The password is set; all devices have to sign in again.")
    return 0


def _typed_password() -> str:
    """Return what is typed unseen, or without a terminal the first line of standard input."""
    if sys.stdin.isatty():
        return getpass.getpass("New password: ")
    password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise UnusableError(
            "No password came: type it in a terminal, or write it to standard input."
        )
    return password


def take_bounce(settings: Settings, given: Namespace) -> int:
    """Count a returned message against its address; what is not ours is left alone."""
    bounce = bounces.read(sys.stdin.buffer.read(MOST_BYTES), given.envelope_to)
    if bounce is None:
        return 0
    with open_database(settings) as database, database.transaction() as session:
        bounces.take(session, bounce, now=now())
    return 0

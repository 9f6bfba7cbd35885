"""Commands about people: the first administrator, a password, a bounce."""

import getpass
import sys
from argparse import Namespace

from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.accounts import actions, queries, registration
from learning.accounts.actions import NewPerson, RoleAssignment
from learning.accounts.models import Person
from learning.accounts.passwords import hash_password, password_error
from learning.commands.database import open_database
from learning.commands.errors import CommandError
from learning.kit.email_addresses import EMAIL_ISSUES, email_issue, normal_email
from learning.kit.time import now
from learning.mail import bounces
from learning.participants.people_lists import is_same_name
from learning.settings import Settings

MAX_MESSAGE_BYTES = 1_000_000
ROLE_REASON = "made with the command `learning administrator`"


def create_administrator(settings: Settings, args: Namespace) -> int:
    """Make a person an administrator, and invite them if they cannot sign in yet."""
    email, name = normal_email(args.email), " ".join(args.name.split())
    if issue := email_issue(email):
        raise CommandError(f"{args.email!r}: {EMAIL_ISSUES[issue]}")
    if not name:
        raise CommandError("Say what the administrator is called.")
    with open_database(settings) as database, database.transaction() as session:
        person_with_email = queries.person_by_email(session, email)
        if person_with_email and person_with_email.closed_at:
            raise CommandError(f"The account of {email} is closed; reopen it first, as staff.")
        if person_with_email and not is_same_name(person_with_email.name, name):
            raise CommandError(
                f"{email} is the address of {person_with_email.name}, not of {name}. "
                "If that is the person you mean, give that name."
            )
        new = NewPerson(email=email, name=name, language=args.language)
        person = person_with_email or actions.add_person(session, new, by=None, now=now())
        assignment = RoleAssignment(person_id=person.id, role=Role.ADMINISTRATOR, why=ROLE_REASON)
        actions.grant_role(session, assignment, by=None, now=now())
        message = _invitation(session, settings, person)
    print(message)
    return 0


def _invitation(session: Session, settings: Settings, person: Person) -> str:
    """Invite a person who has no password yet; return the message to print."""
    if person.password_hash:
        return f"{person.name}, {person.email}, is an administrator and signs in as before."
    path = registration.invite(session, person, by=None, now=now())
    if settings.mail_url.startswith("folder:"):
        link = f"{settings.address}/{person.language}{path}"
        return f"{person.email} is an administrator once a password is chosen here:\n{link}"
    return f"An invitation to {person.email} is queued; a worker sends it."


def set_password(settings: Settings, args: Namespace) -> int:
    with open_database(settings) as database:
        password = _read_password()
        if error := password_error(password, args.email):
            raise CommandError(error)
        hashed = hash_password(password)
        with database.transaction() as session:
            person = queries.person_by_email(session, args.email)
            if person is None:
                raise CommandError(f"Nobody has the address {args.email}.")
            actions.set_password(session, person, hashed, now=now())
    print("The password is set; all devices have to sign in again.")
    return 0


def _read_password() -> str:
    """Return a password from a prompt, or without a terminal the first line of standard input."""
    if sys.stdin.isatty():
        return getpass.getpass("New password: ")
    password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise CommandError(
            "No password came: type it in a terminal, or write it to standard input."
        )
    return password


def process_bounce(settings: Settings, args: Namespace) -> int:
    """Count a returned message against its address.

    Messages that are not about our e-mails are ignored.
    """
    bounce = bounces.parse_bounce(sys.stdin.buffer.read(MAX_MESSAGE_BYTES), args.envelope_to)
    if bounce is None:
        return 0
    with open_database(settings) as database, database.transaction() as session:
        bounces.process_bounce(session, bounce, now=now())
    return 0

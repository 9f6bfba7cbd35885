"""Commands about personal data: an export, and forgetting a person."""

import json
import sys
import time
from argparse import Namespace
from collections.abc import Sequence

from sqlalchemy.orm import Session

from learning import wiring
from learning.accounts import actions, personal_data, queries
from learning.accounts.actions import AccountDecision
from learning.accounts.former_emails import people_by_former_email
from learning.accounts.models import Person
from learning.accounts.person_emails import recipient_of
from learning.audit.queries import last_entry
from learning.batches.rules import FIRST_SIZE, next_size
from learning.commands.database import open_database
from learning.commands.errors import CommandError, first_line
from learning.extension_points.personal_data import (
    ForgetBlocker,
    ForgetRequest,
    OnForget,
    PersonRef,
    PlannedTable,
    export_all,
    forget,
    plan_forget,
)
from learning.fees.person_balances import exported_balances, latest_document_day
from learning.jobs.rules import Priority, Queue, rest_after
from learning.kit.database import Database
from learning.kit.email_addresses import normal_email
from learning.kit.time import now
from learning.mail.actions import EmailRequest, Recipient
from learning.mail.senders import SmtpRejection
from learning.providers import FORGET_BLOCKERS, PERSONAL_DATA
from learning.settings import Settings

NOBODY = 0  # the id of no person: somebody may be known by an address alone
TABLES = [each for tables in PERSONAL_DATA.values() for each in tables]
CLOSED_WHY = "the person is forgotten"
DELETED_EMAIL = EmailRequest(kind="accounts.data-deleted")


def export_person(settings: Settings, args: Namespace) -> int:
    """Write the data of the person with an address to standard output, as JSON."""
    with open_database(settings) as database, database.transaction() as session:
        person, about = _find(session, args.email)
        known = export_all(PERSONAL_DATA, session, about)
        if balances := exported_balances(session, about):
            known["fees"]["balances"] = balances
        if not known:
            raise CommandError(f"Nothing is known of {about.email}.")
        if person:
            personal_data.record_export(session, person, now=now())
    print(json.dumps(known, ensure_ascii=False, indent=2))
    return 0


def forget_person(settings: Settings, args: Namespace) -> int:
    """List what is known of the person with an address; with `--execute`, forget them.

    Everything that is asked or refused comes first. It can be stopped at any time and begun again.
    """
    with open_database(settings) as database:
        with database.transaction() as session:
            _, about = _find(session, args.email)
            planned = plan_forget(TABLES, session, about)
            blockers, kept = _blockers(session, about), _kept_until(settings, session, about)
        if not planned:
            raise CommandError(f"Nothing is known of {about.email}.")
        print("\n".join(_lines(planned) + kept))
        _refuse(about, blockers)
        if not args.execute:
            print("Nothing was changed. Add --execute to do what the list says.")
            return 0
        if not args.yes:
            _confirm(about.email)
        _close(settings, database, about, args)
        _forget(database, about)
    print(f"{about.email} is forgotten. The nightly purge deletes the content of files.")
    return 0


def _find(session: Session, email: str) -> tuple[Person | None, PersonRef]:
    """Return whose address it is, if anybody's; raise CommandError if it was only before."""
    person, normal = queries.person_by_email(session, email), normal_email(email)
    if person is not None:
        return person, personal_data.person_ref(session, person)
    had = people_by_former_email(session, normal)
    if len(had) > 1:
        present = ", ".join(each.email for each in had)
        raise CommandError(
            f"{normal} is a former address of several people: give one of {present}."
        )
    if had:
        raise CommandError(f"{normal} is a former address of {had[0].email}: give that one.")
    return None, PersonRef(id=NOBODY, email=normal)


def _blockers(session: Session, about: PersonRef) -> list[ForgetBlocker]:
    """Return what speaks against forgetting a person."""
    return [each for blockers in FORGET_BLOCKERS for each in blockers(session, about)]


def _kept_until(settings: Settings, session: Session, about: PersonRef) -> list[str]:
    """Return the line that says until when the books keep the person, if they do."""
    last = latest_document_day(session, about)
    if last is None:
        return []
    years = settings.books_years
    return [f"The books are kept for {years} years: until {last.year + years}-12-31."]


def _refuse(about: PersonRef, blockers: Sequence[ForgetBlocker]) -> None:
    if not blockers:
        return
    reasons = "; ".join(each.reason for each in blockers)
    raise CommandError(f"{about.email} cannot be forgotten now: {reasons}.")


def _lines(planned: Sequence[PlannedTable]) -> list[str]:
    """Return one line for each entry with rows: what becomes of them, how many, where, why."""
    return [
        f"{each.entry.on_forget:<9}  {each.rows:>6}  {each.entry.table.name:<24}{each.entry.why}"
        for each in sorted(planned, key=lambda each: list(OnForget).index(each.entry.on_forget))
    ]


def _confirm(email: str) -> None:
    """Ask for the address; a terminal or standard input may give it."""
    print(f"Type {email} to forget this person: ", end="", flush=True)
    if normal_email(sys.stdin.readline()) != normal_email(email):
        raise CommandError("That is not the address. Nothing was changed.")


def _close(settings: Settings, database: Database, about: PersonRef, args: Namespace) -> None:
    """Write to somebody with an account, then close it; an earlier try may have done both."""
    with database.read_transaction() as session:
        person = queries.get_person(session, about.id)
        if person is None or _was_closed(session, person):
            return
        to = recipient_of(person)
    if not args.no_email:
        _notify(settings, about, to)
    with database.transaction() as session:
        _refuse(about, _blockers(session, about))
        decision = AccountDecision(by=None, why=CLOSED_WHY)
        person = session.get_one(Person, about.id)
        actions.close_account(session, person, decision, reopen=False, now=now())


def _was_closed(session: Session, person: Person) -> bool:
    """Whether an account was closed by this command, not by staff before."""
    last = last_entry(session, "account closed", f"person {person.id}")
    return person.closed_at is not None and last is not None and CLOSED_WHY in last.detail


def _notify(settings: Settings, about: PersonRef, to: Recipient) -> None:
    try:
        wiring.email_handler(settings).send_unstored(to, DELETED_EMAIL, now=now())
    except (SmtpRejection, OSError) as error:
        raise CommandError(
            f"The e-mail to {about.email} could not be sent: {first_line(error)}. "
            "Nothing was changed. Add --no-email to forget the person without it."
        ) from error


def _forget(database: Database, about: PersonRef) -> None:
    """Forget a few rows at a time, and rest, for requests; the last rows name the person."""
    one_writer = database.engine.dialect.name == "sqlite"
    size, left = FIRST_SIZE, True
    while left:
        with database.transaction() as session:
            began = time.monotonic()  # from here on others wait
            _refuse(about, _blockers(session, about))
            request = ForgetRequest(person=about, now=now(), limit=size)
            left = forget(TABLES, session, request) == size
            if not left and about.id != NOBODY:
                personal_data.record_forgotten(session, about.id, now=now())
        seconds = time.monotonic() - began
        size = next_size(size, seconds)
        time.sleep(rest_after(seconds, Queue.SLOW, Priority.LOW, one_writer=one_writer))

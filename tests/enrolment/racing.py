"""One process of a race: waits at the start, does its deed, says what became of it.

`python -m tests.enrolment.racing URL DEED APPLICATION PERSON VERSION`
"""

import os
import sys
from collections.abc import Callable

from sqlalchemy.orm import Session, joinedload

from learning.access.permissions import Role
from learning.accounts import actions as accounts
from learning.accounts import factors, links
from learning.accounts.actions import HeldRole
from learning.accounts.links import Wanted
from learning.accounts.models import Person, Purpose
from learning.enrolment import (
    applying,
    assessing,
    deciding,
    nominations,
    passing,
    queries,
    sponsoring,
    waiting,
)
from learning.enrolment.models import Application, Sponsorship
from learning.enrolment.moving import Deed
from learning.enrolment.ranking import Criterion
from learning.enrolment.rules import Event, Who
from learning.enrolment.sponsoring import Contact
from learning.kit.db import Database
from learning.kit.engines import make_engine
from learning.kit.errors import Refused
from learning.kit.time import now


def main(url: str, deed: str, *numbers: str) -> str:
    application_id, person, version = map(int, numbers)
    database = Database(make_engine(url))
    with database.reading() as session:
        session.get(Application, application_id)  # connected before the start
    say("ready")
    sys.stdin.readline()
    try:
        with database.transaction() as session:
            whole = [joinedload(Application.edition)]
            application = session.get_one(Application, application_id, options=whole)
            if deed in COUNTED:
                return COUNTED[deed](session, application, person)
            if deed == "fill":
                return f"offered {len(waiting.fill(session, application.edition_id, now=now()))}"
            event = Event(deed)
            who = Who.APPLICANT if event in {Event.PROMOTE, Event.WITHDRAW} else Who.REGISTRAR
            made = Deed(
                event=event, who=who, by=person, now=now(), reason="because",
                version=None if version < 0 else version,
            )  # fmt: skip
            if event is Event.PROMOTE:
                done = deciding.take_offer(session, application, made)
            elif event is Event.WITHDRAW:
                done = applying.withdraw(session, application, made)
            elif event is Event.TRANSFER:
                ahead = queries.editions_ahead(session, application.edition, now().date())
                done = passing.transfer(session, application, ahead[-1], made) is not None
            else:
                done = deciding.decide(session, application, made)
    except Refused as refusal:
        return f"refused: {refusal}"
    return "done" if done else "done before"


def name_many(session: Session, application: Application, person: int) -> str:
    """Name as many as one link may, in a transaction each."""
    sponsorship = session.get_one(Sponsorship, application.sponsorship_id)
    named = 0
    for number in range(nominations.MOST_NOMINEES):
        email = f"n{number}-{os.getpid()}@example.org"
        nominee = nominations.Nominee(name=f"Of {person}", email=email, language="fr")
        try:
            with session.begin_nested():
                nominations.nominate(session, sponsorship, nominee, now=now())
        except Refused:
            continue
        named += 1
    return f"named {named}"


def ask_a_sponsor(session: Session, application: Application, person: int) -> str:
    contact = Contact(
        organisation="House", name=f"{person}", email=f"{os.getpid()}@example.org", language="fr"
    )
    sponsoring.ask_sponsor(session, application, contact, now=now())
    return "asked"


def assess(session: Session, application: Application, person: int) -> str:
    given = assessing.Given(points=dict.fromkeys(Criterion, 3), remark="")
    assessing.assess(session, application, given, by=person, now=now())
    return "assessed"


def grant(session: Session, _application: Application, person: int) -> str:
    held = HeldRole(person_id=person, role=Role.FINANCE, edition_id=None)
    accounts.grant_role(session, held, by=None, now=now())
    return "granted"


def make_codes(session: Session, _application: Application, person: int) -> str:
    factors.new_recovery_codes(session, session.get_one(Person, person), now=now())
    return "made"


def make_link(session: Session, _application: Application, person: int) -> str:
    wanted = Wanted(purpose=Purpose.RESET, email="x@example.org", person_id=person)
    links.make(session, wanted, now=now())
    return "made"


COUNTED: dict[str, Callable[[Session, Application, int], str]] = {
    "name-many": name_many,
    "ask-sponsor": ask_a_sponsor,
    "assess": assess,
    "grant": grant,
    "codes": make_codes,
    "link": make_link,
}
"""What is counted, or looked for, before it is written."""


def say(what: str) -> None:
    sys.stdout.write(what + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    say(main(*sys.argv[1:]))

"""One process of a race: waits at the start, does its transition, says what became of it.

`python -m tests.admissions.race_worker URL ACTION APPLICATION PERSON VERSION`
"""

import os
import sys
from collections.abc import Callable

from sqlalchemy.orm import Session, joinedload

from learning import wiring
from learning.access.permissions import Role
from learning.accounts import actions as accounts
from learning.accounts import tokens, two_factor
from learning.accounts.actions import RoleAssignment
from learning.accounts.models import Person, TokenPurpose
from learning.accounts.tokens import TokenRequest
from learning.admissions.commands import (
    applications,
    assessments,
    decisions,
    nominations,
    sponsorships,
    transfers,
    waitlist,
)
from learning.admissions.commands.sponsorships import Contact
from learning.admissions.commands.transitions import TransitionRequest
from learning.admissions.models import Application, Sponsorship
from learning.admissions.queries import applications as application_queries
from learning.admissions.rules.ranking import Criterion
from learning.admissions.rules.states import ApplicationEvent
from learning.enrolment.rules import ActorRole
from learning.kit.engines import make_engine
from learning.kit.errors import RuleViolation
from learning.kit.time import now


def main(url: str, transition: str, *numbers: str) -> str:
    application_id, person, version = map(int, numbers)
    database = wiring.database(make_engine(url))
    with database.read_transaction() as session:
        session.get(Application, application_id)  # connected before the start
    say("ready")
    sys.stdin.readline()
    try:
        with database.transaction() as session:
            whole = [joinedload(Application.edition)]
            application = session.get_one(Application, application_id, options=whole)
            if transition in COUNTED:
                return COUNTED[transition](session, application, person)
            if transition == "fill":
                offers = waitlist.offer_free_seats(session, application.edition_id, now=now())
                return f"offered {len(offers)}"
            event = ApplicationEvent(transition)
            who = (
                ActorRole.APPLICANT
                if event in {ApplicationEvent.PROMOTE, ApplicationEvent.WITHDRAW}
                else ActorRole.REGISTRAR
            )
            made = TransitionRequest(
                event=event,
                actor_role=who,
                by=person,
                now=now(),
                reason="because",
                version=None if version < 0 else version,
            )
            if event is ApplicationEvent.PROMOTE:
                decisions.accept_offer(session, application, made)
            elif event is ApplicationEvent.WITHDRAW:
                applications.withdraw(session, application, made)
            elif event is ApplicationEvent.TRANSFER:
                ahead = application_queries.editions_ahead(
                    session, application.edition, now().date()
                )
                transfers.transfer(session, application, ahead[-1], made)
            else:
                decisions.decide(session, application, made)
    except RuleViolation as violation:
        return f"refused: {violation}"
    return "done"


def name_many(session: Session, application: Application, person: int) -> str:
    """Name as many as one link may, in a transaction each."""
    sponsorship = session.get_one(Sponsorship, application.sponsorship_id)
    named = 0
    for number in range(nominations.MAX_NOMINEES):
        email = f"n{number}-{os.getpid()}@example.org"
        nominee = nominations.Nominee(name=f"Of {person}", email=email, language="fr")
        try:
            with session.begin_nested():
                nominations.nominate(session, sponsorship, nominee, now=now())
        except RuleViolation:
            continue
        named += 1
    return f"named {named}"


def ask_a_sponsor(session: Session, application: Application, person: int) -> str:
    contact = Contact(
        organisation="House", name=f"{person}", email=f"{os.getpid()}@example.org", language="fr"
    )
    sponsorships.invite_sponsor(session, application, contact, now=now())
    return "asked"


def assess(session: Session, application: Application, person: int) -> str:
    assessment = assessments.AssessmentScores(scores=dict.fromkeys(Criterion, 3), remark="")
    assessments.save_assessment(session, application, assessment, by=person, now=now())
    return "assessed"


def grant(session: Session, _application: Application, person: int) -> str:
    held = RoleAssignment(person_id=person, role=Role.FINANCE, edition_id=None)
    accounts.grant_role(session, held, by=None, now=now())
    return "granted"


def make_codes(session: Session, _application: Application, person: int) -> str:
    two_factor.create_recovery_codes(session, session.get_one(Person, person), now=now())
    return "made"


def make_link(session: Session, _application: Application, person: int) -> str:
    token_request = TokenRequest(
        purpose=TokenPurpose.RESET, email="x@example.org", person_id=person
    )
    tokens.create_token(session, token_request, now=now())
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

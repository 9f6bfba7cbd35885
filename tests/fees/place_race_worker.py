"""One process of a race about the money of a place: waits at the start, acts, says how it went.

`python -m tests.fees.place_race_worker URL ACTION APPLICATION PERSON KEY`
"""

import sys

from sqlalchemy.orm import Session

from learning import wiring
from learning.admissions.commands import decisions
from learning.admissions.commands.transitions import TransitionRequest
from learning.admissions.models import Application
from learning.admissions.rules.states import ApplicationEvent
from learning.enrolment.rules import ActorRole
from learning.kit.engines import make_engine
from learning.kit.errors import RuleViolation, code_name
from learning.kit.time import now
from tests.fees.places import pay

FEE = 98000


def main(url: str, action: str, application_id: str, person: str, key: str) -> str:
    database = wiring.database(make_engine(url))
    with database.read_transaction() as session:
        session.get(Application, int(application_id))  # connected before the start
    say("ready")
    sys.stdin.readline()
    try:
        with database.transaction() as session:
            return act(session, action, int(application_id), int(person), key)
    except RuleViolation as violation:
        return f"refused: {code_name(violation.code)}"


def act(session: Session, action: str, application_id: int, person: int, key: str) -> str:
    application = session.get_one(Application, application_id)
    if action == "pay":
        pay(session, application, FEE)
        return "paid"
    request = TransitionRequest(
        event=ApplicationEvent.CANCEL,
        actor_role=ActorRole.REGISTRAR,
        by=person,
        now=now(),
        reason="because",
        cost_key=key if key != "-" else None,
    )
    decisions.decide(session, application, request)
    return "cancelled"


def say(what: str) -> None:
    sys.stdout.write(what + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    say(main(*sys.argv[1:]))

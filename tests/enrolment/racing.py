"""One process of a race: waits at the start, does its deed, says what became of it.

`python -m tests.enrolment.racing URL DEED APPLICATION PERSON VERSION`
"""

import sys

from sqlalchemy.orm import joinedload

from learning.enrolment import applying, deciding, passing, queries, waiting
from learning.enrolment.models import Application
from learning.enrolment.moving import Deed
from learning.enrolment.rules import Event, Who
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


def say(what: str) -> None:
    sys.stdout.write(what + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    say(main(*sys.argv[1:]))

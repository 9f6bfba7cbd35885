"""Quizzes for the bench: 300 people with three attempts at each, the pages of one more.

The demonstration has her first quiz passed and the third in progress.
"""

import re

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from bench.crowd import CROWD
from bench.servers import BenchRequest, once
from learning.catalogue.models import Edition
from learning.content.activity_types import RequirementKey
from learning.content.course import Course
from learning.enrolment.models import Enrolment
from learning.gradebook.models import CompletionStatus, RequirementStatus
from learning.gradebook.rules.completion import RequirementState
from tests.quizzes.rows import add_attempts
from tests.world import NOW

PEOPLE = 300
ENDED, IN_PROGRESS = "m1", "m3"


def fill(session: Session, course: Course, people: int = PEOPLE) -> None:
    """Add the attempts of some of the crowd, and how far everybody of it is."""
    edition = session.scalars(select(Edition).where(Edition.code == CROWD)).one()
    crowd = select(Enrolment.person_id).where(Enrolment.edition_id == edition.id)
    ids = session.scalars(crowd.order_by(Enrolment.id).limit(people)).all()
    add_attempts(session, edition, course, ids, now=NOW)
    add_states(session, edition)


def add_states(session: Session, edition: Edition) -> None:
    """Store how far everybody of an edition is, as the gradebook does after each result."""
    mine = select(Enrolment.id).where(Enrolment.edition_id == edition.id)
    enrolments = session.scalars(mine.order_by(Enrolment.id)).all()
    here: dict[str, object] = {"edition_id": edition.id, "changed_at": NOW}
    states = [
        here | {
            "enrolment_id": id_, "requirement": requirement, "state": RequirementState.PENDING,
            "done": 1, "needed": 6,
        }
        for id_ in enrolments
        for requirement in RequirementKey
    ]  # fmt: skip
    session.execute(insert(RequirementStatus), states)
    counts = {"fulfilled": 0, "required": len(RequirementKey), "mark": 5000, "complete_since": None}
    session.execute(
        insert(CompletionStatus), [here | counts | {"enrolment_id": id_} for id_ in enrolments]
    )


def pages(port: int, edition: str, cookie: str) -> dict[str, BenchRequest]:
    """Return the pages of quizzes of a participant, and an answer as her script sends it."""
    quizzes = f"/fr/editions/{edition}/quizzes"
    attempt = f"{quizzes}/{IN_PROGRESS}/attempts/1"
    questions = BenchRequest(path=f"{attempt}/questions/1", cookie=cookie)
    html = once(port, questions)[0].decode()
    number, answer = chosen(html)
    return {
        "a quiz": BenchRequest(path=f"{quizzes}/{ENDED}", cookie=cookie),
        "a quiz, its questions": questions,
        "a quiz, its review": BenchRequest(path=f"{attempt}/review", cookie=cookie),
        "a quiz, its result": BenchRequest(
            path=f"{quizzes}/{ENDED}/attempts/2/result", cookie=cookie
        ),
        "path to the certificate": BenchRequest(
            path=f"/fr/editions/{edition}/certificate/", cookie=cookie
        ),
        "a quiz, an answer sent again": BenchRequest(
            path=f"{attempt}/answers/{number}", cookie=cookie, sent=answer
        ),
    }


def chosen(html: str) -> tuple[str, dict[str, str]]:
    """Return a question of the page with one chosen option, and what its fields say."""
    radios = [each for each in re.findall(r"<input[^>]*>", html) if 'type="radio"' in each]
    checked = next(each for each in radios if " checked" in each)
    number = re.findall(r'name="q(\d+)"', checked)[0]
    base = re.findall(rf'name="base-{number}" value="(\d+)"', html)[0]
    return number, {
        f"q{number}": re.findall(r'value="(\d+)"', checked)[0],
        f"base-{number}": base,
    }

"""300 participants and 10,000 applications: every list is paged, small, and costs what few cost."""

from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.admissions.rules.states import ApplicationState
from learning.jobs.models import Job, JobState
from tests.extension_points.rows import add_applications, add_learners, add_people
from tests.html_rules import HtmlIssues
from tests.world import NOW, World, make_person, sign_in

MAX_BYTES, MAX_NODES = 120_000, 3_000
APPLICATIONS, PARTICIPANTS, FAILED = 10_000, 300, 300
RUNNING = "/fr/staff/editions/reintegration-running/"
OPEN = "/fr/staff/editions/reintegration-open/"
LISTS = {
    Role.REGISTRAR: (
        "/fr/staff/",
        "/fr/staff/search?q=person",
        f"{RUNNING}people/",
        f"{RUNNING}progress/",
        f"{RUNNING}progress/?order=behind",
        f"{RUNNING}progress/?module=m2",
        f"{RUNNING}tutors/",
        f"{RUNNING}deadlines/",
        f"{RUNNING}operations/",
        f"{OPEN}applications/",
        f"{OPEN}applications/?q=person",
        f"{OPEN}applications/?state=submitted&sort=name",
        f"{OPEN}applications/waitlist",
        f"{OPEN}applications/offers",
        f"{OPEN}statistics/",
        f"{OPEN}publish",
    ),
    Role.ADMINISTRATOR: (
        "/fr/staff/people/",
        "/fr/staff/people/?q=person",
        "/fr/staff/emails/",
        "/fr/staff/audit/",
        "/fr/staff/jobs/",
    ),
}


@dataclass(frozen=True, kw_only=True)
class PageCost:
    statements: int
    bytes: int
    nodes: int


class Scales:
    """Weighs pages: what they ask of the database and send to a browser, once they are warm."""

    def __init__(self, client: FlaskClient, queries: list[str]) -> None:
        self.client, self.queries = client, queries

    def cost(self, path: str) -> PageCost:
        self.client.get(path)
        self.queries.clear()
        page = self.client.get(path)
        assert page.status_code == 200, path
        return PageCost(
            statements=len(self.queries),
            bytes=len(page.data),
            nodes=HtmlIssues(page.text).nodes,
        )


def fill(session: Session, world: World) -> None:
    """Add applicants, of whom every second waits on the list, participants, and failed jobs."""
    people = add_people(session, APPLICATIONS, NOW)
    add_applications(session, world.open, people[::2], NOW)
    add_applications(session, world.open, people[1::2], NOW, ApplicationState.WAITLISTED)
    add_learners(session, world.running, people[:PARTICIPANTS], NOW)
    add_failed_jobs(session, FAILED)
    session.commit()


def add_failed_jobs(session: Session, number: int) -> None:
    failed = {
        "kind": "nothing", "payload": "{}", "created_at": NOW, "due_at": NOW, "ended_at": NOW,
        "state": JobState.DEAD, "attempts": 9, "error": "refused",
    }  # fmt: skip
    session.execute(insert(Job), [failed] * number)


def costs(scales: Mapping[Role, Scales]) -> dict[str, PageCost]:
    return {path: scales[role].cost(path) for role, paths in LISTS.items() for path in paths}


@pytest.fixture
def scales(app: Flask, session: Session, world: World, queries: list[str]) -> Mapping[Role, Scales]:
    return {role: Scales(sign_in(app, session, world.staff[role]), queries) for role in LISTS}


def test_lists_stay_small_and_cost_the_same_statements(
    session: Session, world: World, scales: Mapping[Role, Scales]
) -> None:
    few = [make_person(session, name).id for name in ("Person One", "Person Two")]
    add_applications(session, world.open, few[:1], NOW)
    add_applications(session, world.open, few[1:], NOW, ApplicationState.WAITLISTED)
    add_failed_jobs(session, 1)
    session.commit()
    before = costs(scales)
    fill(session, world)
    after = costs(scales)
    more = {p: (before[p], after[p]) for p in after if after[p].statements > before[p].statements}
    assert more == {}
    large = {p: c for p, c in after.items() if c.bytes > MAX_BYTES or c.nodes > MAX_NODES}
    assert large == {}

"""Large acts while somebody works: nobody waits, nothing fails, nobody is told twice.

Run as `make bench-cohort`, or with three numbers: people in the list, people of the edition that is
cancelled, applications decided about. A web server and a worker run as in production; the worker is
killed in the middle of each act and another one started. Meanwhile somebody signs in, saves a note
and answers a check every 0.2 s.
"""

import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from sqlalchemy import func, select

from bench.cohort_scene import (
    CANCELLED,
    DECIDED,
    ENROLLED,
    Scene,
    applications_of,
    cpu_of_list,
    make_scene,
)
from bench.cohort_visitors import Answered, Visitors
from bench.processes import WorkerProcess
from bench.servers import ROOT, databases, environment_of, open_database, serving
from learning.audit.actions import seal_new
from learning.audit.queries import verify
from learning.batches.models import BatchItem, BatchOperation, ItemState, OperationState
from learning.jobs.models import Job, JobState
from learning.kit.database import Database
from learning.kit.i18n import LANGUAGES
from learning.mail.models import OutgoingEmail
from learning.participants.list_files import read_text
from learning.participants.people_lists import read_list

PEOPLE, EDITION, DECISIONS = 2000, 1000, 500
IDLE_SECONDS = 15.0
MAX_EXTRA_SECONDS = 0.3  # seconds beyond the median of the idle server
MAX_SECONDS = 900.0


@dataclass(frozen=True, kw_only=True)
class Act:
    """A large act: how it is asked for, and how many it concerns."""

    name: str
    start: Callable[[Visitors], float]
    number: int


def main() -> None:
    arguments = [int(each) for each in sys.argv[1:]]
    people, edition, decisions = arguments or (PEOPLE, EDITION, DECISIONS)
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        for measured in databases(Path(folder)):
            environment = environment_of(measured, Path(folder)) | {
                "LEARNING_AUDIT_ANCHORS": f"{folder}/anchors-{measured.name}",
            }
            what = f"a list of {people}, an edition of {edition}, {decisions} decisions"
            print(f"\n{measured.name}: {what}", flush=True)
            database = open_database(measured.url)
            scene = make_scene(database, measured.url, edition, decisions)
            acts = acts_of(database, scene, people, edition, decisions)
            failed |= not report(database, environment, scene, acts)
            alone = cpu_of_list(database, measured, 1000)
            print(f"  a list of 1,000, in this process: {alone}", flush=True)
            database.engine.dispose()
    sys.exit(failed)


def acts_of(
    database: Database, scene: Scene, people: int, edition: int, decisions: int
) -> list[Act]:
    lines = "".join(f"list-{n}@example.net,Person {n},fr\n" for n in range(people))
    text = f"email,name,language\n{lines}"
    shown = read_list(read_text(text), LANGUAGES).digest
    reason = "Too few seats were taken."
    chosen = applications_of(database, scene.decided)
    return [
        Act(
            name="list of people",
            number=people,
            start=lambda each: each.as_registrar(
                f"{ENROLLED}/people/list/enrol", [("text", text), ("shown", shown)]
            ),
        ),
        Act(
            name="edition cancelled",
            number=edition,
            start=lambda each: each.as_approver(
                f"{CANCELLED}/applications/cancel-edition",
                [("reason", reason), ("code", CANCELLED)],
            ),
        ),
        Act(
            name="decisions in bulk",
            number=decisions,
            start=lambda each: each.as_registrar(
                f"{DECIDED}/applications/bulk/execute",
                [("event", "decline"), ("seen", "\n".join([reason] * len(LANGUAGES)))]
                + [(f"reason_{language}", reason) for language in LANGUAGES]
                + [("chosen", reference) for reference in chosen],
            ),
        ),
    ]


def report(database: Database, environment: dict[str, str], scene: Scene, acts: list[Act]) -> bool:
    """Carry out the acts on a running server; return whether all is as it should be."""
    well = True
    worker = WorkerProcess(environment)
    with serving("wsgi:app", environment) as server:
        visitors = Visitors(server.port, scene)
        idle = visitors.watch(lambda: time.sleep(IDLE_SECONDS))
        tell("idle", idle, idle)
        for act in acts:
            durations: list[float] = []
            began = time.monotonic()
            found = visitors.watch(
                lambda act=act, durations=durations: carry_out(
                    database, visitors, act, worker, durations
                )  # type: ignore[misc]
            )
            took = time.monotonic() - began
            print(f"  {act.name}: the request {durations[0]:.2f} s, all of it {took:.0f} s")
            well &= tell(act.name, found, idle)
    worker.kill()
    return well & is_right(database, acts)


def carry_out(
    database: Database,
    visitors: Visitors,
    act: Act,
    worker: WorkerProcess,
    durations: list[float],
) -> None:
    """Ask for an act, kill the worker half-way, wait until all is done."""
    durations.append(act.start(visitors))
    killed = False
    began = time.monotonic()
    while (left := waiting(database)) is not None and time.monotonic() - began < MAX_SECONDS:
        if not killed and left < act.number / 2:
            worker.kill()
            worker.start()
            killed = True
        time.sleep(0.1)


def waiting(database: Database) -> int | None:
    """Return how many items of operations wait, None if no operation runs."""
    with database.read_transaction() as session:
        running = select(func.count()).where(BatchOperation.state == OperationState.RUNNING)
        if not session.scalar(running):
            return None
        return session.scalar(select(func.count()).where(BatchItem.state == ItemState.WAITING))


def tell(name: str, found: list[Answered], idle: list[Answered]) -> bool:
    """Print what each kind of request took; return whether nobody waited too long or failed."""
    well = True
    for kind in sorted({each.kind for each in found}):
        seconds = sorted(each.seconds for each in found if each.kind == kind)
        quiet = median(each.seconds for each in idle if each.kind == kind)
        bad = [each.status for each in found if each.kind == kind and not each.well]
        extra = seconds[-1] - quiet
        late = sum(each - quiet > MAX_EXTRA_SECONDS for each in seconds)
        longest, often = milliseconds(seconds[-1]), milliseconds(seconds[int(len(seconds) * 0.95)])
        middle, quiet_ms = milliseconds(median(seconds)), milliseconds(quiet)
        print(
            f"    {name:18} {kind:8} {len(seconds):5} times: median {middle}, 95 % {often}, "
            f"longest {longest} ms; {late} more than {MAX_EXTRA_SECONDS} s over the idle median of "
            f"{quiet_ms}; failed: {bad or 0}"
        )
        well &= extra <= MAX_EXTRA_SECONDS and not bad
    return well


def milliseconds(seconds: float) -> int:
    return round(seconds * 1000)


def is_right(database: Database, acts: list[Act]) -> bool:
    """Look whether everybody was reached once, and the audit trail is whole."""
    while seal_new(database):
        pass
    with database.read_transaction() as session:
        items = session.execute(select(BatchItem.state, func.count()).group_by(BatchItem.state))
        states = {row[0]: row[1] for row in items}
        twice = (
            select(OutgoingEmail.email, OutgoingEmail.kind)
            .where(OutgoingEmail.kind != "accounts.new-device")
            .group_by(OutgoingEmail.email, OutgoingEmail.kind)
            .having(func.count() > 1)
        )
        doubles = len(session.execute(twice).all())
        dead = session.scalar(select(func.count()).where(Job.state == JobState.DEAD))
        emails = session.scalar(select(func.sum(BatchOperation.emails)))
    broken = verify(database)
    expected = sum(act.number for act in acts)
    print(f"  items {states} of {expected}; e-mails {emails}; told twice: {doubles}; dead: {dead}")
    print(f"  the audit trail is {'whole' if broken is None else f'broken at {broken}'}")
    done = states.get(ItemState.DONE, 0) == expected
    return done and not doubles and not dead and broken is None


if __name__ == "__main__":
    os.chdir(ROOT)
    threading.stack_size(1 << 20)
    main()

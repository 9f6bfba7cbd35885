"""The doctor: looks at an installation and says in one line each what is well and what is not."""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, ForeignKeyConstraint, MetaData, func, select, text
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.accounts.models import Person, RoleGrant
from learning.admin import outside
from learning.audit import anchors
from learning.audit.queries import broken_at, unsealed_since, verify
from learning.enrolment.invariants import broken_places, overfull
from learning.jobs.models import JobState
from learning.jobs.queries import counts, last_sign_of_life, oldest_wait
from learning.jobs.rules import SILENCE
from learning.kit import check_results
from learning.kit.db import Base, Database
from learning.kit.engines import FIRST_SOUND_WAL
from learning.mail.queries import held as held_back
from learning.settings import ROOT, Settings

LONGEST_WAIT = timedelta(minutes=10)
LONGEST_UNSEALED = timedelta(minutes=5)
OLDEST_RESULT = timedelta(days=2)


@dataclass(frozen=True, kw_only=True)
class Visit:
    """What a check may look at."""

    session: Session
    settings: Settings
    now: datetime
    database: Database | None = None  # for checks that read long, in many short transactions


@dataclass(frozen=True, kw_only=True)
class Result:
    """One line of the doctor: what was looked at, what is wrong with it ("" if nothing).

    `checked_at` is when, if that was not now; a `pending` check was never carried out.
    """

    name: str
    fault: str
    checked_at: datetime | None = None
    pending: bool = False

    @property
    def well(self) -> bool:
        return not self.fault


def examine(visit: Visit) -> list[Result]:
    """Return every check's result; one that cannot be carried out is a fault of its own.

    Nothing is looked for in a database that is not the one of this code.
    """
    first = Result(name="schema", fault=_try(schema, visit))
    results = [examine_one(name, visit) for name in CHECKS] if first.well else []
    return [first, *results, *examine_outside(visit.settings, visit.now)]


def examine_quickly(visit: Visit) -> list[Result]:
    """Do as `examine`, but take from the night before what reads whole tables."""
    first = Result(name="schema", fault=_try(schema, visit))
    if not first.well:
        return [first, *examine_outside(visit.settings, visit.now)]
    stored = check_results.stored(visit.session)
    results = [
        _stored_result(name, stored.get(name), visit.now)
        if name in SLOW
        else examine_one(name, visit)
        for name in CHECKS
    ]
    return [first, *results, *examine_outside(visit.settings, visit.now)]


def examine_one(name: str, visit: Visit) -> Result:
    return Result(name=name, fault=_try(CHECKS[name], visit))


def _stored_result(name: str, found: check_results.CheckResult | None, now: datetime) -> Result:
    if found is None:
        return Result(name=name, fault="", pending=True)
    fault = found.fault
    if now - found.checked_at > OLDEST_RESULT:
        fault = "; ".join(filter(None, [fault, "not looked at lately: is a worker running?"]))
    return Result(name=name, fault=fault, checked_at=found.checked_at)


def examine_outside(settings: Settings, now: datetime) -> list[Result]:
    """Return the results of what needs no database."""
    found: list[Result] = []
    for name, check in outside.CHECKS.items():
        try:
            fault = check(settings, now)
        except Exception as error:
            fault = f"cannot be checked: {type(error).__name__}"
        found.append(Result(name=name, fault=fault))
    return found


def is_ready(visit: Visit) -> bool:
    """Whether this process can serve pages: the database answers and is the one of this code.

    Late letters and a full disk are alarms of the doctor; taking every process away helps neither.
    """
    return not _try(schema, visit)


def schema(visit: Visit) -> str:
    return schema_fault(visit.session.connection())


def schema_fault(connection: Connection) -> str:
    """Compare the migrations that ran with those that this code needs."""
    head = _head()
    found = MigrationContext.configure(connection).get_current_revision()
    if found == head:
        return ""
    at = f"at migration {found}" if found else "empty"
    return f"The database is {at}, the program at {head}: run `learning migrate`."


def foreign_keys(visit: Visit) -> str:
    """See whether the database itself checks every foreign key."""
    if visit.session.get_bind().dialect.name != "sqlite":
        bad = "SELECT conname FROM pg_constraint WHERE contype = 'f' AND NOT convalidated"
        return ", ".join(visit.session.scalars(text(bad)))
    on = visit.session.scalar(text("PRAGMA foreign_keys"))
    return "" if on else "foreign keys are switched off"


def orphans(visit: Visit) -> str:
    """Look for rows that point to a row that is not there."""
    lost = [
        f"{count} in {table}"
        for table, count in _orphans(visit.session.connection(), Base.metadata)
    ]
    return ", ".join(lost)


def audit_chain(visit: Visit) -> str:
    """See whether somebody changed the audit trail, or cut rows off."""
    broken = verify(visit.database) if visit.database else broken_at(visit.session)
    if broken is not None:
        return f"row {broken} does not fit"
    return anchors.fault_of(visit.session, visit.settings.audit_anchors)


def audit_seals(visit: Visit) -> str:
    """See whether rows of the audit trail are sealed."""
    since = unsealed_since(visit.session)
    if since is None or visit.now - since <= LONGEST_UNSEALED:
        return ""
    return f"rows wait to be sealed since {since:%Y-%m-%d %H:%M} UTC: is a worker running?"


def outbox(visit: Visit) -> str:
    """See whether what is to be done is being done."""
    wait = oldest_wait(visit.session, now=visit.now)
    return f"the oldest job waits for {wait}: is a worker running?" if wait > LONGEST_WAIT else ""


def worker(visit: Visit) -> str:
    """See whether a worker lives, even if there is nothing to do."""
    seen = last_sign_of_life(visit.session, now=visit.now)
    if seen is None:
        return "no worker has ever run: start `learning worker`"
    silent = visit.now - seen
    return f"no worker has been seen since {seen:%Y-%m-%d %H:%M} UTC" if silent > SILENCE else ""


def dead_letters(visit: Visit) -> str:
    """Look for work that was given up."""
    dead = counts(visit.session)[JobState.DEAD]
    return f"{dead} job(s) given up: see the desk" if dead else ""


def held_emails(visit: Visit) -> str:
    """See whether our own side (server, password, policy) keeps e-mails back."""
    if (held := held_back(visit.session)) is None:
        return ""
    return f"{held.count} e-mail(s) wait since {held.since:%Y-%m-%d %H:%M} UTC: {held.reason}"


def administrators(visit: Visit) -> str:
    """See whether somebody can give roles."""
    held = (
        select(func.count()).select_from(RoleGrant).join(Person, Person.id == RoleGrant.person_id)
    )
    able = held.where(RoleGrant.role == Role.ADMINISTRATOR, Person.locked_at.is_(None))
    return "" if visit.session.scalar(able) else "there is no administrator who can sign in"


def places(visit: Visit) -> str:
    """See whether applications, places and roles say the same."""
    return "; ".join(broken_places(visit.session))


def seats(visit: Visit) -> str:
    """Look for editions that have given more seats than they have."""
    return "; ".join(overfull(visit.session))


def sqlite_version(visit: Visit) -> str:
    """See whether SQLite's write-ahead log is one without the bug that can lose a commit."""
    if visit.session.get_bind().dialect.name != "sqlite":
        return ""
    own = sqlite3.sqlite_version_info
    if own >= FIRST_SOUND_WAL or visit.settings.allow_old_wal:
        return ""
    mode = visit.session.scalar(text("PRAGMA journal_mode"))
    return f"SQLite {sqlite3.sqlite_version} with its write-ahead log" if mode == "wal" else ""


@lru_cache
def _head() -> str | None:
    """Return the newest migration of this code; it is asked for with every look at readiness."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    return ScriptDirectory.from_config(config).get_current_head()


def _orphans(connection: Connection, metadata: MetaData) -> Iterator[tuple[str, int]]:
    for table in metadata.sorted_tables:
        for key in table.constraints:
            if not isinstance(key, ForeignKeyConstraint):
                continue
            column, target = key.columns[0], next(iter(key.elements)).column
            other = target.table.alias()
            there = select(other.c[target.name]).where(other.c[target.name] == column).exists()
            lost = select(func.count()).select_from(table).where(column.is_not(None), ~there)
            if count := connection.scalar(lost):
                yield f"{table.name}.{column.name}", count


def _try(check: Callable[[Visit], str], visit: Visit) -> str:
    try:
        return check(visit)
    except Exception as fault:
        visit.session.rollback()
        return f"cannot be checked: {type(fault).__name__}"


CHECKS: dict[str, Callable[[Visit], str]] = {
    "foreign keys": foreign_keys,
    "orphan rows": orphans,
    "audit chain": audit_chain,
    "worker": worker,
    "audit seals": audit_seals,
    "outbox": outbox,
    "dead letters": dead_letters,
    "e-mails held back": held_emails,
    "administrators": administrators,
    "places": places,
    "seats": seats,
    "sqlite": sqlite_version,
}
SLOW = frozenset({"orphan rows", "audit chain", "places", "seats"})
"""What reads whole tables; a job does it each night, and the page shows what it found."""

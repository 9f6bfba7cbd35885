"""Health checks of an installation: one line for each, with the problem if there is one."""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from sqlalchemy import (
    Connection,
    ForeignKeyConstraint,
    MetaData,
    func,
    inspect,
    literal,
    select,
    text,
)
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.accounts.models import Person, RoleGrant
from learning.admin import external_checks
from learning.admissions.queries.invariants import broken_applications
from learning.audit import anchors
from learning.audit.queries import first_broken, unsealed_since, verify
from learning.enrolment.invariants import broken_enrolments, overfull
from learning.fees.queries.control import BOOKS_CHECK, broken_books
from learning.jobs.models import JobState
from learning.jobs.queries import counts, last_heartbeat, max_wait
from learning.jobs.rules import HEARTBEAT_TIMEOUT
from learning.kit import check_results
from learning.kit.database import Base, Database
from learning.kit.engines import FIRST_SAFE_WAL_VERSION
from learning.mail.queries import held_emails as held_emails_query
from learning.paths import ROOT
from learning.settings import Settings

MAX_QUEUE_WAIT = timedelta(minutes=10)
MAX_UNSEALED_AGE = timedelta(minutes=5)
MAX_RESULT_AGE = timedelta(days=2)


@dataclass(frozen=True, kw_only=True)
class CheckContext:
    """What a check may read."""

    session: Session
    settings: Settings
    now: datetime
    database: Database | None = None  # for checks that read long, in many short transactions


@dataclass(frozen=True, kw_only=True)
class CheckResult:
    """The result of one check: its name, and the problem ("" if none).

    `checked_at` is when, if that was not now; a `pending` check was never carried out.
    """

    name: str
    problem: str
    checked_at: datetime | None = None
    pending: bool = False

    @property
    def is_ok(self) -> bool:
        return not self.problem


def run_checks(context: CheckContext) -> list[CheckResult]:
    """Return every check's result; a check that raises is reported as a problem.

    If the schema is not the one of this code, checks of the database are skipped.
    """
    first = CheckResult(name="schema", problem=_run(schema, context))
    results = [run_check(name, context) for name in CHECKS] if first.is_ok else []
    return [first, *results, *run_external_checks(context.settings, context.now)]


def run_quick_checks(context: CheckContext) -> list[CheckResult]:
    """Do as `run_checks`, but take slow checks from their last stored result."""
    first = CheckResult(name="schema", problem=_run(schema, context))
    if not first.is_ok:
        return [first, *run_external_checks(context.settings, context.now)]
    stored = check_results.latest_results(context.session)
    results = [
        _stored_result(name, stored.get(name), context.now)
        if name in SLOW
        else run_check(name, context)
        for name in CHECKS
    ]
    return [first, *results, *run_external_checks(context.settings, context.now)]


def run_check(name: str, context: CheckContext) -> CheckResult:
    return CheckResult(name=name, problem=_run(CHECKS[name], context))


def _stored_result(
    name: str, stored: check_results.CheckResult | None, now: datetime
) -> CheckResult:
    if stored is None:
        return CheckResult(name=name, problem="", pending=True)
    problem = stored.problem
    if now - stored.checked_at > MAX_RESULT_AGE:
        problem = "; ".join(filter(None, [problem, "not looked at lately: is a worker running?"]))
    return CheckResult(name=name, problem=problem, checked_at=stored.checked_at)


def run_external_checks(settings: Settings, now: datetime) -> list[CheckResult]:
    """Return the results of the checks that need no database."""
    results: list[CheckResult] = []
    for name, check in external_checks.CHECKS.items():
        try:
            problem = check(settings, now)
        except Exception as error:
            problem = f"cannot be checked: {type(error).__name__}"
        results.append(CheckResult(name=name, problem=problem))
    return results


def is_ready(context: CheckContext) -> bool:
    """Whether this process can serve pages: the database answers and has the schema of this code.

    Late e-mails and a full disk are reported by the health checks; taking every process out of
    service helps neither.
    """
    return not _run(schema, context)


def schema(context: CheckContext) -> str:
    return schema_problem(context.session.connection())


def schema_problem(connection: Connection) -> str:
    """Compare the migrations that ran with those of this code."""
    head, revision = newest_migration(), _revision(connection)
    if revision == head:
        return ""
    at = f"at migration {revision}" if revision else "empty"
    return f"The database is {at}, the program at {head}: run `learning migrate`."


def foreign_keys(context: CheckContext) -> str:
    """Check that the database enforces foreign keys."""
    if context.session.get_bind().dialect.name != "sqlite":
        bad = "SELECT conname FROM pg_constraint WHERE contype = 'f' AND NOT convalidated"
        return ", ".join(context.session.scalars(text(bad)))
    on = context.session.scalar(text("PRAGMA foreign_keys"))
    return "" if on else "foreign keys are switched off"


def orphans(context: CheckContext) -> str:
    """Count rows that refer to a row that does not exist."""
    orphan_counts = [
        f"{count} in {table}"
        for table, count in _orphans(context.session.connection(), Base.metadata)
    ]
    return ", ".join(orphan_counts)


def audit_chain(context: CheckContext) -> str:
    """Check that the audit trail was not changed and no rows were cut off."""
    broken = verify(context.database) if context.database else first_broken(context.session)
    if broken is not None:
        return f"row {broken} does not fit"
    return anchors.anchor_error(context.session, context.settings.audit_anchors)


def audit_seals(context: CheckContext) -> str:
    """Check that rows of the audit trail are being sealed."""
    since = unsealed_since(context.session)
    if since is None or context.now - since <= MAX_UNSEALED_AGE:
        return ""
    return f"rows wait to be sealed since {since:%Y-%m-%d %H:%M} UTC: is a worker running?"


def outbox(context: CheckContext) -> str:
    """Check that due jobs are being done."""
    wait = max_wait(context.session, now=context.now)
    return f"the oldest job waits for {wait}: is a worker running?" if wait > MAX_QUEUE_WAIT else ""


def worker(context: CheckContext) -> str:
    """Check that a worker is alive, even if there is nothing to do."""
    heartbeat = last_heartbeat(context.session, now=context.now)
    if heartbeat is None:
        return "no worker has ever run: start `learning worker`"
    silent = context.now - heartbeat
    return (
        f"no worker has been seen since {heartbeat:%Y-%m-%d %H:%M} UTC"
        if silent > HEARTBEAT_TIMEOUT
        else ""
    )


def failed_jobs(context: CheckContext) -> str:
    """Count the failed jobs that wait for staff."""
    dead = counts(context.session)[JobState.DEAD]
    return f"{dead} failed job(s): see E-mails and jobs" if dead else ""


def held_emails(context: CheckContext) -> str:
    """Check whether e-mails are held by a problem on our side (server, password, policy)."""
    if (held := held_emails_query(context.session)) is None:
        return ""
    return f"{held.count} e-mail(s) wait since {held.since:%Y-%m-%d %H:%M} UTC: {held.reason}"


def administrators(context: CheckContext) -> str:
    """Check that at least one person can grant roles."""
    query = (
        select(func.count()).select_from(RoleGrant).join(Person, Person.id == RoleGrant.person_id)
    )
    able = query.where(RoleGrant.role == Role.ADMINISTRATOR, Person.closed_at.is_(None))
    return "" if context.session.scalar(able) else "there is no administrator who can sign in"


def enrolments(context: CheckContext) -> str:
    """Check that applications, enrolments and roles agree."""
    return "; ".join([*broken_enrolments(context.session), *broken_applications(context.session)])


def seats(context: CheckContext) -> str:
    """Check for editions with more occupied seats than their capacity."""
    return "; ".join(overfull(context.session))


def sqlite_version(context: CheckContext) -> str:
    """Check that SQLite's write-ahead log is free of the bug that can lose a commit."""
    if context.session.get_bind().dialect.name != "sqlite":
        return ""
    own = sqlite3.sqlite_version_info
    if own >= FIRST_SAFE_WAL_VERSION or context.settings.allow_old_wal:
        return ""
    mode = context.session.scalar(text("PRAGMA journal_mode"))
    return f"SQLite {sqlite3.sqlite_version} with its write-ahead log" if mode == "wal" else ""


@lru_cache
def newest_migration() -> str:
    """Return the number of the newest migration of this code, with which its file begins.

    Every readiness probe asks: it is cached, and no web process loads alembic (11 MB) for it.
    """
    files = (ROOT / "migrations/versions").glob("[0-9]*.py")
    return max(path.name.partition("_")[0] for path in files)


def _revision(connection: Connection) -> str | None:
    """Return the last migration that ran, None in an empty database."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision


def _orphans(connection: Connection, metadata: MetaData) -> Iterator[tuple[str, int]]:
    for table in metadata.sorted_tables:
        for key in table.constraints:
            if not isinstance(key, ForeignKeyConstraint):
                continue
            other = key.referred_table.alias()
            pairs = [(each.parent, other.c[each.column.name]) for each in key.elements]
            there = select(literal(1)).where(*(own == theirs for own, theirs in pairs)).exists()
            present = [own.is_not(None) for own, _ in pairs]
            lost = select(func.count()).select_from(table).where(*present, ~there)
            if count := connection.scalar(lost):
                yield f"{table.name}.{pairs[0][0].name}", count


def _run(check: Callable[[CheckContext], str], context: CheckContext) -> str:
    try:
        return check(context)
    except Exception as error:
        context.session.rollback()
        return f"cannot be checked: {type(error).__name__}"


CHECKS: dict[str, Callable[[CheckContext], str]] = {
    "foreign keys": foreign_keys,
    "orphan rows": orphans,
    "audit chain": audit_chain,
    "worker": worker,
    "audit seals": audit_seals,
    "outbox": outbox,
    "failed jobs": failed_jobs,
    "e-mails held back": held_emails,
    "administrators": administrators,
    "enrolments": enrolments,
    "seats": seats,
    BOOKS_CHECK: lambda context: "; ".join(broken_books(context.session)),
    "sqlite": sqlite_version,
}
SLOW = frozenset({"orphan rows", "audit chain", "enrolments", "seats", BOOKS_CHECK})
"""What reads whole tables; a job does it each night, and the page shows what it found."""

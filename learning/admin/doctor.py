"""The doctor: looks at an installation and says in one line each what is well and what is not."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from importlib.metadata import version

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, ForeignKeyConstraint, MetaData, func, select, text
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.accounts.models import Person, RoleGrant
from learning.audit.queries import broken_at
from learning.enrolment.invariants import broken_places, overfull
from learning.jobs.models import JobState
from learning.jobs.queries import counts, oldest_wait
from learning.kit.db import Base
from learning.kit.engines import FIRST_SOUND_WAL
from learning.mail.queries import held as held_back
from learning.settings import DEVELOPMENT_SECRET, ROOT, Settings

OLDEST_ZONES = timedelta(days=400)
LONGEST_WAIT = timedelta(minutes=10)
LEAST_DISK = 0.05


@dataclass(frozen=True, kw_only=True)
class Visit:
    """What a check may look at."""

    session: Session
    settings: Settings
    now: datetime


@dataclass(frozen=True, kw_only=True)
class Result:
    """One line of the doctor: what was looked at, what is wrong with it ("" if nothing)."""

    name: str
    fault: str

    @property
    def well(self) -> bool:
        return not self.fault


def examine(visit: Visit) -> list[Result]:
    """Return every check's result; one that cannot be carried out is a fault of its own."""
    return [Result(name=name, fault=_try(check, visit)) for name, check in CHECKS.items()]


def is_ready(visit: Visit) -> bool:
    """Whether this process can serve pages: database there and at head, post going out."""
    quick = (schema, disk, outbox)
    return not any(_try(check, visit) for check in quick)


def schema(visit: Visit) -> str:
    """Compare the migrations that ran with those that this code needs."""
    head = _head()
    found = MigrationContext.configure(visit.session.connection()).get_current_revision()
    return "" if found == head else f"the database is at {found}, the code at {head}: run migrate"


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
    """See whether somebody changed the audit trail."""
    broken = broken_at(visit.session)
    return f"row {broken} does not fit" if broken else ""


def outbox(visit: Visit) -> str:
    """See whether what is to be done is being done."""
    wait = oldest_wait(visit.session, now=visit.now)
    return f"the oldest job waits for {wait}: is a worker running?" if wait > LONGEST_WAIT else ""


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


def settings(visit: Visit) -> str:
    """Look for settings that suit a demonstration only."""
    given = visit.settings
    unsafe = {
        "LEARNING_PRODUCTION is off": not given.production,
        "LEARNING_SECRET_KEY is the one for development": given.secret_key == DEVELOPMENT_SECRET,
        "LEARNING_SECOND_FACTOR_FOR_STAFF is off": not given.second_factor_for_staff,
        "LEARNING_MAIL_URL is a folder": given.mail_url.startswith("folder:"),
        "LEARNING_ALLOW_OLD_WAL is on": given.allow_old_wal,
    }
    return "; ".join(name for name, bad in unsafe.items() if bad)


def zones(visit: Visit) -> str:
    """See whether the rules of time zones are recent: countries change them at short notice."""
    return zones_fault(version("tzdata"), visit.now)


def zones_fault(release: str, now: datetime) -> str:
    """Return what is wrong with a release of tzdata such as “2026.6”: it is over a year old."""
    year = int(release.split(".", maxsplit=1)[0])
    newest = datetime(year, 12, 31, tzinfo=now.tzinfo)
    return f"tzdata {release} is old: update it" if now - newest > OLDEST_ZONES else ""


def sqlite_version(visit: Visit) -> str:
    """See whether SQLite's write-ahead log is one without the bug that can lose a commit."""
    if visit.session.get_bind().dialect.name != "sqlite":
        return ""
    own = sqlite3.sqlite_version_info
    if own >= FIRST_SOUND_WAL or visit.settings.allow_old_wal:
        return ""
    mode = visit.session.scalar(text("PRAGMA journal_mode"))
    return f"SQLite {sqlite3.sqlite_version} with its write-ahead log" if mode == "wal" else ""


def disk(_visit: Visit) -> str:
    """See whether there is room to write."""
    usage = shutil.disk_usage(ROOT)
    free = usage.free / usage.total
    return f"{free:.1%} of the disk is free" if free < LEAST_DISK else ""


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
    "schema": schema,
    "foreign keys": foreign_keys,
    "orphan rows": orphans,
    "audit chain": audit_chain,
    "outbox": outbox,
    "dead letters": dead_letters,
    "e-mails held back": held_emails,
    "administrators": administrators,
    "places": places,
    "seats": seats,
    "settings": settings,
    "time zones": zones,
    "sqlite": sqlite_version,
    "disk": disk,
}

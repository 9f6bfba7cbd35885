"""The order of locks: rows first, the audit trail last (docs/architecture.md).

`tests/lock_order.py` watches every request and job of every test; here it is seen to work.
"""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.accounts.models import Person
from learning.audit.actions import record, record_all
from learning.catalogue.actions import lock_edition
from learning.catalogue.models import Edition
from tests.conftest import RolledBack
from tests.lock_order import WATCHED, LockOrderError
from tests.world import NOW, World, send_form, sign_in


def test_a_row_locked_after_the_trail_was_written_is_found(
    database: RolledBack, world: World
) -> None:
    for flushed in (False, True):
        with database.transaction() as own:
            record(own, "did", "thing", by=None, now=NOW)
            if flushed:
                own.flush()
            with pytest.raises(LockOrderError):
                lock_edition(own, world.open.id)
    with database.transaction() as own:
        record_all(own, "did", ["thing"], by=None, now=NOW)
        with pytest.raises(LockOrderError):
            own.get(Person, world.awa.id, with_for_update=True)


def test_the_right_order_passes_and_what_is_held_may_be_locked_again(
    database: RolledBack, world: World
) -> None:
    with database.transaction() as own:
        lock_edition(own, world.open.id)
        record(own, "did", "thing", by=None, now=NOW)
        lock_edition(own, world.open.id)
        with pytest.raises(LockOrderError):
            lock_edition(own, world.running.id)
    with database.transaction() as own:
        lock_edition(own, world.running.id)


def test_a_lock_that_waits_for_nobody_passes(database: RolledBack, world: World) -> None:
    with database.transaction() as own:
        record(own, "did", "thing", by=None, now=NOW)
        rows = select(Edition).where(Edition.id == world.open.id)
        own.scalars(rows.with_for_update(skip_locked=True)).all()
        with pytest.raises(LockOrderError):
            own.scalars(rows.with_for_update()).all()


def test_pages_and_jobs_are_watched(
    app: Flask, database: RolledBack, session: Session, world: World, monkeypatch
) -> None:
    assert database.session(write=True).info[WATCHED]
    assert not session.info.get(WATCHED), "a test's own session does many things in one"

    def in_the_wrong_order(own: Session, *_: object, **__: object) -> None:
        record(own, "did", "thing", by=None, now=NOW)
        own.scalars(select(Edition).where(Edition.id > 0).with_for_update()).all()

    monkeypatch.setattr("learning.accounts.profiles.change_profile", in_the_wrong_order)
    client = sign_in(app, session, world.staff[Role.REGISTRAR])
    form = {"name": "N", "language": "fr", "zone": "UTC", "institution": ""}
    with pytest.raises(LockOrderError):
        send_form(client, "/fr/account/profile", form)

"""Real processes issue and credit at once, and half of it is rolled back: no number is missing."""

import re
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

from sqlalchemy import func, select

from learning import wiring
from learning.cli import migrate_to_head
from learning.content.course import Course
from learning.fees.invoice_models import Invoice
from learning.kit.database import Database
from learning.kit.engines import make_engine
from learning.ledger.models import LedgerAccount
from learning.ledger.queries import balance
from tests.databases import own_database
from tests.fees.invoice_scenes import not_invoiced
from tests.races import run_together
from tests.world import make_policy, make_world

RUNNERS, EACH = 3, 8


def race(url: str, accounts: list[int]) -> None:
    """Start all together, each with accounts of its own, and wait for all."""
    own = [(url, runner, *accounts[runner::RUNNERS]) for runner in range(RUNNERS)]
    ended = run_together("tests.fees.invoice_worker", own)
    assert [each.error for each in ended] == [""] * RUNNERS


def accounts_of(database: Database, course: Course) -> list[int]:
    with database.session(write=True) as session:
        make_policy(session)
        world = make_world(session, course)
        accounts = [not_invoiced(session, world)[0].id for _ in range(RUNNERS * EACH)]
        session.commit()
    return accounts


def test_numbers_have_no_gap_and_none_is_taken_twice(
    database_kind: str, database_url: str, tmp_path: Path, course: Course
) -> None:
    with own_database(database_kind, database_url, tmp_path) as url:
        engine = make_engine(url)
        database = wiring.database(engine)
        migrate_to_head(database)
        race(url, accounts_of(database, course))
        with database.read_transaction() as session:
            documents = session.scalars(select(Invoice).order_by(Invoice.number)).all()
            open_minor = balance(session, LedgerAccount.RECEIVABLES)
            per_account = select(func.count()).select_from(Invoice).group_by(Invoice.fee_account_id)
            assert set(session.scalars(per_account)) == {1, 3}
        engine.dispose()
    by_series = defaultdict(list)
    for document in documents:
        series, year, number = re.fullmatch(r"(\w+)-(\d{4})-(\d{6})", document.number).groups()
        assert int(year) == document.issued_on.year
        by_series[series, year].append((int(number), document.issued_on))
    assert {series for series, _ in by_series} == {"INV", "CN"}
    assert {year for _, year in by_series} == {"2026", "2027"}
    for taken in by_series.values():
        assert [number for number, _ in taken] == list(range(1, len(taken) + 1))
        assert all(before <= after for (_, before), (_, after) in pairwise(taken))
    sums = dict.fromkeys(("invoice", "credit_note"), 0)
    for document in documents:
        sums[document.kind.value] += document.total.minor
    assert open_minor.minor == sums["invoice"] - sums["credit_note"]

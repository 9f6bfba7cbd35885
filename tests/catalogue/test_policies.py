"""The file of policies: read with every fault in words, stored once, never changed once used."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from learning.audit.models import AuditEntry
from learning.catalogue import queries
from learning.catalogue.models import CancellationPolicy
from learning.catalogue.policies import PolicyError, read_policies, store_policies
from learning.settings import ROOT
from tests.catalogue.test_cancellation import FINE, NOTE
from tests.world import NOW, World

ENTRY = """[[policies]]
version = "X1"
valid_from = 2026-01-01
tiers = [{ min_days = 14, percent = 0 }]
late_percent = 100
transfer_days = 14
"""
NEW = replace(FINE, version="B7", valid_from=date(2027, 1, 1))


def test_the_file_says_what_the_information_note_says() -> None:
    assert read_policies(ROOT / "courses") == [NOTE]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "there is no such file"),
        ("[[policies]\n", "line 1"),
        ("", "one or more [[policies]], and nothing else"),
        ("policies = 3\n", "one or more [[policies]], and nothing else"),
        ("policies = [3]\n", "policy 1: not a table"),
        (ENTRY + "colour = 1\n", "policy 1: colour is not known"),
        (ENTRY.replace("late_percent = 100\n", ""), "policy 1: late_percent is missing"),
        (ENTRY.replace("= 100", "= true"), "policy 1: late_percent is not of type int"),
        (ENTRY.replace("2026-01-01", "2026-01-01T00:00:00Z"), "valid_from is not of type date"),
        (ENTRY.replace("percent = 0", "share = 0"), "policy 1: a tier: percent is missing"),
        (ENTRY.replace("percent = 0", "percent = 200"), "X1: a share is not between"),
        (ENTRY + ENTRY, "two policies have one version"),
    ],
)
def test_each_fault_of_the_file_is_said(tmp_path: Path, text: str | None, message: str) -> None:
    if text is not None:
        (tmp_path / "cancellation.toml").write_text(text)
    with pytest.raises(PolicyError) as refused:
        read_policies(tmp_path)
    assert all(error.startswith("cancellation.toml: ") for error in refused.value.errors)
    assert message in str(refused.value)


def test_a_policy_is_stored_once_and_the_latest_comes_first(session: Session) -> None:
    for _ in range(2):
        store_policies(session, [NOTE, NEW], now=NOW)
    assert queries.policies(session) == [NEW, NOTE]
    assert queries.policy(session, "B7") == NEW
    messages = session.scalars(select(AuditEntry).where(AuditEntry.action == "policy stored")).all()
    assert [row.subject for row in messages] == ["policy B7"]


def test_one_that_an_edition_names_is_not_changed(session: Session, world: World) -> None:
    store_policies(session, [NEW], now=NOW)
    world.draft.policy_version = "B7"
    session.commit()
    with pytest.raises(PolicyError, match="B7 is in use and was changed"):
        store_policies(session, [replace(NEW, late_percent=90)], now=NOW)
    assert queries.policy(session, "B7") == NEW


def test_one_that_nobody_names_may_still_be_replaced(session: Session) -> None:
    store_policies(session, [NEW], now=NOW)
    store_policies(session, [replace(NEW, late_percent=90)], now=NOW)
    assert queries.policy(session, "B7").late_percent == 90


def test_the_database_refuses_to_change_a_row(session: Session, world: World) -> None:
    change = update(CancellationPolicy).where(
        CancellationPolicy.version == world.open.policy_version
    )
    with pytest.raises(IntegrityError, match="a policy is never changed"), session.begin_nested():
        session.execute(change.values(late_percent=90))


def test_an_edition_names_rules_that_exist(session: Session, world: World) -> None:
    world.draft.policy_version = "nowhere"
    with pytest.raises(IntegrityError):
        session.flush()

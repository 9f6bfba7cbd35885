"""A payout of the card provider is an entry of a statement that finance recognises."""

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.fees.commands.matching import MatchAction, match_payout, undo_match
from learning.fees.problems import CardProblem
from learning.fees.queries.control import control_lines
from learning.fees.rules.control import ControlCheck
from learning.fees.statement_models import EntryState
from learning.kit.errors import RuleViolation
from learning.kit.money import Money
from learning.ledger.models import LedgerAccount
from learning.ledger.queries import balance
from tests.admissions.factories import NOW
from tests.fees.card_scenes import fake_at, paid
from tests.fees.scenes import an_entry
from tests.world import World


def test_a_payout_with_its_charge_and_back(session: Session, world: World, tmp_path: Path) -> None:
    paid(session, world, fake_at(tmp_path / "provider.sqlite"))
    entry = an_entry(session, 96500)
    action = MatchAction(by=world.staff[Role.FINANCE].id, now=NOW)
    match_payout(session, entry, Money(1500, "EUR"), action)
    assert entry.state is EntryState.MATCHED
    assert balance(session, LedgerAccount.CARD_CLEARING).minor == 0
    assert balance(session, LedgerAccount.BANK_CHARGES).minor == 1500
    card = {line.check: line for line in control_lines(session)}[ControlCheck.CARD]
    assert card.agrees
    undo_match(session, entry, action)
    assert entry.state is EntryState.UNMATCHED
    assert balance(session, LedgerAccount.CARD_CLEARING).minor == 98000
    assert balance(session, LedgerAccount.UNMATCHED_RECEIPTS).minor == 0
    card = {line.check: line for line in control_lines(session)}[ControlCheck.CARD]
    assert card.agrees


@pytest.mark.parametrize(("minor", "charge"), [(98001, 0), (98000, 1), (-100, 0)])
def test_what_the_provider_does_not_hold_is_no_payout(
    session: Session, world: World, tmp_path: Path, minor: int, charge: int
) -> None:
    paid(session, world, fake_at(tmp_path / "provider.sqlite"))
    entry = an_entry(session, minor)
    action = MatchAction(by=world.staff[Role.FINANCE].id, now=NOW)
    with pytest.raises(RuleViolation) as refused:
        match_payout(session, entry, Money(charge, "EUR"), action)
    assert refused.value.code is CardProblem.NOT_A_PAYOUT

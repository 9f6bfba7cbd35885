"""Several suggestions that a person confirms in one act: each is matched, or refused, by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.fees.commands.matching import MatchAction, assign_entry
from learning.fees.problems import MatchProblem
from learning.fees.queries.accounts import lock_accounts
from learning.fees.rules.matching import Share, Suggestion
from learning.fees.statement_models import BankEntry
from learning.kit.errors import RuleViolation

MAX_ENTRIES = 20  # in one transaction


@dataclass(frozen=True, kw_only=True)
class ShownEntry:
    """An entry that was ticked, in the version that the page has shown.

    `is_same` says whether the suggestion is still the one that was shown.
    """

    entry: BankEntry
    version: int
    is_same: bool


@dataclass(frozen=True, kw_only=True)
class SelectionResult:
    """What became of one entry: `violation` is None if it is matched."""

    entry: BankEntry
    violation: RuleViolation | None


def confirm_selection(
    session: Session,
    ticked: Sequence[ShownEntry],
    suggestions: Mapping[int, Suggestion],
    *,
    by: int,
    now: datetime,
) -> list[SelectionResult]:
    """Match at most `MAX_ENTRIES` entries as suggested; one that is refused stops no other.

    All entries are locked by id, then all accounts. Of two entries for one account only the first
    is matched: what is suggested for the other was true before. Raise ValueError for more entries.
    """
    if len(ticked) > MAX_ENTRIES:
        raise ValueError(f"{len(ticked)} entries in one transaction")
    ids = [each.entry.id for each in ticked]
    session.scalars(
        select(BankEntry).where(BankEntry.id.in_(ids)).order_by(BankEntry.id).with_for_update()
    ).all()
    accounts = {each: _accounts(suggestions.get(each)) for each in ids}
    lock_accounts(session, set().union(*accounts.values()))
    paid: set[int] = set()
    results: list[SelectionResult] = []
    for each in ticked:
        own = accounts[each.entry.id]
        found = suggestions.get(each.entry.id)
        is_usable = found is not None and each.is_same and not own & paid
        shares = found.shares if found is not None and is_usable else ()
        action = MatchAction(by=by, now=now, version=each.version)
        violation = _assign(session, each.entry, shares, action)
        if violation is None:
            paid |= own
        results.append(SelectionResult(entry=each.entry, violation=violation))
    return results


def _assign(
    session: Session, entry: BankEntry, shares: Sequence[Share], action: MatchAction
) -> RuleViolation | None:
    """Match an entry, by itself; return why it is refused, None if it is matched."""
    if not shares:
        return RuleViolation(MatchProblem.DECIDED)
    try:
        with session.begin_nested():
            assign_entry(session, entry, shares, action)
    except RuleViolation as violation:
        session.refresh(entry)
        return violation
    return None


def _accounts(suggestion: Suggestion | None) -> set[int]:
    return {each.account_id for each in suggestion.shares} if suggestion is not None else set()

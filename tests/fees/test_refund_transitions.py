"""The transitions of refunds: the database allows those of the rules, and refuses all others."""

from itertools import product

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from learning.fees.rules.refunds import RefundState, state_pairs
from tests.fees.refund_scenes import refund_in
from tests.world import World

ALLOWED = set(state_pairs())
PAIRS = [(before, after) for before, after in product(RefundState, repeat=2) if before != after]


@pytest.mark.parametrize("before", list(RefundState))
def test_the_trigger_has_the_table_of_the_rules(
    session: Session, world: World, before: RefundState
) -> None:
    """Somebody has approved the refund in each case, so that no other constraint refuses it."""
    refund = refund_in(session, world, before)
    session.execute(text("UPDATE refunds SET approved_by_id = (SELECT MAX(id) FROM people)"))
    session.commit()
    for after in [each for first, each in PAIRS if first is before]:
        change = text("UPDATE refunds SET state = :after WHERE id = :id")
        values = {"after": str(after), "id": refund.id}
        if (before, after) in ALLOWED:
            session.execute(change, values)
        else:
            with pytest.raises(DBAPIError, match="no such transition in refunds"):
                session.execute(change, values)
        session.rollback()

"""One administrator who can sign in stays: no closed account, no revoked role ends that."""

from sqlalchemy.orm import Session

from learning.accounts import queries, rules
from learning.accounts.rules import RoleProblem
from learning.kit.errors import RuleViolation


def is_last_administrator(session: Session, person_id: int) -> bool:
    """Whether no other administrator could sign in; lock all of them if the person is one.

    Call it before other people are locked: two who shut each other out come one after the other.
    """
    if not queries.is_administrator(session, person_id):
        return False
    return rules.is_last_administrator(person_id, queries.lock_administrators(session))


def require_other_administrator(session: Session, person_id: int) -> None:
    """Raise RuleViolation if this person is the last administrator who can sign in."""
    if is_last_administrator(session, person_id):
        raise RuleViolation(RoleProblem.LAST_ADMINISTRATOR)

"""Enrolments: every status, event and actor does what the table says, or nothing."""

import itertools

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from learning.enrolment import rules
from learning.enrolment.rules import (
    MESSAGES,
    RULE_OF,
    TRANSITIONS,
    UNENROLLED,
    ActorRole,
    EnrolmentEvent,
    EnrolmentGuard,
    EnrolmentProblem,
    EnrolmentStatus,
)
from tests.world import World

TABLE = """
    enrol           ->active                        registrar finance system
    re_enrol        withdrawn,cancelled->active     registrar finance system
    withdraw        active->withdrawn               registrar system
    cancel          active->cancelled               participant sponsor registrar
    transfer        active->withdrawn               registrar
    substitute      active->withdrawn               registrar
    cancel_edition  active->cancelled               approver
    complete        active->completed               system
    close           active->not_completed           registrar
    mark_no_show    active->no_show                 registrar
    reinstate       not_completed,no_show->active   registrar
"""
ALL = frozenset(EnrolmentGuard)
Key = tuple[EnrolmentStatus | None, EnrolmentEvent, ActorRole]


def allowed() -> dict[Key, EnrolmentStatus]:
    """Read the table, written out above by hand, independently of the code."""
    found: dict[Key, EnrolmentStatus] = {}
    for line in TABLE.strip().splitlines():
        event, arrow, *roles = line.split()
        before, after = arrow.split("->")
        for status, role in itertools.product(before.split(","), roles):
            known = EnrolmentStatus(status) if status else None
            found[known, EnrolmentEvent(event), ActorRole(role)] = EnrolmentStatus(after)
    return found


@pytest.mark.parametrize("status", [None, *EnrolmentStatus])
def test_the_table_and_nothing_else(status: EnrolmentStatus | None) -> None:
    """Every (status, event, actor): 7 x 11 x 7."""
    table = allowed()
    for event, role in itertools.product(EnrolmentEvent, ActorRole):
        problem = rules.violation_of(status, event, role, ALL)
        if (status, event, role) in table:
            assert problem is None, (event, role)
            assert RULE_OF[event].after is table[status, event, role]
        else:
            assert isinstance(problem, EnrolmentProblem), (event, role)


@pytest.mark.parametrize("rule", TRANSITIONS, ids=lambda rule: rule.event)
def test_each_guard_alone_can_refuse(rule: rules.EnrolmentRule) -> None:
    status, role = next(iter(rule.before), None), next(iter(rule.by))
    for guard in EnrolmentGuard:
        problem = rules.violation_of(status, rule.event, role, ALL - {guard})
        assert problem is (guard if guard in rule.guards else None)


def test_what_is_asked_of_whom() -> None:
    required_guards = {rule.event: {str(guard) for guard in rule.guards} for rule in TRANSITIONS}
    assert required_guards == {
        EnrolmentEvent.ENROL: {"seat_left"},
        EnrolmentEvent.RE_ENROL: {"seat_left"},
        EnrolmentEvent.WITHDRAW: set(),
        EnrolmentEvent.CANCEL: {"reason"},
        EnrolmentEvent.TRANSFER: {"reason", "notice"},
        EnrolmentEvent.SUBSTITUTE: {"reason", "notice"},
        EnrolmentEvent.CANCEL_EDITION: {"reason"},
        EnrolmentEvent.COMPLETE: {"result"},
        EnrolmentEvent.CLOSE: {"reason", "begun"},
        EnrolmentEvent.MARK_NO_SHOW: {"reason", "begun"},
        EnrolmentEvent.REINSTATE: {"reason"},
    }


def test_every_refusal_has_words_and_every_event_a_row() -> None:
    assert set(MESSAGES) == {*EnrolmentGuard, *EnrolmentProblem}
    assert set(RULE_OF) == set(EnrolmentEvent)
    assert len(TRANSITIONS) == len(RULE_OF)
    assert {rule.number for rule in TRANSITIONS} == {None, 11, 13, 14, 15, 16, 17, 18}


def test_who_is_out_is_who_can_come_back() -> None:
    assert RULE_OF[EnrolmentEvent.RE_ENROL].before == UNENROLLED
    ended = {rule.after for rule in TRANSITIONS} - {EnrolmentStatus.ACTIVE}
    assert ended == set(EnrolmentStatus) - {EnrolmentStatus.ACTIVE}


def test_what_a_registrar_may_do_depends_on_the_status() -> None:
    events = rules.events_for(EnrolmentStatus.NO_SHOW, ActorRole.REGISTRAR)
    assert events == [EnrolmentEvent.REINSTATE]
    assert rules.events_for(EnrolmentStatus.COMPLETED, ActorRole.REGISTRAR) == []
    assert rules.events_for(EnrolmentStatus.NO_SHOW, ActorRole.PARTICIPANT) == []


@pytest.mark.parametrize("before", EnrolmentStatus)
def test_the_database_allows_the_same_transitions(
    session: Session, world: World, before: EnrolmentStatus
) -> None:
    """Raw SQL against the trigger: each pair of the table passes, each other one is refused."""
    put(session, world.place.id, before)  # from active, every other status is one step away
    for after in EnrolmentStatus:
        with session.begin_nested() as attempt:
            if after is before or (before, after) in set(rules.pairs()):
                put(session, world.place.id, after)
            else:
                with pytest.raises(DatabaseError, match="no such transition"):
                    put(session, world.place.id, after)
            attempt.rollback()


def put(session: Session, enrolment_id: int, status: EnrolmentStatus) -> None:
    session.execute(
        text("UPDATE enrolments SET status = :status WHERE id = :id"),
        {"status": str(status), "id": enrolment_id},
    )

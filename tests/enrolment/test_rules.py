"""The way of an application: every state, event and actor does what the table says, or nothing."""

import itertools

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from learning.enrolment import rules
from learning.enrolment.rules import (
    BY_EVENT,
    LIVE,
    REFUSALS,
    SEATED,
    TRANSITIONS,
    Case,
    Event,
    Guard,
    Problem,
    State,
    Who,
)
from tests.enrolment.making import a_draft
from tests.world import World

EVERYTHING = Case(holds=frozenset(Guard), reason="because")
WAYS = """
    1  create          ->draft                              applicant sponsor
    2  submit          draft->submitted                     applicant sponsor
    3  open-review     submitted->under-review              registrar
    4  ask-info        under-review->info-requested         registrar
    5  answer          info-requested->under-review         applicant sponsor
    6  accept          under-review->accepted               registrar
    7  waitlist        under-review->waitlisted             registrar
    8  promote         waitlisted->accepted                 applicant registrar
    9  decline         under-review,waitlisted->declined    registrar
    10 withdraw        submitted,under-review,info-requested,waitlisted->withdrawn applicant sponsor
    11 activate        accepted->enrolled                   system finance registrar
    12 lapse           accepted,waitlisted->lapsed          system registrar finance
    13 cancel          accepted,enrolled->cancelled         applicant sponsor registrar
    14 transfer        accepted,enrolled->transferred-out   registrar
    15 substitute      accepted,enrolled->substituted-out   registrar
    16 complete        enrolled->completed                  system
    17 close           enrolled->not-completed              registrar
    17 never-came      enrolled->no-show                    registrar
    18 cancel-edition  draft,submitted,under-review,info-requested->edition-cancelled approver
    18 cancel-edition  waitlisted,accepted,enrolled->edition-cancelled approver
    19 reopen          declined,withdrawn,lapsed->under-review registrar
    20 invoice         accepted,enrolled->                  system finance
"""


def ways() -> dict[tuple[State | None, Event, Who], State | None]:
    """Read the design's table, written out above by hand, independently of the code."""
    found: dict[tuple[State | None, Event, Who], State | None] = {}
    for line in WAYS.strip().splitlines():
        _, event, way, *who = line.split()
        before, after = way.split("->")
        for state, each in itertools.product(before.split(","), who):
            key = (State(state) if state else None, Event(event), Who(each))
            found[key] = State(after) if after else None
    return found


@pytest.mark.parametrize("state", [None, *State])
def test_the_table_and_nothing_else(state: State | None) -> None:
    """Every (state, event, actor): 18 x 21 x 6."""
    allowed = ways()
    for event, who in itertools.product(Event, Who):
        refused = rules.refusal(state, event, who, EVERYTHING)
        if (state, event, who) in allowed:
            assert refused is None, (event, who)
            assert rules.after(state, event) == (allowed[state, event, who] or state)
        else:
            assert isinstance(refused, Problem), (event, who)


@pytest.mark.parametrize("row", TRANSITIONS, ids=lambda row: row.event)
def test_each_guard_alone_can_refuse(row: rules.Transition) -> None:
    state, who = next(iter(row.before), None), next(iter(row.who))
    for guard in row.guards:
        lacking = Case(
            holds=frozenset(Guard) - {guard}, reason="" if guard is Guard.REASON else "because"
        )
        assert rules.refusal(state, row.event, who, lacking) is guard


def test_blank_is_no_reason() -> None:
    blank = Case(holds=frozenset(Guard), reason=" \n")
    assert rules.refusal(State.UNDER_REVIEW, Event.DECLINE, Who.REGISTRAR, blank) is Guard.REASON


def test_every_refusal_has_words_and_every_event_a_row() -> None:
    assert set(REFUSALS) == {*Guard, *Problem}
    assert set(BY_EVENT) == set(Event)
    assert {row.number for row in TRANSITIONS} == set(range(1, 21))


def test_of_those_who_have_a_seat_two_are_live() -> None:
    assert {State.ACCEPTED, State.ENROLLED} == SEATED & LIVE


def test_what_leads_nowhere_is_an_error() -> None:
    with pytest.raises(ValueError, match="leads nowhere"):
        rules.after(None, Event.INVOICE)


def test_what_a_registrar_may_do_depends_on_the_state() -> None:
    assert rules.events_for(State.SUBMITTED, Who.REGISTRAR) == [Event.OPEN_REVIEW]
    assert rules.events_for(State.DRAFT, Who.REGISTRAR) == []
    assert Event.DECLINE in rules.events_for(State.WAITLISTED, Who.REGISTRAR)


@pytest.mark.parametrize("before", State)
def test_the_database_allows_the_same_ways(session: Session, world: World, before: State) -> None:
    """Raw SQL against the trigger: each pair of the table passes, each other one is refused."""
    application = a_draft(session, world)
    session.execute(text("DROP TRIGGER applications_way" + on_table(session)))
    put(session, application.id, before)
    make_trigger_again(session)
    for after in State:
        allowed = after is before or (before, after) in set(rules.pairs())
        with session.begin_nested() as attempt:
            if allowed:
                put(session, application.id, after)
            else:
                with pytest.raises(DatabaseError, match="no such way"):
                    put(session, application.id, after)
            attempt.rollback()


def on_table(session: Session) -> str:
    return "" if session.get_bind().dialect.name == "sqlite" else " ON applications"


def make_trigger_again(session: Session) -> None:
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text(TRIGGER["sqlite"]))
    else:
        session.execute(
            text(
                "CREATE TRIGGER applications_way BEFORE UPDATE OF state ON applications"
                " FOR EACH ROW EXECUTE FUNCTION applications_way()"
            )
        )


TRIGGER: dict[str, str] = {}


@pytest.fixture(autouse=True)
def keep_trigger(session: Session) -> None:
    """Remember the trigger as the migration made it."""
    if session.get_bind().dialect.name == "sqlite":
        made = text("SELECT sql FROM sqlite_master WHERE name = 'applications_way'")
        TRIGGER["sqlite"] = session.scalar(made) or ""


def put(session: Session, application_id: int, state: State) -> None:
    session.execute(
        text("UPDATE applications SET state = :state WHERE id = :id"),
        {"state": str(state), "id": application_id},
    )

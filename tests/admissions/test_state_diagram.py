"""The picture of the way of an application, and the names of its steps in the audit trail."""

from learning.admissions.labels import EVENTS, STATES
from learning.admissions.rules.stages import Stage
from learning.admissions.rules.states import ACTIVE_STATES, ApplicationEvent
from learning.admissions.rules.transitions import TRANSITIONS, state_pairs
from learning.admissions.state_diagram import (
    diagram,
    enrolment_diagram,
    enrolment_table,
    render,
    table,
)
from learning.enrolment import rules
from learning.enrolment.labels import CAPACITIES, HAPPENED, STATUSES
from learning.enrolment.rules import ActorRole, EnrolmentEvent, EnrolmentStatus
from learning.settings import ROOT


def test_the_document_shows_the_table_as_it_is() -> None:
    assert (ROOT / "docs/admissions.md").read_text() == render()


def test_every_row_stands_in_the_table() -> None:
    assert len(table()) == 2 + len(TRANSITIONS)
    assert (
        "| T10 | withdraw (application withdrawn) "
        "| submitted, under_review, awaiting_info, waitlisted | withdrawn "
        "| candidate, sponsor | – |"
    ) in table()


def test_every_way_is_an_arrow_but_that_of_a_cancelled_edition() -> None:
    drawn = "\n".join(diagram())
    for before, after in state_pairs():
        arrow = f"{before} --> {after}:".replace("-", "_").replace("__>", "-->")
        assert (arrow in drawn) == (after != "edition_cancelled"), arrow
    assert "[*] --> draft: T1 create" in drawn
    assert "enrolled --> [*]" in drawn
    assert not any(f"  {state.replace('-', '_')} --> [*]" in diagram() for state in ACTIVE_STATES)


def test_every_transition_of_an_enrolment_stands_in_the_table_and_is_an_arrow() -> None:
    assert len(enrolment_table()) == 2 + len(rules.TRANSITIONS)
    assert (
        "| T16 | complete (course completed) | active | completed | automatically | result |"
        in (enrolment_table())
    )
    drawn = "\n".join(enrolment_diagram())
    assert all(f"{before} --> {after}:" in drawn for before, after in rules.pairs())


def test_every_step_and_state_has_a_name() -> None:
    assert EVENTS.keys() == set(ApplicationEvent)
    assert HAPPENED.keys() == set(EnrolmentEvent)
    assert STATUSES.keys() == set(EnrolmentStatus)
    assert STATES.keys() == set(Stage)
    assert CAPACITIES.keys() == set(ActorRole)

"""The picture of the way of an application, and the names of its steps in the audit trail."""

from learning.audit.words import DEEDS
from learning.enrolment.picture import diagram, document, table
from learning.enrolment.rules import LIVE, TRANSITIONS, Event, pairs
from learning.enrolment.words import CAPACITIES, EVENTS, STATES
from learning.settings import ROOT


def test_the_document_shows_the_table_as_it_is() -> None:
    assert (ROOT / "docs/applications.md").read_text() == document()


def test_every_row_stands_in_the_table() -> None:
    assert len(table()) == 2 + len(TRANSITIONS)
    assert (
        "| T10 | withdraw (application withdrawn) "
        "| submitted, under-review, info-requested, waitlisted | withdrawn "
        "| candidate, sponsor | – |"
    ) in table()


def test_every_way_is_an_arrow_but_that_of_a_cancelled_edition() -> None:
    drawn = "\n".join(diagram())
    for before, after in pairs():
        arrow = f"{before} --> {after}:".replace("-", "_").replace("__>", "-->")
        assert (arrow in drawn) == (after != "edition-cancelled"), arrow
    assert "[*] --> draft: T1 create" in drawn
    assert "completed --> [*]" in drawn
    assert not any(f"  {state.replace('-', '_')} --> [*]" in diagram() for state in LIVE)


def test_every_step_and_state_has_a_name() -> None:
    assert EVENTS.keys() == set(Event)
    assert {f"application {event}" for event in Event} <= DEEDS.keys()
    assert len(STATES) == 17
    assert len(CAPACITIES) == 6

"""What staff decide on pages: after the closing, and without effect."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.enrolment.rules import EnrolmentStatus
from learning.gradebook import actions
from learning.gradebook.models import ClosingSheet, Exemption, MarkOverride
from learning.gradebook.rules.decisions import GradebookProblem
from learning.kit.errors import RuleViolation
from tests.gradebook.conftest import Activities
from tests.gradebook.test_completions import decided, items, override
from tests.gradebook.test_pages import PATH, person_page, version_in
from tests.world import NOW, World, sign_in


def exempt(session: Session, world: World, sources, item: str) -> None:
    new = actions.NewExemption(item=item, reason="was there before")
    actions.exempt(session, world.place, items(session, world, sources), new, decided(world))


def close(session: Session, world: World, status: EnrolmentStatus) -> None:
    """Close the edition as two signatures do, with one outcome."""
    session.add(
        ClosingSheet(
            edition_id=world.running.id,
            digest="x",
            lead_id=world.staff[Role.LEAD].id,
            lead_signed_at=NOW,
            registrar_id=world.staff[Role.REGISTRAR].id,
            registrar_signed_at=NOW,
            closed_at=NOW,
        )
    )
    world.place.status = status
    session.commit()


@pytest.mark.parametrize(
    "status",
    [EnrolmentStatus.NOT_COMPLETED, EnrolmentStatus.NO_SHOW, EnrolmentStatus.COMPLETED],
)
def test_nothing_is_decided_once_the_edition_is_closed(
    session: Session, world: World, activities: Activities, sources, changed, status
) -> None:
    activities.mark(world.place.id, "quiz:m1", "58.00")
    changed()
    exempt(session, world, sources, "live")
    override(session, world, sources, "71.00")
    close(session, world, status)
    place, by = world.place, decided(world)
    known = items(session, world, sources)
    for attempted in (
        lambda: exempt(session, world, sources, "group"),
        lambda: actions.end_exemption(session, place, "live", by),
        lambda: override(session, world, sources, "80.00"),
        lambda: actions.lift_override(session, place, known, "quiz:m1", by),
    ):
        with pytest.raises(RuleViolation) as refused:
            attempted()
        assert refused.value.code is GradebookProblem.CLOSED
    assert session.scalars(select(Exemption.item)).all() == ["live"]
    assert session.scalars(select(MarkOverride.mark)).all() == [7100]


@pytest.mark.usefixtures("activities", "changed")
def test_who_is_reinstated_is_decided_about_again(session: Session, world: World, sources) -> None:
    close(session, world, EnrolmentStatus.NOT_COMPLETED)
    world.place.status = EnrolmentStatus.ACTIVE
    session.commit()
    exempt(session, world, sources, "live")
    assert session.scalars(select(Exemption.item)).all() == ["live"]


@pytest.mark.usefixtures("activities")
def test_the_page_of_a_closed_enrolment_offers_no_decision_and_says_why(
    app: Flask, session: Session, world: World
) -> None:
    lead, here = sign_in(app, session, world.staff[Role.LEAD]), person_page(world)
    seen = version_in(lead.get(here).text, "new-exemption")
    close(session, world, EnrolmentStatus.NOT_COMPLETED)
    page = lead.get(here).text
    assert "New exemption" not in page
    assert "The edition is closed: nothing is decided for this person any more." in page
    late = {"item": "live", "reason": "was there before", "idempotency_key": "m" * 20}
    refused = lead.post(f"{here}/exempt", data=late | {"version": seen})
    assert refused.status_code == 409
    assert "The edition is closed already." in refused.text
    assert session.scalars(select(Exemption)).all() == []


@pytest.mark.parametrize(
    ("status", "passes_all", "heading"),
    [
        (EnrolmentStatus.NOT_COMPLETED, True, "The list is closed"),
        (EnrolmentStatus.NO_SHOW, False, "The list is closed"),
        (EnrolmentStatus.COMPLETED, False, "The list is complete"),
        (EnrolmentStatus.ACTIVE, True, "The list is complete"),
    ],
)
def test_the_status_of_the_enrolment_comes_before_the_list(
    app: Flask, session: Session, world: World, activities: Activities, status, passes_all, heading
) -> None:
    if passes_all:
        activities.pass_all(world.place.id)
    world.place.status = status
    session.commit()
    page = sign_in(app, session, world.awa).get(PATH).text
    found = [text for text in ("The list is closed", "The list is complete") if text in page]
    assert found == [heading]
    assert "If a line stays open" not in page


@pytest.mark.usefixtures("activities")
@pytest.mark.parametrize(
    ("address", "item"), [("end-exemption", "live"), ("lift-override", "quiz:m1")]
)
def test_a_decision_without_effect_is_not_reported_as_one(
    app: Flask, session: Session, world: World, address: str, item: str
) -> None:
    lead, here = sign_in(app, session, world.staff[Role.LEAD]), person_page(world)
    page = lead.post(f"{here}/{address}", data={"item": item}, follow_redirects=True).text
    assert "Nothing has been changed." in page
    assert "The exemption is taken back." not in page
    assert "The raw mark counts again." not in page


def test_decisions_are_read_once_with_their_authors(
    app: Flask, session: Session, world: World, activities: Activities, sources, changed, queries
) -> None:
    activities.mark(world.place.id, "quiz:m1", "58.00")
    changed()
    exempt(session, world, sources, "live")
    override(session, world, sources, "71.00")
    session.commit()
    lead, here = sign_in(app, session, world.staff[Role.LEAD]), person_page(world)
    lead.get(here)
    queries.clear()
    assert "71.00*" in lead.get(here).text
    for table in (Exemption.__tablename__, MarkOverride.__tablename__):
        read = [each for each in queries if f"FROM {table} JOIN" in each.replace("\n", "")]
        assert len(read) == 1, table

"""What is still to come for an application, and when it is the applicant's turn."""

import pytest

from learning.admissions.rules.milestones import (
    AHEAD,
    SEATED,
    Milestone,
    milestones,
    waits_for_applicant,
)
from learning.admissions.rules.stages import Stage

ENDS = (Milestone.FIRST_DAY, Milestone.LAST_DAY)


def ahead(
    stage: Stage, *, offered: bool = False, pays: bool = True, begun: bool = False
) -> tuple[Milestone, ...]:
    return milestones(stage, offered=offered, pays=pays, begun=begun)


@pytest.mark.parametrize(
    ("stage", "first"),
    [
        (Stage.DRAFT, Milestone.SUBMIT),
        (Stage.SUBMITTED, Milestone.REVIEW),
        (Stage.UNDER_REVIEW, Milestone.DECISION),
        (Stage.AWAITING_INFO, Milestone.ANSWER),
        (Stage.WAITLISTED, Milestone.FREE_SEAT),
        (Stage.ACCEPTED, Milestone.PAYMENT),
        (Stage.ENROLLED, Milestone.FIRST_DAY),
    ],
)
def test_each_stage_waits_for_one_thing(stage: Stage, first: Milestone) -> None:
    assert ahead(stage)[0] is first
    assert ahead(stage)[-2:] == ENDS


@pytest.mark.parametrize("stage", sorted(set(Stage) - set(AHEAD)))
def test_nothing_comes_after_an_end(stage: Stage) -> None:
    assert ahead(stage) == ()


def test_an_offered_seat_is_to_be_taken() -> None:
    assert ahead(Stage.WAITLISTED, offered=True) == (Milestone.TAKE_SEAT, *SEATED)
    assert ahead(Stage.SUBMITTED, offered=True) == ahead(Stage.SUBMITTED)


def test_who_does_not_pay_waits_for_the_course() -> None:
    assert ahead(Stage.ACCEPTED, pays=False) == ENDS
    assert ahead(Stage.ENROLLED, begun=True) == (Milestone.LAST_DAY,)


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("in_time", [False, True])
@pytest.mark.parametrize("offered", [False, True])
def test_it_is_the_applicant_s_turn_while_they_can_act(
    stage: Stage, *, in_time: bool, offered: bool
) -> None:
    expected = {
        Stage.DRAFT: in_time,
        Stage.AWAITING_INFO: in_time,
        Stage.WAITLISTED: offered,
    }.get(stage, False)
    assert waits_for_applicant(stage, in_time=in_time, offered=offered) is expected

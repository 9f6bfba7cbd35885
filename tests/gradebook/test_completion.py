"""Completion: facts in, states and the decision out."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.content.activity_types import RequirementKey
from learning.gradebook.rules.completion import (
    ORDER,
    Completion,
    PartFacts,
    PartOutcome,
    RequirementFacts,
    RequirementState,
    completion,
    part_outcome,
    requirement_outcome,
)

dec = Decimal
MET, EXEMPT, WAITING, PENDING, FAILED, IMPOSSIBLE = RequirementState
STATES = {
    MET: {"done": True, "passed": True},
    EXEMPT: {"exempt": True},
    WAITING: {"done": True},
    PENDING: {},
    FAILED: {"done": True, "passed": False},
    IMPOSSIBLE: {"done": True, "passed": False, "final": True},
}


def quizzes(*states: RequirementState, needed: int = 6, exempt: bool = False) -> RequirementFacts:
    return RequirementFacts(
        key=RequirementKey.QUIZZES,
        needed=needed,
        parts=[PartFacts(key=f"q{n}", **STATES[state]) for n, state in enumerate(states)],
        exempt=exempt,
    )


@pytest.mark.parametrize("state", RequirementState)
def test_a_part_has_a_state(state: RequirementState) -> None:
    assert part_outcome(PartFacts(key="q", **STATES[state])).state is state


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({"done": True, "passed": True, "final": True}, MET),
        ({"exempt": True, "done": True, "passed": False, "final": True}, EXEMPT),
        ({"passed": False, "override": dec(70), "pass_mark": dec(70)}, MET),
        ({"passed": False, "final": True, "override": dec(70), "pass_mark": dec(70)}, MET),
        ({"passed": True, "override": dec("69.99"), "pass_mark": dec(70)}, FAILED),
        ({"passed": True, "final": True, "override": dec(0), "pass_mark": dec(70)}, IMPOSSIBLE),
        ({"override": dec(70), "pass_mark": dec(70)}, MET),
        ({"override": dec(0), "pass_mark": dec(70)}, FAILED),
        ({"override": dec(70)}, PENDING),
        ({"exempt": True, "override": dec(0), "pass_mark": dec(70)}, EXEMPT),
    ],
)
def test_an_override_decides_and_an_exemption_before_it(facts, state) -> None:
    assert part_outcome(PartFacts(key="q", **facts)).state is state


def test_a_part_keeps_its_raw_mark_beside_the_override() -> None:
    plain = part_outcome(PartFacts(key="q", passed=True, mark=dec(80), pass_mark=dec(70)))
    assert (plain.mark, plain.raw, plain.overridden, plain.counts) == (
        dec(80),
        dec(80),
        False,
        True,
    )
    over = part_outcome(
        PartFacts(key="q", passed=True, mark=dec(80), override=dec(60), pass_mark=dec(70))
    )
    assert (over.mark, over.raw, over.overridden, over.counts) == (dec(60), dec(80), True, True)
    zero = part_outcome(PartFacts(key="q", mark=dec(80), override=dec(0), pass_mark=dec(70)))
    assert (zero.mark, zero.overridden) == (dec(0), True)
    nothing = part_outcome(PartFacts(key="q"))
    assert not nothing.counts
    assert nothing == PartOutcome(key="q", state=PENDING)
    assert not part_outcome(PartFacts(key="q", mark=dec(80), exempt=True)).counts


@pytest.mark.parametrize(
    ("states", "needed", "state", "done"),
    [
        ((MET,) * 6, 6, MET, 6),
        ((MET, MET, FAILED, FAILED, PENDING, PENDING), 6, FAILED, 2),
        ((MET, MET, PENDING, PENDING, PENDING, PENDING), 6, PENDING, 2),
        ((MET, MET, WAITING, PENDING), 4, PENDING, 2),
        ((MET, WAITING), 2, WAITING, 1),
        ((WAITING,), 1, WAITING, 0),
        ((MET,) * 5 + (IMPOSSIBLE,), 6, IMPOSSIBLE, 5),
        ((MET,) * 5 + (EXEMPT,), 6, MET, 6),
        ((EXEMPT,) * 6, 6, EXEMPT, 6),
        ((EXEMPT, PENDING), 2, PENDING, 1),
        ((EXEMPT, IMPOSSIBLE), 2, IMPOSSIBLE, 1),
        # live sessions: four of six
        ((MET, MET, MET, MET, IMPOSSIBLE, IMPOSSIBLE), 4, MET, 4),
        ((MET, MET, MET, IMPOSSIBLE, IMPOSSIBLE, PENDING), 4, PENDING, 3),
        ((MET, MET, MET, FAILED, PENDING, PENDING), 4, PENDING, 3),
        ((MET, MET, MET, FAILED, IMPOSSIBLE, IMPOSSIBLE), 4, FAILED, 3),
        ((MET, MET, MET, IMPOSSIBLE, IMPOSSIBLE, IMPOSSIBLE), 4, IMPOSSIBLE, 3),
        ((MET,) * 6, 4, MET, 4),
        ((EXEMPT,) * 4 + (MET,) * 1, 4, MET, 4),
        # nobody tells of these parts yet
        ((), 6, PENDING, 0),
        ((MET, MET), 6, PENDING, 2),
        ((MET, FAILED), 6, FAILED, 1),
        ((IMPOSSIBLE, MET), 2, IMPOSSIBLE, 1),
    ],
)
def test_a_requirement_has_the_state_of_the_parts_that_it_needs(states, needed, state, done):
    outcome = requirement_outcome(quizzes(*states, needed=needed))
    assert (outcome.state, outcome.done, outcome.needed) == (state, done, needed)
    assert outcome.is_fulfilled is (state in {MET, EXEMPT})
    assert [part.state for part in outcome.parts] == list(states)
    assert outcome.key is RequirementKey.QUIZZES


@pytest.mark.parametrize("states", [(), (MET,) * 6, (IMPOSSIBLE,)])
def test_who_is_exempt_from_a_requirement_has_fulfilled_it(states) -> None:
    outcome = requirement_outcome(quizzes(*states, exempt=True))
    assert outcome.state is EXEMPT
    assert outcome.is_fulfilled


@given(
    st.lists(st.sampled_from(RequirementState), max_size=8),
    st.integers(1, 6),
    st.integers(0, 7),
)
def test_a_better_part_never_makes_a_requirement_worse(states, needed, place) -> None:
    before = requirement_outcome(quizzes(*states, needed=needed))
    better = [MET if n == place else state for n, state in enumerate(states)]
    after = requirement_outcome(quizzes(*better, needed=needed))
    assert ORDER[after.state] <= ORDER[before.state]
    assert after.done >= before.done


@given(st.permutations([MET, MET, FAILED, PENDING, WAITING, IMPOSSIBLE]), st.integers(1, 6))
def test_the_order_of_parts_does_not_matter(states, needed) -> None:
    plain = [MET, MET, FAILED, PENDING, WAITING, IMPOSSIBLE]
    assert (
        requirement_outcome(quizzes(*states, needed=needed)).state
        is requirement_outcome(quizzes(*plain, needed=needed)).state
    )


def facts(state: RequirementState, key: RequirementKey) -> RequirementFacts:
    return RequirementFacts(key=key, needed=1, parts=[PartFacts(key=str(key), **STATES[state])])


@pytest.mark.parametrize("worst", RequirementState)
def test_a_certificate_exists_only_if_every_requirement_is_fulfilled(worst) -> None:
    keys = list(RequirementKey)
    decided = completion([facts(worst, keys[0]), *(facts(MET, key) for key in keys[1:])])
    assert decided.is_complete is (worst in {MET, EXEMPT})
    assert decided.fulfilled == len(keys) - (worst not in {MET, EXEMPT})
    assert [each.key for each in decided.requirements] == keys


def test_an_outcome_is_not_overridden_unless_it_says_so() -> None:
    assert not PartOutcome(key="q", state=MET).overridden


def test_a_course_that_asks_for_nothing_gives_no_certificate() -> None:
    assert not Completion(requirements=()).is_complete
    assert completion([]).fulfilled == 0

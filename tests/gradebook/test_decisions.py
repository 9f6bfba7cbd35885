"""What staff may decide: overrides, signatures, and what becomes of whom at the end."""

from decimal import Decimal

import pytest

from learning.content.activity_types import RequirementKey
from learning.enrolment.rules import EnrolmentStatus
from learning.gradebook.rules.closing import (
    BorderlineReason,
    ClosingOutcome,
    FailedMark,
    borderline_reasons,
    closing_outcome,
)
from learning.gradebook.rules.completion import (
    Completion,
    RequirementOutcome,
    RequirementState,
)
from learning.gradebook.rules.decisions import (
    GradebookProblem,
    SheetState,
    Signatory,
    is_decided,
    override_problem,
    signature_problem,
)

LEAD, REGISTRAR = 1, 2
MET, EXEMPT, WAITING, PENDING, FAILED, IMPOSSIBLE = RequirementState


@pytest.mark.parametrize(
    ("reason", "mark", "current", "has_marks", "problem"),
    [
        ("ten letters", 7000, 6900, True, None),
        ("1234567890", 7000, None, True, None),
        ("1234567890", 0, None, True, None),
        ("123456789", 7000, 6900, True, GradebookProblem.SHORT_REASON),
        ("   1234567     ", 7000, 6900, True, GradebookProblem.SHORT_REASON),
        ("ten letters", 7000, 7000, True, GradebookProblem.SAME_MARK),
        ("ten letters", 7000, None, False, GradebookProblem.NO_MARK),
        ("", 7000, 7000, False, GradebookProblem.NO_MARK),
        ("", 7000, 7000, True, GradebookProblem.SHORT_REASON),
    ],
)
def test_an_override_needs_a_reason_and_another_mark(
    reason, mark, current, has_marks, problem
) -> None:
    found = override_problem(reason, mark=mark, current=current, has_marks=has_marks)
    assert found is problem


@pytest.mark.parametrize(
    ("sheet", "seen", "person", "over", "problem"),
    [
        (SheetState(), "new", LEAD, True, None),
        (SheetState(), "new", LEAD, False, GradebookProblem.NOT_OVER),
        (SheetState(), "old", LEAD, True, GradebookProblem.SHEET_CHANGED),
        (SheetState(digest="new", lead_id=LEAD), "new", REGISTRAR, True, None),
        (SheetState(digest="new", lead_id=LEAD), "new", LEAD, True, GradebookProblem.SAME_PERSON),
        (SheetState(digest="new", registrar_id=REGISTRAR), "new", REGISTRAR, True,
         GradebookProblem.SAME_PERSON),
        (SheetState(digest="old", lead_id=LEAD), "new", LEAD, True, None),
        (SheetState(digest="new", lead_id=LEAD, registrar_id=REGISTRAR, is_closed=True), "new", 3,
         False, GradebookProblem.CLOSED),
    ],
)  # fmt: skip
def test_two_people_sign_the_list_as_it_is(sheet, seen, person, over, problem) -> None:
    assert signature_problem(sheet, seen, "new", person_id=person, is_over=over) is problem


def test_a_signature_counts_under_its_own_list_only() -> None:
    signed = SheetState(digest="a", lead_id=LEAD)
    assert signed.signed_by("a") == {Signatory.LEAD}
    assert signed.signed_by("b") == frozenset()
    assert not signed.is_signed
    assert not SheetState(digest="a", registrar_id=REGISTRAR).is_signed
    both = SheetState(digest="a", lead_id=LEAD, registrar_id=REGISTRAR)
    assert both.is_signed
    assert both.signed_by("a") == set(Signatory)
    assert SheetState() == SheetState(digest="", lead_id=None, registrar_id=None, is_closed=False)
    assert SheetState().signed_by("") == frozenset()


@pytest.mark.parametrize(
    ("complete", "active", "outcome"),
    [
        (True, True, ClosingOutcome.COMPLETED),
        (True, False, ClosingOutcome.COMPLETED),
        (False, True, ClosingOutcome.NOT_COMPLETED),
        (False, False, ClosingOutcome.NO_SHOW),
    ],
)
def test_the_list_decides_before_anything_else(complete, active, outcome) -> None:
    assert closing_outcome(is_complete=complete, was_active=active) is outcome


def decided(*states: RequirementState) -> Completion:
    return Completion(
        requirements=[
            RequirementOutcome(key=key, state=state, done=0, needed=1)
            for key, state in zip(RequirementKey, states, strict=False)
        ]
    )


def failed(mark: str, pass_mark: int = 70) -> FailedMark:
    return FailedMark(mark=Decimal(mark), pass_mark=Decimal(pass_mark))


@pytest.mark.parametrize(
    ("completion", "marks", "reasons"),
    [
        (decided(MET, MET, EXEMPT), [failed("69.00")], ()),
        (decided(MET, MET, PENDING), [], (BorderlineReason.ONE_OPEN,)),
        (decided(MET, PENDING, PENDING), [], ()),
        (decided(MET, FAILED, PENDING), [failed("65.00")], (BorderlineReason.NEAR_PASS,)),
        (decided(MET, FAILED, PENDING), [failed("64.99")], ()),
        (decided(MET, FAILED, PENDING), [failed("70.00")], ()),
        (decided(MET, FAILED, PENDING), [failed("10"), failed("69.99")],
         (BorderlineReason.NEAR_PASS,)),
        (decided(MET, WAITING, PENDING), [], (BorderlineReason.WAITING,)),
        (decided(MET, MET, WAITING), [], (BorderlineReason.ONE_OPEN, BorderlineReason.WAITING)),
        (decided(IMPOSSIBLE, IMPOSSIBLE), [], ()),
    ],
)  # fmt: skip
def test_a_case_is_borderline_for_reasons(completion, marks, reasons) -> None:
    assert borderline_reasons(completion, marks) == reasons


@pytest.mark.parametrize(
    ("status", "edition_closed", "decided"),
    [
        (EnrolmentStatus.ACTIVE, False, False),
        (EnrolmentStatus.ACTIVE, True, False),
        (EnrolmentStatus.COMPLETED, False, False),
        (EnrolmentStatus.COMPLETED, True, True),
        (EnrolmentStatus.NOT_COMPLETED, False, True),
        (EnrolmentStatus.NOT_COMPLETED, True, True),
        (EnrolmentStatus.NO_SHOW, False, True),
    ],
)
def test_nothing_is_decided_after_the_closing_but_for_who_is_reinstated(
    status, edition_closed, decided
) -> None:
    assert is_decided(status, edition_closed=edition_closed) is decided

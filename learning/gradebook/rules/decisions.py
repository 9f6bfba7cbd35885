"""Rules about what staff decide: exemptions, overrides, and the two who sign a closing sheet."""

from dataclasses import dataclass
from enum import StrEnum

from learning.enrolment.rules import EnrolmentStatus

MIN_REASON = 10  # characters of the reason of an override
NOT_PASSED = frozenset({EnrolmentStatus.NOT_COMPLETED, EnrolmentStatus.NO_SHOW})
"""What becomes at the closing of people whose list is not complete."""


class Signatory(StrEnum):
    """In which role somebody signs the closing sheet."""

    LEAD = "lead"
    REGISTRAR = "registrar"


class GradebookProblem(StrEnum):
    """Why something is refused."""

    SHORT_REASON = "short_reason"
    UNKNOWN_ITEM = "unknown_item"
    NO_MARK = "no_mark"
    ALREADY_EXEMPT = "already_exempt"
    SAME_MARK = "same_mark"
    NOT_OVER = "not_over"
    SHEET_CHANGED = "sheet_changed"
    SAME_PERSON = "same_person"
    CLOSED = "closed"


@dataclass(frozen=True, kw_only=True)
class SheetState:
    """Who has signed which list, and whether the edition was closed from it.

    `digest` is that of the list which the signatures stand under.
    """

    digest: str = ""
    lead_id: int | None = None
    registrar_id: int | None = None
    is_closed: bool = False

    @property
    def is_signed(self) -> bool:
        return self.lead_id is not None and self.registrar_id is not None

    def signed_by(self, digest: str) -> frozenset[Signatory]:
        """Return who has signed this list; a signature under another list counts for nothing."""
        if digest != self.digest:
            return frozenset()
        signed = {Signatory.LEAD: self.lead_id, Signatory.REGISTRAR: self.registrar_id}
        return frozenset(each for each, person_id in signed.items() if person_id is not None)


def is_decided(status: EnrolmentStatus, *, edition_closed: bool) -> bool:
    """Whether nothing is decided about an enrolment any more; who is reinstated is open again."""
    return status in NOT_PASSED or (edition_closed and status is not EnrolmentStatus.ACTIVE)


def override_problem(
    reason: str, *, mark: int, current: int | None, has_marks: bool
) -> GradebookProblem | None:
    """Return why a mark cannot stand for another, None if it can."""
    if not has_marks:
        return GradebookProblem.NO_MARK
    if len(reason.strip()) < MIN_REASON:
        return GradebookProblem.SHORT_REASON
    return GradebookProblem.SAME_MARK if mark == current else None


def signature_problem(
    sheet: SheetState, seen: str, current: str, *, person_id: int, is_over: bool
) -> GradebookProblem | None:
    """Return why somebody cannot sign, None if they can.

    `seen` is the list that they read, `current` the list as it is now.
    """
    if sheet.is_closed:
        return GradebookProblem.CLOSED
    if not is_over:
        return GradebookProblem.NOT_OVER
    if seen != current:
        return GradebookProblem.SHEET_CHANGED
    others = {sheet.lead_id, sheet.registrar_id} if sheet.digest == current else set[int | None]()
    return GradebookProblem.SAME_PERSON if person_id in others else None

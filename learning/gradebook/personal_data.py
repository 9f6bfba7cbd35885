"""What the gradebook keeps of a person (`extension_points.personal_data`)."""

from learning.enrolment.personal_data import deleted_with
from learning.extension_points.personal_data import OnForget, PersonalTable
from learning.gradebook.models import (
    ClosingSheet,
    CompletionStatus,
    ContactEntry,
    Exemption,
    ItemResult,
    MarkOverride,
    RequirementStatus,
)

TABLES = (
    deleted_with(Exemption.enrolment_id, "decided_by_id", "lifted_by_id"),
    deleted_with(MarkOverride.enrolment_id, "decided_by_id"),
    deleted_with(ItemResult.enrolment_id),
    deleted_with(RequirementStatus.enrolment_id),
    deleted_with(CompletionStatus.enrolment_id),
    deleted_with(ContactEntry.enrolment_id, "noted_by_id"),
    PersonalTable(
        model=ClosingSheet,
        about=lambda person: (
            (ClosingSheet.lead_id == person.id) | (ClosingSheet.registrar_id == person.id)
        ),
        on_forget=OnForget.KEEP,
        why="Who closed an edition stays with it; a person is named by an id only.",
        hidden=frozenset({"lead_id", "registrar_id", "digest"}),
    ),
)

"""What is kept of a person's studying (`extension_points.personal_data`)."""

from learning.enrolment.personal_data import deleted_with
from learning.lessons.models import (
    CheckAnswer,
    DocumentProgress,
    LearnerState,
    LessonProgress,
    ModuleOverride,
    Note,
)

TABLES = (
    deleted_with(Note.enrolment_id),
    deleted_with(CheckAnswer.enrolment_id),
    deleted_with(LessonProgress.enrolment_id),
    deleted_with(DocumentProgress.enrolment_id),
    deleted_with(LearnerState.enrolment_id),
    deleted_with(ModuleOverride.enrolment_id, "decided_by_id"),
)

"""What quizzes keep of a person (`extension_points.personal_data`)."""

from learning.enrolment.personal_data import deleted_with
from learning.quizzes.models import (
    AttemptAnswer,
    AttemptQuestion,
    LateDecision,
    QuizAttempt,
    ReleasedAttempt,
)

TABLES = (
    deleted_with(LateDecision.enrolment_id, "decided_by_id"),
    deleted_with(ReleasedAttempt.enrolment_id, "released_by_id"),
    deleted_with(AttemptAnswer.enrolment_id, "idempotency_key"),
    deleted_with(AttemptQuestion.enrolment_id),
    deleted_with(QuizAttempt.enrolment_id, "seed"),
)

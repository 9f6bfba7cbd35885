"""A knowledge check as a reader saw it, to be stored as a snapshot."""

from learning.content.course import Check
from learning.content.snapshots import Json, SnapshotContent


def check_content(course: str, lesson: str, language: str, check: Check) -> SnapshotContent:
    """Return a check of a lesson in one language, with its answers and explanations (HTML)."""
    answers: list[Json] = [
        {"text": str(answer.html), "why": str(answer.why), "right": answer.right}
        for answer in check.answers
    ]
    value = {"language": language, "question": str(check.question), "answers": answers}
    return SnapshotContent(kind="check", key=f"{course}/{lesson}/{check.key}", value=value)

"""What a reader leaves in a lesson: answers to its checks, notes on its blocks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class StoredAnswer:
    """A reader's last answer to a check: the chosen numbers, and the attempts up to it."""

    chosen: tuple[int, ...]
    attempts: int


@dataclass(frozen=True, kw_only=True)
class LessonMarks:
    """A reader's marks in a lesson: the last answers by check, the notes by block.

    `unanswered` is a check that was sent without an answer, `late` one that was answered on
    another page since this one was rendered, with the numbers that were sent and not stored.
    """

    answers: Mapping[str, StoredAnswer]
    notes: Mapping[str, str]
    unanswered: str | None = None
    late: tuple[str, Sequence[int]] | None = None

    @property
    def rejected(self) -> str | None:
        """Return the check whose answer was not stored."""
        return self.late[0] if self.late else self.unanswered


def stored_numbers(chosen: Sequence[int]) -> str:
    """Return the numbers of chosen answers as they are stored."""
    return " ".join(str(number) for number in chosen)

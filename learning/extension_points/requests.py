"""What providers are asked about: an edition and enrolments in it, as plain values."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from learning.kit.i18n import I18n


@dataclass(frozen=True, kw_only=True)
class EditionRef:
    """An edition as providers see it; `course` is a folder of courses/. Days are in its zone."""

    id: int
    code: str
    course: str
    zone: str
    starts_on: date
    ends_on: date
    project_due_on: date


@dataclass(frozen=True, kw_only=True)
class EnrolmentsRequest:
    """Some enrolments of one edition, and the language and zone of a person who reads the answer.

    `with_adjustments` is False where nothing may be told that was agreed with one person alone:
    a person who views pages as somebody else sees the dates that hold for everybody.
    """

    edition: EditionRef
    enrolment_ids: Collection[int]
    i18n: I18n
    with_adjustments: bool = True

"""Events of one person's dates, for packages above."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class DueDatesChanged:
    """One person's due dates, time or attempts have changed."""

    enrolment_id: int
    edition_id: int
    at: datetime

"""What happens to editions, for rooms above: enrolment first of all."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, kw_only=True)
class EditionChanged:
    """An edition is another than it was; its row is locked.

    `before` has what each changed value was, by its name. Whoever hears this may refuse.
    """

    edition_id: int
    before: Mapping[str, Any]
    at: datetime

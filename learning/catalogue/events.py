"""Events of editions, for packages above: admissions first of all."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, kw_only=True)
class MovedDate:
    """A date of an edition that staff moved; its title by language."""

    title: Mapping[str, str]
    before: datetime
    after: datetime


@dataclass(frozen=True, kw_only=True)
class EditionChanged:
    """An edition was changed; its row is locked.

    `before` has the earlier value of each change by name: a column of the edition, or "date"
    and the key of a deadline, with a `MovedDate`. A handler may raise RuleViolation.
    """

    edition_id: int
    before: Mapping[str, Any]
    at: datetime

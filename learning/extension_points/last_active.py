"""The contract `last_active`: when somebody last did something in a course, as a column.

It is a column and no answer, so that a list can be sorted by it before it is cut into pages.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlalchemy.orm import InstrumentedAttribute

LastActiveProvider = Callable[[InstrumentedAttribute[int]], ColumnElement[datetime | None]]
"""Returns the moment of the last activity for a column of enrolments by id; runs no statement."""

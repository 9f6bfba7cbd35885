"""Where the gradebook gets what it counts from; `learning.wiring` and pages fill it."""

from collections.abc import Mapping
from dataclasses import dataclass

from learning.content.course import CourseOf
from learning.extension_points.last_active import LastActiveProvider
from learning.extension_points.results import ResultsProvider


@dataclass(frozen=True, kw_only=True)
class GradebookSources:
    """The courses by their keys, the results of all activities, when somebody was last active."""

    course_of: CourseOf
    results: Mapping[str, ResultsProvider]
    last_active: LastActiveProvider | None = None

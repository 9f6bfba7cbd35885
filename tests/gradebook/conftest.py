"""A cohort with results, by a provider of the tests' own."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from learning.content.activity_types import RequirementKey
from learning.content.course import Course
from learning.extension_points.results import Result, ResultChanged
from learning.gradebook.sources import GradebookSources
from learning.kit.events import publish_event
from learning.lessons.extensions import last_active
from tests.world import NOW, World

PARTS = {
    RequirementKey.QUIZZES: [f"quiz:m{n}" for n in range(1, 7)],
    RequirementKey.DISCUSSIONS: [f"discussion:m{n}" for n in range(1, 7)],
    RequirementKey.PEER: ["peer:work"],
    RequirementKey.GROUP: ["group:plan"],
    RequirementKey.LIVE: [f"live:m{n}" for n in range(1, 7)],
    RequirementKey.PROJECT: ["project:file"],
}
MARKED = {RequirementKey.QUIZZES, RequirementKey.PEER, RequirementKey.PROJECT}


@dataclass
class Activities:
    """All activities of a course as one provider; what somebody did is set by hand."""

    own: dict[int, dict[str, Result]] = field(default_factory=lambda: defaultdict(dict))

    def provide(self, _session: Session, request: Any) -> Any:
        return {
            each: [self.own[each].get(result.key, result) for result in self.parts()]
            for each in request.enrolment_ids
        }

    def parts(self) -> Iterator[Result]:
        for requirement, keys in PARTS.items():
            for key in keys:
                yield Result(key=key, title=key, path="this-week", requirement=requirement)

    def mark(self, enrolment_id: int, key: str, mark: str, **more: Any) -> None:
        """Publish a mark in percent; 70 passes."""
        self.set(
            enrolment_id, key, points=Decimal(mark), max_points=Decimal(100),
            passed=Decimal(mark) >= 70, **more,
        )  # fmt: skip

    def set(self, enrolment_id: int, key: str, **values: Any) -> None:
        result = next(each for each in self.parts() if each.key == key)
        self.own[enrolment_id][key] = replace(result, done_at=NOW, **values)

    def pass_all(self, enrolment_id: int, but: str = "") -> None:
        for result in self.parts():
            if result.key != but and RequirementKey(result.requirement) in MARKED:
                self.mark(enrolment_id, result.key, "80.00")
            elif result.key != but:
                self.set(enrolment_id, result.key, passed=True)


@pytest.fixture
def activities(monkeypatch: pytest.MonkeyPatch, app: Any) -> Activities:
    """The activities, in place of all others, for the pages, too."""
    found = Activities()
    points = replace(app.extensions["extension_points"], results={"all": found.provide})
    monkeypatch.setitem(app.extensions, "extension_points", points)
    return found


@pytest.fixture
def sources(activities: Activities, course: Course) -> GradebookSources:
    return GradebookSources(
        course_of=lambda _key: course,
        results={"all": activities.provide},
        last_active=last_active,
    )


@pytest.fixture
def changed(
    session: Session, world: World, sources: GradebookSources, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], None]:
    """Say that a result of Awa has changed, as an activity does."""
    from learning import wiring  # noqa: PLC0415 the handlers are made once
    from learning.gradebook.completions import follow_result  # noqa: PLC0415
    from learning.kit.events import EventHandlers  # noqa: PLC0415

    handlers = EventHandlers()
    for kind in wiring.EVENT_HANDLERS.events() - {ResultChanged}:
        handlers.on(kind, wiring.EVENT_HANDLERS.dispatch)
    handlers.on(ResultChanged, lambda one, fact: follow_result(sources, one, fact))
    monkeypatch.setattr(wiring, "EVENT_HANDLERS", handlers)
    for key, value in session.info.items():
        if isinstance(value, EventHandlers):
            session.info[key] = handlers

    def publish() -> None:
        place = world.place
        publish_event(
            session, ResultChanged(enrolment_id=place.id, edition_id=place.edition_id, at=NOW)
        )
        session.flush()

    return publish

"""Every registered provider keeps its contract; one that does not is found."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from learning.admissions.models import Offer
from learning.admissions.rules.states import ApplicationEvent, ApplicationState
from learning.contact.models import ContactMessage
from learning.content.course_cache import load_once
from learning.deadlines.models import AccommodationProfile, Extension
from learning.enrolment.models import Enrolment
from learning.extension_points.due import DueItem, DueRequest
from learning.extension_points.page_lines import PageKind, PageLine, PageReader, PageRef
from learning.extension_points.requests import EnrolmentsRequest
from learning.extension_points.results import Result
from learning.extension_points.waiting import WaitingRequest, WaitingRow, WaitingRows
from learning.jobs.models import Job, JobState
from learning.kit.i18n import LANGUAGES, I18n
from learning.mail.actions import EmailRequest, Recipient, enqueue_email
from learning.mail.categories import CRITICAL
from learning.participants.commands import enrol_person
from learning.providers import extension_points
from learning.settings import ROOT
from tests.admissions.factories import a_person, act, in_state
from tests.conftest import CACHE
from tests.extension_points.checks import (
    CountedQueries,
    check_due,
    check_page_lines,
    check_period,
    check_privacy,
    check_results,
    check_summary,
    check_waiting,
    edition_ref,
)
from tests.extension_points.gradebook import ENDED, add_waiting_for_gradebook
from tests.extension_points.money import add_waiting_for_money
from tests.world import NOW, World

POINTS = extension_points(lambda key: load_once(ROOT / "courses" / key, CACHE))
BROKEN = (AssertionError, NotFound)
MOMENT = NOW + timedelta(hours=1)


@pytest.fixture
def counted(app: Flask, session: Session, queries: list[str]) -> Iterator[CountedQueries]:
    return CountedQueries(app, session, queries)


@pytest.fixture
def request_(session: Session, world: World) -> DueRequest:
    """Twenty people of an edition: some have more time, one has what was agreed for her."""
    places = [
        enrol_person(session, world.running, a_person(session), by=None, now=NOW) for _ in range(19)
    ]
    tutor = world.staff["tutor"].id
    agreed = {"reason": "because", "decided_by_id": tutor, "decided_at": NOW}
    until = NOW + timedelta(days=60)
    for place in places[:5]:
        session.add(Extension(enrolment_id=place.id, key="project", until=until, **agreed))
    session.add(
        AccommodationProfile(
            enrolment_id=world.place.id, extra_time=25, extra_attempts=0, shift_days=3,
            no_timer=False, note="", decided_by_id=tutor, decided_at=NOW,
        )
    )  # fmt: skip
    session.commit()
    return DueRequest(
        edition=edition_ref(world.running),
        enrolment_ids=[world.place.id, *(place.id for place in places)],
        i18n=I18n("fr"),
    )


@pytest.fixture
def waiting(session: Session, world: World) -> WaitingRequest:
    """Two rows at least of every kind."""
    for state in (ApplicationState.SUBMITTED, ApplicationState.UNDER_REVIEW) * 2:
        in_state(session, world, state)
    for _ in range(2):
        enrol_person(session, world.running, a_person(session), by=None, now=NOW)
        in_state(session, world, ApplicationState.ACCEPTED)
        answered = in_state(session, world, ApplicationState.AWAITING_INFO)
        act(session, world, answered, ApplicationEvent.PROVIDE_INFO)
        waits = in_state(session, world, ApplicationState.WAITLISTED)
        ends = NOW + timedelta(hours=waits.id % 7)
        session.add(Offer(application_id=waits.id, created_at=NOW, ends_at=ends))
        to = Recipient(email=f"e{waits.id}@example.org", name="", language="fr", zone="UTC")
        what = EmailRequest(kind="any", params={}, category=CRITICAL)
        enqueue_email(session, to, what, now=NOW)
        session.add(Job(kind="purge", payload="{}", created_at=NOW, due_at=NOW))
        words = {"name": f"e{waits.id}", "email": to.email, "language": "fr", "body": "?"}
        session.add(ContactMessage(**words, sent_at=NOW - timedelta(hours=waits.id % 7)))
    add_waiting_for_gradebook(session, world)
    add_waiting_for_money(session, world)
    session.flush()
    session.execute(update(Job).values(state=JobState.DEAD, ended_at=NOW, error="no"))
    session.commit()
    return WaitingRequest(editions=None, i18n=I18n("fr"), now=MOMENT, limit=2)


@pytest.mark.parametrize("name", POINTS.results)
def test_results(counted: CountedQueries, request_: EnrolmentsRequest, name: str) -> None:
    check_results(counted, POINTS.results[name], request_)


@pytest.mark.parametrize("name", POINTS.due)
def test_due(counted: CountedQueries, request_: DueRequest, name: str) -> None:
    for language in LANGUAGES:
        check_due(counted, POINTS.due[name], replace(request_, i18n=I18n(language)))
    check_privacy(counted, POINTS.due[name], replace(request_, with_adjustments=False))
    check_period(counted, POINTS.due[name], request_)


@pytest.mark.parametrize("kind", POINTS.waiting, ids=lambda kind: kind.key)
def test_waiting(counted: CountedQueries, waiting: WaitingRequest, world: World, kind: Any) -> None:
    check_waiting(counted, kind.provider, waiting)
    for moment in (MOMENT, NOW + timedelta(days=900)):
        check_summary(counted, kind, replace(waiting, now=moment))
    if not kind.site_wide:
        here, other = world.open.code, world.running.code
        if kind.key in {"participants-without-tutor", "changed-marks"}:  # of running editions
            here, other = other, here
        elif kind.key == "closing-sheets":
            here = ENDED
        check_waiting(counted, kind.provider, replace(waiting, editions=[here]))
        elsewhere = kind.provider(counted.session, replace(waiting, editions=[other]))
        assert (list(elsewhere.rows), elsewhere.total) == ([], 0)
    for language in ("fr", "es"):
        assert I18n(language).gettext(kind.label) != kind.label
        assert I18n(language).gettext(kind.action) != kind.action


@pytest.mark.parametrize(
    ("kind", "name"), [(kind, name) for kind, own in POINTS.page_lines.items() for name in own]
)
def test_page_lines(
    counted: CountedQueries, request_: EnrolmentsRequest, kind: PageKind, name: str
) -> None:
    page = PageRef(kind=kind, edition=request_.edition, modules=["m4"], lesson="m4-l1")
    reader = PageReader(enrolment_id=request_.enrolment_ids[0], i18n=request_.i18n, now=MOMENT)
    nobody, provider = replace(reader, enrolment_id=None), POINTS.page_lines[kind][name]
    for each, none in ((reader, {"fees"}), (nobody, {"tutors", "fees"})):  # a fee: tests/fees
        if name in none:
            assert counted.of(provider, page, each) == []
        else:
            check_page_lines(counted, provider, page, each)


def test_names_are_used_once() -> None:
    keys = [kind.key for kind in POINTS.waiting]
    assert len(set(keys)) == len(keys)


RESULT = Result(key="a", title="A", path="this-week", requirement="quizzes")
ITEM = DueItem(key="a", title="A", at=NOW, when="now", path="this-week")


def per_enrolment(*rows: Any) -> Any:
    return lambda _session, request: {each: list(rows) for each in request.enrolment_ids}


def asks_each(answer: Any, session: Session, request: EnrolmentsRequest) -> Any:
    """Ask the database once for every enrolment."""
    for each in request.enrolment_ids:
        session.scalar(select(Enrolment.id).where(Enrolment.id == each))
    return answer(session, request)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda _session, _request: {},
        lambda _session, request: {request.enrolment_ids[0]: [RESULT]},
        lambda _session, request: {e: [replace(RESULT, key=str(e))] for e in request.enrolment_ids},
        per_enrolment(RESULT, RESULT),
        per_enrolment(replace(RESULT, points=Decimal(11), max_points=Decimal(10))),
        per_enrolment(replace(RESULT, done_at=NOW, points=Decimal("0.005"), max_points=Decimal(1))),
        per_enrolment(replace(RESULT, path="nowhere")),
        per_enrolment(replace(RESULT, requirement="diligence")),
        per_enrolment(replace(RESULT, passed=False)),
        per_enrolment(replace(RESULT, final=True)),
        per_enrolment(replace(RESULT, opens_at=datetime(2026, 7, 1))),  # noqa: DTZ001 what is wrong
        lambda _session, request: {
            e: [replace(RESULT, requirement="quizzes" if n else "")]
            for n, e in enumerate(request.enrolment_ids)
        },
        partial(asks_each, per_enrolment(RESULT)),
    ],
    ids=[
        "nothing",
        "one-only",
        "own-keys",
        "key-twice",
        "too-many-points",
        "not-as-published",
        "no-page",
        "no-such-requirement",
        "judged-undone",
        "final-undone",
        "naive",
        "counts-otherwise",
        "query-each",
    ],
)
def test_a_wrong_provider_of_results_is_found(counted, request_, wrong: Any) -> None:
    check_results(counted, per_enrolment(RESULT), request_)
    with pytest.raises(BROKEN):
        check_results(counted, wrong, request_)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda _session, _request: {0: [ITEM]},
        per_enrolment(ITEM, ITEM),
        per_enrolment(replace(ITEM, at=datetime(2026, 7, 1))),  # noqa: DTZ001 what is wrong
        per_enrolment(replace(ITEM, title="")),
        per_enrolment(replace(ITEM, path="/fr/this-week")),
        per_enrolment(replace(ITEM, detail=object())),  # type: ignore[arg-type]  # what is wrong
        partial(asks_each, per_enrolment(ITEM)),
    ],
    ids=["stranger", "key-twice", "naive", "no-title", "absolute", "not-stable", "query-each"],
)
def test_a_wrong_provider_of_dates_is_found(counted, request_, wrong: Any) -> None:
    check_due(counted, per_enrolment(ITEM), request_)
    with pytest.raises(BROKEN):
        check_due(counted, wrong, request_)


def test_a_provider_that_tells_what_was_agreed_is_found(counted, request_) -> None:
    def tells(_session: Session, request: EnrolmentsRequest) -> Any:
        return {e: [replace(ITEM, at=NOW + timedelta(days=e))] for e in request.enrolment_ids}

    with pytest.raises(AssertionError):
        check_privacy(counted, tells, replace(request_, with_adjustments=False))


def rows(*found: WaitingRow, total: int = 9) -> Any:
    return lambda _session, _request: WaitingRows(rows=found, total=total)


ROW = WaitingRow(subject="A", path="staff/jobs/", since=NOW)
LATER = replace(ROW, since=NOW + timedelta(seconds=1))


@pytest.mark.parametrize(
    "wrong",
    [
        rows(),
        rows(LATER, ROW),
        rows(ROW, ROW, ROW),
        rows(ROW, total=0),
        rows(replace(ROW, since=MOMENT + timedelta(days=1))),
        rows(replace(ROW, edition="somewhere-else")),
        rows(replace(ROW, path="staff/nowhere")),
    ],
    ids=["none", "unsorted", "too-many", "total", "future", "other-edition", "no-page"],
)
def test_a_wrong_provider_of_tasks_is_found(counted, wrong: Any) -> None:
    some = WaitingRequest(editions=["here"], i18n=I18n("fr"), now=MOMENT, limit=2)
    check_waiting(counted, rows(ROW, LATER), some)
    with pytest.raises(BROKEN):
        check_waiting(counted, wrong, some)


LINE = PageLine(key="a", title="A", path="this-week", module="m4")


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [LINE, LINE],
        [replace(LINE, module="m5")],
        [replace(LINE, path="/fr/this-week")],
        [replace(LINE, detail=[])],
    ],
    ids=["none", "key-twice", "other-module", "absolute", "not-hashable"],
)
def test_a_wrong_provider_of_lines_is_found(counted, world: World, lines: list[Any]) -> None:
    kind, edition = PageKind.COURSE_HOME, edition_ref(world.running)
    page = PageRef(kind=kind, edition=edition, modules=["m4"])
    reader = PageReader(enrolment_id=None, i18n=I18n("fr"), now=MOMENT)
    check_page_lines(counted, lambda *_: [LINE], page, reader)
    with pytest.raises((*BROKEN, TypeError)):
        check_page_lines(counted, lambda *_: lines, page, reader)

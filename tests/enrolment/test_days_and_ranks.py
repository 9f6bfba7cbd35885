"""Deadlines, windows, offers, scores, likeness, completeness: the small decisions, by cases."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.catalogue.models import EditionStatus
from learning.enrolment import answers, applying, deadlines, ranking
from learning.enrolment.answers import Answers, Funding, Step
from learning.enrolment.ranking import Criterion, Waiting
from learning.enrolment.regions import COUNTRIES, REGIONS, region_of
from learning.enrolment.rules import Guard
from learning.kit.time import day_in, start_of
from tests.world import World

START = date(2023, 9, 25)  # the edition of the information note A9716205
ROME = "Europe/Rome"
HIGH = dict.fromkeys(Criterion, 4)
LOW = dict.fromkeys(Criterion, 0)


@pytest.mark.parametrize(
    ("today", "percent"),
    [
        (date(2023, 9, 11), 0),  # 14 days before: the last free day
        (date(2023, 9, 12), 50),
        (date(2023, 9, 17), 50),  # 8 days before
        (date(2023, 9, 18), 100),
        (date(2023, 9, 20), 100),  # the last day to apply: the window was open all along
        (date(2023, 9, 26), 100),
    ],
)
def test_what_leaving_costs(today: date, percent: int) -> None:
    window = deadlines.window(START, today)
    assert (window.percent, window.open) == (percent, percent > 0)
    assert (window.free_until, window.half_until) == (date(2023, 9, 11), date(2023, 9, 17))


def test_the_last_day_counts_whole_in_the_centre_s_zone() -> None:
    closes = deadlines.closes_at(date(2023, 9, 20), ROME)
    assert closes == datetime(2023, 9, 20, 22, tzinfo=UTC)
    last = closes - timedelta(seconds=1)
    assert last.astimezone(ZoneInfo("Asia/Manila")).day == 21
    assert last.astimezone(ZoneInfo("America/Lima")).hour == 16
    assert day_in(ROME, last) == date(2023, 9, 20)


@pytest.mark.parametrize(
    ("open_", "days_left", "expected"),
    [(True, 1, True), (True, 0, True), (True, -1, False), (False, 1, False)],
)
def test_the_last_day_to_apply_counts_whole(world: World, open_, days_left, expected) -> None:
    world.open.status = EditionStatus.OPEN if open_ else EditionStatus.DRAFT
    day = world.open.apply_until - timedelta(days=days_left)
    for clock in (time(0), time(23, 59, 59)):
        holds = applying.takes(world.open, datetime.combine(day, clock, UTC))
        assert (Guard.TAKES_APPLICATIONS in holds) is expected


def test_people_are_told_the_last_second_of_the_last_day() -> None:
    last = deadlines.last_second(date(2026, 10, 25), ROME)
    assert last == datetime(2026, 10, 25, 22, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moved", "agreed", "counts"),
    [(START, None, START), (START - timedelta(9), START, START), (START, date(2023, 9, 1), START)],
)
def test_leaving_costs_no_more_because_the_first_day_was_moved(moved, agreed, counts) -> None:
    assert deadlines.first_day(moved, agreed) == counts


def test_a_night_of_changing_clocks_is_a_night_like_others() -> None:
    """On the last Sunday of October Rome has 25 hours; midnight stays midnight."""
    assert deadlines.closes_at(date(2026, 10, 25), ROME) == datetime(2026, 10, 25, 23, tzinfo=UTC)


def test_the_fee_is_due_14_days_before_but_never_before_it_is_asked() -> None:
    assert deadlines.payment_due(date(2023, 8, 1), START) == date(2023, 9, 11)
    assert deadlines.payment_due(date(2023, 9, 20), START) == date(2023, 9, 20)


BEGINS = start_of(START, ROME)


@pytest.mark.parametrize(
    ("made", "ends"),
    [
        ("2023-09-04 10:00", "2023-09-07 10:00"),  # by day: 72 hours
        ("2023-09-04 23:00", "2023-09-08 08:00"),  # at night the time begins at 8, and 72 h later
        ("2023-09-04 03:00", "2023-09-07 08:00"),
        ("2023-09-04 20:59", "2023-09-07 20:59"),
        ("2023-09-23 10:00", "2023-09-24 22:00"),  # never into the course: midnight in Rome
    ],
)
def test_an_offer_respects_the_night(made: str, ends: str) -> None:
    """Abidjan has the time of Greenwich; its nights go from 21 to 8."""
    at = datetime.fromisoformat(made).replace(tzinfo=UTC)
    expected = datetime.fromisoformat(ends).replace(tzinfo=UTC)
    assert deadlines.offer_ends(at, "Africa/Abidjan", BEGINS) == expected


@given(
    st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=262)),
    st.sampled_from(["Asia/Manila", "America/Lima", "Africa/Abidjan", "Europe/Rome"]),
)
def test_no_offer_is_shorter_than_promised_nor_ends_at_night(at: timedelta, zone: str) -> None:
    made = datetime(2023, 1, 1, tzinfo=UTC) + at
    ends = deadlines.offer_ends(made, zone, BEGINS)
    if ends == BEGINS:
        return
    assert ends - made >= deadlines.OFFER_LASTS
    local = ends.astimezone(ZoneInfo(zone)).time()
    assert deadlines.NIGHT_ENDS <= local < deadlines.NIGHT_BEGINS


def test_the_score_is_the_mean_of_all_assessors() -> None:
    assert ranking.score([]) is None
    assert ranking.score([HIGH]) == 10_000
    assert ranking.score([HIGH, LOW]) == 5_000
    assert ranking.score([HIGH | {Criterion.USE: 0}]) == 7_500


def test_the_list_goes_by_score_then_by_who_came_first() -> None:
    early = datetime(2026, 1, 1, tzinfo=UTC)
    late = early + timedelta(seconds=1)
    waiting = [
        Waiting(application_id=1, score=5000, submitted_at=late),
        Waiting(application_id=2, score=5000, submitted_at=early),
        Waiting(application_id=3, score=9000, submitted_at=late),
        Waiting(application_id=4, score=5000, submitted_at=early),
    ]
    assert [w.application_id for w in ranking.in_order(waiting)] == [3, 2, 4, 1]


@pytest.mark.parametrize(
    ("ours", "theirs", "conflict"),
    [
        ("Ministère du Travail", "MINISTERE DU TRAVAIL", True),
        ("Agence Emploi Jeunes", "Agence emploi jeune", True),
        ("OIT", "Mairie de Bouaké", False),
        ("", "Mairie", False),
        ("", "", False),
    ],
)
def test_nobody_assesses_their_own_house(ours: str, theirs: str, *, conflict: bool) -> None:
    assert ranking.has_conflict(ours, theirs) is conflict


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        (("Awa Koné", "Mairie"), ("KONE Awa", ""), True),
        (("Mohamed Ali", "PAARDIC"), ("Ali Muhammad", "Paardic"), True),
        (("Mohamed Ali", "PAARDIC"), ("Ali Muhammad", "Croix-Rouge"), True),
        (("Awa Koné", "Mairie"), ("Awa Kanté", "Mairie"), False),
        (("Ana", "X"), ("Ina", "Y"), False),
    ],
)
def test_spellings_of_one_name(
    first: tuple[str, str], second: tuple[str, str], *, same: bool
) -> None:
    assert ranking.is_same_person(first, second) is same


FULL = Answers(
    institution="Mairie",
    gender="woman",
    country="CI",
    position="Conseillère",
    constituency="government",
    motivation="…",
    study_language="fr",
    funding="sponsor",
    sponsor_share=100,
    has_letter=True,
    bill_to="person",
    billing_name="Awa",
    billing_address="Rue 12",
    billing_country="CI",
    consented_at=datetime(2026, 1, 1, tzinfo=UTC),
)


def test_a_full_application_lacks_nothing_and_an_empty_one_all_but_the_letter() -> None:
    assert answers.missing(FULL) == []
    assert answers.missing(Answers()) == [step for step in Step if step is not Step.LETTER]


@pytest.mark.parametrize("funding", Funding)
def test_the_letter_is_for_those_whom_an_institution_pays(funding: Funding) -> None:
    way = answers.steps(funding)
    assert (Step.LETTER in way) is (funding in {Funding.SPONSOR, Funding.MIXED})
    assert (Step.BILLING in way) is (funding is not Funding.FELLOWSHIP)


@pytest.mark.parametrize(("share", "whole"), [(0, False), (1, True), (99, True), (100, False)])
def test_a_shared_fee_needs_a_share(share: int, *, whole: bool) -> None:
    mixed = Answers(funding="mixed", sponsor_share=share)
    assert (Step.FUNDING not in answers.missing(mixed)) is whole


def test_the_way_through_the_steps() -> None:
    assert answers.next_step(Step.FUNDING, "self") is Step.BILLING
    assert answers.next_step(Step.FUNDING, "sponsor") is Step.LETTER
    assert answers.next_step(Step.CONSENT, "self") is None
    assert [answers.share_of(funding, 40) for funding in Funding] == [0, 100, 40, 0]


def test_every_country_has_one_region() -> None:
    assert sum(map(len, REGIONS.values())) == len(COUNTRIES) == len(set(COUNTRIES))
    assert region_of("CI") == "africa"
    assert region_of("??") == ""

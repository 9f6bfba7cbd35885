"""Deadlines, windows, offers, scores, likeness, completeness: the small decisions, by cases."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from learning.admissions.commands import applications
from learning.admissions.rules import answers, deadlines, ranking
from learning.admissions.rules.answers import Answers, Funding, Step
from learning.admissions.rules.ranking import Criterion, WaitlistEntry
from learning.admissions.rules.regions import COUNTRIES, REGIONS, region_of
from learning.admissions.rules.transitions import TransitionGuard
from learning.catalogue.cancellation import window
from learning.catalogue.models import EditionStatus
from learning.kit.i18n import LANGUAGES
from learning.kit.time import day_in, start_of_day
from tests.admissions.factories import BILLING
from tests.catalogue.test_cancellation import FINE, NOTE
from tests.world import World

START = date(2023, 9, 25)  # the edition of the information note A9716205
ROME = "Europe/Rome"
HIGH = dict.fromkeys(Criterion, 4)
LOW = dict.fromkeys(Criterion, 0)


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
        holds = applications.time_guards(world.open, datetime.combine(day, clock, UTC))
        assert (TransitionGuard.TAKES_APPLICATIONS in holds) is expected


def test_people_are_told_the_last_second_of_the_last_day() -> None:
    last = deadlines.last_second(date(2026, 10, 25), ROME)
    assert last == datetime(2026, 10, 25, 22, 59, 59, tzinfo=UTC)


def test_a_sponsor_answers_until_the_link_or_the_time_to_apply_ends() -> None:
    last_day, last = date(2026, 10, 25), datetime(2026, 10, 25, 22, 59, 59, tzinfo=UTC)
    for link_ends, expected in (
        (last - timedelta(days=1), last - timedelta(days=1)),
        (last + timedelta(days=1), last),
    ):
        assert deadlines.sponsor_until(link_ends, last_day, ROME) == expected


def test_a_night_of_changing_clocks_is_a_night_like_others() -> None:
    """On the last Sunday of October Rome has 25 hours; midnight stays midnight."""
    assert deadlines.closes_at(date(2026, 10, 25), ROME) == datetime(2026, 10, 25, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("policy", "issued", "due"),
    [
        (NOTE, date(2023, 8, 1), date(2023, 9, 11)),
        (NOTE, date(2023, 9, 20), date(2023, 9, 20)),
        (FINE, date(2023, 8, 1), START),  # no day is free
    ],
)
def test_the_fee_is_due_on_the_last_free_day_but_never_before_it_is_asked(policy, issued, due):
    assert deadlines.payment_due(issued, window(policy, [START], issued)) == due


BEGINS = start_of_day(START, ROME)


@pytest.mark.parametrize(
    ("made", "ends"),
    [
        ("2023-09-04 10:00", "2023-09-07 10:00"),  # by day: 72 hours
        ("2023-09-04 23:00", "2023-09-08 08:00"),  # at night the time begins at 8, and 72 h later
        ("2023-09-04 03:00", "2023-09-07 08:00"),
        ("2023-09-04 20:59", "2023-09-07 20:59"),
        ("2023-09-04 21:00", "2023-09-08 08:00"),  # the night begins at 21 sharp
        ("2023-09-04 08:00", "2023-09-07 08:00"),  # and is over at 8 sharp
        ("2023-09-04 07:59", "2023-09-07 08:00"),
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
    assert ends - made >= deadlines.OFFER_PERIOD
    local = ends.astimezone(ZoneInfo(zone)).time()
    assert deadlines.NIGHT_ENDS <= local < deadlines.NIGHT_BEGINS


def test_the_days_that_candidates_and_staff_have() -> None:
    assert timedelta(days=7) == deadlines.ANSWER_PERIOD
    assert timedelta(days=3) == deadlines.REVIEW_STARTS_WITHIN == deadlines.ANSWER_READ_WITHIN
    assert timedelta(days=10) == deadlines.DECISION_WITHIN
    assert timedelta(days=1) == deadlines.OFFER_ENDS_SOON


def test_the_score_is_the_mean_of_all_assessors() -> None:
    assert ranking.score([]) is None
    assert ranking.score([HIGH]) == 10_000
    assert ranking.score([HIGH, LOW]) == 5_000
    assert ranking.score([HIGH | {Criterion.USE: 0}]) == 7_500


def test_assessors_differ_notably_from_two_points_on() -> None:
    pairs = ([3], [3, 3], [3, 2], [1, 3], [4, 0])
    assert [ranking.notable_difference(points) for points in pairs] == [0, 0, 0, 2, 4]


def test_the_list_goes_by_score_then_by_who_came_first() -> None:
    early = datetime(2026, 1, 1, tzinfo=UTC)
    late = early + timedelta(seconds=1)
    waiting = [
        WaitlistEntry(application_id=1, score=5000, submitted_at=late),
        WaitlistEntry(application_id=2, score=5000, submitted_at=early),
        WaitlistEntry(application_id=3, score=9000, submitted_at=late),
        WaitlistEntry(application_id=4, score=5000, submitted_at=early),
    ]
    assert [w.application_id for w in ranking.ranked(waiting)] == [3, 2, 4, 1]


@pytest.mark.parametrize(
    ("ours", "theirs", "conflict"),
    [
        ("Ministère du Travail", "MINISTERE DU TRAVAIL", True),
        ("Agence Emploi Jeunes", "Agence emploi jeune", True),
        ("OIT", "Mairie de Bouaké", False),
        ("", "Mairie", False),
        ("Mairie", "", False),
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
        (("Awa Koe", "X"), ("Awi Kue", "Y"), False),
    ],
)
def test_spellings_of_one_name(
    first: tuple[str, str], second: tuple[str, str], *, same: bool
) -> None:
    assert ranking.is_same_person(first, second) is same


def test_a_name_s_key_is_its_words_without_vowels_and_doubled_letters() -> None:
    assert ranking.name_key("KONE Awa") == "aw kn"
    assert ranking.name_key("Traoré, Ibrahimma") == "ibrhm tr"
    assert ranking.name_key("  ") == ""


def test_names_that_differ_by_a_vowel_in_four_are_alike() -> None:
    assert ranking.is_same_person(("Kaei", ""), ("Kaeo", ""))


def test_names_of_one_key_that_are_not_alike_are_one_in_the_same_institution() -> None:
    assert not ranking.is_same_person(("Aoua Koné", ""), ("Aie Kn", ""))
    assert not ranking.is_same_person(("Aoua Koné", "Mairie"), ("Aie Kn", "Croix-Rouge"))
    assert ranking.is_same_person(("Aoua Koné", "Mairie"), ("Aie Kn", "MAIRIE"))


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
    billing=BILLING,
    consented_at=datetime(2026, 1, 1, tzinfo=UTC),
)


def test_a_full_application_lacks_nothing_and_an_empty_one_all_but_the_letter() -> None:
    assert answers.missing(FULL) == []
    assert answers.missing(Answers()) == [step for step in Step if step is not Step.LETTER]


@pytest.mark.parametrize(
    ("unsaid", "step"),
    [
        ("institution", Step.WORK),
        ("gender", Step.PERSON),
        ("country", Step.PERSON),
        ("position", Step.WORK),
        ("constituency", Step.WORK),
        ("motivation", Step.MOTIVATION),
        ("study_language", Step.LANGUAGE),
        ("funding", Step.FUNDING),
        ("has_letter", Step.LETTER),
        ("billing", Step.BILLING),
        ("consented_at", Step.CONSENT),
    ],
)
def test_each_answer_that_was_not_given_leaves_its_step_open(unsaid: str, step: Step) -> None:
    given = {name: value for name, value in vars(FULL).items() if name != unsaid}
    assert answers.missing(Answers(**given)) == [step]


def test_an_incomplete_billing_address_leaves_its_step_open() -> None:
    assert answers.missing(replace(FULL, billing=replace(BILLING, name=""))) == [Step.BILLING]


def test_a_share_that_was_not_given_is_none() -> None:
    given = {name: value for name, value in vars(FULL).items() if name != "sponsor_share"}
    assert answers.missing(Answers(**given | {"funding": "mixed"})) == [Step.FUNDING]


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
    assert region_of("??") == ""
    assert list(COUNTRIES) == sorted(COUNTRIES)
    assert [code for code in COUNTRIES if not re.fullmatch("[A-Z]{2}", code)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_country_has_a_name_in_each_language(language: str) -> None:
    assert set(COUNTRIES) - Locale(language).territories.keys() == set()


@pytest.mark.parametrize(
    ("region", "some"),
    [
        ("africa", "DZ CI MG ZW"),
        ("americas", "AG BR US VE"),
        ("arab-states", "BH IQ SA YE"),
        ("asia-pacific", "AF IN PH VU"),
        ("europe-central-asia", "AL FR TR XK"),
    ],
)
def test_the_regions_are_those_of_the_ilo(region: str, some: str) -> None:
    assert [region_of(code) for code in some.split()] == [region] * 4


def test_there_are_five_regions() -> None:
    assert len(REGIONS) == 5

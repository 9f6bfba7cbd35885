"""What the publication check shows of each contradiction, and what is none."""

from dataclasses import replace
from datetime import date

import pytest

from learning.catalogue import rules
from learning.catalogue.cancellation import Tier
from tests.catalogue.test_cancellation import NOTE
from tests.catalogue.test_publication import TEXTS, a_plan

ONE_TIER = replace(NOTE, tiers=(Tier(min_days=14, percent=0),))


def shown(today: date = date(2026, 11, 21), **change: object) -> dict[str, str]:
    """Return the text of each finding, by its kind; an edition of 60 hours, in three languages."""
    found = rules.inconsistencies(a_plan(**change), course_minutes=3600, today=today)
    return {str(each.what): each.found_text for each in found}


def text(code: str, words: str) -> dict[str, object]:
    return {"texts": TEXTS | {code: words}}


def everywhere(words: str) -> dict[str, object]:
    return {"texts": dict.fromkeys(TEXTS, words)}


@pytest.mark.parametrize(
    ("change", "what", "words"),
    [
        ({"ends_on": date(2027, 3, 21)}, "length", "7"),
        ({"hours_high": 9}, "workload", "30–54"),
        ({"hours_high": 5}, "workload", "30"),
        ({"learning_hours": 55}, "course-hours", "60"),
        ({"project_due_on": date(2027, 2, 1)}, "deadlines", ""),
        ({"texts": {"fr": TEXTS["fr"]}}, "languages", "en, es"),
        (text("en", "From 2 May. Start: 3 May."), "two-starts", "1.2., 2.5., 3.5."),
        (text("fr", "3 à 4 heures par semaine"), "two-workloads", "3–4, 5–10"),
        ({"hours_low": 6}, "other-workload", "5–10"),
        (everywhere("48 hours in all; 43 hours in all"), "other-total", "43, 48"),
        (text("fr", "6 semaines ; 7 semaines"), "other-weeks", "7"),
        (text("es", "20 plazas"), "other-seats", "20"),
        (text("en", "The fee is EUR 1,100."), "other-fee", "“EUR 1,100”"),
        (everywhere("Start: 2 February 2027."), "other-start", "“2 February 2027”"),
        (text("fr", "Début : mardi 1er février 2028."), "other-start", "“mardi 1er février 2028”"),
        (text("fr", "Du 1er février au 15 mars."), "other-end", "“15 mars”"),
        (text("en", "Apply until 26 January."), "other-deadline", "“26 January”"),
        (text("en", "Start: Tuesday 1 February 2027."), "weekday", "“Tuesday 1 February 2027”"),
    ],
)
def test_a_contradiction_shows_what_was_found(change, what: str, words: str) -> None:
    assert shown(**change)[what] == words


def test_of_notice_and_shares_everything_that_the_policy_does_not_have_is_shown_once() -> None:
    message = "Cancel 13 to 9 days before: half is kept. "
    found = shown(**text("en", message + message + message.replace("13 to 9", "10 to 14")))
    assert found == {"other-notice": "“13 to 9 days”, “10 to 14 days”"}
    found = shown(**text("es", "Si cancela más tarde, se retiene el 30 %."))
    assert found == {"other-share": "“30 %”"}


def test_two_first_days_hide_no_other_day() -> None:
    found = shown(**text("en", "From 2 May to 15 March. Start: 3 May."))
    assert found == {"two-starts": "1.2., 2.5., 3.5.", "other-end": "“15 March”"}


@pytest.mark.parametrize(
    "change",
    [
        text("fr", "Début : lundi 1er février 2027."),
        text("en", "The fee is EUR 980."),
        text("en", "Cancel 14 to 13 days before: nothing is kept.") | {"policy": ONE_TIER},
        {"project_due_on": date(2027, 3, 14)},
        {"hours_low": 10, **everywhere("10 hours a week")},
        {"today": date(2027, 1, 25)},  # the last day to apply
    ],
)
def test_what_is_right_is_no_finding(change) -> None:
    assert shown(**change) == {}


def test_a_weekday_counts_in_the_year_that_is_written() -> None:
    assert "weekday" not in shown(**text("fr", "Début : mardi 1er février 2028."))

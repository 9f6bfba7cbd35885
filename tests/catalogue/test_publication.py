"""An edition that contradicts itself is not published; the next one is made from the last."""

import re
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.accounts.models import RoleGrant
from learning.admissions.rules.states import ApplicationState
from learning.catalogue import rules, statements
from learning.catalogue.models import Edition, EditionStatus
from learning.catalogue.rules import Inconsistency, Plan
from learning.catalogue.statements import Fact
from learning.kit.money import Money
from tests.admissions.factories import in_state
from tests.catalogue.test_cancellation import NOTE
from tests.world import NOW, World, edition_form, make_policy, send_form, sign_in

TEXTS = {
    "fr": "Du 1er février au 14 mars 2027, 5 à 10 heures par semaine, 60 heures en tout.",
    "en": "From 1 February to 14 March 2027, 5 to 10 hours a week, 60 hours in all.",
    "es": "Del 1 de febrero al 14 de marzo de 2027, de 5 a 10 horas por semana, 60 horas.",
}
# What the information note of 2023 (A9716205) said, on its cover and in its text.
NOTE_2023 = """
25 SEPTEMBRE – 3 NOVEMBRE 2023 · 6 SEMAINES, 5 HEURES/SEMAINE
La disponibilité pour consacrer entre 5 et 10 heures par semaine au cours.
sur une période de six semaines, du 2 septembre au 3 novembre 2023,
pour un nombre d’heures d’apprentissage estimé à 60
"""


def a_plan(**more: object) -> Plan:
    values: dict[str, object] = {
        "starts_on": date(2027, 2, 1), "ends_on": date(2027, 3, 14),
        "apply_until": date(2027, 1, 25), "project_due_on": date(2027, 3, 12),
        "weeks": 6, "hours_low": 5, "hours_high": 10, "learning_hours": 60,
        "capacity": 30, "fee": Money(98000, "EUR"), "policy": NOTE,
        "languages": ("fr", "en", "es"), "texts": TEXTS,
    }  # fmt: skip
    return Plan(**values | more)


def found(plan: Plan, today: date = date(2026, 11, 21)) -> set[Inconsistency]:
    findings = rules.inconsistencies(plan, course_minutes=3600, today=today)
    return {finding.what for finding in findings}


def test_a_sound_edition_passes() -> None:
    assert found(a_plan()) == set()


def test_the_note_of_2023_is_refused_by_name() -> None:
    plan = a_plan(
        starts_on=date(2023, 9, 25), ends_on=date(2023, 11, 3), apply_until=date(2023, 9, 20),
        project_due_on=date(2023, 11, 3), hours_low=5, hours_high=5, texts={"fr": NOTE_2023},
    )  # fmt: skip
    assert found(plan, today=date(2023, 9, 1)) == {
        Inconsistency.TWO_STARTS,
        Inconsistency.TWO_WORKLOADS,
        Inconsistency.WORKLOAD,
        Inconsistency.LANGUAGES,
    }


def test_its_contradictions_are_shown_as_they_stand() -> None:
    plan = a_plan(texts=TEXTS | {"fr": NOTE_2023})
    findings = rules.inconsistencies(plan, course_minutes=3600, today=date(2026, 11, 21))
    by_name = {finding.what: finding.found_text for finding in findings}
    assert by_name[Inconsistency.TWO_STARTS] == "1.2., 2.9., 25.9."
    assert by_name[Inconsistency.TWO_WORKLOADS] == "5, 5–10"


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"ends_on": date(2027, 3, 21)}, Inconsistency.LENGTH),
        ({"hours_high": 9}, Inconsistency.WORKLOAD),
        ({"learning_hours": 55, "texts": dict.fromkeys(TEXTS, "x")}, Inconsistency.COURSE_HOURS),
        ({"apply_until": date(2027, 2, 1)}, Inconsistency.DEADLINES),
        ({"texts": TEXTS | {"es": "  "}}, Inconsistency.LANGUAGES),
        ({"starts_on": date(2027, 2, 2)}, Inconsistency.OTHER_START),
        ({"hours_low": 6}, Inconsistency.OTHER_WORKLOAD),
        ({"texts": TEXTS | {"en": "It takes 50 hours in all."}}, Inconsistency.OTHER_TOTAL),
        ({"texts": TEXTS | {"fr": "Du 1er février au 15 mars."}}, Inconsistency.OTHER_END),
        ({"texts": TEXTS | {"en": "Apply until 26 January."}}, Inconsistency.OTHER_DEADLINE),
        (
            {"texts": TEXTS | {"es": "Trabajo final: entrega el 11/3/2027"}},
            Inconsistency.OTHER_DUE,
        ),
        ({"texts": TEXTS | {"en": "Seven weeks with us."}}, Inconsistency.OTHER_WEEKS),
        ({"texts": TEXTS | {"fr": "20 places seulement."}}, Inconsistency.OTHER_SEATS),
        ({"texts": TEXTS | {"en": "The fee is EUR 1,100."}}, Inconsistency.OTHER_FEE),
        ({"texts": TEXTS | {"es": "El precio es de 980 dólares."}}, Inconsistency.OTHER_FEE),
        (
            {"texts": TEXTS | {"fr": "Annulation sans frais jusqu’à 21 jours avant le début."}},
            Inconsistency.OTHER_NOTICE,
        ),
        (
            {"texts": TEXTS | {"en": "Cancel 13 to 9 days before: half is kept."}},
            Inconsistency.OTHER_NOTICE,
        ),
        (
            {"texts": TEXTS | {"es": "Si cancela más tarde, se retiene el 30 %."}},
            Inconsistency.OTHER_SHARE,
        ),
        ({"texts": TEXTS | {"fr": "Début : mardi 1er février 2027."}}, Inconsistency.WEEKDAY),
        ({"texts": TEXTS | {"fr": "Début : 1er février 2028."}}, Inconsistency.OTHER_START),
    ],
)
def test_each_contradiction_has_its_name(change, what) -> None:
    assert what in found(a_plan(**change))


def test_an_edition_whose_applications_are_over_is_not_published() -> None:
    assert Inconsistency.PAST in found(a_plan(), today=date(2027, 1, 26))


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        ("du 25 septembre au 3 novembre", {(25, 9)}),
        ("à partir du 2 septembre 2026", {(2, 9)}),
        ("from 2 to 13 March", {(2, 3)}),
        ("starts on 5th October 2026", {(5, 10)}),
        ("desde el 7 de enero", {(7, 1)}),
        ("del 1 al 12 de junio de 2026", {(1, 6)}),
        ("au plus tard le 20 septembre", set()),
        ("6 modules", set()),
    ],
)
def test_first_days_are_read_in_three_languages(text, starts) -> None:
    days = statements.read(text).days(Fact.FIRST_DAY)
    assert {(day.day, day.month) for day in days} == starts


def test_every_day_moves_as_far_as_the_first_and_weekends_are_marked() -> None:
    days = {"starts_on": date(2027, 2, 1), "ends_on": date(2027, 3, 14)}
    first, last = rules.shift_dates(days, date(2027, 9, 7))
    assert (first.after, last.after) == (date(2027, 9, 7), date(2027, 10, 18))
    assert (first.weekend, last.weekend) == (False, False)
    assert rules.shift_dates(days, date(2027, 9, 6))[1].weekend
    assert rules.shift_dates(days, date(2027, 9, 4))[0].weekend


def test_clock_changes_inside_an_edition_are_found() -> None:
    autumn = rules.clock_changes("Europe/Rome", date(2026, 9, 25), date(2026, 11, 3))
    assert autumn == [date(2026, 10, 25)]
    assert rules.clock_changes("Europe/Rome", date(2026, 9, 25), date(2026, 10, 24)) == []
    assert rules.clock_changes("Europe/Rome", date(2026, 9, 25), date(2026, 10, 25)) == autumn
    assert rules.clock_changes("Africa/Abidjan", date(2026, 9, 25), date(2026, 11, 3)) == []


PUBLISH = {"status": "open", "version": "draft"}


@pytest.fixture
def registrar(app: Flask, session: Session, world: World) -> FlaskClient:
    return sign_in(app, session, world.staff[Role.REGISTRAR])


def test_a_draft_is_mended_and_published(registrar, session, world: World) -> None:
    code = world.draft.code
    publication = registrar.get(f"/en/staff/editions/{code}/publish")
    assert 'id="languages"' in publication.text
    refused = send_form(registrar, f"/en/staff/editions/{code}/publish", PUBLISH)
    assert refused.status_code == 422
    assert (
        send_form(
            registrar, f"/en/staff/editions/{code}/edit", edition_form(world.draft)
        ).status_code
        == 303
    )
    assert "Nothing: what the texts say" in registrar.get(f"/en/staff/editions/{code}/publish").text
    send_form(registrar, f"/en/staff/editions/{code}/publish", PUBLISH)
    session.expire_all()
    assert world.draft.status is EditionStatus.OPEN


def test_what_an_edition_says_of_itself_stands_on_the_note(registrar, world: World) -> None:
    data = edition_form(world.open, text_en="Come & <b>join</b>.")
    send_form(registrar, f"/en/staff/editions/{world.open.code}/edit", data)
    assert "Come &amp; &lt;b&gt;join&lt;/b&gt;." in registrar.get("/en/courses/reintegration").text


def test_an_edition_goes_only_from_state_to_next_state(registrar, world: World) -> None:
    for edition, status in ((world.running, "draft"), (world.open, "finished")):
        answer = send_form(
            registrar,
            f"/en/staff/editions/{edition.code}/publish",
            {"status": status, "version": edition.status},
        )
        assert answer.status_code == 404


def test_the_next_edition_is_shown_first_and_made_once(registrar, session, world: World) -> None:
    path = f"/en/staff/editions/{world.running.code}/next"
    start = world.running.starts_on + timedelta(weeks=52)
    wish = {"code": "reintegration-next", "starts_on": str(start), "with_roles": "1"}
    shown = registrar.get(path, query_string=wish)
    assert shown.status_code == 200
    assert "Tutor Person" in shown.text
    assert session.scalar(select(Edition.id).where(Edition.code == "reintegration-next")) is None
    key = {"idempotency_key": "n" * 20}
    made = [registrar.post(path, data=wish | key).location for _ in range(2)]
    assert made == ["/en/staff/editions/reintegration-next/edit"] * 2
    new = session.scalars(select(Edition).where(Edition.code == "reintegration-next")).one()
    assert new.status is EditionStatus.DRAFT
    assert new.ends_on - new.starts_on == world.running.ends_on - world.running.starts_on
    roles = session.scalars(select(RoleGrant.role).where(RoleGrant.edition_id == new.id)).all()
    assert set(roles) == {Role.TUTOR, Role.EXPERT, Role.LEAD}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"code": "With Spaces"}, "small letters"),
        ({"starts_on": "tomorrow"}, "Write a day"),
        ({"ends_on": "2020-01-01"}, "after the first one"),
        ({"starts_on": "2027-02-01", "apply_until": "2027-02-01"}, "end before the edition begins"),
        ({"starts_on": "2027-02-01", "project_due_on": "2027-02-01"}, "between the first day"),
        ({"hours_high": "2"}, "cannot be less"),
        ({"weeks": "many"}, "whole number"),
        ({"capacity": "-3"}, "from 1 to 10,000"),
        ({"weeks": "61"}, "from 1 to 60"),
        ({"fee": "free"}, "as in 1,234.50"),
        ({"fee": "0.001"}, "EUR has 2 decimals at most"),
        ({"starts_on": "0027-02-01"}, "four digits, from 2000 to 2100"),
        ({"text_es": "x" * 4001}, "4,000"),
        ({"zone": "Europe/Atlantis"}, "Choose one"),
        ({"policy_version": "nowhere"}, "Choose one of the list"),
        ({"policy_version": ""}, "Choose a cancellation policy"),
    ],
)
def test_bad_data_is_refused_in_words_and_nothing_is_lost(registrar, world, change, why) -> None:
    path = f"/en/staff/editions/{world.draft.code}/edit"
    answer = registrar.post(path, data=edition_form(world.draft, text_fr="À garder.") | change)
    assert answer.status_code == 422
    assert why in answer.text
    assert "À garder." in answer.text


def test_the_rules_for_cancelling_are_chosen_and_shown(registrar, session, world: World) -> None:
    make_policy(session, "B7", "[[30, 10]]")
    session.commit()
    path = f"/en/staff/editions/{world.draft.code}/edit"
    page = registrar.get(path).text
    tier = r"30 days or more before the first day</span>\s*<span[^>]*>90% refund"
    assert re.search(tier, page)
    assert '<option value="A9716205" selected>' in page
    form = edition_form(world.draft, policy_version="B7")
    assert send_form(registrar, path, form).status_code == 303
    session.expire_all()
    assert world.draft.policy_version == "B7"


def test_a_code_is_taken_once(registrar, world: World) -> None:
    data = edition_form(world.draft, code=world.open.code)
    assert registrar.post("/en/staff/editions/new/reintegration", data=data).status_code == 409


def test_editions_begin_and_end_by_their_own_calendar(database, session, world: World) -> None:
    from learning.catalogue.jobs import update_statuses  # noqa: PLC0415 named beside its use
    from learning.jobs.worker import Task  # noqa: PLC0415

    later = NOW + timedelta(weeks=9)
    update_statuses(Task(id=1, payload={}, database=database, now=later))
    session.expire_all()
    assert world.running.status is EditionStatus.FINISHED
    assert world.open.status is EditionStatus.RUNNING
    assert world.draft.status is EditionStatus.DRAFT


def test_an_edition_that_people_applied_for_is_not_hidden(registrar, session, world) -> None:
    path = f"/en/staff/editions/{world.open.code}/publish"
    in_state(session, world, ApplicationState.SUBMITTED)
    for status in ("draft", "cancelled"):
        form = {"status": status, "version": "open"}
        assert send_form(registrar, path, form).status_code == 404
    session.expire_all()
    assert world.open.status is EditionStatus.OPEN


def test_what_was_not_read_stands_on_the_page(registrar, world: World) -> None:
    data = edition_form(world.draft, zone="UTC", text_en="A scholarship of 300 euros. Fee: EUR 980")
    send_form(registrar, f"/en/staff/editions/{world.draft.code}/edit", data)
    page = registrar.get(f"/en/staff/editions/{world.draft.code}/publish").text
    assert '<li lang="en">A scholarship of 300 euros. Fee: EUR 980</li>' in page
    assert '<span lang="en">EUR 980</span>' in page
    assert "not read" in page

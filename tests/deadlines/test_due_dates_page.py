"""The page of one's own dates: what is next, where it is done, and the same for a calendar."""

import re
from datetime import timedelta

import pytest
import time_machine

from learning.deadlines import words
from learning.kit.i18n import i18n_for
from tests.deadlines.sending import AGREED, OWN, due_of, more_time, send
from tests.world import NOW, World, sign_in

CALENDAR = OWN.format("fr") + "calendar.ics"
TITLE = re.compile(r'<(?:a href="([^"]*)"|span class="title")>([^<]+)</')


def rows(page: str) -> list[tuple[str, str]]:
    """Return the dates of a page in their order: address and title."""
    return [TITLE.search(row).groups() for row in page.split("<li")[1:] if TITLE.search(row)]


def test_dates_stand_in_order_and_the_next_one_is_marked(app, session, world, course) -> None:
    page = sign_in(app, session, world.awa).get(OWN.format("fr")).text
    ahead = page.split("<details")[0].split('id="ahead"')[1]
    marked = re.search(r'class="item-now"(.*?)</li>', ahead, re.DOTALL)[1]
    titles = [title for _, title in rows(ahead)]
    assert titles[0] in marked
    assert ahead.count("item-now") == 1
    by_title = {each.title["fr"].replace("'", "’"): each.key for each in course.deadlines}
    at = [due_of(session, world, course, by_title[title]).at for title in titles]
    assert at == sorted(at)
    assert at[0] > NOW


def test_a_date_leads_to_where_its_work_is_done(app, session, world: World) -> None:
    page = sign_in(app, session, world.awa).get(OWN.format("fr")).text
    where = {title: address for address, title in rows(page)}
    edition = f"/fr/editions/{world.running.code}/"
    assert where["Travail final"] == f"{edition}documents/work-project"
    assert where["Questionnaire du module 5"] == f"{edition}quizzes/m5"
    assert where["Questionnaires, discussions et séances en différé se ferment"] is None


def test_the_zone_is_said_once(app, session, world: World) -> None:
    page = sign_in(app, session, world.awa).get(OWN.format("fr")).text
    city = i18n_for("fr", world.awa.zone).city_after_time(world.awa.zone)
    assert page.count(f"heure {city}") == 1
    assert f"({i18n_for('fr').city(world.awa.zone)})" not in page


def test_that_all_dates_are_later_is_said_once(app, registrar, session, world) -> None:
    send(registrar, world, "accommodation", AGREED)
    page = sign_in(app, session, world.awa).get(OWN.format("en")).text
    assert "days later for you" not in page
    assert page.count("Dates 2 days later.") == 1


@pytest.mark.parametrize(
    ("ahead", "expected"),
    [
        (timedelta(0), ""),
        (timedelta(minutes=1), "aujourd’hui"),
        (timedelta(hours=15, minutes=59), "aujourd’hui"),
        (timedelta(hours=16), "demain"),
        (timedelta(hours=40), "dans 2\N{NO-BREAK SPACE}jours"),
    ],
)
def test_a_day_begins_where_the_reader_is(ahead: timedelta, expected: str) -> None:
    eight_in_lima = NOW.replace(hour=13, minute=0, second=0, microsecond=0)
    lima = i18n_for("fr", "America/Lima")
    assert words.days_away(lima, eight_in_lima + ahead, eight_in_lima) == expected


def test_the_calendar_has_one_s_own_dates(app, tutor, session, world, course) -> None:
    until = due_of(session, world, course, "group-plan").at + timedelta(days=2)
    send(tutor, world, "extend", more_time(until))
    answer = sign_in(app, session, world.awa).get(CALENDAR)
    assert answer.mimetype == "text/calendar"
    assert f"filename={world.running.code}.ics" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"
    events = answer.text.split("BEGIN:VEVENT")[1:]
    plan = next(each for each in events if f"UID:group-plan@{world.running.code}" in each)
    assert f"DTSTART:{until:%Y%m%dT%H%M%SZ}" in plan


def test_when_every_date_is_over_there_is_no_calendar(app, session, world: World) -> None:
    with time_machine.travel(NOW + timedelta(days=200), tick=False):
        awa = sign_in(app, session, world.awa)
        page = awa.get(OWN.format("fr")).text
        assert "Toutes les dates sont passées" in page
        assert "calendar.ics" not in page
        assert "BEGIN:VEVENT" not in awa.get(CALENDAR).text

"""The statistics of an edition: each number opens the list that it counts."""

import csv
import html
import io
import re
from collections.abc import Mapping
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from learning.access.permissions import GRANTS, Permission, Role
from learning.admissions.models import Application
from learning.admissions.queries.breakdown import Group
from learning.admissions.rules.stages import SEATED, Stage
from learning.admissions.rules.states import ApplicationState
from learning.kit.time import WEEK
from learning.participants.commands import enrol_person
from tests.admissions.factories import NOW, PATHS_TO, a_draft, a_person, in_state
from tests.world import World, sign_in

HERE = "/fr/staff/editions/reintegration-open/statistics/"
COUNT = re.compile(r'<a href="([^"]+)">([\d\u202f\xa0]+)</a>')
KEY_FIGURE = re.compile(r'<a href="([^"]+)"><b>(\d+)</b>')
FILTERED = {"language", "region", "country", "gender", "constituency", "funding", "seat"}


@pytest.fixture
def registrar(app: Flask, session: Session, world: World):
    return sign_in(app, session, world.staff[Role.REGISTRAR])


@pytest.fixture
def crowd(session: Session, world: World) -> None:
    """Applications of every state, week and value, also of none."""
    a_draft(session, world)
    values = [
        {"gender": "woman", "country": "CI", "constituency": "government", "funding": "self"},
        {"gender": "man", "country": "PE", "constituency": "workers", "funding": "sponsor"},
        {"gender": "unsaid", "country": "FR", "study_language": "en", "funding": "mixed"},
        {"gender": "", "country": "", "study_language": "", "constituency": "", "funding": ""},
    ]
    others = [state for state in PATHS_TO if state is not ApplicationState.DRAFT]
    for number, state in enumerate(others):
        made = in_state(session, world, state)
        say(made, values[number % 4] | {"submitted_at": NOW - number * timedelta(days=5)})
    moved = in_state(session, world, ApplicationState.ACCEPTED)
    say(moved, {"country": "XX", "gender": "other", "transferred_from_id": made.id})
    for _ in range(2):
        enrol_person(session, world.open, a_person(session), by=None, now=NOW)
    session.commit()


def say(application: Application, values: Mapping[str, object]) -> None:
    """Set what an application says, also to nothing, which nobody could have submitted."""
    for name, value in values.items():
        setattr(application, name, value)


def section(text: str, key: str) -> str:
    return text.split(f'id="{key}"')[1].split("</section>", maxsplit=1)[0]


def rows(text: str, key: str) -> dict[str, list[str]]:
    """Return the numbers of a table by the word that begins the line."""
    found = re.findall(
        r'<tr><th scope="row"><bdi>(.*?)</bdi>(.*?)</tr>', section(text, key), re.DOTALL
    )
    return {
        label: re.sub(r"<.*?>", " ", cells).replace("\xa0%", "%").split() for label, cells in found
    }


@pytest.mark.usefixtures("crowd")
def test_each_number_opens_a_list_of_exactly_that_many(registrar) -> None:
    text = registrar.get(HERE).text
    counts = COUNT.findall(text)
    figures = KEY_FIGURE.findall(text)
    assert len(figures) == 4
    for address, number in counts + figures:
        page = registrar.get(html.unescape(address)).text
        lines = page.count(" data-row>") or len(
            re.findall(r'<th scope="row"[^>]*>(?:<b>)?<bdi>', page)
        )
        assert lines == int(number), address
    filters = {name for address, _ in counts for name in re.findall(r"[?;](\w+)=", address)}
    assert filters == FILTERED | {"state", "reached", "week"}


@pytest.mark.usefixtures("crowd")
def test_numbers_of_a_table_add_up_to_all_that_were_submitted(registrar) -> None:
    text = registrar.get(HERE).text
    submitted = len(PATHS_TO)  # each state but the draft, and the one that was transferred
    for key in ("now", "weeks", *Group):
        assert sum(int(cells[0]) for cells in rows(text, key).values()) == submitted, key


def test_a_share_is_of_those_who_say_it(registrar, session, world) -> None:
    for gender in ("woman", "woman", "man", "unsaid", ""):
        say(in_state(session, world, ApplicationState.SUBMITTED), {"gender": gender})
    in_state(session, world, ApplicationState.ACCEPTED, gender="woman")
    session.commit()
    gender = rows(registrar.get(HERE).text, "gender")
    assert gender["Femme"] == ["3", "75%", "1", "100%"]
    assert gender["Homme"] == ["1", "25%", "0", "0%"]
    assert gender["Autre"] == ["0", "0%", "0", "0%"]
    assert gender["Non indiqué"][:2] == ["1", "–"]
    assert list(gender)[-1] == "Non indiqué"


def test_all_bars_of_a_table_have_one_scale(registrar, session, world) -> None:
    for country in ("CI", "CI", "CI", "PE"):
        in_state(session, world, ApplicationState.SUBMITTED, country=country)
    in_state(session, world, ApplicationState.ACCEPTED, country="CI")
    country = section(registrar.get(HERE).text, "country")
    assert re.findall(r'viewBox="0 0 (\d+) 1"', country) == ["4", "4"]
    assert re.findall(r'<rect class="(\w+)" width="(\d+)"', country) == [
        ("all", "4"), ("part", "1"), ("all", "1"), ("part", "0"),
    ]  # fmt: skip
    assert country.count('aria-hidden="true" focusable="false"') == country.count("<svg")


def test_weeks_without_an_application_are_shown_between_others(registrar, session, world) -> None:
    for age in (0, 3):
        submitted = in_state(session, world, ApplicationState.SUBMITTED)
        submitted.submitted_at = NOW - age * WEEK
    session.commit()
    weeks = [cells[0] for cells in rows(registrar.get(HERE).text, "weeks").values()]
    assert weeks == ["1", "0", "0", "1"]


@pytest.mark.parametrize("week", ["9999-12-31", "0001-01-01", "never", ""])
@pytest.mark.usefixtures("crowd")
def test_a_week_that_does_not_exist_is_no_filter(registrar, week: str) -> None:
    board = HERE.replace("statistics", "applications")
    page = registrar.get(board, query_string={"week": week})
    assert page.text.count(" data-row>") == len(PATHS_TO)


@pytest.mark.usefixtures("crowd")
def test_a_filter_of_statistics_is_shown_and_kept_on_the_board(registrar) -> None:
    board = HERE.replace("statistics", "applications")
    page = registrar.get(board + "?seat=1&reached=accepted&country=CI").text
    for name, value in (("seat", "1"), ("reached", "accepted"), ("country", "CI")):
        assert f'name="{name}" value="{value}" checked' in page


def test_without_applications_the_page_says_so(registrar) -> None:
    page = registrar.get(HERE)
    assert page.status_code == 200
    assert "Aucune candidature n’a encore été envoyée" in page.text
    assert "<table" not in page.text


def test_the_funnel_counts_how_far_applications_ever_came(registrar, session, world) -> None:
    a_draft(session, world)
    for state in (
        ApplicationState.SUBMITTED,
        ApplicationState.DECLINED,
        ApplicationState.ACCEPTED,
        ApplicationState.ENROLLED,
    ):
        in_state(session, world, state)
    text = registrar.get(HERE).text
    assert rows(text, "funnel") == {
        "candidature envoyée": ["4", "100%"],
        "en cours d’examen": ["3", "75%"],
        "acceptée": ["2", "50%"],
        "place attribuée": ["1", "25%"],
        "cours achevé": ["0", "0%"],
    }
    now = rows(text, "now")
    assert now["non retenue"] == ["1", "25%"]
    assert "liste" not in " ".join(now)


def test_a_person_who_completed_the_course_still_counts_as_seated() -> None:
    assert {Stage.ENROLLED, Stage.COMPLETED, Stage.NO_SHOW} <= SEATED


def test_many_applications_take_as_many_queries_as_one(
    registrar, session: Session, world: World, queries
) -> None:
    def cost(address: str, method: str) -> int:
        queries.clear()
        registrar.open(address, method=method)
        return len(queries)

    in_state(session, world, ApplicationState.ACCEPTED)
    registrar.get(HERE)
    page, table = cost(HERE, "GET"), cost(HERE + "export", "POST")
    for _ in range(59):
        in_state(session, world, ApplicationState.SUBMITTED)
    assert cost(HERE, "GET") == page
    assert cost(HERE + "export", "POST") == table


@pytest.mark.usefixtures("crowd")
def test_the_export_has_each_number_of_the_page_once(registrar) -> None:
    answer = registrar.post(HERE + "export", data={"format": "csv"})
    lines = list(csv.reader(io.StringIO(answer.data.decode()[1:]), delimiter=";"))
    text = registrar.get(HERE).text
    shown = sum(
        len(cells) // 2
        for key in ("funnel", "now", "weeks", *Group)
        for cells in rows(text, key).values()
    )
    assert len(lines) == 1 + shown
    assert ["Genre", "Femme", "Candidatures", "3", "42,9"] in lines


@pytest.mark.parametrize("role", Role)
def test_figures_are_for_those_who_read_applications(app: Flask, session, world, role) -> None:
    client = sign_in(app, session, world.person(role))
    where = HERE.replace("open", "running")
    status = client.get(where).status_code
    may = Permission.READ_APPLICATIONS in GRANTS[role]
    assert status == (200 if may else 303 if role is Role.VISITOR else 404)
    area = client.get("/fr/staff/")
    if area.status_code == 200:
        assert (where in area.text) == may

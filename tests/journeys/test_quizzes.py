"""An attempt at a quiz on a bad line, in two tabs, after the session: no answer is lost."""

import os
import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select

from learning import wiring
from learning.accounts.models import Person
from learning.catalogue.models import Edition
from learning.cli import main
from learning.content.activity_types import QuestionType
from learning.content.course_reader import load_course
from learning.demo import PASSWORD
from learning.enrolment.models import Enrolment
from learning.kit.engines import make_engine
from learning.kit.time import now
from learning.lessons.actions import EnrolmentKey
from learning.quizzes import actions
from learning.quizzes.rules.timing import Window
from learning.settings import ROOT
from tests.journeys.conftest import (
    SERVER,
    Site,
    close,
    environment_of,
    follow,
    known_in,
    wait_until_ready,
)
from tests.journeys.test_waiting import BAR, waiting
from tests.ports import bind_option, listening_socket, port_of
from tests.quizzes.attempts import quiz_of, seed_with

SECTIONS = "[data-question]"


def quiz(site: Site, module: str = "m4") -> str:
    return f"{site.address}/en/editions/{site.edition}/quizzes/{module}"


def begin(page: Page, site: Site, module: str = "m4") -> None:
    page.goto(quiz(site, module))
    follow(page.get_by_role("button", name="Start the quiz"))


def answer(page: Page, number: int, choice: int = 0) -> None:
    """Answer a question, whatever its type: an option, or the first choices of every line."""
    section = page.locator(f"#question-{number}")
    options = section.locator(".option input")
    if options.count():
        options.nth(choice).check()
    for place, line in enumerate(section.locator("select").all()):
        line.select_option(index=1 + (place + choice) % 2 if place < 2 else place + 1)
    for field in section.locator("input[type=text], .quiz-field input").all():
        field.fill(f"{choice + 7}")
        field.blur()


def shown_answer(page: Page, number: int) -> list[str]:
    """Return what stands in a question as it is shown."""
    return page.locator(f"#question-{number}").evaluate(
        """(section) => [...section.querySelectorAll('[name^="q"]')]
        .filter(({ type, checked }) => checked || !['radio', 'checkbox'].includes(type))
        .map(({ value }) => value)"""
    )


def expect_state(page: Page, number: int, state: str) -> None:
    line = page.locator(f"#question-{number} p[data-state]")
    expect(line).to_have_attribute("data-state", state)


def test_an_answer_without_a_line_is_kept_and_sent_when_the_line_is_back(
    site: Site, phone: BrowserContext
) -> None:
    page = site.sign_in(phone, "chinedu@example.org", "en")
    begin(page, site)
    answer(page, 1)
    expect_state(page, 1, "saved")
    phone.set_offline(True)
    answer(page, 2)
    answer(page, 1, choice=1)
    expect_state(page, 2, "here")
    expect(page.locator("#question-2")).to_contain_text("Kept on this device")
    expect(page.locator('[data-item="2"]')).to_have_attribute("data-state", "here")
    page.get_by_role("button", name="Save and go on").click()
    expect(page.locator("[data-away]")).to_be_visible()
    before = [shown_answer(page, 1), shown_answer(page, 2)]
    phone.set_offline(False)
    page.wait_for_url("**/questions/4")
    page.goto(page.url.replace("questions/4", "questions/1"))
    assert [shown_answer(page, 1), shown_answer(page, 2)] == before
    expect_state(page, 2, "saved")
    assert waiting(page) == []


def test_a_session_that_ends_costs_no_answer(site: Site, phone: BrowserContext) -> None:
    page = site.sign_in(phone, "tamar@example.org", "en")
    begin(page, site)
    address = page.url
    phone.clear_cookies()
    answer(page, 1)
    expect(page.locator(BAR)).to_contain_text("You have been signed out")
    expect_state(page, 1, "here")
    before = shown_answer(page, 1)
    follow(page.locator(BAR).get_by_role("link", name="Sign in"))
    page.fill("#email", "tamar@example.org")
    page.fill("#password", PASSWORD)
    follow(page.locator("form:has(#password) button").last)
    page.wait_for_url(address)
    expect_state(page, 1, "saved")
    page.goto(address)
    assert shown_answer(page, 1) == before
    page.goto(quiz(site))
    assert page.get_by_role("link", name="Continue attempt 1").count() == 1


def test_two_tabs_have_one_attempt_and_keep_each_others_answers(
    site: Site, phone: BrowserContext
) -> None:
    first = site.sign_in(phone, "eloise@example.org", "en")
    second = phone.new_page()
    for page in (first, second):
        page.goto(quiz(site))
    for page in (first, second):
        follow(page.get_by_role("button", name="Start the quiz"))
    assert first.url == second.url
    answer(first, 1)
    expect_state(first, 1, "saved")
    answer(second, 2)
    expect_state(second, 2, "saved")
    follow(second.get_by_role("button", name="Save and go on"))
    first.reload()
    expect_state(first, 1, "saved")
    expect_state(first, 2, "saved")


def test_a_quiz_that_is_submitted_twice_at_once_has_one_result(
    site: Site, phone: BrowserContext
) -> None:
    page = site.sign_in(phone, "ibrahima@example.org", "en")
    begin(page, site)
    answer(page, 1)
    expect_state(page, 1, "saved")
    page.goto(page.url.replace("questions/1", "review"))
    page.get_by_role("button", name="Submit all the same").dblclick()
    page.wait_for_url("**/attempts/1/result")
    page.goto(quiz(site))
    expect(page.get_by_role("heading", name="Attempt 2 opens on")).to_be_visible()
    assert page.get_by_role("link", name="Attempt 1").count() == 1


def test_the_language_is_switched_in_the_middle(site: Site, phone: BrowserContext) -> None:
    page = site.sign_in(phone, "chinedu@example.org", "en")
    begin(page, site, "m3")
    for number in (1, 2, 3):
        answer(page, number)
        expect_state(page, number, "saved")
    before = [shown_answer(page, number) for number in (1, 2, 3)]
    page.goto(page.url.replace("/en/", "/es/"))
    expect(page.locator("h1")).to_have_text("Cuestionario del módulo 3")
    assert [shown_answer(page, number) for number in (1, 2, 3)] == before
    follow(page.get_by_role("button", name="Guardar y continuar"))
    page.goto(page.url.replace("/es/", "/en/").replace("questions/4", "questions/1"))
    assert [shown_answer(page, number) for number in (1, 2, 3)] == before


def test_without_a_script_an_attempt_is_made_from_its_first_page_to_its_result(
    site: Site, browser: Browser
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = site.sign_in(context, "ibrahima@example.org", "en")
    begin(page, site, "m2")
    for first in (1, 4, 7, 10):
        for number in range(first, first + 3):
            answer(page, number)
        name = "Save and go on" if first < 10 else "Save and check what is missing"
        follow(page.get_by_role("button", name=name))
    expect(page.get_by_role("heading", name="Every question has an answer")).to_be_visible()
    follow(page.get_by_role("button", name="Submit the quiz"))
    expect(page.locator("h1")).to_contain_text("points out of 12")
    close(context)


@pytest.fixture
def fragile(tmp_path: Path) -> Iterator["FragileSite"]:
    with listening_socket() as listening:
        made = FragileSite(tmp_path, listening)
        yield made
        made.kill()


class FragileSite:
    """A site whose server dies: the same address answers again when it is started anew."""

    def __init__(self, folder: Path, listening: socket.socket) -> None:
        self.folder, self.listening = folder, listening
        self.url = f"sqlite:///{folder}/site.sqlite"
        self.address = f"http://127.0.0.1:{port_of(listening)}"
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("LEARNING_DATABASE_URL", self.url)
            assert main(["migrate"]) == main(["load-demo"]) == 0
        self.start()
        self.site = Site(self.address, known_in(self.url), folder)

    def start(self) -> None:
        self.server = subprocess.Popen(  # noqa: S603 our own server
            [*SERVER, "--bind", bind_option(self.listening)], cwd=ROOT, start_new_session=True,
            env=environment_of(self.address, self.url, self.folder, self.folder / "files"),
            pass_fds=[self.listening.fileno()],
        )  # fmt: skip
        wait_until_ready(self.address)

    def kill(self) -> None:
        os.killpg(self.server.pid, signal.SIGKILL)
        self.server.wait()


def test_a_server_that_is_killed_loses_no_answer(
    fragile: FragileSite, phone: BrowserContext
) -> None:
    page = fragile.site.sign_in(phone, "chinedu@example.org", "en")
    begin(page, fragile.site)
    answer(page, 1)
    expect_state(page, 1, "saved")
    fragile.kill()
    answer(page, 2)
    answer(page, 1, choice=1)
    before = [shown_answer(page, 1), shown_answer(page, 2)]
    fragile.start()
    expect_state(page, 2, "saved")
    expect_state(page, 1, "saved")
    page.reload()
    assert [shown_answer(page, 1), shown_answer(page, 2)] == before


def begin_with_number(site: FragileSite, email: str) -> int:
    """Begin an attempt that draws a question that asks for a number; return its position."""
    quiz = quiz_of(load_course(ROOT / "courses/reintegration"))
    moment = now()
    closes = moment + timedelta(days=1)
    quiz = replace(quiz, closes=closes, window=Window(opens=None, closes=closes))
    engine = make_engine(site.url)
    with wiring.database(engine).transaction() as session:
        place = session.scalars(
            select(Enrolment)
            .join(Enrolment.person)
            .join(Enrolment.edition)
            .where(Person.email == email, Edition.code == site.site.edition)
        ).one()
        key = EnrolmentKey(enrolment_id=place.id, edition_id=place.edition_id)
        seed, position = seed_with(quiz, QuestionType.NUMERIC)
        actions.start(session, key, quiz, now=moment, seed=seed)
    engine.dispose()
    return position


def test_the_enter_key_saves_a_number_and_the_page_shows_what_was_read(
    fragile: FragileSite, phone: BrowserContext
) -> None:
    position = begin_with_number(fragile, "chinedu@example.org")
    page = fragile.site.sign_in(phone, "chinedu@example.org", "en")
    address = f"{quiz(fragile.site)}/attempts/1/questions/{position - (position - 1) % 3}"
    page.goto(address)
    field = page.locator(f'[name="q{position}"]')
    for typed, state, words, invalid in (
        ("abc", "part", "This is not read as a number yet.", "true"),
        ("1,250", "saved", "Read as 1,250", "false"),
    ):
        field.fill(typed)
        field.press("Enter")
        expect_state(page, position, state)
        expect(page.locator(f"#read-q{position}")).to_contain_text(words)
        expect(field).to_have_attribute("aria-invalid", invalid)
    assert page.url == address


def test_who_hears_the_page_is_told_that_the_time_runs_out(
    site: Site, phone: BrowserContext
) -> None:
    page = site.sign_in(phone, "tamar@example.org", "en")
    page.clock.install()
    begin(page, site, "m3")
    warning = page.locator("[data-warning][role=status]")
    page.clock.fast_forward("34:30")
    expect(page.locator("[data-left]")).to_have_text(re.compile("^(10|11).min left$"))
    expect(warning).to_have_text("")
    for passed, minutes in (("00:40", 10), ("05:00", 5), ("04:00", 1)):
        page.clock.fast_forward(passed)
        expect(warning).to_have_text(f"{minutes}\u00a0min left for this attempt.")

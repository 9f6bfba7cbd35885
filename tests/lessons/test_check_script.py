"""The script of the knowledge checks has no rule of its own: the page says the attempts."""

from flask import Flask
from sqlalchemy.orm import Session

from learning.lessons import rules
from learning.lessons.fragments import NO_MARKS
from learning.paths import ROOT
from tests.world import RUNNING, World, sign_in

LESSON = f"/fr/editions/{RUNNING}/lessons/m4-l1"


def test_a_page_says_after_how_many_attempts_all_reasons_are_shown(
    app: Flask, session: Session, world: World, monkeypatch
) -> None:
    client = sign_in(app, session, world.awa)
    assert f'data-check="0/{rules.MAX_ATTEMPTS}"' in client.get(LESSON).text
    monkeypatch.setattr(rules, "MAX_ATTEMPTS", 3)
    assert NO_MARKS.max_attempts == 3


def test_the_script_has_no_number_of_attempts_of_its_own() -> None:
    script = (ROOT / "static/js/checks.js").read_text()
    assert 'dataset.check.split("/")' in script
    assert "MAX_ATTEMPTS" not in script

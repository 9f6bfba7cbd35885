"""No page shows a sentence of the source to somebody who reads another language."""

from html import unescape

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from tests.admin.test_crawl import address, an_application
from tests.architecture.test_forms import TAG, english_in
from tests.architecture.test_routes import method_of, rules
from tests.world import World, sign_in


@pytest.mark.parametrize("role", Role)
def test_no_page_shows_a_sentence_of_the_source(
    app: Flask, session: Session, world: World, role: Role
) -> None:
    """What code says and marks for translators is translated where it is shown."""
    an_application(session, world)
    client = sign_in(app, session, world.person(role))
    found, pages = {}, 0
    for rule in rules(app):
        if method_of(rule) != "GET" or "lang" not in rule.arguments:
            continue
        if rule.endpoint == "home.show_style_guide":  # in English, for who builds pages
            continue
        answer = client.get(address(app, rule, lang="fr"))
        if answer.mimetype == "text/html" and answer.status_code == 200:
            pages += 1
            text = " ".join(unescape(TAG.sub(" ", answer.text)).split())
            if message := english_in(text, "fr"):
                found[rule.endpoint] = message
    assert found == {}
    assert pages > 5

"""The dates that a text of the course names, in the language and the zone of the reader."""

from datetime import UTC, datetime

import pytest
from markupsafe import Markup

from learning.kit.i18n import I18n
from learning.lessons.document_dates import fill_dates, names_a_date

SATURDAY = datetime(2026, 11, 28, 23, 59, tzinfo=UTC)
MIDNIGHT = datetime(2026, 12, 1, tzinfo=UTC)
DATES = {"peer-work": SATURDAY, "opens": MIDNIGHT}


@pytest.mark.parametrize(
    ("language", "zone", "key", "words", "shown"),
    [
        ("fr", "Africa/Abidjan", "peer-work", "samedi", "samedi 28 novembre, 23:59"),
        ("fr", "Africa/Abidjan", "peer-work", "Samedi", "Samedi 28 novembre, 23:59"),
        ("en", "Africa/Abidjan", "peer-work", "Saturday", "Saturday 28 November, 23:59"),
        ("es", "Africa/Abidjan", "peer-work", "Sábado", "Sábado, 28 de noviembre, 23:59"),
        ("fr", "Asia/Tbilisi", "peer-work", "samedi", "dimanche 29 novembre, 03:59"),
        ("fr", "Africa/Abidjan", "opens", "Mardi", "Mardi 1er décembre"),
        ("es", "America/Lima", "opens", "martes", "lunes, 30 de noviembre, 19:00"),
    ],
)
def test_a_named_deadline_is_shown_in_the_zone_of_the_reader(
    language: str, zone: str, key: str, words: str, shown: str
) -> None:
    html = Markup('<p>a <a class="date" href="#date-{}">{}</a> b</p>').format(key, words)
    filled = fill_dates(html, DATES.get, I18n(language, zone))
    stamp = DATES[key].isoformat()
    assert filled == f'<p>a <time datetime="{stamp}">{shown}</time> b</p>'


def test_without_a_date_the_words_of_the_text_stay() -> None:
    html = Markup('<p><a class="date" href="#date-peer-work">samedi &amp; <b>tard</b></a></p>')
    assert fill_dates(html, {}.get, I18n("fr")) == "<p>samedi &amp; <b>tard</b></p>"


@pytest.mark.parametrize(
    ("html", "named"),
    [
        ('<a class="date" href="#date-peer-work">samedi</a>', True),
        ('<a href="/fr/dates">samedi</a>', False),
        ("samedi", False),
    ],
)
def test_a_text_that_names_a_deadline_is_recognized(html: str, named: bool) -> None:
    assert names_a_date(html) is named

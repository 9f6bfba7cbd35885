"""Figures that sentences of the interface write out are those of the rules.

A figure in a sentence is translated with it. Who changes a rule is led to its sentences from here.
"""

from datetime import timedelta

import pytest

from learning.accounts.password_rules import MIN_PASSWORD_LENGTH
from learning.admissions.commands.bulk_decisions import UNDO_PERIOD
from learning.admissions.commands.sponsorships import LINK_LIFETIME
from learning.admissions.pages.candidate.forms import MIN_MOTIVATION_LENGTH, TEXT
from learning.admissions.rules.answers import MAX_SHARE
from learning.admissions.rules.deadlines import OFFER_PERIOD
from learning.contact.rules import TARGET_WORKING_DAYS
from learning.mail.copies import COPY_RETENTION
from learning.participants.people_lists import MAX_ROWS
from learning.paths import ROOT
from learning.purge import MESSAGE_RETENTION

YEAR = timedelta(days=365)


@pytest.mark.parametrize(
    ("rule", "value", "sentence"),
    [
        (OFFER_PERIOD, timedelta(hours=72), "for 72 hours"),
        (LINK_LIFETIME, timedelta(days=60), "work for 60 days"),
        (UNDO_PERIOD, timedelta(seconds=60), "for 60 seconds"),
        (MIN_MOTIVATION_LENGTH, 50, "From 50 to"),
        (TEXT, 3000, "to 3,000 characters"),
        (MAX_SHARE, 100, "from 1 to 99"),
        (MIN_PASSWORD_LENGTH, 12, "At least 12 characters"),
        (MAX_ROWS, 2000, "At most 2,000 people"),
        (TARGET_WORKING_DAYS, 2, "within two working days"),
        (COPY_RETENTION, YEAR, "deleted a year after"),
        (MESSAGE_RETENTION, YEAR, "deleted after a year"),
    ],
)
def test_a_sentence_says_what_the_rule_is(rule: object, value: object, sentence: str) -> None:
    assert rule == value, f"correct the sentence with “{sentence}”, then this table"
    assert any(sentence in path.read_text() for path in (ROOT / "templates").rglob("*.html"))

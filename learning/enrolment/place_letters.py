"""The letters about places, whether their people applied or staff enrolled them."""

from datetime import date
from typing import Any

from learning.catalogue.models import Edition
from learning.kit.i18n import I18n
from learning.mail.letters import Letter, LetterWriter, Params


def days_of(edition: Edition) -> dict[str, Any]:
    """Return what a letter says of an edition, whoever it goes to."""
    return {
        "edition": edition.code,
        "starts_on": edition.starts_on.isoformat(),
        "ends_on": edition.ends_on.isoformat(),
    }


def begins(i18n: I18n, params: Params) -> dict[str, str]:
    """Return the first and the last day, and the reference if there is one, for a sentence."""
    return {
        "start": i18n.date(date.fromisoformat(params["starts_on"])),
        "end": i18n.date(date.fromisoformat(params["ends_on"])),
        "reference": params.get("reference", ""),
    }


def place_given(i18n: I18n, params: Params) -> Letter:
    words = begins(i18n, params)
    return Letter(
        subject=i18n.gettext("You have a place in the course"),
        lines=[
            i18n.gettext("You have a place in the course that begins on %(start)s.") % words,
            i18n.gettext("It ends on %(end)s.") % words,
        ],
        button=i18n.gettext("Open the course"),
        path=f"/{i18n.language}/editions/{params['edition']}/",
    )


def place_withdrawn(i18n: I18n, _params: Params) -> Letter:
    return Letter(
        subject=i18n.gettext("Your place was withdrawn"),
        lines=[
            i18n.gettext("Your place in the course was withdrawn. What you wrote is kept."),
            i18n.gettext("If you did not expect this, answer this e-mail."),
        ],
    )


WRITERS: dict[str, LetterWriter] = {
    "enrolment.place-given": place_given,
    "enrolment.place-withdrawn": place_withdrawn,
}

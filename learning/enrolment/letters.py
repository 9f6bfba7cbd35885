"""The letters of enrolment."""

from datetime import date

from learning.kit.i18n import I18n
from learning.mail.letters import Letter, LetterWriter, Params


def place_given(i18n: I18n, params: Params) -> Letter:
    days = {
        "start": i18n.date(date.fromisoformat(params["starts_on"])),
        "end": i18n.date(date.fromisoformat(params["ends_on"])),
    }
    return Letter(
        subject=i18n.gettext("You have a place in the course"),
        lines=[
            i18n.gettext("You have a place in the course that begins on %(start)s.") % days,
            i18n.gettext("It ends on %(end)s.") % days,
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

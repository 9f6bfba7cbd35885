"""The e-mails about enrolments, with or without an application."""

from datetime import date
from typing import Any

from learning.catalogue.models import Edition
from learning.kit.i18n import I18n
from learning.mail.emails import EmailContent, EmailTemplate, Params


def days_of(edition: Edition) -> dict[str, Any]:
    """Return the parameters of an e-mail about an edition."""
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


def enrolment_confirmed(i18n: I18n, params: Params) -> EmailContent:
    words = begins(i18n, params)
    return EmailContent(
        subject=i18n.gettext("You have a place in the course"),
        lines=[
            i18n.gettext("You have a place in the course that begins on %(start)s.") % words,
            i18n.gettext("It ends on %(end)s.") % words,
        ],
        button=i18n.gettext("Open the course"),
        path=f"/{i18n.language}/editions/{params['edition']}/",
    )


def enrolment_withdrawn(i18n: I18n, _params: Params) -> EmailContent:
    return EmailContent(
        subject=i18n.gettext("Your place was withdrawn"),
        lines=[
            i18n.gettext("Your place in the course was withdrawn. What you wrote is kept."),
            i18n.gettext("If you did not expect this, answer this e-mail."),
        ],
    )


EMAILS: dict[str, EmailTemplate] = {
    "enrolment.confirmed": enrolment_confirmed,
    "enrolment.withdrawn": enrolment_withdrawn,
}

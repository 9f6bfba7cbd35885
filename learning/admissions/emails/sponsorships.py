"""The e-mails to and about sponsors."""

from datetime import date, datetime

from learning.kit.i18n import N_, I18n
from learning.mail.categories import EmailCategory
from learning.mail.emails import EmailContent, EmailTemplate, Params

SPONSORSHIP = EmailCategory(
    key="sponsorship",
    label=N_("Requests to institutions"),
    footer=N_("You receive this because somebody who applies named you as their contact."),
    declinable=False,
)
INVITED = N_(
    "You have no account here yet: another e-mail has the link with which you choose a password. "
    "Use that one first, then the button below."
)


def sponsor(i18n: I18n, params: Params) -> EmailContent:
    words = {
        "candidate": params["candidate"] or i18n.gettext("Somebody"),
        "start": i18n.date(date.fromisoformat(params["starts_on"])),
        "until": i18n.moment(datetime.fromisoformat(params["until"])),
    }
    return EmailContent(
        subject=i18n.gettext("Your institution is asked for a nomination"),
        lines=[
            i18n.gettext(
                "%(candidate)s applies for our course that begins on %(start)s and has named your "
                "institution as sponsor."
            )
            % words,
            i18n.gettext(
                "On the page below you can add the nomination letter or sign there, say what you "
                "pay and where the invoice goes, and nominate other people. You need no account."
            ),
            i18n.gettext("Please answer until %(until)s.") % words,
        ],
        button=i18n.gettext("Open the page"),
        path=f"/{i18n.language}{params['path']}",
        after=[i18n.gettext("The link is for you alone; anybody who has it can act for you.")],
    )


def nominated(i18n: I18n, params: Params) -> EmailContent:
    words = {
        "organisation": params["organisation"] or i18n.gettext("An institution"),
        "start": i18n.date(date.fromisoformat(params["starts_on"])),
        "until": i18n.moment(datetime.fromisoformat(params["until"])),
    }
    begun = i18n.gettext("%(organisation)s nominates you for the course that begins on %(start)s.")
    if not params["reference"]:  # they have applied already, or are enrolled
        own = i18n.gettext(
            "You have applied for it already, or have a place, so nothing was changed. If they are "
            "to pay for you, name them as sponsor in your application."
        )
        return EmailContent(
            subject=i18n.gettext("You are nominated for a course"),
            lines=[begun % words, own],
            button=i18n.gettext("Look at my applications"),
            path=f"/{i18n.language}/applications/",
        )
    return EmailContent(
        subject=i18n.gettext("You are nominated for a course"),
        lines=[
            begun % words,
            i18n.gettext(
                "Your application is begun. It is sent only when you complete it, until %(until)s."
            )
            % words,
            i18n.gettext("Only then does the institution see where your application stands."),
            *([i18n.gettext(INVITED)] if params.get("invited") else []),
        ],
        button=i18n.gettext("Complete my application"),
        path=f"/{i18n.language}/applications/{params['reference']}",
    )


EMAILS: dict[str, EmailTemplate] = {
    "admissions.sponsor-invited": sponsor,
    "admissions.nominated": nominated,
}

"""The e-mail that an edition differs from what earlier e-mails said."""

from datetime import date, datetime

from learning.kit.i18n import LANGUAGES, N_, I18n
from learning.kit.money import Money
from learning.mail.emails import EmailContent, EmailTemplate, Params

SENTENCES = {
    "starts_on": N_("The course begins on %(after)s, not on %(before)s."),
    "ends_on": N_("It ends on %(after)s, not on %(before)s."),
    "project_due_on": N_("The final work is due on %(after)s, not on %(before)s."),
    "zone": N_("Its days begin and end at midnight in %(after)s, not in %(before)s."),
    "languages": N_("It is given in these languages now: %(after)s."),
    "fee": N_("The fee is %(after)s, not %(before)s."),
    "policy_version": N_(
        "Another cancellation policy applies: %(after)s, not %(before)s. The acceptance e-mail "
        "gives its deadlines."
    ),
}
DAYS = frozenset({"starts_on", "ends_on", "project_due_on"})


def edition_changed(i18n: I18n, params: Params) -> EmailContent:
    before, after = params["before"], params["after"]
    lines = [i18n.gettext("Something about the course is other than we wrote to you:")]
    for name, sentence in SENTENCES.items():
        if name in after:
            words = {
                "before": format_value(i18n, name, before[name]),
                "after": format_value(i18n, name, after[name]),
            }
            lines.append(i18n.gettext(sentence) % words)
    if "starts_on" in after:
        lines.append(i18n.gettext("The dates of its work move with the first day."))
    lines += [_of_date(i18n, params, name) for name in sorted(params.get("titles", ()))]
    if params["agreed"]:
        lines.append(
            i18n.gettext(
                "Your place, the fee and the cancellation policy that you agreed to stay the "
                "same. If you have to cancel, the later of the two first days decides the cost."
            )
        )
    if DAYS & after.keys():
        lines.append(i18n.gettext("If the new days do not suit you, answer this e-mail."))
    button, path = _onward(i18n, params)
    return EmailContent(
        subject=i18n.gettext("The course has changed"), lines=lines, button=button, path=path
    )


def _of_date(i18n: I18n, params: Params, name: str) -> str:
    """Return the sentence about a deadline, in the reader's zone."""
    return i18n.gettext("“%(title)s”: %(after)s, no longer %(before)s.") % {
        "title": params["titles"][name][i18n.language],
        "before": format_value(i18n, name, params["before"][name]),
        "after": format_value(i18n, name, params["after"][name]),
    }


def format_value(i18n: I18n, name: str, value: str) -> str:
    """Return a value of a job's payload in the reader's words."""
    if name == "fee":
        minor, currency = value.split()
        return i18n.money(Money(int(minor), currency))
    if name == "policy_version":
        return value
    if name == "zone":
        return i18n.city(value)
    if name == "languages":
        return i18n.join_list(LANGUAGES[code] for code in value.split())
    if name.startswith("date "):
        return i18n.deadline(datetime.fromisoformat(value))
    return i18n.date(date.fromisoformat(value))


def _onward(i18n: I18n, params: Params) -> tuple[str, str]:
    """Return where the e-mail links: to the application, to the course, for a sponsor nowhere."""
    if params["reference"]:
        return i18n.gettext(
            "See my application"
        ), f"/{i18n.language}/applications/{params['reference']}"
    if params["edition"]:
        return i18n.gettext("Open the course"), f"/{i18n.language}/editions/{params['edition']}/"
    return "", ""


EMAILS: dict[str, EmailTemplate] = {"admissions.edition-changed": edition_changed}

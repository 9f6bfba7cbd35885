"""The letter that says how an edition is another than earlier letters said."""

from datetime import date

from learning.kit.i18n import LANGUAGES, N_, I18n
from learning.kit.money import Money
from learning.mail.letters import Letter, LetterWriter, Params

SENTENCES = {
    "starts_on": N_("The course begins on %(after)s, not on %(before)s."),
    "ends_on": N_("It ends on %(after)s, not on %(before)s."),
    "project_due_on": N_("The final work is due on %(after)s, not on %(before)s."),
    "zone": N_("Its days begin and end at midnight in %(after)s, not in %(before)s."),
    "languages": N_("It is given in these languages now: %(after)s."),
    "fee": N_("The fee is %(after)s, not %(before)s."),
}
DAYS = frozenset({"starts_on", "ends_on", "project_due_on"})


def edition_changed(i18n: I18n, params: Params) -> Letter:
    before, after = params["before"], params["after"]
    lines = [i18n.gettext("Something about the course is other than we wrote to you:")]
    for name, sentence in SENTENCES.items():
        if name in after:
            words = {
                "before": said(i18n, name, before[name]),
                "after": said(i18n, name, after[name]),
            }
            lines.append(i18n.gettext(sentence) % words)
    if params["agreed"]:
        lines.append(
            i18n.gettext(
                "Your place and the fee that you agreed to stay. Should you have to cancel, the "
                "later of the two first days counts for what it costs."
            )
        )
    if DAYS & after.keys():
        lines.append(i18n.gettext("If the new days do not suit you, answer this e-mail."))
    button, path = _onward(i18n, params)
    return Letter(
        subject=i18n.gettext("The course has changed"), lines=lines, button=button, path=path
    )


def said(i18n: I18n, name: str, value: str) -> str:
    """Return a value of an edition, as it stands in a job, in words."""
    if name == "fee":
        minor, currency = value.split()
        return i18n.money(Money(int(minor), currency))
    if name == "zone":
        return i18n.city(value)
    if name == "languages":
        return i18n.listing(LANGUAGES[code] for code in value.split())
    return i18n.date(date.fromisoformat(value))


def _onward(i18n: I18n, params: Params) -> tuple[str, str]:
    """Return where the letter leads: to the application, to the course, for a sponsor nowhere."""
    if params["reference"]:
        return i18n.gettext(
            "See my application"
        ), f"/{i18n.language}/applications/{params['reference']}"
    if params["edition"]:
        return i18n.gettext("Open the course"), f"/{i18n.language}/editions/{params['edition']}/"
    return "", ""


WRITERS: dict[str, LetterWriter] = {"enrolment.edition-changed": edition_changed}

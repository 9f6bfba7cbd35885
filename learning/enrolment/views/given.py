"""What was given in an application, in words, step by step: for the last page and the status."""

from collections.abc import Sequence
from dataclasses import dataclass

from learning.enrolment.answers import Answers, Funding, Step, steps
from learning.enrolment.applying import answers_of
from learning.enrolment.models import Application
from learning.enrolment.sponsoring import has_answered
from learning.enrolment.words import BILL_TO, CONSTITUENCIES, FUNDINGS, GENDERS, STEPS
from learning.kit.i18n import LANGUAGES, N_, I18n

SIGNED = N_("%(organisation)s has nominated you.")
ASKED = N_("%(organisation)s was asked on %(moment)s and has not answered yet.")
AGREED = N_("You agreed on %(moment)s.")


@dataclass(frozen=True, kw_only=True)
class Part:
    """One step, and (label, value) of each thing that was given; empty is what was not."""

    step: Step
    title: str
    given: Sequence[tuple[str, str]]


def parts(i18n: I18n, application: Application) -> list[Part]:
    """Return all steps that somebody goes through, with what they gave."""
    said = answers_of(application, application.person, application.sponsorship)
    return [
        Part(step=step, title=STEPS[step], given=_given(i18n, application, said, step))
        for step in steps(application.funding)
    ]


def _given(
    i18n: I18n, application: Application, said: Answers, step: Step
) -> Sequence[tuple[str, str]]:
    if step is Step.PERSON:
        return (
            (N_("Name"), application.person.name),
            (N_("Gender"), i18n.gettext(GENDERS.get(said.gender, ""))),
            (N_("Country in which you work"), _country(i18n, said.country)),
        )
    if step is Step.WORK:
        return (
            (N_("Institution"), said.institution),
            (N_("Position"), said.position),
            (N_("Whom do you work for?"), i18n.gettext(CONSTITUENCIES.get(said.constituency, ""))),
        )
    if step is Step.MOTIVATION:
        return ((N_("Your reasons"), said.motivation),)
    if step is Step.LANGUAGE:
        return ((N_("Language of study"), LANGUAGES.get(said.study_language, "")),)
    if step is Step.FUNDING:
        return _funding(i18n, said)
    return _papers(i18n, application, said, step)


def _funding(i18n: I18n, said: Answers) -> Sequence[tuple[str, str]]:
    who = (N_("Who pays the fee?"), i18n.gettext(FUNDINGS.get(said.funding, "")))
    if said.funding != Funding.MIXED or not said.sponsor_share:
        return (who,)
    return who, (N_("Your institution pays"), i18n.percent(said.sponsor_share / 100))


def _papers(
    i18n: I18n, application: Application, said: Answers, step: Step
) -> Sequence[tuple[str, str]]:
    if step is Step.LETTER:
        return ((N_("Nomination letter"), letter_in_words(i18n, application)),)
    if step is Step.BILLING:
        address = (said.billing_name, said.billing_address, _country(i18n, said.billing_country))
        numbers = (
            (N_("VAT number"), application.vat_id),
            (N_("Purchase order number"), application.po_number),
        )
        return (
            (N_("The invoice goes"), i18n.gettext(BILL_TO.get(said.bill_to, ""))),
            (N_("Address"), "\n".join(line for line in address if line)),
            *(pair for pair in numbers if pair[1]),
        )
    agreed = application.consented_at
    words = i18n.gettext(AGREED) % {"moment": i18n.moment(agreed)} if agreed else ""
    return ((N_("Your agreement"), words),)


def letter_in_words(i18n: I18n, application: Application) -> str:
    """Return what there is of a letter: a file, a sponsor's word, or that one was asked."""
    if application.letter is not None:
        return f"{application.letter.name} ({i18n.kilobytes(application.letter.size)})"
    sponsorship = application.sponsorship
    if sponsorship is None:
        return ""
    words = {
        "organisation": sponsorship.organisation,
        "moment": i18n.moment(sponsorship.made_at),
    }
    return i18n.gettext(SIGNED if has_answered(sponsorship) else ASKED) % words


def _country(i18n: I18n, code: str) -> str:
    return i18n.country(code) if code else ""

"""The answers of an application in words, step by step: for the review and the status page."""

from collections.abc import Sequence
from dataclasses import dataclass

from learning.admissions.commands.sponsorships import has_answered
from learning.admissions.labels import CONSTITUENCIES, FUNDINGS, GENDERS, PARTY_KINDS, STEPS
from learning.admissions.models import Application
from learning.admissions.queries.answers import answers_of
from learning.admissions.rules.answers import Answers, Funding, Step, steps
from learning.admissions.rules.billing import BillingDetails, address_lines
from learning.kit.db import db
from learning.kit.i18n import LANGUAGES, N_, I18n

SIGNED = N_("%(organisation)s has nominated you.")
SPONSOR_PENDING = N_("%(organisation)s was asked on %(moment)s and has not answered yet.")
AGREED = N_("You agreed on %(moment)s.")


@dataclass(frozen=True, kw_only=True)
class AnswerGroup:
    """One step, and (label, value) of each answer; an empty value was not answered."""

    step: Step
    title: str
    answers: Sequence[tuple[str, str]]


def answers_summary(i18n: I18n, application: Application) -> list[AnswerGroup]:
    """Return all steps of an application, with their answers."""
    answers = answers_of(db(), application)
    return [
        AnswerGroup(
            step=step, title=STEPS[step], answers=_step_facts(i18n, application, answers, step)
        )
        for step in steps(application.funding)
    ]


def _step_facts(
    i18n: I18n, application: Application, answers: Answers, step: Step
) -> Sequence[tuple[str, str]]:
    if step is Step.PERSON:
        return (
            (N_("Name"), application.person.name),
            (N_("Gender"), i18n.gettext(GENDERS.get(answers.gender, ""))),
            (N_("Country in which you work"), _country(i18n, answers.country)),
        )
    if step is Step.WORK:
        return (
            (N_("Institution"), answers.institution),
            (N_("Position"), answers.position),
            (
                N_("What kind of organisation do you work for?"),
                i18n.gettext(CONSTITUENCIES.get(answers.constituency, "")),
            ),
        )
    if step is Step.MOTIVATION:
        return ((N_("Your reasons"), answers.motivation),)
    if step is Step.LANGUAGE:
        return ((N_("Language of study"), LANGUAGES.get(answers.study_language, "")),)
    if step is Step.FUNDING:
        return _funding(i18n, answers)
    return _step_files(i18n, application, answers, step)


def _funding(i18n: I18n, answers: Answers) -> Sequence[tuple[str, str]]:
    payer = (N_("Who pays the fee?"), i18n.gettext(FUNDINGS.get(answers.funding, "")))
    if answers.funding != Funding.MIXED or not answers.sponsor_share:
        return (payer,)
    return payer, (N_("Your institution pays"), i18n.percent(answers.sponsor_share / 100))


def _step_files(
    i18n: I18n, application: Application, answers: Answers, step: Step
) -> Sequence[tuple[str, str]]:
    if step is Step.LETTER:
        return ((N_("Nomination letter"), letter_in_words(i18n, application)),)
    if step is Step.BILLING:
        return _billing(i18n, answers.billing)
    agreed = application.consented_at
    words = i18n.gettext(AGREED) % {"moment": i18n.moment(agreed)} if agreed else ""
    return ((N_("Your agreement"), words),)


def _billing(i18n: I18n, billing: BillingDetails | None) -> Sequence[tuple[str, str]]:
    if billing is None:
        return ((N_("The invoice goes"), ""),)
    numbers = (
        (N_("VAT number"), billing.vat_id),
        (N_("Purchase order number"), billing.po_number),
    )
    return (
        (N_("The invoice goes"), i18n.gettext(PARTY_KINDS[billing.kind])),
        (N_("Address"), "\n".join(address_lines(billing, i18n.country(billing.country)))),
        *(pair for pair in numbers if pair[1]),
    )


def letter_in_words(i18n: I18n, application: Application) -> str:
    """Return the state of the nomination letter: a file, signed, or asked for."""
    if application.letter is not None:
        return f"{application.letter.name} ({i18n.kilobytes(application.letter.size)})"
    sponsorship = application.sponsorship
    if sponsorship is None:
        return ""
    words = {
        "organisation": sponsorship.organisation,
        "moment": i18n.moment(sponsorship.created_at),
    }
    return i18n.gettext(SIGNED if has_answered(sponsorship) else SPONSOR_PENDING) % words


def _country(i18n: I18n, code: str) -> str:
    return i18n.country(code) if code else ""

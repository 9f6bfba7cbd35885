"""Previews of the e-mails that a decision would send."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from learning.accounts.models import Person
from learning.admissions.commands import applications
from learning.admissions.emails.applications import EMAIL_AFTER, EMAILS, params_of
from learning.admissions.emails.cancellation import cost_params
from learning.admissions.models import Application
from learning.admissions.queries.cancellation_costs import CancellationCost
from learning.admissions.queries.terms import Terms
from learning.admissions.rules import deadlines
from learning.admissions.rules.states import ApplicationEvent
from learning.catalogue.models import Edition
from learning.kit.i18n import i18n_for
from learning.mail.emails import EmailContent, EmailContext, Params

NO_REASON, SOME_REASON = "", "\N{HORIZONTAL ELLIPSIS}"


@dataclass(frozen=True, kw_only=True)
class Preview:
    """An e-mail to one person, in their language; `recipients` get one with these words."""

    email: EmailContent
    setting: EmailContext
    recipients: int = 1


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A decision to preview, with the terms that its e-mail names.

    `received_on` is the day from which is counted: today, or that of a written notice. `cost` is
    that of a cancellation.
    """

    event: ApplicationEvent
    reason: str
    now: datetime
    terms: Terms
    received_on: date
    cost: CancellationCost | None = None


def email_previews(
    application: Application, person: Person, edition: Edition, draft: Draft
) -> list[Preview]:
    """Return every e-mail that a decision would send to a person."""
    params = params_of(application, edition, reason=draft.reason)
    params |= cost_params(draft.terms, draft.received_on, draft.cost)
    if draft.event is ApplicationEvent.REQUEST_INFO:
        params["answer_until"] = (draft.now + deadlines.ANSWER_PERIOD).isoformat()
    return [
        preview_of(EMAIL_AFTER[event], person, params)
        for event in _brings(application, draft.event)
        if event in EMAIL_AFTER
    ]


def preview_of(kind: str, person: Person, params: Params) -> Preview:
    """Return an e-mail of a kind to a person."""
    i18n = i18n_for(person.language, person.zone)
    setting = EmailContext(i18n=i18n, name=person.name, address="")
    return Preview(email=EMAILS[kind](i18n, params), setting=setting)


def says_reason(application: Application, person: Person, edition: Edition, draft: Draft) -> bool:
    """Whether an e-mail repeats the reason, so that it can be previewed only with one."""
    with_one, without = (
        email_previews(application, person, edition, replace(draft, reason=reason))
        for reason in (SOME_REASON, NO_REASON)
    )
    return [each.email for each in with_one] != [each.email for each in without]


def one_of_each(
    chosen: Iterable[Application], edition: Edition, draft: Draft, reasons: Mapping[str, str]
) -> list[Preview]:
    """Return the e-mails to many people, identical texts once; `reasons` are by language."""
    previews_by_text: dict[tuple[str, ...], Preview] = {}
    recipients = Counter[tuple[str, ...]]()
    for application in chosen:
        own = replace(draft, reason=reasons.get(application.person.language, draft.reason))
        for preview in email_previews(application, application.person, edition, own):
            text = (preview.setting.i18n.language, preview.email.subject, *preview.email.lines)
            previews_by_text.setdefault(text, preview)
            recipients[text] += 1
    return [
        replace(preview, recipients=recipients[text]) for text, preview in previews_by_text.items()
    ]


def _brings(application: Application, event: ApplicationEvent) -> list[ApplicationEvent]:
    """Return the events of a decision: a fellow's acceptance confirms at once."""
    accepts = event in {ApplicationEvent.ACCEPT, ApplicationEvent.PROMOTE}
    return (
        [event, ApplicationEvent.ACTIVATE]
        if accepts and applications.is_fellowship(application)
        else [event]
    )

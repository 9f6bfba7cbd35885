"""The letters that a decision would send, as they would be sent."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from learning.accounts.models import Person
from learning.catalogue.models import Edition
from learning.enrolment import applying, deadlines
from learning.enrolment.letters import LETTER_AFTER, WRITERS, params_of
from learning.enrolment.models import Application
from learning.enrolment.rules import Event
from learning.kit.i18n import i18n_for
from learning.mail.letters import Letter, Params, Setting

NO_REASON, SOME_REASON = "", "\N{HORIZONTAL ELLIPSIS}"


@dataclass(frozen=True, kw_only=True)
class Preview:
    """A letter to one person, in their language."""

    letter: Letter
    setting: Setting


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A decision that is about to be taken."""

    event: Event
    reason: str
    now: datetime


def letters_to(
    application: Application, person: Person, edition: Edition, draft: Draft
) -> list[Preview]:
    """Return every letter that a decision would send to a person, none if it sends none."""
    params = params_of(application, edition, reason=draft.reason, now=draft.now)
    if draft.event is Event.ASK_INFO:
        params["answer_until"] = (draft.now + deadlines.TIME_TO_ANSWER).isoformat()
    return [
        written(LETTER_AFTER[event], person, params)
        for event in _brings(application, draft.event)
        if event in LETTER_AFTER
    ]


def written(kind: str, person: Person, params: Params) -> Preview:
    """Return a letter of a kind to a person."""
    i18n = i18n_for(person.language, person.zone)
    setting = Setting(i18n=i18n, name=person.name, address="")
    return Preview(letter=WRITERS[kind](i18n, params), setting=setting)


def says_reason(application: Application, person: Person, edition: Edition, draft: Draft) -> bool:
    """Whether a letter repeats the reason, so that it can be read only once one is typed."""
    with_one, without = (
        letters_to(
            application, person, edition, Draft(event=draft.event, reason=reason, now=draft.now)
        )
        for reason in (SOME_REASON, NO_REASON)
    )
    return [each.letter for each in with_one] != [each.letter for each in without]


def one_of_each(chosen: Iterable[Application], edition: Edition, draft: Draft) -> list[Preview]:
    """Return the letters to many people, those of the same words once."""
    found: dict[tuple[str, ...], Preview] = {}
    for application in chosen:
        for preview in letters_to(application, application.person, edition, draft):
            said = (preview.setting.i18n.language, preview.letter.subject, *preview.letter.lines)
            found.setdefault(said, preview)
    return list(found.values())


def _brings(application: Application, event: Event) -> list[Event]:
    """Return what a decision brings: a fellow's acceptance confirms the place at once."""
    accepts = event in {Event.ACCEPT, Event.PROMOTE}
    return [event, Event.ACTIVATE] if accepts and applying.is_fellowship(application) else [event]

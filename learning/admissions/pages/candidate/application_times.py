"""Until when an application can be sent, and what cancelling costs today."""

from dataclasses import dataclass
from datetime import date, datetime

from learning.admissions.commands import applications
from learning.admissions.models import Application
from learning.admissions.queries.terms import terms_of
from learning.admissions.rules import deadlines
from learning.admissions.rules.states import ApplicationState
from learning.admissions.rules.transitions import TransitionGuard
from learning.catalogue.cancellation import Window
from learning.kit.db import db
from learning.kit.time import day_in, now


@dataclass(frozen=True, kw_only=True)
class ApplicationTimes:
    """The last moment to apply; `zone` is the edition's."""

    until: datetime
    in_time: bool
    zone: str


def times_of(application: Application) -> ApplicationTimes:
    edition = application.edition
    return ApplicationTimes(
        until=deadlines.last_second(edition.apply_until, edition.zone),
        in_time=TransitionGuard.BEFORE_DEADLINE in applications.time_guards(edition, now()),
        zone=edition.zone,
    )


def is_in_time(application: Application, moment: datetime) -> bool:
    """Whether a draft can still be sent, or a question still be answered."""
    if application.state is ApplicationState.AWAITING_INFO:
        return application.answer_until is None or moment < application.answer_until
    edition_guards = applications.time_guards(application.edition, moment)
    return TransitionGuard.BEFORE_DEADLINE in edition_guards


def today_of(application: Application) -> date:
    return day_in(application.edition.zone, now())


def window_of(application: Application) -> Window:
    """Return the cancellation window of today."""
    return terms_of(db(), application, application.edition).window(today_of(application))

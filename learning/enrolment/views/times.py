"""Until when something is possible, in the reader's zone and in the centre's."""

from dataclasses import dataclass
from datetime import date, datetime

from learning.enrolment import applying, deadlines
from learning.enrolment.deadlines import Window
from learning.enrolment.models import Application
from learning.enrolment.rules import Guard
from learning.kit.i18n import I18n, i18n_for
from learning.kit.languages import current
from learning.kit.time import day_in, now


@dataclass(frozen=True, kw_only=True)
class Times:
    """Until when something is possible; `centre` speaks in the centre's zone."""

    until: datetime
    in_time: bool
    centre: I18n


def times_of(application: Application) -> Times:
    edition = application.edition
    return Times(
        until=deadlines.last_second(edition.apply_until, edition.zone),
        in_time=Guard.BEFORE_DEADLINE in applying.takes(edition, now()),
        centre=i18n_for(current().language, edition.zone),
    )


def today_of(application: Application) -> date:
    return day_in(application.edition.zone, now())


def window_of(application: Application) -> Window:
    agreed = application.starts_on_at_acceptance
    first_day = deadlines.first_day(application.edition.starts_on, agreed)
    return deadlines.window(first_day, today_of(application))

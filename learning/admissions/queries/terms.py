"""The fee and the cost of cancelling: as agreed on acceptance, before that as offered.

The guard of a transfer, the candidate's pages, the e-mails with their previews, and the quote all
use this, so that they agree.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from learning.admissions.agreement_models import FeeAgreement
from learning.admissions.models import Application
from learning.admissions.queries.agreements import agreement_of
from learning.admissions.rules.states import PENDING, ApplicationState
from learning.catalogue import cancellation
from learning.catalogue import queries as catalogue
from learning.catalogue.cancellation import LastDay, NoticeError, Policy, Quote, Window
from learning.catalogue.models import Edition
from learning.kit.money import Money
from learning.kit.time import day_in

UNDECIDED = PENDING | {ApplicationState.DRAFT}
"""In these states nothing is agreed; what was before an acceptance lapsed counts no more."""


@dataclass(frozen=True, kw_only=True)
class Terms:
    """A fee, the cancellation policy, and the first days; the better day for the person counts.

    `agreed_on` is the day of acceptance in the edition's zone, None before. `policy` charges
    `penalty_floor` percent at least, if a late transfer or substitution has set it.
    """

    fee: Money
    first_days: tuple[date, ...]
    policy: Policy
    agreed_on: date | None = None
    penalty_floor: int = 0

    @property
    def first_day(self) -> date:
        """The day from which cancelling is counted: the latest of the two."""
        return max(self.first_days)

    def window(self, received_on: date) -> Window:
        """Return the cancellation window for a notice that is received on a day."""
        return cancellation.window(self.policy, self.first_days, received_on)

    def quote(self, received_on: date, *, pays: bool) -> Quote:
        """Return the cost of a cancellation whose notice is received on a day."""
        return cancellation.quote(self.window(received_on), self.fee, pays=pays)


def offered_terms(session: Session, edition: Edition, penalty_floor: int = 0) -> Terms:
    """Return the terms for those who are accepted today, or transferred with a penalty floor."""
    policy = catalogue.policy(session, edition.policy_version)
    return Terms(
        fee=edition.fee,
        first_days=(edition.starts_on,),
        policy=cancellation.with_floor(policy, penalty_floor),
        penalty_floor=penalty_floor,
    )


def terms_of(session: Session, application: Application, edition: Edition) -> Terms:
    """Return the agreed terms of an application, with its edition's first day of today.

    Before its acceptance, return the offered terms.
    """
    is_decided = application.state not in UNDECIDED
    agreement = agreement_of(session, application) if is_decided else None
    return terms_under(session, application, edition, agreement)


def terms_under(
    session: Session, application: Application, edition: Edition, agreement: FeeAgreement | None
) -> Terms:
    """Return the same, for an application whose latest agreement, if any, was read before."""
    if agreement is None or application.state in UNDECIDED:
        return offered_terms(session, edition)
    return Terms(
        fee=agreement.price,
        first_days=(agreement.first_day, edition.starts_on),
        policy=cancellation.with_floor(
            catalogue.policy(session, agreement.policy_version), agreement.penalty_floor
        ),
        penalty_floor=agreement.penalty_floor,
        agreed_on=day_in(edition.zone, agreement.agreed_at),
    )


def received_error(terms: Terms, received_on: date, *, today: date) -> NoticeError | None:
    """Return why no notice about a place can have been received on a day, None if it can."""
    return cancellation.notice_error(received_on, agreed_on=terms.agreed_on, today=today)


def plain_window(window: Window) -> dict[str, Any]:
    """Return a window as JSON for the outbox."""
    return asdict(window) | {
        "first_day": window.first_day.isoformat(),
        "transfer_until": window.transfer_until.isoformat(),
        "last_days": [[each.until.isoformat(), each.percent] for each in window.last_days],
    }


def window_from(plain: Mapping[str, Any]) -> Window:
    """Return the window from the result of `plain_window`."""
    days = {name: date.fromisoformat(plain[name]) for name in ("first_day", "transfer_until")}
    last_days = tuple(
        LastDay(until=date.fromisoformat(until), percent=percent)
        for until, percent in plain["last_days"]
    )
    return Window(**(dict(plain) | days | {"last_days": last_days}))

"""The transitions of enrolments: one table, pure (docs/admissions.md shows it).

An enrolment is created once, and its status says from then on whether the person takes part. Each
row says from which statuses an event leads where, who may cause it, and its guards. The numbers are
those of the design; transitions without a number there have none.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from learning.kit.i18n import N_


class EnrolmentStatus(StrEnum):
    """Whether a person takes part; stored, and changed along `TRANSITIONS` only."""

    ACTIVE = "active"
    WITHDRAWN = "withdrawn"
    COMPLETED = "completed"
    NOT_COMPLETED = "not_completed"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"


class EnrolmentEvent(StrEnum):
    """An event that changes an enrolment."""

    ENROL = "enrol"
    RE_ENROL = "re_enrol"
    WITHDRAW = "withdraw"
    CANCEL = "cancel"
    TRANSFER = "transfer"
    SUBSTITUTE = "substitute"
    CANCEL_EDITION = "cancel_edition"
    COMPLETE = "complete"
    CLOSE = "close"
    MARK_NO_SHOW = "mark_no_show"
    REINSTATE = "reinstate"


class ActorRole(StrEnum):
    """The role in which a person acts; a candidate is a participant once enrolled."""

    APPLICANT = "applicant"
    PARTICIPANT = "participant"
    SPONSOR = "sponsor"
    REGISTRAR = "registrar"
    FINANCE = "finance"
    APPROVER = "approver"
    SYSTEM = "system"


class EnrolmentGuard(StrEnum):
    """A condition of a transition."""

    SEAT_LEFT = "seat_left"
    REASON = "reason"
    NOTICE = "notice"
    BEGUN = "begun"
    RESULT = "result"


class EnrolmentProblem(StrEnum):
    """Why a transition is refused, besides a guard that is not satisfied."""

    INVALID_TRANSITION = "invalid_transition"
    NOT_YOURS = "not_yours"


@dataclass(frozen=True, kw_only=True)
class EnrolmentRule:
    """One row of the table; an empty `before` creates an enrolment."""

    number: int | None = None
    event: EnrolmentEvent
    before: frozenset[EnrolmentStatus]
    after: EnrolmentStatus
    by: frozenset[ActorRole]
    guards: frozenset[EnrolmentGuard] = frozenset()


_ACTIVE = frozenset({EnrolmentStatus.ACTIVE})
UNENROLLED = frozenset({EnrolmentStatus.WITHDRAWN, EnrolmentStatus.CANCELLED})
"""Who is out: their seat is free and the course is closed to them. All others keep both."""
_ADMITTING = frozenset({ActorRole.REGISTRAR, ActorRole.FINANCE, ActorRole.SYSTEM})

TRANSITIONS: tuple[EnrolmentRule, ...] = (
    EnrolmentRule(
        number=11,
        event=EnrolmentEvent.ENROL,
        before=frozenset(),
        after=EnrolmentStatus.ACTIVE,
        by=_ADMITTING,
        guards=frozenset({EnrolmentGuard.SEAT_LEFT}),
    ),
    EnrolmentRule(
        event=EnrolmentEvent.RE_ENROL,
        before=UNENROLLED,
        after=EnrolmentStatus.ACTIVE,
        by=_ADMITTING,
        guards=frozenset({EnrolmentGuard.SEAT_LEFT}),
    ),
    EnrolmentRule(
        event=EnrolmentEvent.WITHDRAW,
        before=_ACTIVE,
        after=EnrolmentStatus.WITHDRAWN,
        by=frozenset({ActorRole.REGISTRAR, ActorRole.SYSTEM}),
    ),
    EnrolmentRule(
        number=13,
        event=EnrolmentEvent.CANCEL,
        before=_ACTIVE,
        after=EnrolmentStatus.CANCELLED,
        by=frozenset({ActorRole.PARTICIPANT, ActorRole.SPONSOR, ActorRole.REGISTRAR}),
        guards=frozenset({EnrolmentGuard.REASON}),
    ),
    EnrolmentRule(
        number=14,
        event=EnrolmentEvent.TRANSFER,
        before=_ACTIVE,
        after=EnrolmentStatus.WITHDRAWN,
        by=frozenset({ActorRole.REGISTRAR}),
        guards=frozenset({EnrolmentGuard.REASON, EnrolmentGuard.NOTICE}),
    ),
    EnrolmentRule(
        number=15,
        event=EnrolmentEvent.SUBSTITUTE,
        before=_ACTIVE,
        after=EnrolmentStatus.WITHDRAWN,
        by=frozenset({ActorRole.REGISTRAR}),
        guards=frozenset({EnrolmentGuard.REASON, EnrolmentGuard.NOTICE}),
    ),
    EnrolmentRule(
        number=16,
        event=EnrolmentEvent.COMPLETE,
        before=_ACTIVE,
        after=EnrolmentStatus.COMPLETED,
        by=frozenset({ActorRole.SYSTEM}),
        guards=frozenset({EnrolmentGuard.RESULT}),
    ),
    EnrolmentRule(
        number=17,
        event=EnrolmentEvent.CLOSE,
        before=_ACTIVE,
        after=EnrolmentStatus.NOT_COMPLETED,
        by=frozenset({ActorRole.REGISTRAR}),
        guards=frozenset({EnrolmentGuard.REASON, EnrolmentGuard.BEGUN}),
    ),
    EnrolmentRule(
        number=17,
        event=EnrolmentEvent.MARK_NO_SHOW,
        before=_ACTIVE,
        after=EnrolmentStatus.NO_SHOW,
        by=frozenset({ActorRole.REGISTRAR}),
        guards=frozenset({EnrolmentGuard.REASON, EnrolmentGuard.BEGUN}),
    ),
    EnrolmentRule(
        number=18,
        event=EnrolmentEvent.CANCEL_EDITION,
        before=_ACTIVE,
        after=EnrolmentStatus.CANCELLED,
        by=frozenset({ActorRole.APPROVER}),
        guards=frozenset({EnrolmentGuard.REASON}),
    ),
    EnrolmentRule(
        event=EnrolmentEvent.REINSTATE,
        before=frozenset({EnrolmentStatus.NOT_COMPLETED, EnrolmentStatus.NO_SHOW}),
        after=EnrolmentStatus.ACTIVE,
        by=frozenset({ActorRole.REGISTRAR}),
        guards=frozenset({EnrolmentGuard.REASON}),
    ),
)
RULE_OF = {rule.event: rule for rule in TRANSITIONS}
MESSAGES: dict[EnrolmentGuard | EnrolmentProblem, str] = {
    EnrolmentGuard.SEAT_LEFT: N_("No seat is left in this edition."),
    EnrolmentGuard.REASON: N_("Say why; it is kept with the enrolment."),
    EnrolmentGuard.NOTICE: N_("The last day for this notice is over."),
    EnrolmentGuard.BEGUN: N_("The edition has not begun yet."),
    EnrolmentGuard.RESULT: N_("The course is not passed yet."),
    EnrolmentProblem.INVALID_TRANSITION: N_(
        "The enrolment has changed meanwhile. Look at it again."
    ),
    EnrolmentProblem.NOT_YOURS: N_("This is for somebody else to decide."),
}


def violation_of(
    status: EnrolmentStatus | None,
    event: EnrolmentEvent,
    actor_role: ActorRole,
    satisfied: frozenset[EnrolmentGuard],
) -> EnrolmentGuard | EnrolmentProblem | None:
    """Return why an event is refused, None if it is allowed; no status: not enrolled yet."""
    rule = RULE_OF[event]
    if (status is None) != (not rule.before) or (status is not None and status not in rule.before):
        return EnrolmentProblem.INVALID_TRANSITION
    if actor_role not in rule.by:
        return EnrolmentProblem.NOT_YOURS
    return next((guard for guard in EnrolmentGuard if guard in rule.guards - satisfied), None)


def events_for(status: EnrolmentStatus, actor_role: ActorRole) -> list[EnrolmentEvent]:
    """Return the events that a role may cause in a status, guards aside."""
    return [r.event for r in TRANSITIONS if status in r.before and actor_role in r.by]


def pairs() -> Iterator[tuple[EnrolmentStatus, EnrolmentStatus]]:
    """Yield every (before, after) that the table allows; the database allows no other."""
    for rule in TRANSITIONS:
        for status in sorted(rule.before):
            yield status, rule.after

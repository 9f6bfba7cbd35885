"""The way of an application, from draft to the end of the course: one table, T1 to T20.

The table is that of the design (docs/applications.md shows it as a picture, made from here). Each
row says from which states an event leads where, who may cause it, and what has to hold.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from learning.kit.i18n import N_


class State(StrEnum):
    """Where an application stands; stored, and changed along `TRANSITIONS` only."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    UNDER_REVIEW = "under-review"
    INFO_REQUESTED = "info-requested"
    WAITLISTED = "waitlisted"
    ACCEPTED = "accepted"
    ENROLLED = "enrolled"
    COMPLETED = "completed"
    NOT_COMPLETED = "not-completed"
    NO_SHOW = "no-show"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"
    TRANSFERRED_OUT = "transferred-out"
    SUBSTITUTED_OUT = "substituted-out"
    LAPSED = "lapsed"
    EDITION_CANCELLED = "edition-cancelled"


class Event(StrEnum):
    """What somebody does with an application."""

    CREATE = "create"
    SUBMIT = "submit"
    OPEN_REVIEW = "open-review"
    ASK_INFO = "ask-info"
    ANSWER = "answer"
    ACCEPT = "accept"
    WAITLIST = "waitlist"
    PROMOTE = "promote"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    ACTIVATE = "activate"
    LAPSE = "lapse"
    CANCEL = "cancel"
    TRANSFER = "transfer"
    SUBSTITUTE = "substitute"
    COMPLETE = "complete"
    CLOSE = "close"
    NEVER_CAME = "never-came"
    CANCEL_EDITION = "cancel-edition"
    REOPEN = "reopen"
    INVOICE = "invoice"


class Who(StrEnum):
    """In which capacity somebody acts."""

    APPLICANT = "applicant"
    SPONSOR = "sponsor"
    REGISTRAR = "registrar"
    FINANCE = "finance"
    APPROVER = "approver"
    SYSTEM = "system"


class Guard(StrEnum):
    """What has to hold for a transition."""

    TAKES_APPLICATIONS = "takes-applications"
    BEFORE_DEADLINE = "before-deadline"
    COMPLETE = "complete"
    REASON = "reason"
    IN_TIME = "in-time"
    SEAT_LEFT = "seat-left"
    NOT_STARTED = "not-started"
    SETTLED = "settled"
    NOTICE = "notice"
    RESULT = "result"


class Problem(StrEnum):
    """Why something is refused beside a guard that does not hold."""

    NO_SUCH_WAY = "no-such-way"
    NOT_YOURS = "not-yours"


@dataclass(frozen=True, kw_only=True)
class Transition:
    """One row of the table; no `before` at all makes a new application, no `after` changes none."""

    number: int
    event: Event
    before: frozenset[State]
    after: State | None
    who: frozenset[Who]
    guards: tuple[Guard, ...] = ()


S, E, W, G = State, Event, Who, Guard
IN_ADMISSION = frozenset({S.SUBMITTED, S.UNDER_REVIEW, S.INFO_REQUESTED, S.WAITLISTED})
PLACED = frozenset({S.ACCEPTED, S.ENROLLED})
LIVE = IN_ADMISSION | PLACED | {S.DRAFT}
SEATED = PLACED | {S.COMPLETED, S.NOT_COMPLETED, S.NO_SHOW}


def _row(number: int, event: Event, way: str, who: str, *guards: Guard) -> Transition:
    """Return a row; `way` is written as in the design: "submitted waitlisted > withdrawn"."""
    before, _, after = (part.strip() for part in way.partition(">"))
    return Transition(
        number=number,
        event=event,
        before=frozenset(State(name) for name in before.split()),
        after=State(after) if after else None,
        who=frozenset(Who(name) for name in who.split()),
        guards=guards,
    )


IN_REVIEW = "under-review"
ANY_LIVE = " ".join(sorted(LIVE))
TRANSITIONS: tuple[Transition, ...] = (
    _row(1, E.CREATE, "> draft", "applicant sponsor", G.TAKES_APPLICATIONS),
    _row(2, E.SUBMIT, "draft > submitted", "applicant sponsor", G.BEFORE_DEADLINE, G.COMPLETE),
    _row(3, E.OPEN_REVIEW, f"submitted > {IN_REVIEW}", "registrar"),
    _row(4, E.ASK_INFO, f"{IN_REVIEW} > info-requested", "registrar", G.REASON),
    _row(5, E.ANSWER, f"info-requested > {IN_REVIEW}", "applicant sponsor", G.REASON, G.IN_TIME),
    _row(6, E.ACCEPT, f"{IN_REVIEW} > accepted", "registrar", G.REASON, G.NOT_STARTED, G.SEAT_LEFT),
    _row(7, E.WAITLIST, f"{IN_REVIEW} > waitlisted", "registrar", G.REASON),
    _row(8, E.PROMOTE, "waitlisted > accepted", "applicant registrar", G.NOT_STARTED, G.SEAT_LEFT),
    _row(9, E.DECLINE, f"{IN_REVIEW} waitlisted > declined", "registrar", G.REASON),
    _row(10, E.WITHDRAW, f"{' '.join(sorted(IN_ADMISSION))} > withdrawn", "applicant sponsor"),
    _row(11, E.ACTIVATE, "accepted > enrolled", "system finance registrar", G.SETTLED),
    _row(12, E.LAPSE, "accepted waitlisted > lapsed", "system registrar finance", G.REASON),
    _row(13, E.CANCEL, "accepted enrolled > cancelled", "applicant sponsor registrar", G.REASON),
    _row(
        14, E.TRANSFER, "accepted enrolled > transferred-out", "registrar",
        G.REASON, G.NOTICE, G.NOT_STARTED, G.SEAT_LEFT,
    ),
    _row(
        15, E.SUBSTITUTE, "accepted enrolled > substituted-out", "registrar",
        G.REASON, G.NOTICE, G.NOT_STARTED, G.COMPLETE,
    ),
    _row(16, E.COMPLETE, "enrolled > completed", "system", G.RESULT),
    _row(17, E.CLOSE, "enrolled > not-completed", "registrar", G.REASON),
    _row(17, E.NEVER_CAME, "enrolled > no-show", "registrar", G.REASON),
    _row(18, E.CANCEL_EDITION, f"{ANY_LIVE} > edition-cancelled", "approver", G.REASON),
    _row(
        19, E.REOPEN, f"declined withdrawn lapsed > {IN_REVIEW}", "registrar",
        G.REASON, G.NOT_STARTED,
    ),
    _row(20, E.INVOICE, "accepted enrolled >", "system finance"),
)  # fmt: skip
BY_EVENT = {row.event: row for row in TRANSITIONS}
REFUSALS: dict[Guard | Problem, str] = {
    Guard.TAKES_APPLICATIONS: N_("This edition does not take applications."),
    Guard.BEFORE_DEADLINE: N_("The last day to apply is over."),
    Guard.COMPLETE: N_("Something is still missing in the application."),
    Guard.REASON: N_("Say why; it is kept with the application."),
    Guard.IN_TIME: N_("The time to answer is over. Write to the course team."),
    Guard.SEAT_LEFT: N_("No seat is left in this edition."),
    Guard.NOT_STARTED: N_("The edition has begun already."),
    Guard.SETTLED: N_("The place is not paid, guaranteed or waived yet."),
    Guard.NOTICE: N_("This takes a notice of 14 days before the first day."),
    Guard.RESULT: N_("The course is not passed yet."),
    Problem.NO_SUCH_WAY: N_("The application has moved on meanwhile. Look at it again."),
    Problem.NOT_YOURS: N_("This is for somebody else to decide."),
}


@dataclass(frozen=True, kw_only=True)
class Case:
    """What the guards look at. `holds` are those that hold now; a reason is looked at itself."""

    holds: frozenset[Guard]
    reason: str = ""


def refusal(state: State | None, event: Event, who: Who, case: Case) -> Guard | Problem | None:
    """Return what speaks against an event, None if it may happen; `state` is None before T1."""
    row = BY_EVENT[event]
    if (state is None) != (not row.before) or (state is not None and state not in row.before):
        return Problem.NO_SUCH_WAY
    if who not in row.who:
        return Problem.NOT_YOURS
    return next((guard for guard in row.guards if not _holds(guard, case)), None)


def after(state: State | None, event: Event) -> State:
    """Return the state that an event leads to from a state; invoicing changes none."""
    target = BY_EVENT[event].after or state
    if target is None:
        raise ValueError(f"{event} leads nowhere")
    return target


def pairs() -> Iterator[tuple[State, State]]:
    """Yield every (before, after) that the table allows; the database allows no other."""
    for row in TRANSITIONS:
        for state in sorted(row.before):
            if row.after:
                yield state, row.after


def events_for(state: State, who: Who) -> list[Event]:
    """Return what somebody in a capacity may do with an application in a state, guards aside."""
    return [row.event for row in TRANSITIONS if state in row.before and who in row.who]


def _holds(guard: Guard, case: Case) -> bool:
    if guard is Guard.REASON:
        return bool(case.reason.strip())
    return guard in case.holds

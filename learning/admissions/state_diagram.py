"""Applications and enrolments as a document: docs/admissions.md, generated from the two tables."""

from collections.abc import Iterator

from learning.admissions.labels import EVENTS, STATES
from learning.admissions.rules.stages import Stage
from learning.admissions.rules.states import ACTIVE_STATES, ApplicationState
from learning.admissions.rules.transitions import TRANSITIONS, Transition, TransitionGuard
from learning.enrolment import rules
from learning.enrolment.labels import CAPACITIES, HAPPENED, STATUSES
from learning.enrolment.rules import UNENROLLED, EnrolmentGuard, EnrolmentStatus

HEAD = """\
# Applications

`learning.admissions.state_diagram.render()` makes this file from
`learning/admissions/rules/transitions.py` and `learning/enrolment/rules.py`; a test compares them.
To write it again, print the result of that function into this file.

**Two state machines.** An application says how somebody gets into an edition. It ends when they are
enrolled or declined, or when they withdraw. From then on only the **enrolment** says whether they
take part. `active`, `completed`, `not_completed` and `no_show` keep the seat and may read the
lessons. `withdrawn` and `cancelled` lose the seat and the participant's role. Pages show an
application that led to an enrolment by the status of that enrolment. Whether an enrolment is
invoiced, paid, guaranteed or refunded follows from documents and the ledger. It is a guard here,
never a state.

**One enrolment** of a person in an edition, by application or by hand. Somebody who left and
returns has the same row, in its next `period`; earlier applications keep their result. One function
ends an enrolment, whatever the reason: withdrawn by hand, cancelled, transferred, substituted, or
the edition cancelled. It writes history and audit trail, revokes the role, and publishes an event.

**One active application** of a person in an edition; a constraint in the database enforces it. An
application that was submitted is never deleted. A transition is one UPDATE that names the state and
the version from which it starts. If two people send one at the same time, the second changes
nothing and reads why. Each transition is recorded in the history of the application and in the
audit trail. Most of them send an e-mail.

**The deadline** to apply is midnight after the last day, in the time zone of the centre. A sponsor
needs no account. A signed link opens its page. There it uploads the nomination letter or signs,
states its share, nominates others, and sees the stage of each nominee.

**Scores.** Two assessors score an application, until it is decided or put on the waiting list.
Before both have saved, each sees their own points only, and everybody else how many have saved
(docs/decisions/0067-scores-are-hidden-until-both-are-saved.md).

**Seats.** Enrolments and reservations take one seat each. They are counted in one place, under the
lock of the edition. An acceptance and an open offer reserve a seat, until they end or lead to an
enrolment. **The waiting list** is in order of score, then of the moment of submission. A free seat
is **offered** to the first candidate without an offer, for 72 hours. An offer neither begins nor
ends in the night of the candidate (21 to 8 in their zone), and it ends before the course begins.
Then the next candidate gets an offer. One function holds the lock while seats change and announces
those that became free: after a cancelled or withdrawn enrolment, an expired offer, a higher
capacity. An enrolment that came from an application is cancelled by that application, with a
reason. Somebody with an active application is not enrolled by hand as well. The health checks
compare roles, enrolments, their history, reservations and the capacity of each edition.

**Changes of an edition.** A public edition is saved only if the publication check passes again.
These changes are refused: a capacity below the seats that are taken, another first day once the
course has begun, a first day before an offer ends, a higher fee while a seat is offered, the
removal of a language in which somebody applied. A change of the first or last day, the zone, the
language or the due day is saved only after the page has shown who is affected. Then each of them,
and each sponsor, gets one e-mail. Another fee or cancellation policy is announced only to people
who have not agreed to one yet.

**Agreements.** Fee, first day and cancellation policy are agreed on the day of acceptance and
stored in a fee agreement. The cost of a cancellation is counted from the day on which the notice is
received, and from the better of the agreed first day and today's (docs/cancellation.md). If
cancelling already costs something on the day of an acceptance or an offer, the e-mail says so.
"""
EVERYBODY_LIVE = "any live state"
TABLE_HEAD = ("| # | event | from | to | who | guards |", "|---|---|---|---|---|---|")


def render() -> str:
    """Return docs/admissions.md."""
    applications = ("## Applications", "", *table(), "", *legend(), "", *diagram(), "")
    enrolments = (
        *("## Enrolments", "", *enrolment_table(), "", *enrolment_legend(), ""),
        *(*enrolment_diagram(), ""),
    )
    return "\n".join((HEAD, *applications, *enrolments))


def table() -> list[str]:
    """Return the transitions of applications as a table in Markdown."""
    return [*TABLE_HEAD, *(_line(row) for row in TRANSITIONS)]


def legend() -> list[str]:
    """Return the labels of the states, which are active, and which reserve a seat."""
    lines = ["| state | on pages | live | reserves a seat |", "|---|---|---|---|"]
    for state in ApplicationState:
        live, seat = (
            "yes" if state in group else ""
            for group in (ACTIVE_STATES, {ApplicationState.ACCEPTED})
        )
        lines.append(f"| {state} | {STATES[Stage(state)]} | {live} | {seat} |")
    return lines


def diagram() -> list[str]:
    """Return the transitions of applications as a state diagram in Mermaid.

    T18 leads from every active state. The table says so; the diagram leaves it out.
    """
    arrows = (f"  {arrow}" for row in TRANSITIONS for arrow in _arrows(row))
    names = (f"  {_key(state)}: {state}" for state in ApplicationState if "-" in state)
    ends = (f"  {_key(state)} --> [*]" for state in ApplicationState if not _leads_on(state))
    return ["```mermaid", "stateDiagram-v2", *names, *arrows, *ends, "```"]


def enrolment_table() -> list[str]:
    """Return the transitions of enrolments as a table in Markdown."""
    rows = (
        (
            f"T{rule.number}" if rule.number else "–",
            f"{rule.event} ({HAPPENED[rule.event]})",
            ", ".join(s for s in EnrolmentStatus if s in rule.before) or "–",
            str(rule.after),
            ", ".join(CAPACITIES[role] for role in sorted(rule.by)),
            ", ".join(_guard(guard) for guard in EnrolmentGuard if guard in rule.guards) or "–",
        )
        for rule in rules.TRANSITIONS
    )
    return [*TABLE_HEAD, *(f"| {' | '.join(cells)} |" for cells in rows)]


def enrolment_legend() -> list[str]:
    """Return the labels of the statuses, and which keep seat and access."""
    lines = ["| status | on pages | seat and access |", "|---|---|---|"]
    for status in EnrolmentStatus:
        keeps = "" if status in UNENROLLED else "yes"
        lines.append(f"| {status} | {STATUSES[status]} | {keeps} |")
    return lines


def enrolment_diagram() -> list[str]:
    """Return the transitions of enrolments as a state diagram in Mermaid."""
    arrows = [
        f"  {before} --> {rule.after}: {rule.event}"
        for rule in rules.TRANSITIONS
        for before in ([str(each) for each in sorted(rule.before)] or ["[*]"])
    ]
    return ["```mermaid", "stateDiagram-v2", *arrows, "```"]


def _line(row: Transition) -> str:
    before = ", ".join(state for state in ApplicationState if state in row.before) or "–"
    cells = (
        f"T{row.number}",
        f"{row.event} ({EVENTS[row.event]})",
        EVERYBODY_LIVE if row.before == ACTIVE_STATES else before,
        str(row.after),
        ", ".join(CAPACITIES[role] for role in sorted(row.actor_roles)),
        ", ".join(_guard(guard) for guard in row.guards) or "–",
    )
    return f"| {' | '.join(cells)} |"


def _guard(guard: TransitionGuard | EnrolmentGuard) -> str:
    return str(guard).replace("-", " ").replace("_", " ")


def _arrows(row: Transition) -> Iterator[str]:
    if row.before == ACTIVE_STATES:
        return
    for start in [_key(state) for state in ApplicationState if state in row.before] or ["[*]"]:
        yield f"{start} --> {_key(row.after)}: T{row.number} {row.event}"


def _leads_on(state: ApplicationState) -> bool:
    return any(state in row.before for row in TRANSITIONS)


def _key(state: ApplicationState) -> str:
    return state.replace("-", "_")

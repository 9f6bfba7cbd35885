"""The way of an application as a document: docs/applications.md, made from the table in `rules`."""

from collections.abc import Iterator

from learning.enrolment.rules import LIVE, SEATED, TRANSITIONS, Guard, State, Transition
from learning.enrolment.words import CAPACITIES, EVENTS, STATES

HEAD = """\
# Applications

Made from `learning/enrolment/rules.py`; a test compares the two. To write it anew, print
`learning.enrolment.picture.document()` into this file.

**Two machines, not one chain.** What is stored is admission and participation: the states below.
Whether a place is invoiced, paid, guaranteed or refunded follows from documents and ledger, and is
a guard here, never a state: a late cancellation or a payment that comes back changes no state.

**One live application** of a person in an edition; the database sees to it. What was sent once is
never deleted. A move is one UPDATE that names the state and the version from which it starts;
whoever comes second changes nothing and reads why. Each move goes into the application's own
history and into the audit trail, and most send a letter.

**The last moment** to apply is midnight after the last day, in the centre's zone. A sponsor needs
no account: a signed link opens its page, where it adds the letter or signs, states its share and
nominates others, and sees where each nominee stands.

**Seats.** Places, acceptances and open offers take a seat each, counted under the edition's lock.
**The waiting list** is in order of score, then of the moment of sending. A freed seat is
**offered** to the first who has no offer, for 72 hours that neither begin nor end in the person's
night (21 to 8 in their zone) nor reach into the course; then it goes to the next. One function
holds the lock while seats change and offers those that became free, whoever freed them: a place
cancelled or withdrawn by hand, an offer that ended, a larger edition. A place that was applied for
ends the application's way; whoever has applied is not enrolled beside it. The doctor knows what
must hold: enrolled is an active place and the participant's role, and no edition has given more
seats than it has.

**An edition that changes.** One that is public is saved only if the gate would publish it again.
Fewer places than are taken, another first day once it has begun, a first day before an offer ends,
a dearer fee while a seat is offered and a language lost in which somebody applied are refused.
Another first or last day, zone, language or due day is shown with whom it concerns before it is
saved; then each of them, and each sponsor, is told once. Of another fee only those hear who have
not agreed to one. What leaving costs is counted from the later of the two first days.

**Warnings.** Cancelling is free until 14 days before the first day; from 13 to 8 days half of what
was paid is kept, later all of it. Until 14 days before, a place can be transferred or passed on.
Days are calendar days in the centre's zone. Whoever is accepted or offered a seat later than that
reads so in the same letter. Fee, policy and first day are kept as they are on the day of
acceptance.
"""
EVERYBODY_LIVE = "any live state"


def document() -> str:
    """Return docs/applications.md."""
    return "\n".join((HEAD, "## The table", "", *table(), "", *legend(), "", *diagram(), ""))


def table() -> list[str]:
    """Return the transitions as a table in Markdown."""
    head = "| # | event | from | to | who | guards |"
    return [head, "|---|---|---|---|---|---|", *(_line(row) for row in TRANSITIONS)]


def legend() -> list[str]:
    """Return what the states are called on pages, and which of them are live or take a seat."""
    lines = ["| state | on pages | live | takes a seat |", "|---|---|---|---|"]
    for state in State:
        live, seat = ("yes" if state in group else "" for group in (LIVE, SEATED))
        lines.append(f"| {state} | {STATES[state]} | {live} | {seat} |")
    return lines


def diagram() -> list[str]:
    """Return the transitions as a state diagram in Mermaid, whose names take no hyphens.

    T18 leads from every live state and T20 changes none: the table says so, the picture is calmer.
    """
    arrows = (f"  {arrow}" for row in TRANSITIONS for arrow in _arrows(row))
    names = (f"  {_key(state)}: {state}" for state in State if "-" in state)
    ends = (f"  {_key(state)} --> [*]" for state in State if not _leads_on(state))
    return ["```mermaid", "stateDiagram-v2", *names, *arrows, *ends, "```"]


def _line(row: Transition) -> str:
    before = _listing(row.before) or "–"
    cells = (
        f"T{row.number}",
        f"{row.event} ({EVENTS[row.event]})",
        EVERYBODY_LIVE if row.before == LIVE else before,
        str(row.after or "–"),
        ", ".join(CAPACITIES[who] for who in sorted(row.who)),
        ", ".join(_guard(guard) for guard in row.guards) or "–",
    )
    return f"| {' | '.join(cells)} |"


def _listing(states: frozenset[State]) -> str:
    return ", ".join(state for state in State if state in states)


def _guard(guard: Guard) -> str:
    return str(guard).replace("-", " ")


def _arrows(row: Transition) -> Iterator[str]:
    if row.after is None or row.before == LIVE:
        return
    for start in [_key(state) for state in State if state in row.before] or ["[*]"]:
        yield f"{start} --> {_key(row.after)}: T{row.number} {row.event}"


def _leads_on(state: State) -> bool:
    return any(state in row.before and row.after for row in TRANSITIONS)


def _key(state: State) -> str:
    return state.replace("-", "_")

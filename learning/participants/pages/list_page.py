"""The page of a list of people: how it was read, and what each line will do."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from learning.catalogue.models import Edition
from learning.kit.email_addresses import EmailIssue
from learning.kit.i18n import N_, I18n
from learning.kit.lists import ListPart
from learning.kit.pages import Page
from learning.participants import commands, people_lists
from learning.participants.commands import COMING, Planned
from learning.participants.forms import ListForm
from learning.participants.list_cells import Cells, ListError
from learning.participants.list_columns import FIELDS, Column, Columns
from learning.participants.people_lists import ListRow, Outcome, PeopleList, RowProblem

MAX_NAMED = 20  # people who are named in a sentence
LINES_SIZE = 50
"""How many lines a page shows, of one problem or of all."""


@dataclass(frozen=True, kw_only=True)
class ReadList:
    """A list as it was read; `left_out` are the lines that were taken out of it on the page."""

    cells: Cells
    people: PeopleList
    left_out: Sequence[ListRow] = ()


@dataclass(frozen=True, kw_only=True)
class ProblemGroup:
    """The lines that have one and the same problem."""

    reason: RowProblem | EmailIssue | Outcome
    lines: Sequence[Planned]


@dataclass(frozen=True, kw_only=True)
class ListPage(Page):
    """`problem`: why a list cannot be read; `violation`: why a readable one was not carried out.

    `notes` say how it was read; `first_requested` is the line to begin with.
    """

    template: ClassVar[str] = "participants/people_list.html"

    edition: Edition
    form: ListForm
    free_seats: int
    people: PeopleList | None = None
    planned: Sequence[Planned] = ()
    problem: str = ""
    violation: str = ""
    notes: Sequence[str] = ()
    first_requested: int | None = None
    size: int = LINES_SIZE

    @cached_property
    def lines(self) -> Sequence[Planned]:
        """Return all lines, those to look at first."""
        return sorted(self.planned, key=_order)

    @property
    def part(self) -> ListPart:
        return ListPart(total=len(self.planned), size=self.size, requested=self.first_requested)

    @property
    def shown_lines(self) -> Sequence[Planned]:
        return self.lines[self.part.start :][: self.size]

    @property
    def fields(self) -> Sequence[Column]:
        """Return what a column can be used as."""
        return FIELDS

    @property
    def columns(self) -> Columns | None:
        return self.people.columns if self.people else None

    @cached_property
    def groups(self) -> Sequence[ProblemGroup]:
        """Return the lines that cannot be carried out, by what is wrong with them."""
        lines: dict[RowProblem | EmailIssue | Outcome, list[Planned]] = {}
        for each in self.refused:
            lines.setdefault(each.line.problem or each.outcome, []).append(each)
        return [ProblemGroup(reason=reason, lines=found) for reason, found in lines.items()]

    @property
    def refused(self) -> Sequence[Planned]:
        return [each for each in self.planned if each.outcome in people_lists.REFUSED]

    @property
    def bad(self) -> int:
        return len(self.refused)

    @cached_property
    def counts(self) -> Mapping[Outcome, int]:
        return Counter(each.outcome for each in self.planned)

    @property
    def enrols(self) -> int:
        return sum(self.counts[each] for each in people_lists.ENROLS)

    @property
    def coming(self) -> int:
        return sum(self.counts[each] for each in COMING)

    @property
    def beyond(self) -> int:
        return self.counts[Outcome.NO_SEAT]

    @cached_property
    def strangers(self) -> Sequence[Planned]:
        return [each for each in self.planned if each.is_other_name]

    @property
    def confirmation(self) -> str:
        return commands.confirmation(self.planned)

    @property
    def ready(self) -> bool:
        return self.enrols > 0 and not self.bad and not self.beyond

    @property
    def has_problem(self) -> bool:
        """Whether something has to be mended before anybody can be enrolled."""
        columns = self.columns.problem if self.columns else None
        return bool(self.problem or self.violation or columns or self.bad or self.beyond)


def _order(planned: Planned) -> int:
    """Return 0 for a line to correct or to look at, 1 for one without a place, 2 for others."""
    if planned.outcome in people_lists.REFUSED or planned.is_other_name:
        return 0
    return 1 if planned.outcome is Outcome.NO_SEAT else 2


def problem_text(error: ListError, words: I18n, sentence: str) -> str:
    """Return why a list cannot be read, with the line if one is to blame."""
    if not error.line:
        return sentence
    line = words.gettext(N_("Line %(number)s: %(reason)s"))
    return line % {"number": error.line, "reason": sentence}


def notes_of(read: ReadList, words: I18n) -> list[str]:
    """Return notes on how a list was read."""
    cells, people = read.cells, read.people
    lines = [str(number) for number in people.title_rows]
    named = [f"{each.number} ({each.name or each.email})" for each in read.left_out[:MAX_NAMED]]
    if more := len(read.left_out) - len(named):
        named.append(words.ngettext("%(num)s more", "%(num)s more", more) % {"num": more})
    unused = () if people.problem else people.columns.unused
    notes = (
        (
            cells.encoding,
            N_(
                "The file does not name its encoding, and %(value)s was taken. "
                "Are the accents right?"
            ),
        ),
        (cells.sheet, N_("Only the sheet “%(value)s” was read.")),
        (
            words.number(cells.hidden) if cells.hidden else "",
            N_("Rows that a filter hides in the sheet are in this list, too: %(value)s"),
        ),
        (
            words.join_list(lines) if lines else "",
            N_("Lines above the headings, which are not read: %(value)s"),
        ),
        (
            "" if people.has_headings else "1",
            N_("The list has no headings: line %(value)s was read as a person."),
        ),
        (
            words.join_list(unused) if unused else "",
            N_("Columns that are not used: %(value)s"),
        ),
        (words.join_list(named) if named else "", N_("Lines left out: %(value)s")),
    )
    return [words.gettext(sentence) % {"value": value} for value, sentence in notes if value]

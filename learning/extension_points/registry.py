"""Which providers there are: one table, filled in `learning.providers`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from learning.extension_points.due import DueProvider
from learning.extension_points.last_active import LastActiveProvider
from learning.extension_points.page_lines import PageKind, PageLinesProvider
from learning.extension_points.results import ResultsProvider
from learning.extension_points.waiting import WaitingKind

PageLinesProviders = Mapping[PageKind, Mapping[str, PageLinesProvider]]


@dataclass(frozen=True, kw_only=True)
class ExtensionPoints:
    """All providers, by the name of their package where they have none of their own.

    The order is that of the pages; what comes later is right where two say the same (`due`).
    """

    results: Mapping[str, ResultsProvider] = field(default_factory=dict[str, ResultsProvider])
    due: Mapping[str, DueProvider] = field(default_factory=dict[str, DueProvider])
    waiting: Sequence[WaitingKind] = ()
    last_active: LastActiveProvider | None = None  # one package records it
    page_lines: PageLinesProviders = field(
        default_factory=dict[PageKind, Mapping[str, PageLinesProvider]]
    )

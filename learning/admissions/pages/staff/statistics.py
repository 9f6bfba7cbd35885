"""Statistics of an edition's applications: funnel, weeks, representation, funding."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from flask.typing import ResponseReturnValue

from learning.access.form_post import form_post
from learning.access.guard import GuardedBlueprint, current_actor
from learning.access.permissions import Permission
from learning.admissions.pages.staff.filters import REACHED_STAGES
from learning.admissions.pages.staff.statistics_tables import (
    StatisticsTable,
    sheet_of,
    statistics_tables,
)
from learning.admissions.queries import board
from learning.admissions.queries.breakdown import Breakdown, breakdown, submission_weeks
from learning.admissions.rules.stages import SEATED, Stage
from learning.catalogue.models import Edition
from learning.catalogue.requests import edition_of
from learning.files.sheets import Export, sheet_download
from learning.kit.db import db
from learning.kit.i18n import N_
from learning.kit.languages import current_i18n
from learning.kit.pages import Page, render_page

bp = GuardedBlueprint("statistics", __name__, url_prefix="/staff/editions/<edition>/statistics")


@dataclass(frozen=True, kw_only=True)
class StatisticsPage(Page):
    template: ClassVar[str] = "admissions/statistics.html"

    edition: Edition
    submitted: int
    seated: int
    drafts: int
    by_hand: int
    tables: Sequence[StatisticsTable]
    may_read_enrolments: bool


@bp.get("/", needs=Permission.READ_APPLICATIONS)
def show_statistics(edition: str) -> ResponseReturnValue:
    where = edition_of(edition)
    numbers = breakdown(db(), where)
    counts = numbers.stages()
    page = StatisticsPage(
        edition=where,
        submitted=numbers.submitted,
        seated=sum(counts[stage] for stage in SEATED),
        drafts=counts[Stage.DRAFT],
        by_hand=board.enrolments_without_application(db(), where),
        tables=_tables(where, numbers),
        may_read_enrolments=current_actor().may(Permission.READ_ENROLMENTS, edition),
    )
    return render_page(page)


@bp.post("/export", needs=Permission.READ_APPLICATIONS)
@form_post(has_form=False)
@sheet_download
def export(edition: str) -> Export:
    """Download all tables as one."""
    where, words = edition_of(edition), current_i18n()
    tables = _tables(where, breakdown(db(), where))
    return Export(
        sheet=sheet_of(tables, where.code),
        name=words.gettext(N_("statistics-%(edition)s")) % {"edition": where.code},
        action="statistics exported",
        subject=f"edition {where.code}",
        detail={"language": words.language},
    )


def _tables(edition: Edition, numbers: Breakdown) -> list[StatisticsTable]:
    reached = board.funnel(db(), edition, REACHED_STAGES)
    return statistics_tables(edition, numbers, reached, submission_weeks(db(), edition))

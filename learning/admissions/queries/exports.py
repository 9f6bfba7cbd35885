"""Applications as a table: who applied, from where, and the outcome."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.admissions.agreement_models import FeeAgreement
from learning.admissions.labels import CONSTITUENCIES, GENDERS, REGIONS, SOURCES_OF_FUNDING, STATES
from learning.admissions.models import Application, Sponsorship
from learning.admissions.queries.agreements import is_latest
from learning.admissions.queries.board_list import BoardFilter, BoardSort, conditions, order_of
from learning.admissions.queries.scores import shown_score
from learning.admissions.queries.stages import stage_column
from learning.admissions.rules.regions import region_of
from learning.admissions.rules.stages import Stage
from learning.admissions.rules.states import ApplicationState
from learning.catalogue.models import Edition
from learning.kit.i18n import LANGUAGES, N_, I18n
from learning.kit.money import Money
from learning.kit.spreadsheets import Cell, Sheet
from learning.kit.time import day_in

HEADINGS = (
    N_("Reference"),
    N_("Sent on"),
    N_("State"),
    N_("Name"),
    N_("E-mail address"),
    N_("Institution"),
    N_("Position"),
    N_("Country"),
    N_("Region"),
    N_("Gender"),
    N_("Organisation type"),
    N_("Language of study"),
    N_("Funding"),
    N_("Sponsor"),
    N_("Sponsor’s share in percent"),
    N_("Score in percent"),
    N_("Accepted on"),
    N_("Fee"),
)


class ExportedApplication(NamedTuple):
    """What the table has of one submitted application; `price` without a currency is none."""

    reference: str
    submitted_at: datetime
    state: str  # a `Stage`
    name: str
    email: str
    institution: str
    position: str
    country: str
    gender: str
    constituency: str
    language: str
    funding: str
    organisation: str | None
    sponsor_share: int
    score: int | None
    agreed_at: datetime | None
    price: Money


def sheet_of(applications: Sequence[ExportedApplication], edition: Edition, i18n: I18n) -> Sheet:
    """Return applications as a table in the words of its reader."""
    return Sheet(
        title=edition.code,
        headings=[i18n.gettext(heading) for heading in HEADINGS],
        rows=(_cells(each, edition, i18n) for each in applications),
    )


def submitted_applications(
    session: Session, edition: Edition, filters: BoardFilter
) -> list[ExportedApplication]:
    """Return the submitted applications that pass the filters of the board, in one query.

    They are in the order that the filters ask for, else in that of submission.
    """
    rows = session.execute(
        select(
            Application.reference,
            Application.submitted_at,
            stage_column(),
            Person.name,
            Person.email,
            Person.institution,
            Application.position,
            Application.country,
            Application.gender,
            Application.constituency,
            Application.study_language,
            Application.funding,
            Sponsorship.organisation,
            Application.sponsor_share,
            shown_score(filters.reader),
            FeeAgreement.agreed_at,
            FeeAgreement.price,
        )
        .join(Person, Person.id == Application.person_id)
        .outerjoin(Sponsorship, Sponsorship.id == Application.sponsorship_id)
        .outerjoin(FeeAgreement, is_latest(Application.id))
        .where(*conditions(edition, filters))
        .where(Application.submitted_at.is_not(None), Application.state != ApplicationState.DRAFT)
        .order_by(*order_of(replace(filters, sort=filters.sort or BoardSort.OLDEST)))
    )
    return [ExportedApplication._make(row) for row in rows]


def _cells(sent: ExportedApplication, edition: Edition, i18n: I18n) -> list[Cell]:
    """Return one application in words, with days in the edition's zone."""

    def word(words: Mapping[str, str], value: str) -> str:
        return i18n.gettext(words.get(value, ""))

    def day(at: datetime | None) -> str:
        return day_in(edition.zone, at).isoformat() if at else ""

    return [
        sent.reference,
        day(sent.submitted_at),
        i18n.gettext(STATES[Stage(sent.state)]),
        sent.name,
        sent.email,
        sent.institution,
        sent.position,
        i18n.country(sent.country),
        word(REGIONS, region_of(sent.country)),
        word(GENDERS, sent.gender),
        word(CONSTITUENCIES, sent.constituency),
        LANGUAGES.get(sent.language, ""),
        word(SOURCES_OF_FUNDING, sent.funding),
        sent.organisation or "",
        sent.sponsor_share,
        "" if sent.score is None else sent.score / 100,
        day(sent.agreed_at),
        i18n.exact_money(sent.price) if sent.agreed_at else "",
    ]

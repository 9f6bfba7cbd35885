"""Applications as a table for a spreadsheet: who applied, from where, and what became of it."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.audit.actions import record
from learning.catalogue.models import Edition
from learning.enrolment.models import Application, Sponsorship
from learning.enrolment.regions import region_of
from learning.enrolment.rules import State
from learning.enrolment.words import CONSTITUENCIES, GENDERS, REGIONS, SOURCES_OF_FUNDING, STATES
from learning.kit.i18n import LANGUAGES, N_, I18n
from learning.kit.money import Money
from learning.kit.time import day_in

BOM = "\ufeff"  # so that spreadsheets read the file as UTF-8
SEPARATORS = {"en": ","}
BLANKS = ("\t", "\r", "\n")  # what spreadsheets skip at the beginning of a cell
# How cells begin that spreadsheets carry out (OWASP), full-width signs too. A spreadsheet that
# expects another separator, or minds no quotation marks, begins cells in the midst of ours.
FORMULA = re.compile(r"""((?:^|[;,|\t\r\n"])\s*)(?=[=+@\-\uff1d\uff0b\uff0d\uff20])""")
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
    N_("Works for"),
    N_("Language of study"),
    N_("Funding"),
    N_("Sponsor"),
    N_("Sponsor’s share in percent"),
    N_("Score in percent"),
    N_("Accepted on"),
    N_("Fee"),
)


@dataclass(frozen=True, kw_only=True)
class Sent:
    """One application that was sent, with its person and the name of its sponsor."""

    application: Application
    person: Person
    organisation: str


def export(session: Session, edition: Edition, i18n: I18n, *, by: int, now: datetime) -> str:
    """Return all sent applications of an edition as CSV; the trail keeps who took them."""
    found = sent_applications(session, edition)
    detail = {"applications": len(found), "language": i18n.language}
    subject = f"edition {edition.code}"
    record(session, "applications exported", subject, by=by, now=now, **detail)
    return as_csv((_cells(each, edition, i18n) for each in found), i18n)


def sent_applications(session: Session, edition: Edition) -> list[Sent]:
    """Return what was sent for an edition in one query, in the order of sending."""
    rows = session.execute(
        select(Application, Person, Sponsorship.organisation)
        .join(Person, Person.id == Application.person_id)
        .outerjoin(Sponsorship, Sponsorship.id == Application.sponsorship_id)
        .where(Application.edition_id == edition.id, Application.submitted_at.is_not(None))
        .order_by(Application.submitted_at, Application.id)
    )
    return [
        Sent(application=application, person=person, organisation=organisation or "")
        for application, person, organisation in rows
        if application.state is not State.DRAFT
    ]


def as_csv(rows: Iterable[Sequence[str]], i18n: I18n) -> str:
    """Return rows under headings in the reader's language, as their spreadsheet expects them."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=SEPARATORS.get(i18n.language, ";"))
    writer.writerow([i18n.gettext(heading) for heading in HEADINGS])
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return BOM + out.getvalue()


def _harmless(cell: str) -> str:
    """Keep a spreadsheet from taking what somebody typed for a formula."""
    plain = FORMULA.sub(r"\1'", cell)
    return f"'{plain}" if plain.startswith(BLANKS) else plain


def _cells(sent: Sent, edition: Edition, i18n: I18n) -> list[str]:
    """Return one application in words, its days as they are in the edition's zone."""
    application, person = sent.application, sent.person

    def word(words: dict[str, str], value: str) -> str:
        return i18n.gettext(words.get(value, ""))

    def day(at: datetime | None) -> str:
        return day_in(edition.zone, at).isoformat() if at else ""

    return [
        application.reference,
        day(application.submitted_at),
        i18n.gettext(STATES[application.state]),
        person.name,
        person.email,
        person.institution,
        application.position,
        i18n.country(application.country),
        word(REGIONS, region_of(application.country)),
        word(GENDERS, application.gender),
        word(CONSTITUENCIES, application.constituency),
        LANGUAGES.get(application.study_language, ""),
        word(SOURCES_OF_FUNDING, application.funding),
        sent.organisation,
        i18n.number(application.sponsor_share),
        "" if application.score is None else i18n.number(application.score / 100),
        day(application.accepted_at),
        _fee(application, i18n),
    ]


def _fee(application: Application, i18n: I18n) -> str:
    if application.fee_minor is None:
        return ""
    return i18n.money(Money(application.fee_minor, application.fee_currency))

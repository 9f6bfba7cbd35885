"""What the journeys of money start from: editions to move to, and people who apply for them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.accounts.rules import token_hash
from learning.admissions.models import Application, Sponsorship
from learning.catalogue.models import Edition, EditionStatus, EditionText
from learning.demo.applications import Staff, load_application
from learning.demo.candidates import CANDIDATES, READ, DemoCandidate
from learning.demo.money import WAIVED
from learning.fees.invoice_models import Invoice, InvoiceLink
from learning.fees.queries.accounts import account_of
from learning.fees.queries.balances import invoices_of
from learning.fees.refund_models import Refund
from learning.fees.statement_models import BankEntry, BankStatement, EntryState
from learning.kit.money import Money

ROSA = "rosa@example.org"
FANTA = "fanta@example.org"
EDITIONS = {"later": 98000, "dearer": 120000, "cheaper": 80000, "cancelled": 98000}
"""Editions that begin months after the upcoming one: their fees in cents."""
APPLICANTS = {
    "adjoua@example.org": ("Adjoua Koffi", "later"),
    "serge@example.org": ("Serge Konan", "later"),
    "mariam@example.org": ("Mariam Coulibaly", "later"),
    "paul@example.org": ("Paul Ekra", "cancelled"),
    FANTA: ("Fanta Ouattara", "later"),
}
"""Who applies and pays alone, from Abidjan in French: name and edition, by address."""
MONTH = timedelta(weeks=4)


def add_editions(session: Session, *, now: datetime) -> dict[str, str]:
    """Add the editions, each with its applicants under review; return their codes by name."""
    upcoming = session.scalars(select(Edition).where(Edition.status == EditionStatus.OPEN)).one()
    texts = session.scalars(select(EditionText).where(EditionText.edition_id == upcoming.id)).all()
    session.execute(update(Person).where(Person.email == ROSA).values(language="fr"))
    found = {}
    for number, (name, fee) in enumerate(EDITIONS.items(), start=1):
        found[name] = _copy(session, upcoming, texts, name, 2 * number * MONTH, fee)
    names = ("registrar", "expert", "finance", "approver")
    rows = session.scalars(
        select(Person).where(Person.email.in_([f"{name}@example.org" for name in names]))
    )
    staff = {each.email.split("@")[0]: each for each in rows}
    admission = Staff(
        registrar=staff["registrar"].id,
        assessors=(staff["registrar"].id, staff["expert"].id),
        money=(staff["finance"].id, staff["approver"].id),
        password_hash=staff["registrar"].password_hash or "",
    )
    for email, (name, edition) in APPLICANTS.items():
        candidate = _candidate(email, name)
        load_application(session, found[edition], candidate, admission, at=now - timedelta(days=4))
    return {name: edition.code for name, edition in found.items()}


def application_of(session: Session, email: str) -> Application:
    """Return the latest application of a person."""
    own = select(Application).join(Application.person).where(Person.email == email)
    return session.scalars(own.order_by(Application.id.desc())).first() or _missing(email)


def known_money(session: Session) -> dict[str, str]:
    """Return what addresses of money name in the demonstration: uids, references, links.

    The links of sponsors are in their e-mails only; here they get others.
    """
    part_paid, overpaid = "joseph@example.org", "nana@example.org"
    found = {}
    for name, email in (("part_paid", part_paid), ("overpaid", overpaid), ("waived", WAIVED)):
        application = application_of(session, email)
        account = account_of(session, application.id)
        assert account is not None
        found |= {name: account.uid, f"{name}_application": application.reference}
        invoices = invoices_of(session, [account.id])
        found[f"invoice_{name}"] = invoices[-1].invoice.uid
    credited = session.scalars(select(Invoice).where(Invoice.credits_id.is_not(None))).first()
    assert credited is not None
    entries = {each.state: each.uid for each in session.scalars(select(BankEntry))}
    found |= {
        "credit_note": credited.uid,
        "invoice_credited": session.get_one(Invoice, credited.credits_id).uid,
        "invoice_sponsored": found["invoice_waived"],
        "statement": session.scalars(select(BankStatement.uid)).one(),
        "entry_matched": entries[EntryState.MATCHED],
        "entry_unmatched": entries[EntryState.UNMATCHED],
        "refund": session.scalars(select(Refund.uid)).one(),
        "sponsor_link": "link-of-the-sponsor",
        "invoice_link": "link-of-the-invoices",
    }
    sponsorship = session.get_one(Sponsorship, application_of(session, WAIVED).sponsorship_id)
    sponsorship.token_hash = token_hash(found["sponsor_link"])
    link = session.scalars(
        select(InvoiceLink).where(InvoiceLink.sponsorship_id == sponsorship.id)
    ).first()
    assert link is not None
    link.token_hash = token_hash(found["invoice_link"])
    return found


def _missing(email: str) -> Application:
    raise LookupError(email)


def _candidate(email: str, name: str) -> DemoCandidate:
    like = next(each for each in CANDIDATES if each.email == ROSA)
    return replace(
        like, name=name, email=email, language="fr", zone="Africa/Abidjan", country="CI",
        address=("Boulevard Latrille, BP 108", "", "Abidjan"), events=READ,
    )  # fmt: skip


def _copy(
    session: Session,
    like: Edition,
    texts: Sequence[EditionText],
    name: str,
    after: timedelta,
    fee: int,
) -> Edition:
    days = {
        column: getattr(like, column) + after
        for column in ("starts_on", "ends_on", "apply_until", "project_due_on")
    }
    same = (
        "course", "zone", "weeks", "hours_low", "hours_high", "capacity", "learning_hours",
        "languages", "policy_version", "status", "changed_at",
    )  # fmt: skip
    values = {column: getattr(like, column) for column in same}
    edition = Edition(code=f"{like.course}-{name}", fee=Money(fee, "EUR"), **values, **days)
    session.add(edition)
    session.flush()
    for text in texts:
        session.add(EditionText(edition_id=edition.id, language=text.language, body=text.body))
    session.flush()
    return edition

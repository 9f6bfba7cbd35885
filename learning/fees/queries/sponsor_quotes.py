"""Quotes of sponsors, what one is made from, and the billing of a sponsorship."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, aliased

from learning.accounts.models import Person
from learning.admissions.agreement_models import FeeAgreement
from learning.admissions.billing_models import BillingParty
from learning.admissions.models import Application, Nomination, Sponsorship
from learning.admissions.rules import billing
from learning.admissions.rules.answers import Funding
from learning.admissions.rules.states import ACTIVE_STATES, ApplicationState
from learning.catalogue.models import Edition
from learning.fees.invoice_models import Invoice, InvoiceKind
from learning.fees.models import FeeAccount, Payer
from learning.fees.queries.invoice_sources import sellers_of, titles_of
from learning.fees.quote_models import Quote, SponsorBilling
from learning.fees.rules.invoice_content import InvoiceLine, LineKind, Seller
from learning.fees.rules.shares import shares_of
from learning.fees.rules.sponsor_quotes import MAX_PLACES, QuoteState, held_until, quote_state
from learning.kit.money import Money
from learning.kit.time import day_in

PAID_BY_SPONSOR = frozenset({Funding.SPONSOR, Funding.MIXED})


@dataclass(frozen=True, kw_only=True)
class QuotePlace:
    """A place that a quote is for: whose, its price, and what the sponsor pays in percent."""

    name: str
    price: Money
    percent: int


@dataclass(frozen=True, kw_only=True)
class QuoteSource:
    """What a quote is made from; `seller` and `party` are None while details are missing."""

    edition: Edition
    sponsorship: Sponsorship
    seller: Seller | None
    party: BillingParty | None
    title: str
    places: Sequence[QuotePlace]

    @property
    def sides(self) -> tuple[Seller, BillingParty] | None:
        """Return seller and buyer, None unless both are complete."""
        if self.seller is None or self.party is None:
            return None
        return (self.seller, self.party) if billing.is_complete(self.party.details) else None

    def lines(self, number: int) -> list[InvoiceLine]:
        """Return the lines of a number of places: the nominees first, then people not named."""
        unnamed = QuotePlace(name="", price=self.edition.fee, percent=self.sponsorship.share)
        places = [*self.places, *[unnamed] * (number - len(self.places))][:number]
        return [self._line(each) for each in places]

    def _line(self, place: QuotePlace) -> InvoiceLine:
        return InvoiceLine(
            kind=LineKind.COURSE_FEE,
            course=self.title,
            edition=self.edition.code,
            first_day=self.edition.starts_on,
            last_day=self.edition.ends_on,
            hours=self.edition.learning_hours,
            participant=place.name,
            price=place.price,
            percent=place.percent,
            amount=shares_of(place.price, place.percent).sponsor,
        )


def quote_source(session: Session, sponsorship: Sponsorship) -> QuoteSource:
    """Return what a quote for a sponsor is made from, in a fixed number of statements."""
    edition = session.get_one(Edition, sponsorship.edition_id)
    party_id, language = sponsorship.billing_party_id, sponsorship.language
    return QuoteSource(
        edition=edition,
        sponsorship=sponsorship,
        seller=sellers_of(session).get(language),
        party=session.get(BillingParty, party_id) if party_id else None,
        title=titles_of(session, edition.course).get(language, edition.course),
        places=quote_places(session, sponsorship, edition),
    )


def quote_places(
    session: Session, sponsorship: Sponsorship, edition: Edition
) -> Sequence[QuotePlace]:
    """Return the places of a sponsor's nominees whose part is not invoiced, at most 50.

    Somebody whose application has ended needs none. The names are those that the sponsor sees:
    of a draft the name that it typed.
    """
    note = aliased(Invoice)
    invoiced = select(Invoice.id).where(
        Invoice.fee_agreement_id == FeeAgreement.id,
        Invoice.payer == Payer.SPONSOR,
        Invoice.kind == InvoiceKind.INVOICE,
        ~select(note.id).where(note.credits_id == Invoice.id).exists(),
    )
    account = select(FeeAccount.id).where(FeeAccount.fee_agreement_id == FeeAgreement.id)
    is_draft = Application.state == ApplicationState.DRAFT
    rows = session.execute(
        select(
            case((is_draft, func.coalesce(Nomination.name, Person.name)), else_=Person.name),
            FeeAgreement,
        )
        .select_from(Application)
        .join(Person, Person.id == Application.person_id)
        .outerjoin(
            Nomination,
            (Nomination.application_id == Application.id)
            & (Nomination.sponsorship_id == sponsorship.id),
        )
        .outerjoin(
            FeeAgreement,
            (FeeAgreement.application_id == Application.id) & account.exists(),
        )
        .where(
            Application.sponsorship_id == sponsorship.id,
            Application.state.in_(ACTIVE_STATES),
            Application.funding != Funding.FELLOWSHIP,
            ~invoiced.exists(),
        )
        .order_by(Application.id)
        .limit(MAX_PLACES)
    )
    places = [
        QuotePlace(
            name=name,
            price=agreement.price if agreement else edition.fee,
            percent=agreement.sponsor_percent if agreement else sponsorship.share,
        )
        for name, agreement in rows
    ]
    return [each for each in places if shares_of(each.price, each.percent).sponsor.minor > 0]


def quote_by_uid(session: Session, uid: str) -> Quote | None:
    return session.scalar(select(Quote).where(Quote.uid == uid))


def quotes_of(session: Session, sponsorship_id: int) -> Sequence[Quote]:
    """Return the quotes of a sponsor, the latest first."""
    own = select(Quote).where(Quote.sponsorship_id == sponsorship_id)
    return session.scalars(own.order_by(Quote.id.desc())).all()


def open_quote_of(session: Session, sponsorship_id: int) -> Quote | None:
    """Return the quote of a sponsor that is neither accepted nor withdrawn, expired or not."""
    own = select(Quote).where(
        Quote.sponsorship_id == sponsorship_id,
        Quote.accepted_at.is_(None),
        Quote.withdrawn_at.is_(None),
    )
    return session.scalar(own)


def state_of_quote(quote: Quote, today: date) -> QuoteState:
    """Return the state of a quote on a day in the zone of its edition."""
    return quote_state(
        is_accepted=quote.accepted_at is not None,
        is_withdrawn=quote.withdrawn_at is not None,
        valid_until=quote.valid_until,
        today=today,
    )


def billing_of(session: Session, sponsorship_id: int | None) -> SponsorBilling | None:
    """Return the billing of a sponsorship, None while its sponsor has said nothing about it."""
    own = select(SponsorBilling).where(SponsorBilling.sponsorship_id == sponsorship_id)
    return session.scalar(own)


def place_held_until(session: Session, application: Application, now: datetime) -> date | None:
    """Return the day until which the order that its sponsor promised holds a place, if it does.

    A place of which the sponsor pays nothing is not held. One statement, past what the session
    has loaded: the sponsor may have promised meanwhile.
    """
    promise = session.execute(
        select(SponsorBilling.po_number, SponsorBilling.po_promised_until, Edition.zone)
        .join(Edition, Edition.id == SponsorBilling.edition_id)
        .where(SponsorBilling.sponsorship_id == application.sponsorship_id)
    ).first()
    if promise is None or application.funding not in PAID_BY_SPONSOR:
        return None
    return held_until(promise.po_number, promise.po_promised_until, day_in(promise.zone, now))


def reference_of(session: Session, sponsorship_id: int) -> str | None:
    """Return the earliest application that names a sponsor: its page for finance is under it."""
    own = select(Application.reference).where(Application.sponsorship_id == sponsorship_id)
    return session.scalar(own.order_by(Application.id).limit(1))


def sponsorship_of(session: Session, reference: str) -> Sponsorship | None:
    """Return the sponsorship that an application names, None if there is none."""
    return session.scalar(
        select(Sponsorship)
        .join(Application, Application.sponsorship_id == Sponsorship.id)
        .where(Application.reference == reference)
    )

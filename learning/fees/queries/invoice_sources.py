"""What an invoice of an agreement is made from: payers, their addresses, the centre, the course."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.admissions.agreement_models import FeeAgreement
from learning.admissions.billing_models import BillingParty
from learning.admissions.models import Application, Sponsorship
from learning.admissions.rules import billing
from learning.admissions.rules.answers import Funding
from learning.catalogue import cancellation
from learning.catalogue import queries as catalogue
from learning.catalogue.cancellation import Window
from learning.catalogue.models import Edition
from learning.content.models import CourseTitle
from learning.fees.invoice_models import Invoice, InvoiceKind
from learning.fees.models import Payer
from learning.fees.queries.centre import centre_values
from learning.fees.queries.payers import sponsorship_of
from learning.fees.rules.centre import missing_details
from learning.fees.rules.invoice_content import (
    InvoiceLine,
    LineKind,
    Seller,
)
from learning.fees.rules.shares import WHOLE, shares_of
from learning.kit.i18n import LANGUAGES
from learning.kit.money import Money
from learning.kit.time import day_in


@dataclass(frozen=True, kw_only=True)
class Addressee:
    """Who gets the invoice by e-mail: the participant, or the contact of the sponsor."""

    email: str
    name: str
    language: str
    sponsorship_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class InvoiceSource:
    """What the invoice of one payer is made from.

    `seller` is None while the details of the centre are incomplete, `party` if none is named.
    `window` is that of a notice on the day of the agreement: it has the last free day.
    """

    agreement: FeeAgreement
    edition: Edition
    payer: Payer
    party: BillingParty | None
    addressee: Addressee
    seller: Seller | None
    line: InvoiceLine
    window: Window

    @property
    def is_complete(self) -> bool:
        """Whether an invoice can be issued: the details of both sides are complete."""
        return self.sides is not None

    @property
    def sides(self) -> tuple[Seller, BillingParty] | None:
        """Return seller and buyer, None unless both are complete."""
        if self.seller is None or self.party is None:
            return None
        return (self.seller, self.party) if billing.is_complete(self.party.details) else None

    def with_charge(self, amount: Money) -> "InvoiceSource":
        """Return the source of the invoice of a cancellation charge to the same payer."""
        line = replace(
            self.line,
            kind=LineKind.CANCELLATION_CHARGE,
            price=amount,
            percent=WHOLE,
            amount=amount,
        )
        return replace(self, line=line)


def invoice_sources(session: Session, agreement: FeeAgreement) -> list[InvoiceSource]:
    """Return the source of each payer with a part of the price, the participant's first.

    A number of statements that does not depend on the agreement. A fellowship has no payer.
    """
    application, person, edition, sponsorship = _people_of(session, agreement)
    parties = _parties(session, agreement)
    shares = shares_of(agreement.price, agreement.sponsor_percent)
    percents = {
        Payer.PARTICIPANT: WHOLE - agreement.sponsor_percent,
        Payer.SPONSOR: agreement.sponsor_percent,
    }
    amounts = {Payer.PARTICIPANT: shares.participant, Payer.SPONSOR: shares.sponsor}
    addressees = _addressees(person, sponsorship)
    policy = cancellation.with_floor(
        catalogue.policy(session, agreement.policy_version), agreement.penalty_floor
    )
    first_days = (agreement.first_day, edition.starts_on)
    window = cancellation.window(policy, first_days, day_in(edition.zone, agreement.agreed_at))
    titles, sellers = titles_of(session, edition.course), sellers_of(session)
    return [
        InvoiceSource(
            agreement=agreement,
            edition=edition,
            payer=payer,
            party=parties.get(payer),
            addressee=addressees[payer],
            seller=sellers.get(addressees[payer].language),
            line=InvoiceLine(
                kind=LineKind.COURSE_FEE,
                course=titles.get(addressees[payer].language, edition.course),
                edition=edition.code,
                first_day=edition.starts_on,
                last_day=edition.ends_on,
                hours=edition.learning_hours,
                participant=person.name,
                price=agreement.price,
                percent=percents[payer],
                amount=amounts[payer],
            ),
            window=window,
        )
        for payer in Payer
        if amounts[payer].minor > 0 and application.funding != Funding.FELLOWSHIP
    ]


def source_of(session: Session, agreement: FeeAgreement, payer: Payer) -> InvoiceSource | None:
    """Return the source of one payer, None if they have no part of the price."""
    sources = invoice_sources(session, agreement)
    return next((source for source in sources if source.payer is payer), None)


def addressee_of(session: Session, agreement: FeeAgreement, payer: Payer) -> Addressee:
    """Return who gets what is issued to a payer of an agreement."""
    _, person, _, sponsorship = _people_of(session, agreement)
    return _addressees(person, sponsorship)[payer]


def _addressees(person: Person, sponsorship: Sponsorship | None) -> dict[Payer, Addressee]:
    """Return the addressees; what a sponsor pays is sent to the participant if none is known."""
    own = Addressee(email=person.email, name=person.name, language=person.language)
    return {Payer.PARTICIPANT: own, Payer.SPONSOR: _sponsor(sponsorship) or own}


def _people_of(
    session: Session, agreement: FeeAgreement
) -> tuple[Application, Person, Edition, Sponsorship | None]:
    """Return application, person, edition and sponsorship of an agreement.

    A substitute's sponsorship is that of the person who left: its party is billed.
    """
    row = session.execute(
        select(Application, Person, Edition)
        .join(Person, Person.id == Application.person_id)
        .join(Edition, Edition.id == Application.edition_id)
        .where(Application.id == agreement.application_id)
    ).one()
    application, person, edition = row
    return application, person, edition, sponsorship_of(session, agreement)


def _parties(session: Session, agreement: FeeAgreement) -> dict[Payer, BillingParty]:
    """Return the parties of an agreement, as they were corrected on the latest invoice of each."""
    ids = {Payer.PARTICIPANT: agreement.party_id, Payer.SPONSOR: agreement.sponsor_party_id}
    named = [each for each in ids.values() if each is not None]
    of_payer = case(
        (Invoice.payer == Payer.SPONSOR, FeeAgreement.sponsor_party_id), else_=FeeAgreement.party_id
    )
    latest = (
        select(Invoice.payer, Invoice.party_id)
        .join(FeeAgreement, FeeAgreement.id == Invoice.fee_agreement_id)
        .where(Invoice.kind != InvoiceKind.CREDIT_NOTE, of_payer.in_(named))
        .order_by(Invoice.id)
    )
    ids |= {row.payer: row.party_id for row in session.execute(latest)}
    rows = session.scalars(
        select(BillingParty).where(BillingParty.id.in_(set(ids.values()) - {None}))
    )
    by_id = {row.id: row for row in rows}
    return {payer: by_id[each] for payer, each in ids.items() if each is not None}


def _sponsor(sponsorship: Sponsorship | None) -> Addressee | None:
    if sponsorship is None:
        return None
    return Addressee(
        email=sponsorship.contact_email,
        name=sponsorship.contact_name,
        language=sponsorship.language,
        sponsorship_id=sponsorship.id,
    )


def titles_of(session: Session, course: str) -> Mapping[str, str]:
    """Return the titles of a course by language."""
    titles = select(CourseTitle.language, CourseTitle.title).where(CourseTitle.course == course)
    return dict(session.execute(titles).all())


def sellers_of(session: Session) -> Mapping[str, Seller]:
    """Return the centre with its tax sentence in each language, nothing while it is incomplete."""
    centre = centre_values(session)
    if missing_details(centre, tuple(LANGUAGES)):
        return {}
    return {
        language: Seller(
            name=centre.legal_name,
            line1=centre.line1,
            line2=centre.line2,
            postcode=centre.postcode,
            town=centre.town,
            country=centre.country,
            vat_id=centre.vat_id,
            iban=centre.iban,
            bic=centre.bic,
            bank_name=centre.bank_name,
            tax_sentence=centre.tax_sentences[language],
        )
        for language in LANGUAGES
    }

"""Builders of what tests of fees need: the centre's details, accepted places, invoices, payments.

The IBAN of the centre is invented; its check digits are right.
"""

import itertools
import json
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.admissions.agreement_models import FeeAgreement
from learning.admissions.billing_models import BillingParty
from learning.admissions.models import Application
from learning.admissions.queries.agreements import agreement_of
from learning.admissions.rules.answers import Funding
from learning.admissions.rules.billing import BillingDetails, PartyKind
from learning.admissions.rules.states import ApplicationEvent, ApplicationState
from learning.fees.centre_models import CentreDetails, CentreTaxSentence
from learning.fees.invoice_models import Invoice, InvoiceKind
from learning.fees.models import FeeAccount, Payer
from learning.fees.payment_models import Payment, PaymentMethod
from learning.fees.rules.invoice_content import Seller, seller_text
from learning.fees.statement_models import BankEntry, BankStatement, EntryState, StatementState
from learning.kit.money import Money
from tests.admissions.factories import NOW, act, in_state, open_account_of
from tests.world import World

CENTRE_IBAN, CENTRE_BIC = "IT60X0542811101000000123456", "BPPIITRRXXX"
ALL_OF_IT = 100
OTHER_IBAN = "DE89370400440532013000"
NUMBERS = itertools.count(1)
SELLER = Seller(
    name="Centro di formazione di prova", line1="Viale Maestri del Lavoro 10", line2="",
    postcode="10127", town="Torino", country="IT", vat_id="", iban=CENTRE_IBAN, bic=CENTRE_BIC,
    bank_name="Banca di prova", tax_sentence="",
)  # fmt: skip
MINISTRY = BillingDetails(
    kind=PartyKind.ORGANISATION,
    name="Ministère du Travail",
    line1="Avenue 3",
    line2="",
    postcode="",
    town="Abidjan",
    country="CI",
)


def the_centre(session: Session) -> CentreDetails:
    """Return the centre's details, complete: invoices can be issued."""
    known = session.get(CentreDetails, 1)
    if known is not None:
        return known
    centre = CentreDetails(
        legal_name="Centro di formazione di prova",
        line1="Viale Maestri del Lavoro 10",
        line2="",
        postcode="10127",
        town="Torino",
        country="IT",
        vat_id="",
        iban=CENTRE_IBAN,
        bic=CENTRE_BIC,
        bank_name="Banca di prova",
        signatory_name="Ada Prova",
        signatory_title="Direttrice",
        changed_at=NOW,
        changed_by_id=None,
    )
    session.add(centre)
    for language in ("fr", "en", "es"):
        session.add(CentreTaxSentence(language=language, sentence="VAT: not applicable."))
    session.flush()
    return centre


def accepted(
    session: Session,
    world: World,
    *,
    sponsor_percent: int = 0,
    invoiced: bool = False,
    **columns: Any,
) -> Application:
    """Return an accepted application of a person who pays the part that no sponsor pays.

    `sponsor_percent` 0 is a self-payer, 100 a sponsor alone, in between both pay. Unless it is
    `invoiced`, its account is to be invoiced: tests add the rows that they are about.
    """
    centre = the_centre(session)
    name, centre.legal_name = centre.legal_name, centre.legal_name if invoiced else ""
    application = in_state(session, world, ApplicationState.UNDER_REVIEW, **columns)
    if sponsor_percent:  # the sponsor's own page is not of interest here
        application.funding = Funding.SPONSOR if sponsor_percent == ALL_OF_IT else Funding.MIXED
        application.sponsor_share = sponsor_percent
    act(session, world, application, ApplicationEvent.ACCEPT)
    centre.legal_name = name
    session.commit()
    return application


def the_account(session: Session, application: Application) -> FeeAccount:
    """Return the account of an accepted application."""
    return open_account_of(session, application)


def the_agreement(session: Session, application: Application) -> FeeAgreement:
    agreement = agreement_of(session, application)
    assert agreement is not None
    return agreement


def an_account(
    session: Session, world: World, *, sponsor_percent: int = 0, **columns: Any
) -> FeeAccount:
    """Return the account of a new accepted application; `sponsor_percent` as `accepted`."""
    return the_account(
        session, accepted(session, world, sponsor_percent=sponsor_percent, **columns)
    )


def party_of(session: Session, account: FeeAccount, payer: Payer) -> BillingParty:
    """Return the party of a payer, from the account's agreement."""
    agreement = session.get_one(FeeAgreement, account.fee_agreement_id)
    party_id = agreement.party_id if payer is Payer.PARTICIPANT else agreement.sponsor_party_id
    return session.get_one(BillingParty, party_id)


def an_invoice(
    session: Session,
    account: FeeAccount,
    minor: int = 98000,
    *,
    payer: Payer = Payer.PARTICIPANT,
    credited: Invoice | None = None,
    kind: InvoiceKind = InvoiceKind.INVOICE,
    issued_on: date | None = None,
    number: str = "",
) -> Invoice:
    """Return an invoice, a charge, or the credit note of an invoice: its row alone.

    Nothing is posted in the ledger. Tests of the money itself issue invoices by the commands.
    """
    day = issued_on or NOW.date()
    invoice = Invoice(
        kind=InvoiceKind.CREDIT_NOTE if credited else kind,
        number=number or f"TEST-{next(NUMBERS):06}",
        edition_id=account.edition_id,
        fee_account_id=account.id,
        fee_agreement_id=account.fee_agreement_id,
        payer=payer,
        party_id=party_of(session, account, payer).id,
        total=credited.total if credited else Money(minor, "EUR"),
        issued_on=day,
        due_on=day + timedelta(days=14),
        reference=None,
        language="fr",
        seller=seller_text(SELLER),
        buyer=json.dumps({}),
        lines=json.dumps([]),
        issued_at=NOW,
        issued_by_id=None,
        credits_id=credited.id if credited else None,
    )
    session.add(invoice)
    session.flush()
    return invoice


def a_payment_row(
    session: Session,
    account: FeeAccount,
    minor: int = 98000,
    *,
    payer: Payer = Payer.PARTICIPANT,
    refunded_minor: int = 0,
) -> Payment:
    """Return a payment: its row alone, neither allocated nor posted."""
    payment = Payment(
        edition_id=account.edition_id,
        fee_account_id=account.id,
        fee_agreement_id=account.fee_agreement_id,
        payer=payer,
        party_id=party_of(session, account, payer).id,
        method=PaymentMethod.MANUAL,
        source_key=f"test {next(NUMBERS)}",
        amount=Money(minor, "EUR"),
        received_on=NOW.date(),
        recorded_at=NOW,
        recorded_by_id=None,
        payer_name="Awa Koné",
        payer_iban=OTHER_IBAN,
        refunded_minor=refunded_minor,
    )
    session.add(payment)
    session.flush()
    return payment


def an_entry(session: Session, minor: int = 98000, text: str = "", **columns: Any) -> BankEntry:
    """Return a booked entry of a statement that matches nothing yet: its row alone."""
    number = next(NUMBERS)
    statement = session.scalar(select(BankStatement).limit(1)) or a_statement(session)
    values = {
        "booked_on": NOW.date(), "value_on": None, "is_reversal": False, "counterparty": "",
        "counterparty_iban": "", "end_to_end_id": "", "reference": "", "return_reason": "",
        "charges_minor": 0, "state": EntryState.UNMATCHED,
    }  # fmt: skip
    entry = BankEntry(
        statement_id=statement.id,
        position=number,
        amount=Money(minor, "EUR"),
        text=text,
        duplicate_key=f"test {number}",
        **(values | columns),
    )
    session.add(entry)
    session.flush()
    return entry


def a_statement(session: Session) -> BankStatement:
    """Return a booked statement of the centre's account without entries."""
    reader = session.scalars(select(Person.id).order_by(Person.id).limit(1)).one()
    statement = BankStatement(
        iban=CENTRE_IBAN,
        statement_id=f"test {next(NUMBERS)}",
        sequence_number=None,
        from_on=NOW.date(),
        until_on=NOW.date(),
        opening=Money(0, "EUR"),
        closing=Money(0, "EUR"),
        file_name="statement.xml",
        sha256="0" * 64,
        read_at=NOW,
        read_by_id=reader,
        state=StatementState.BOOKED,
        booked_at=NOW,
    )
    session.add(statement)
    session.flush()
    return statement

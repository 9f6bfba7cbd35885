"""What the page of one fee account shows, in a fixed number of statements."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from learning.accounts.models import Person
from learning.admissions.agreement_models import FeeAgreement
from learning.admissions.models import Application
from learning.admissions.queries.stages import stages_of
from learning.admissions.rules.stages import Stage
from learning.admissions.rules.states import ApplicationState
from learning.catalogue.models import Edition
from learning.fees.models import FeeAccount, FeeSettlement
from learning.fees.payment_models import Payment
from learning.fees.queries.accounts import latest_agreement_of
from learning.fees.queries.balances import (
    InvoiceBalance,
    balance_of,
    invoiced_fee,
    invoices_of,
    payments_of,
)
from learning.fees.refund_models import Refund
from learning.fees.rules.balances import AccountBalance


@dataclass(frozen=True, kw_only=True)
class AccountOverview:
    """Who has the place of an account, what was agreed, its documents and its money.

    `settlements` come with the names of who proposed and who decided, the latest first.
    """

    application: Application
    stage: Stage
    person: Person
    edition: Edition
    agreement: FeeAgreement
    balance: AccountBalance
    invoices: Sequence[InvoiceBalance]
    payments: Sequence[Payment]
    refunds: Sequence[Refund]
    settlements: Sequence[tuple[FeeSettlement, str, str | None]]

    @property
    def waiting(self) -> FeeSettlement | None:
        """The settlement that waits for a second person."""
        return next((each for each, *_ in self.settlements if each.approved is None), None)

    @property
    def can_be_settled(self) -> bool:
        """Whether a settlement can be proposed: the place waits, and no other proposal does."""
        return self.application.state is ApplicationState.ACCEPTED and self.waiting is None

    @property
    def is_uninvoiced(self) -> bool:
        """Whether a part of the price is not invoiced, and nothing else settles it."""
        invoiced = invoiced_fee(self.invoices)
        is_settled = any(each.approved for each, *_ in self.settlements)
        has_place = self.application.state in {ApplicationState.ACCEPTED, ApplicationState.ENROLLED}
        return has_place and invoiced < self.agreement.price.minor and not is_settled


def account_overview(session: Session, account: FeeAccount) -> AccountOverview:
    """Return what is known about an account."""
    agreement = latest_agreement_of(session, account)
    application = session.get_one(Application, agreement.application_id)
    refunds = select(Refund).where(Refund.fee_account_id == account.id).order_by(Refund.id)
    proposer, decider = aliased(Person), aliased(Person)
    settlements = session.execute(
        select(FeeSettlement, proposer.name, decider.name)
        .join(proposer, proposer.id == FeeSettlement.proposed_by_id)
        .outerjoin(decider, decider.id == FeeSettlement.decided_by_id)
        .where(FeeSettlement.fee_account_id == account.id)
        .order_by(FeeSettlement.id.desc())
    )
    return AccountOverview(
        application=application,
        stage=stages_of(session, [application.id])[application.id],
        person=session.get_one(Person, application.person_id),
        edition=session.get_one(Edition, account.edition_id),
        agreement=agreement,
        balance=balance_of(session, account),
        invoices=invoices_of(session, [account.id]),
        payments=payments_of(session, [account.id]),
        refunds=list(session.scalars(refunds)),
        settlements=[(row[0], row[1], row[2]) for row in settlements],
    )

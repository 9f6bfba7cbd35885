"""The line about the fee on the course home (`extension_points.page_lines`)."""

from collections.abc import Sequence

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.orm import Session

from learning.admissions.agreement_models import FeeAgreement
from learning.admissions.models import Application
from learning.enrolment.models import Enrolment
from learning.extension_points.page_lines import PageLine, PageReader, PageRef
from learning.fees.invoice_models import Invoice, InvoiceKind
from learning.fees.models import FeeAccount, Payer
from learning.fees.queries.balances import is_credited, paid_minor
from learning.kit.i18n import N_
from learning.kit.money import Money

TOTAL = Invoice.__table__.c.total_minor
CURRENCY = FeeAgreement.__table__.c.price_currency
# Built once: building costs more than the database does.
_OPEN = (
    select(func.coalesce(func.sum(TOTAL - paid_minor()), 0))
    .where(
        Invoice.fee_account_id == FeeAccount.id,
        Invoice.payer == Payer.PARTICIPANT,
        Invoice.kind != InvoiceKind.CREDIT_NOTE,
        ~is_credited(),
    )
    .correlate(FeeAccount)
    .scalar_subquery()
)
OWN_FEE = (
    select(Application.reference, _OPEN.label("open"), CURRENCY.label("currency"))
    .select_from(Enrolment)
    .join(
        Application,
        and_(
            Application.enrolment_id == Enrolment.id,
            Application.enrolment_period == Enrolment.period,
        ),
    )
    .join(FeeAgreement, FeeAgreement.application_id == Application.id)
    .join(FeeAccount, FeeAccount.fee_agreement_id == FeeAgreement.id)
    .where(Enrolment.id == bindparam("enrolment"))
)


def fee_line(session: Session, _page: PageRef, reader: PageReader) -> Sequence[PageLine]:
    """Return the way to the fee of the reader's place, with what is open of their part.

    There is none for staff, nor for a place without an application.
    """
    if reader.enrolment_id is None:
        return []
    own = {"enrolment": reader.enrolment_id}
    row = session.connection().execute(OWN_FEE, own).first()
    if row is None:
        return []
    i18n, detail = reader.i18n, ""
    if row.open > 0:
        amount = i18n.exact_money(Money(int(row.open), row.currency))
        detail = i18n.gettext(N_("%(amount)s is to be paid")) % {"amount": amount}
    return [
        PageLine(
            key="fee",
            title=i18n.gettext(N_("Fee of my place")),
            path=f"applications/{row.reference}/fee/",
            detail=detail,
            heading=i18n.gettext(N_("My place")),
        )
    ]

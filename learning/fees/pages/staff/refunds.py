"""Pages of finance: the refunds by what they wait for, and one refund."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, TypeVar

from flask import abort, current_app, request
from flask.typing import ResponseReturnValue

from learning.access.guard import current_actor, current_person_id
from learning.access.permissions import Permission
from learning.bank_formats.accounts import (
    grouped,
    iban_error,
    is_sepa,
    masked_iban,
    masked_number,
    normalised_iban,
)
from learning.fees.models import FeeCancellation
from learning.fees.pages.refund_forms import (
    BankChargeForm,
    CardRefundForm,
    PayeeAccountForm,
    RefundApprovalForm,
    RefundForm,
    RefundReasonForm,
    RefundSettlementForm,
    ShowAccountForm,
)
from learning.fees.pages.staff.blueprint import bp
from learning.fees.payment_models import PaymentMethod
from learning.fees.queries.card_payments import card_refunds_of
from learning.fees.queries.refund_pages import (
    GROUPS,
    LedgerStep,
    ListedRefund,
    changes_of,
    counts_by_group,
    ledger_of,
    listed_refund,
    refunds_of_group,
)
from learning.fees.queries.refund_payers import people_of_place
from learning.fees.queries.refund_sources import (
    cancellation_of,
    goes_to_card,
    invoice_numbers,
)
from learning.fees.refund_accounts import PURPOSE, read_account
from learning.fees.refund_models import RefundChange
from learning.fees.rules.refund_digest import PayeeAccount
from learning.fees.rules.refunds import (
    RefundEvent,
    RefundProblem,
    allows_bank_charge,
    possible_events,
)
from learning.kit.db import db
from learning.kit.encryption import Cipher
from learning.kit.errors import RuleViolation
from learning.kit.headers import never_store
from learning.kit.money import Money
from learning.kit.pages import Page, render_page
from learning.kit.time import now

F = TypeVar("F", bound=RefundForm)
MANAGED = frozenset(
    {
        RefundEvent.PREPARE,
        RefundEvent.SET_CHARGE,
        RefundEvent.SETTLE,
        RefundEvent.RETURNED_BY_BANK,
        RefundEvent.CANCEL,
    }
)
APPROVED = frozenset({RefundEvent.APPROVE, RefundEvent.RETURN_TO_PREPARER})


@dataclass(frozen=True, kw_only=True)
class RefundsPage(Page):
    """The refunds of a group; `counts` are those of all groups."""

    template: ClassVar[str] = "fees/refunds.html"

    group: str
    counts: Mapping[str, int]
    rows: Sequence[ListedRefund]
    now: datetime


@dataclass(frozen=True, kw_only=True)
class RefundPage(Page):
    """One refund. `account` is masked unless `is_shown`; None if it cannot be read.

    `events` are what the reader may cause now; `obstacle` is why they may not approve.
    """

    template: ClassVar[str] = "fees/refund.html"

    row: ListedRefund
    invoices: Sequence[str]
    cancellation: FeeCancellation | None
    kept: Money
    account: PayeeAccount | None
    shown_number: str
    is_shown: bool
    same_account: bool
    is_sepa: bool
    preparer: str
    changes: Sequence[tuple[RefundChange, str]]
    ledger: Sequence[LedgerStep]
    events: frozenset[RefundEvent]
    obstacle: RefundProblem | None
    by_card: bool
    to_card: bool
    card_failure: str
    card_form: CardRefundForm
    account_form: PayeeAccountForm
    charge_form: BankChargeForm
    approval_form: RefundApprovalForm
    reason_form: RefundReasonForm
    settlement_form: RefundSettlementForm
    show_form: ShowAccountForm
    failed: RefundForm | None
    paid_from: str
    now: datetime


@bp.get("/refunds", needs=Permission.READ_FINANCES)
def show_refunds() -> ResponseReturnValue:
    never_store()
    may_approve = current_actor().may(Permission.APPROVE_FINANCES)
    group = request.args.get("state", "approve" if may_approve else "prepare")
    if group not in GROUPS:
        abort(404)
    return render_page(
        RefundsPage(
            group=group, counts=counts_by_group(db()), rows=refunds_of_group(db(), group), now=now()
        )
    )


@bp.get("/refunds/<uid>", needs=Permission.READ_FINANCES)
def show_refund(uid: str) -> ResponseReturnValue:
    return refund_page(find_refund(uid))


def find_refund(uid: str) -> ListedRefund:
    """Return a refund with what its page shows; 404 without one."""
    never_store()
    return listed_refund(db(), uid) or abort(404)


def refund_cipher() -> Cipher:
    """Return the cipher of the accounts of payees."""
    return Cipher(str(current_app.secret_key), PURPOSE)


def refund_page(row: ListedRefund, failed: RefundForm | None = None, *, shown: bool = False) -> str:
    """Return the page of a refund; `failed` is the form that was not accepted."""
    refund, cipher = row.refund, refund_cipher()
    try:
        account = read_account(refund, cipher)
    except RuleViolation:
        account = None
    cancellation = cancellation_of(db(), refund)
    changes = changes_of(db(), refund)
    iban = account.iban if account else ""
    page = RefundPage(
        row=row,
        invoices=invoice_numbers(db(), [row.payment.id]).get(row.payment.id, []),
        cancellation=cancellation,
        kept=row.payment.amount - refund.gross,
        account=account,
        shown_number=_number(account, shown=shown),
        is_shown=shown,
        same_account=bool(iban) and iban == normalised_iban(row.payment.payer_iban),
        is_sepa=is_sepa(iban),
        preparer=next((name for change, name in changes if change.event == "prepare"), ""),
        changes=changes,
        ledger=ledger_of(db(), refund),
        events=_events(row, cancellation),
        obstacle=_obstacle(row),
        by_card=row.payment.method is PaymentMethod.CARD,
        to_card=goes_to_card(refund, row.payment),
        card_failure=_card_failure(row),
        card_form=_form(CardRefundForm, failed, row),
        account_form=_form(PayeeAccountForm, failed, row, **_proposed(row, account)),
        charge_form=_form(BankChargeForm, failed, row, **_charge(row)),
        approval_form=_form(RefundApprovalForm, failed, row, digest=refund.digest),
        reason_form=_form(RefundReasonForm, failed, row),
        settlement_form=_form(RefundSettlementForm, failed, row),
        show_form=_form(ShowAccountForm, failed, row),
        failed=failed,
        paid_from=masked_iban(paid_from(row)),
        now=now(),
    )
    return render_page(page)


def paid_from(row: ListedRefund) -> str:
    """Return the IBAN that paid, "" if it is not known or has a mistake."""
    iban = normalised_iban(row.payment.payer_iban)
    return "" if iban_error(iban) else iban


def _number(account: PayeeAccount | None, *, shown: bool) -> str:
    if account is None:
        return ""
    if account.iban:
        return grouped(account.iban) if shown else masked_iban(account.iban)
    return account.account_number if shown else masked_number(account.account_number)


def _events(row: ListedRefund, cancellation: FeeCancellation | None) -> frozenset[RefundEvent]:
    """Return what the reader may cause on a refund now."""
    actor, possible = current_actor(), set(possible_events(row.refund.state))
    allowed: set[RefundEvent] = set()
    if actor.may(Permission.MANAGE_FINANCES):
        allowed |= MANAGED
    if actor.may(Permission.APPROVE_FINANCES):
        allowed |= APPROVED
    percent = cancellation.percent if cancellation else None
    if not allows_bank_charge(row.refund.source, percent):
        allowed.discard(RefundEvent.SET_CHARGE)
    if row.refund.state == "approved":  # only a file, or nothing to send, settles it
        allowed.discard(RefundEvent.SETTLE)
    if row.refund.net.minor == 0:  # nothing is sent, so nothing comes back
        allowed.discard(RefundEvent.RETURNED_BY_BANK)
    if goes_to_card(row.refund, row.payment):  # its provider says what becomes of it
        allowed -= {RefundEvent.SETTLE, RefundEvent.RETURNED_BY_BANK}
    if row.refund.bank_entry_id is not None:  # the bank's own entry says that it came back
        allowed.discard(RefundEvent.RETURNED_BY_BANK)
    return frozenset(possible & allowed)


def _card_failure(row: ListedRefund) -> str:
    """Return the provider's word for why the card was not refunded, "" if it did not fail."""
    if row.payment.method is not PaymentMethod.CARD:
        return ""
    attempts = card_refunds_of(db(), row.refund.id)
    return next((each.failure or each.state for each in attempts if each.state == "failed"), "")


def _obstacle(row: ListedRefund) -> RefundProblem | None:
    me = current_person_id()
    if me in {row.refund.prepared_by_id, row.refund.charged_by_id}:
        return RefundProblem.SAME_PERSON
    return RefundProblem.OWN_REFUND if me in people_of_place(db(), row.refund) else None


def _form(kind: type[F], failed: RefundForm | None, row: ListedRefund, **values: object) -> F:
    """Return a form with the version of the row, or the one that failed."""
    form = failed if isinstance(failed, kind) else kind(data=values)
    form.version.data = str(row.refund.version)
    if isinstance(form, RefundApprovalForm):
        form.digest.data = row.refund.digest
    return form


def _proposed(row: ListedRefund, account: PayeeAccount | None) -> dict[str, str]:
    """Return what the form of the account begins with: the name of the one that paid.

    An account that is stored is not filled in: it is shown masked, and a look at it is recorded.
    """
    if account is not None and account.holder_name:
        return {"holder_name": account.holder_name}
    return {"holder_name": row.payment.payer_name}


def _charge(row: ListedRefund) -> dict[str, object]:
    refund = row.refund
    amount = Money(refund.bank_charge_minor, refund.gross.currency)
    return {"amount": amount if amount.minor else None, "reason": refund.bank_charge_reason}

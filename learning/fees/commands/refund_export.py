"""Files for the bank: pain.001 for accounts within SEPA, a list in CSV for all others.

A file takes at most BATCH_SIZE refunds, the oldest approval first; the rest go into the next one.
Each refund is in one file: its row is locked, and exported in the transaction that stores the file.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from learning.audit.actions import record
from learning.bank_formats.banking_days import next_banking_day
from learning.bank_formats.pain001 import (
    Debtor,
    Transfer,
    TransferError,
    TransferFile,
    render_transfers,
)
from learning.fees.centre_models import CentreDetails
from learning.fees.commands.number_series import next_number
from learning.fees.commands.refund_approval import is_as_approved
from learning.fees.commands.refund_emails import send_transfer_email
from learning.fees.commands.refund_steps import RefundAction, day_of_books, take_step
from learning.fees.queries.refund_files import next_refunds
from learning.fees.queries.refund_sources import invoice_numbers
from learning.fees.refund_accounts import read_account
from learning.fees.refund_models import BatchKind, Refund, RefundBatch
from learning.fees.rules.refunds import RefundEvent, RefundProblem
from learning.kit.encryption import Cipher, DecryptionError
from learning.kit.errors import RuleViolation
from learning.kit.i18n import N_, I18n
from learning.kit.money import Money
from learning.kit.spreadsheets import Sheet, SheetFormat, sheet_bytes

SERIES = {BatchKind.PAIN001: "RB", BatchKind.WORKLIST: "RL"}
HEADINGS = (
    N_("Reference"),
    N_("Amount"),
    N_("Currency"),
    N_("Account holder"),
    N_("IBAN or account number"),
    N_("BIC"),
    N_("Country of the bank"),
    N_("Text for the payee"),
)
MAX_TEXT = 140  # characters, of pain.001


@dataclass(frozen=True, kw_only=True)
class ExportRequest:
    """The next file of a kind, of the refunds that its page showed (`seen`: their uids).

    `i18n` is for the headings of a list.
    """

    kind: BatchKind
    seen: Sequence[str]
    i18n: I18n


def export_batch(
    session: Session, request: ExportRequest, cipher: Cipher, action: RefundAction
) -> RefundBatch:
    """Make the next file; the e-mails to the payees go with it.

    Raise RuleViolation if the page showed other refunds, if there are none, if the account of
    the centre is missing or refused, or if a row is not as it was approved.
    """
    chosen = next_refunds(session, request.kind, lock=True)
    if not chosen:
        raise RuleViolation(RefundProblem.NOTHING_TO_EXPORT)
    if [each.uid for each in chosen] != list(request.seen):
        raise RuleViolation(RefundProblem.CHANGED_MEANWHILE)
    if not all(is_as_approved(session, each, cipher) for each in chosen):
        raise RuleViolation(RefundProblem.NOT_AS_APPROVED)
    batch = _add_batch(session, request, chosen, cipher, action)
    for each in chosen:
        send_transfer_email(session, each, now=action.now)
    for each in chosen:
        take_step(session, each, RefundEvent.EXPORT, action, batch_id=batch.id)
    subject, facts = _subject(batch), _facts(batch)
    record(session, "refund file made", subject, by=action.by, now=action.now, **facts)
    return batch


def record_download(session: Session, batch: RefundBatch, action: RefundAction) -> None:
    """Record that a person downloads a file: it names accounts."""
    subject, facts = _subject(batch), _facts(batch)
    record(session, "refund file downloaded", subject, by=action.by, now=action.now, **facts)


def read_batch(batch: RefundBatch, cipher: Cipher) -> bytes:
    """Return a file as it was made; raise RuleViolation if it cannot be read."""
    try:
        return cipher.decrypt(batch.content, _context(batch.uid)).encode()
    except DecryptionError as failure:
        raise RuleViolation(RefundProblem.UNREADABLE) from failure


def _add_batch(
    session: Session,
    request: ExportRequest,
    chosen: Sequence[Refund],
    cipher: Cipher,
    action: RefundAction,
) -> RefundBatch:
    if action.by is None:
        raise ValueError("a person makes a file for the bank")
    today = day_of_books(session, chosen[0], action.now)
    number = next_number(session, SERIES[request.kind], today)
    transfers = _transfers(session, chosen, cipher)
    execution_on = next_banking_day(today)
    if request.kind is BatchKind.PAIN001:
        debtor = _debtor(session)
        content = _pain001(
            TransferFile(
                message_id=number,
                created_at=action.now,
                execution_on=execution_on,
                debtor=debtor,
                transfers=transfers,
            )
        )
    else:
        content = _worklist(number, transfers, chosen, request.i18n)
    total = sum(each.amount.minor for each in transfers)
    batch = RefundBatch(
        message_id=number,
        transfers=len(transfers),
        control_sum=Money(total, transfers[0].amount.currency),
        execution_on=execution_on,
        content="",
        sha256=hashlib.sha256(content).hexdigest(),
        exported_at=action.now,
        exported_by_id=action.by,
        kind=request.kind,
    )
    batch.content = cipher.encrypt(content.decode(), _context(batch.uid))
    session.add(batch)
    session.flush()
    return batch


def _transfers(session: Session, chosen: Sequence[Refund], cipher: Cipher) -> list[Transfer]:
    """Return the transfers; the payee reads our number and the invoice that was paid."""
    invoices = invoice_numbers(session, [each.payment_id for each in chosen])
    transfers = []
    for each in chosen:
        account = read_account(each, cipher)
        words = [each.number, *invoices.get(each.payment_id, [])]
        transfers.append(
            Transfer(
                end_to_end_id=each.number,
                amount=each.net,
                holder_name=account.holder_name,
                iban=account.iban or account.account_number,
                text=" ".join(words)[:MAX_TEXT],
                bic=account.bic,
            )
        )
    return transfers


def _debtor(session: Session) -> Debtor:
    centre = session.get(CentreDetails, 1)
    if centre is None or not centre.iban:
        raise RuleViolation(RefundProblem.NO_CENTRE_ACCOUNT)
    return Debtor(name=centre.legal_name, iban=centre.iban, bic=centre.bic)


def _pain001(file: TransferFile) -> bytes:
    try:
        return render_transfers(file)
    except TransferError as failure:
        named = failure.end_to_end_id or file.message_id
        raise RuleViolation(RefundProblem.FILE_REFUSED, reference=named) from failure


def _worklist(
    title: str, transfers: Sequence[Transfer], chosen: Sequence[Refund], i18n: I18n
) -> bytes:
    """Return the list that a person works through on the pages of the bank."""
    rows = [
        (
            transfer.end_to_end_id,
            f"{transfer.amount.major:f}",
            transfer.amount.currency,
            transfer.holder_name,
            transfer.iban,
            transfer.bic,
            refund.bank_country,
            transfer.text,
        )
        for transfer, refund in zip(transfers, chosen, strict=True)
    ]
    headings = [i18n.gettext(heading) for heading in HEADINGS]
    return sheet_bytes(Sheet(title=title, headings=headings, rows=rows), SheetFormat.CSV, i18n)


def _context(batch_uid: str) -> str:
    return f"refund batch {batch_uid}"


def _subject(batch: RefundBatch) -> str:
    return f"refund batch {batch.id}"


def _facts(batch: RefundBatch) -> dict[str, object]:
    return {"transfers": batch.transfers, "sha256": batch.sha256}

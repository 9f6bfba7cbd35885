"""What fees take files for (`files.purposes`)."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.access.actor import Actor
from learning.access.permissions import Permission
from learning.bank_formats.camt import MAX_BYTES
from learning.fees.models import FeeSettlement
from learning.fees.proof_models import TransferProof
from learning.fees.quote_models import SponsorBilling
from learning.files.models import StoredFile
from learning.files.purposes import FilePurpose
from learning.files.rules import FileKind


def may_read_guarantee(session: Session, actor: Actor, file: StoredFile) -> bool:
    """Whether somebody reads the finances, and a file is the letter of a settlement."""
    if not actor.may(Permission.READ_FINANCES):
        return False
    own = select(FeeSettlement.id).where(FeeSettlement.file_id == file.id)
    return session.scalar(own.limit(1)) is not None


def may_read_order(session: Session, actor: Actor, file: StoredFile) -> bool:
    """Whether somebody reads the finances, and a file is the purchase order of a sponsor."""
    if not actor.may(Permission.READ_FINANCES):
        return False
    own = select(SponsorBilling.id).where(SponsorBilling.po_document_id == file.id)
    return session.scalar(own.limit(1)) is not None


def may_read_proof(session: Session, actor: Actor, file: StoredFile) -> bool:
    """Whether somebody reads the finances, and a file is a proof of transfer."""
    if not actor.may(Permission.READ_FINANCES):
        return False
    own = select(TransferProof.id).where(TransferProof.file_id == file.id)
    return session.scalar(own.limit(1)) is not None


GUARANTEE_LETTER = FilePurpose(
    key="guarantee_letter",
    kinds=frozenset({FileKind.PDF, FileKind.JPEG, FileKind.PNG}),
    max_bytes=5_000_000,
    may_read=may_read_guarantee,
)
"""The letter that guarantees a payment, or another proof of a settlement; one for each."""
PURCHASE_ORDER = FilePurpose(
    key="purchase_order",
    kinds=frozenset({FileKind.PDF, FileKind.JPEG, FileKind.PNG}),
    max_bytes=5_000_000,
    may_read=may_read_order,
)
"""The purchase order of a sponsor; one for each sponsorship."""
BANK_STATEMENT = FilePurpose(
    key="bank_statement", kinds=frozenset({FileKind.XML}), max_bytes=MAX_BYTES
)
"""A CAMT.053 file that is too large for a form; it is read at once, and purged a day later."""
TRANSFER_PROOF = FilePurpose(
    key="transfer_proof",
    kinds=frozenset({FileKind.PDF, FileKind.JPEG, FileKind.PNG}),
    max_bytes=5_000_000,
    may_read=may_read_proof,
)
"""What shows that an invoice is on its way; one at a time."""
PURPOSES = (GUARANTEE_LETTER, BANK_STATEMENT, PURCHASE_ORDER, TRANSFER_PROOF)

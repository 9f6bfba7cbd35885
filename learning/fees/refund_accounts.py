"""The account of a refund's payee: encrypted in its row, and bound to its approval."""

from learning.fees.payment_models import Payment
from learning.fees.refund_models import Refund
from learning.fees.rules.refund_digest import PayeeAccount, approval_text
from learning.fees.rules.refunds import RefundProblem
from learning.kit.encryption import Cipher, DecryptionError
from learning.kit.errors import RuleViolation
from learning.kit.money import Money

PURPOSE = "refund accounts"


def account_values(refund: Refund, account: PayeeAccount, cipher: Cipher) -> dict[str, str]:
    """Return the values of a refund's columns for an account."""
    return {
        "holder_name": account.holder_name,
        "iban": _encrypted(refund, "iban", account.iban, cipher),
        "account_number": _encrypted(refund, "account", account.account_number, cipher),
        "bic": account.bic,
        "bank_country": account.bank_country,
    }


def read_account(refund: Refund, cipher: Cipher) -> PayeeAccount:
    """Return the account of a refund's payee.

    Raise RuleViolation if it cannot be read: it was encrypted with another secret key.
    """
    try:
        return PayeeAccount(
            holder_name=refund.holder_name,
            iban=_decrypted(refund, "iban", refund.iban, cipher),
            account_number=_decrypted(refund, "account", refund.account_number, cipher),
            bic=refund.bic,
            bank_country=refund.bank_country,
        )
    except DecryptionError as failure:
        raise RuleViolation(RefundProblem.UNREADABLE) from failure


def digest_of(
    refund: Refund, payment: Payment, account: PayeeAccount, cipher: Cipher, *, charge: int
) -> str:
    """Return what an approval of a refund with a bank charge is bound to: 64 hexadecimal digits."""
    net = Money(refund.gross.minor - charge, refund.gross.currency)
    return cipher.digest(approval_text(refund.uid, payment.party_id, (refund.gross, net), account))


def _encrypted(refund: Refund, name: str, text: str, cipher: Cipher) -> str:
    return cipher.encrypt(text, _context(refund, name)) if text else ""


def _decrypted(refund: Refund, name: str, stored: str, cipher: Cipher) -> str:
    return cipher.decrypt(stored, _context(refund, name)) if stored else ""


def _context(refund: Refund, name: str) -> str:
    return f"refund {refund.uid} {name}"

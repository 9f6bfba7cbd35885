"""References of payments: the RF creditor reference (ISO 11649) and the EPC QR code.

The QR code is that of EPC069-12, version 2: account, amount and reference in one picture, for
banking apps in the euro area.
"""

from dataclasses import dataclass
from io import BytesIO

import segno
from segno import helpers
from stdnum import bic as bics
from stdnum import iban as ibans
from stdnum import iso11649
from stdnum.iso7064 import mod_97_10

from learning.kit.money import Money

MAX_BODY = 21  # characters of a reference after “RF” and its check digits (ISO 11649)
MAX_NAME = 70  # characters of the beneficiary (EPC069-12)
EPC_CURRENCY = "EUR"
GROUP = 4


def rf_reference(number: str) -> str:
    """Return the RF reference of an invoice: “INV-2026-000042” gives “RF95INV2026000042”.

    Raise ValueError if nothing or too much of the number are letters and digits of ASCII.
    """
    body = "".join(each for each in number.upper() if each.isascii() and each.isalnum())
    if not 0 < len(body) <= MAX_BODY:
        raise ValueError(f"no reference for {number!r}")
    return f"RF{mod_97_10.calc_check_digits(body + 'RF')}{body}"


def is_rf(text: str) -> bool:
    """Whether a text is an RF reference with right check digits; spaces do not matter."""
    return bool(iso11649.is_valid(text))


def compact_rf(text: str) -> str:
    """Return a reference without spaces and in capitals, as it is stored."""
    return str(iso11649.compact(text)).upper()


def grouped(text: str) -> str:
    """Return a reference or an IBAN in groups of four, as people read it and type it."""
    bare = text.replace(" ", "")
    return " ".join(bare[at : at + GROUP] for at in range(0, len(bare), GROUP))


@dataclass(frozen=True, kw_only=True)
class TransferRequest:
    """A transfer that somebody is asked to make, in euros.

    Raises ValueError for an IBAN, a BIC or a reference whose check digits or form are wrong, for
    another currency, and for an amount below a cent. The QR code's library checks none of it.
    """

    name: str
    iban: str
    amount: Money
    reference: str
    bic: str = ""

    def __post_init__(self) -> None:
        if not ibans.is_valid(self.iban):
            raise ValueError("the IBAN is not valid")
        if not is_rf(self.reference):
            raise ValueError("the reference is not valid")
        if self.bic and not bics.is_valid(self.bic):
            raise ValueError("the BIC is not valid")
        if self.amount.currency != EPC_CURRENCY or self.amount.minor <= 0:
            raise ValueError(f"no transfer of {self.amount}")


def epc_qr(transfer: TransferRequest) -> segno.QRCode:
    """Return the QR code of a transfer: version 2, UTF-8, the reference and never a text."""
    return helpers.make_epc_qr(
        name=transfer.name[:MAX_NAME],
        iban=ibans.compact(transfer.iban),
        amount=transfer.amount.major,  # a Decimal with two places: exact
        reference=compact_rf(transfer.reference),
        bic=transfer.bic or None,
        encoding="utf-8",
    )


def epc_qr_svg(transfer: TransferRequest) -> str:
    """Return the QR code as an SVG element without a size of its own, for a page."""
    out = BytesIO()
    epc_qr(transfer).save(
        out, kind="svg", border=4, xmldecl=False, svgns=True, omitsize=True, svgclass="qr",
        lineclass=None, nl=False,
    )  # fmt: skip
    return out.getvalue().decode()


def epc_qr_matrix(transfer: TransferRequest) -> tuple[tuple[bool, ...], ...]:
    """Return the modules of the QR code, without a border: True is dark. For a PDF."""
    return tuple(tuple(bool(module) for module in row) for row in epc_qr(transfer).matrix)

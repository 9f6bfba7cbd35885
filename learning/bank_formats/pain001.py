"""Transfer files: pain.001.001.09, as banks of the SEPA take them (EPC132-08, SCT guidelines).

The file is made by `sepaxml`, which checks it against the XSD. It lets wrong check digits pass,
writes the local time without its zone and ids of its own: what it is not trusted with is checked
before (`TransferError`) or replaced after. Each transfer is a payment of its own, so that the bank
books each by itself and the statement shows its end-to-end id. No postal addresses: the scheme
requires none, and banks refuse unstructured ones since November 2026.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from lxml import etree
from sepaxml import SepaTransfer
from sepaxml.validation import try_valid_xml

from learning.bank_formats.accounts import account_name_error, iban_error, is_bic, is_sepa
from learning.bank_formats.banking_days import is_banking_day
from learning.kit.money import Money

SCHEMA = "pain.001.001.09"
NAMESPACE = f"urn:iso:std:iso:20022:tech:xsd:{SCHEMA}"
MAX_ID = 35  # Max35Text
IDENTIFIER = re.compile(r"[A-Za-z0-9+?/:().,'-]+(?: [A-Za-z0-9+?/:().,'-]+)*")
MAX_TEXT = 140  # Max140Text
MAX_AMOUNT = 999_999_999_99  # EPC: 999 999 999.99


class TransferProblem(StrEnum):
    """Why no file is made."""

    NO_TRANSFER = "no_transfer"
    AMOUNT = "amount"
    CURRENCY = "currency"
    IBAN = "iban"
    NOT_SEPA = "not_sepa"
    BIC = "bic"
    ACCOUNT_NAME = "account_name"
    IDENTIFIER = "identifier"
    SAME_IDENTIFIER = "same_identifier"
    TEXT = "text"
    DAY = "day"


class TransferError(ValueError):
    """A file or one of its transfers is refused; `end_to_end_id` is empty for the file itself."""

    def __init__(self, problem: TransferProblem, end_to_end_id: str = "") -> None:
        super().__init__(f"{problem}: {end_to_end_id}" if end_to_end_id else str(problem))
        self.problem, self.end_to_end_id = problem, end_to_end_id


@dataclass(frozen=True, kw_only=True)
class Debtor:
    """Whose account pays: the name as the bank has it, compact IBAN, BIC or ""."""

    name: str
    iban: str
    bic: str = ""


@dataclass(frozen=True, kw_only=True)
class Transfer:
    """One transfer in euro: `end_to_end_id` comes back in the statement, `text` reads the payee."""

    end_to_end_id: str
    amount: Money
    holder_name: str
    iban: str
    text: str
    bic: str = ""


@dataclass(frozen=True, kw_only=True)
class TransferFile:
    """A file: our `message_id`, who pays, the day of execution (a banking day), the transfers."""

    message_id: str
    created_at: datetime
    execution_on: date
    debtor: Debtor
    transfers: Sequence[Transfer]

    @property
    def control_sum(self) -> Money:
        return Money(sum(each.amount.minor for each in self.transfers), "EUR")


def render_transfers(file: TransferFile) -> bytes:
    """Return a file as XML in UTF-8, valid by the XSD; raise TransferError."""
    check_file(file)
    debtor: dict[str, Any] = {
        "name": file.debtor.name,
        "IBAN": file.debtor.iban,
        "batch": False,
        "currency": "EUR",
    }
    if file.debtor.bic:
        debtor["BIC"] = file.debtor.bic
    document = SepaTransfer(debtor, schema=SCHEMA, clean=False)
    for each in file.transfers:
        payment: dict[str, Any] = {
            "name": each.holder_name,
            "IBAN": each.iban,
            "amount": each.amount.minor,
            "execution_date": file.execution_on,
            "description": each.text,
            "endtoend_id": each.end_to_end_id,
        }
        if each.bic:
            payment["BIC"] = each.bic
        document.add_payment(payment)
    content = _with_own_ids(document.export(validate=False), file)
    try_valid_xml(content, SCHEMA)
    return content


def check_file(file: TransferFile) -> None:
    """Raise TransferError for the first thing that a bank would refuse, or pay wrongly."""
    if not file.transfers:
        raise TransferError(TransferProblem.NO_TRANSFER)
    if not is_identifier(file.message_id):
        raise TransferError(TransferProblem.IDENTIFIER)
    if not is_banking_day(file.execution_on):
        raise TransferError(TransferProblem.DAY)
    if problem := _account_problem(file.debtor.iban, file.debtor.bic, file.debtor.name):
        raise TransferError(problem)
    seen = set[str]()
    for each in file.transfers:
        if problem := transfer_problem(each):
            raise TransferError(problem, each.end_to_end_id)
        if each.end_to_end_id in seen:
            raise TransferError(TransferProblem.SAME_IDENTIFIER, each.end_to_end_id)
        seen.add(each.end_to_end_id)


def transfer_problem(transfer: Transfer) -> TransferProblem | None:
    """Return why a transfer cannot be in a file, None if it can."""
    if not is_identifier(transfer.end_to_end_id):
        return TransferProblem.IDENTIFIER
    if transfer.amount.currency != "EUR":
        return TransferProblem.CURRENCY
    if not 0 < transfer.amount.minor <= MAX_AMOUNT:
        return TransferProblem.AMOUNT
    if not 0 < len(transfer.text) <= MAX_TEXT or account_name_error(transfer.text[:MAX_ID]):
        return TransferProblem.TEXT
    return _account_problem(transfer.iban, transfer.bic, transfer.holder_name)


def is_identifier(text: str) -> bool:
    """Return whether banks take a text as an id: 35 signs, no slash at an end, none doubled."""
    slashes = text.startswith("/") or text.endswith("/") or "//" in text
    return len(text) <= MAX_ID and not slashes and IDENTIFIER.fullmatch(text) is not None


def _account_problem(iban: str, bic: str, name: str) -> TransferProblem | None:
    if iban_error(iban):
        return TransferProblem.IBAN
    if not is_sepa(iban):
        return TransferProblem.NOT_SEPA
    if bic and not is_bic(bic):
        return TransferProblem.BIC
    return TransferProblem.ACCOUNT_NAME if account_name_error(name) else None


def _with_own_ids(content: bytes, file: TransferFile) -> bytes:
    """Return the XML with our message id, the moment in UTC, and an id for each payment."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    root = etree.fromstring(content, parser)
    names = {"p": NAMESPACE}

    def put(path: str, texts: Sequence[str]) -> None:
        found: Any = root.xpath(path, namespaces=names)
        for element, text in zip(found, texts, strict=True):
            element.text = text

    created = file.created_at.astimezone(UTC).isoformat(timespec="seconds")
    put("//p:GrpHdr/p:MsgId", [file.message_id])
    put("//p:GrpHdr/p:CreDtTm", [created.replace("+00:00", "Z")])
    put("//p:PmtInf/p:PmtInfId", [each.end_to_end_id for each in file.transfers])
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))

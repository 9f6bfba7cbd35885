"""What a statement of a bank account says, and why a file of statements is refused."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from learning.kit.money import Money


class StatementProblem(StrEnum):
    """Why a file of statements is not read."""

    TOO_LARGE = "too_large"
    NOT_XML = "not_xml"
    DOCTYPE = "doctype"  # it defines entities of its own
    TRUNCATED = "truncated"
    BROKEN = "broken"  # XML that is not well formed
    NOT_CAMT053 = "not_camt053"
    UNKNOWN_VERSION = "unknown_version"
    NO_STATEMENT = "no_statement"
    MISSING_ELEMENT = "missing_element"
    INVALID_VALUE = "invalid_value"
    MIXED_CURRENCIES = "mixed_currencies"
    BALANCE_MISMATCH = "balance_mismatch"  # opening + entries is not the closing balance


class StatementError(Exception):
    """A file is refused: `code` says why, `line` where (0: the file as a whole).

    `element` is the name of the element that is missing or wrong; `balances` are the closing
    balance by the entries and the one of the file.
    """

    def __init__(
        self,
        code: StatementProblem,
        line: int = 0,
        *,
        element: str = "",
        balances: tuple[Money, Money] | None = None,
    ) -> None:
        super().__init__(f"{code}, line {line} {element}".strip())
        self.code, self.line, self.element = code, line, element
        self.balances = balances


@dataclass(frozen=True, kw_only=True)
class StatementEntry:
    """One transaction of a statement: `amount` is positive for a credit, negative for a debit.

    `text` holds all unstructured lines, `reference` the structured references, both joined by
    blanks. The counterparty is the party on the other side of the account. `is_reversal`: the
    bank takes an entry back. `return_reason` is a code (`AC04`) if a transfer came back.
    `is_charge`: what the bank takes for itself. `charges_minor` are the charges named with the
    transaction, in minor units. `bank_reference` is the bank's own, with the transaction's index.
    """

    booked_on: date
    value_on: date | None
    amount: Money
    is_reversal: bool = False
    is_charge: bool = False
    counterparty: str = ""
    counterparty_iban: str = ""
    end_to_end_id: str = ""
    reference: str = ""
    text: str = ""
    return_reason: str = ""
    charges_minor: int = 0
    bank_reference: str = ""
    duplicate_key: str = ""


@dataclass(frozen=True, kw_only=True)
class Statement:
    """A statement: `opening` plus all `entries` is `closing`, to the cent.

    `version` is that of the message (`053.001.08`). `skipped_count` entries were pending or for
    information, so they are in neither balance.
    """

    version: str
    statement_id: str
    sequence_number: int | None
    iban: str
    from_on: date
    until_on: date
    opening: Money
    closing: Money
    entries: Sequence[StatementEntry]
    skipped_count: int

    @property
    def currency(self) -> str:
        return self.closing.currency


def with_duplicate_keys(iban: str, entries: Sequence[StatementEntry]) -> list[StatementEntry]:
    """Return entries with the keys that recognise them in another file of the account.

    The key of an entry is a hash of the account, the day, the amount and the bank's reference
    with the transaction's index, or all its fields if the bank gives no reference. Entries that
    are alike are numbered within their day: two genuine transfers have two keys.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    keyed: list[StatementEntry] = []
    for each in entries:
        fields = (iban, each.booked_on.isoformat(), str(each.amount.minor), *_identity(each))
        seen[fields] += 1
        text = "\x1f".join((*fields, str(seen[fields])))
        keyed.append(replace(each, duplicate_key=hashlib.sha256(text.encode()).hexdigest()))
    return keyed


def _identity(entry: StatementEntry) -> tuple[str, ...]:
    """Return what tells an entry from the others of its day with its amount."""
    if entry.bank_reference:
        return ("reference", entry.bank_reference)
    return (
        "fields",
        entry.counterparty,
        entry.counterparty_iban,
        entry.end_to_end_id,
        entry.reference,
        entry.text,
        entry.return_reason,
        str(entry.is_reversal),
    )

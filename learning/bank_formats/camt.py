"""Statements of bank accounts as CAMT.053 (ISO 20022 messages camt.053.001.02, .04 and .08).

A file comes from outside: nothing in it is loaded from elsewhere, it may define no entities, and
its size and the number of its elements are limited.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from typing import Any

from lxml import etree

from learning.bank_formats.camt_elements import Element, signed
from learning.bank_formats.camt_entries import is_booked, read_entry
from learning.bank_formats.statements import (
    Statement,
    StatementEntry,
    StatementError,
    StatementProblem,
    with_duplicate_keys,
)
from learning.kit.money import Money

MAX_BYTES = 20_000_000
MAX_ELEMENTS = 1_000_000  # a batch of 10,000 transfers has half as many
VERSIONS = frozenset({"053.001.02", "053.001.04", "053.001.08"})
NAMESPACE = re.compile(r"\{urn:iso:std:iso:20022:tech:xsd:(camt\.(\d{3}\.\d{3}\.\d\d))\}Document")
OPENING, CLOSING = ("OPBD", "PRCD"), ("CLBD",)
DOCTYPE_MARK = b"<!DOCTYPE"
UNFINISHED = frozenset({"ERR_DOCUMENT_END", "ERR_TAG_NOT_FINISHED", "ERR_GT_REQUIRED"})


def read_statements(data: bytes) -> list[Statement]:
    """Return the statements of a file, in its order; each has all of its booked transactions.

    Raise StatementError for a file that is none, is too large, or does not add up.
    """
    if len(data) > MAX_BYTES:
        raise StatementError(StatementProblem.TOO_LARGE)
    _refuse_other_files(data)
    statements = list(_statements(data))
    if not statements:
        raise StatementError(StatementProblem.NO_STATEMENT)
    return statements


def _refuse_other_files(data: bytes) -> None:
    """Refuse what is no XML in an encoding with ASCII, and documents that define entities."""
    if b"\0" in data or not data.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        raise StatementError(StatementProblem.NOT_XML)
    position = data.find(DOCTYPE_MARK)
    if position >= 0:
        raise StatementError(StatementProblem.DOCTYPE, data.count(b"\n", 0, position) + 1)


@dataclass(kw_only=True)
class _Reading:
    """The statement that is being read: what comes before its entries, then these."""

    entries: list[StatementEntry] = field(default_factory=list)
    skipped: int = 0
    iban: str = ""
    currency: str = ""


def _statements(data: bytes) -> Iterator[Statement]:
    version, reading, statement_tag, entry_tag = "", _Reading(), "", ""
    for event, node in _events(data):
        if not version:
            version = _version(node)
            space = node.tag.removesuffix("Document")
            statement_tag, entry_tag = f"{space}Stmt", f"{space}Ntry"
        if event == "start":
            continue
        if node.tag == entry_tag and node.getparent().tag == statement_tag:
            _add(reading, node)
            node.clear()  # its place in the tree stays, without content
        elif node.tag == statement_tag:
            yield _statement(Element(node), version, reading)
            reading = _Reading()
            node.clear()


def _events(data: bytes) -> Iterator[tuple[str, Any]]:
    """Yield the elements as they begin and end."""
    parser = etree.iterparse(
        BytesIO(data),
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    count = 0
    try:
        for event, node in parser:
            count += 1
            if count > 2 * MAX_ELEMENTS:
                raise StatementError(StatementProblem.TOO_LARGE, int(node.sourceline or 0))
            yield event, node
    except etree.XMLSyntaxError as error:
        raise _syntax_error(error) from None


def _syntax_error(error: Any) -> StatementError:  # noqa: ANN401 lxml has no types
    line = int(error.lineno or 0)
    kind = etree.ErrorTypes._getName(error.code, "")  # noqa: SLF001 the only way to its name
    is_unfinished = kind in UNFINISHED
    return StatementError(
        StatementProblem.TRUNCATED if is_unfinished else StatementProblem.BROKEN, line
    )


def _version(root: Any) -> str:  # noqa: ANN401 lxml has no types
    """Return the version of a message by its first element."""
    if root.getroottree().docinfo.doctype:  # in an encoding that hides the mark
        raise StatementError(StatementProblem.DOCTYPE, 1)
    match = NAMESPACE.fullmatch(root.tag)
    if match is None or not match[2].startswith("053."):
        raise StatementError(StatementProblem.NOT_CAMT053, int(root.sourceline or 0))
    if match[2] not in VERSIONS:
        raise StatementError(StatementProblem.UNKNOWN_VERSION, int(root.sourceline or 0))
    return match[2]


def _add(reading: _Reading, node: Any) -> None:  # noqa: ANN401 lxml has no types
    """Read an entry; the account and its balances stand before it."""
    if not reading.iban:
        statement = Element(node.getparent())
        reading.iban = _account(statement)
        reading.currency = _balance(statement, OPENING)[0].currency
    entry = Element(node)
    if is_booked(entry):
        reading.entries += read_entry(entry, reading.iban, reading.currency)
    else:
        reading.skipped += 1


def _statement(statement: Element, version: str, reading: _Reading) -> Statement:
    """Return a statement that has ended; raise StatementError if it does not add up."""
    opening, opened_on = _balance(statement, OPENING)
    closing, closed_on = _balance(statement, CLOSING)
    if opening.currency != closing.currency:
        raise StatementError(StatementProblem.MIXED_CURRENCIES, statement.line, element="Bal")
    total = opening.minor + sum(each.amount.minor for each in reading.entries)
    if total != closing.minor:
        balances = (Money(total, closing.currency), closing)
        raise StatementError(StatementProblem.BALANCE_MISMATCH, statement.line, balances=balances)
    iban = _account(statement)
    from_day, sequence = statement.first("FrToDt/FrDtTm"), statement.text("ElctrncSeqNb")
    from_on = from_day.date_value() if from_day else opened_on
    return Statement(
        version=version,
        statement_id=statement.required("Id").value,
        sequence_number=_number(sequence or statement.text("LglSeqNb")),
        iban=iban,
        from_on=min(from_on, closed_on),
        until_on=closed_on,
        opening=opening,
        closing=closing,
        entries=with_duplicate_keys(iban, reading.entries),
        skipped_count=reading.skipped,
    )


def _account(statement: Element) -> str:
    return statement.required("Acct/Id/IBAN").value.replace(" ", "").upper()


def _balance(statement: Element, kinds: Sequence[str]) -> tuple[Money, date]:
    """Return the balance of the first of some kinds, with its day; negative if it is a debit."""
    found = {each.text("Tp/CdOrPrtry/Cd"): each for each in statement.all("Bal")}
    balance = next((found[kind] for kind in kinds if kind in found), None)
    if balance is None:
        raise StatementError(StatementProblem.MISSING_ELEMENT, statement.line, element="Bal")
    amount = signed(balance.required("Amt").money(), is_credit=balance.is_credit())
    return amount, balance.required("Dt").day()


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None  # noqa: PLR2004

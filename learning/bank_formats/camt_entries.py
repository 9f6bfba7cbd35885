"""The entries of a CAMT.053 statement: each transaction of an entry is one of its own."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from learning.bank_formats.camt_elements import Element, signed
from learning.bank_formats.statements import StatementEntry, StatementError, StatementProblem
from learning.kit.money import Money

BOOKED, NOT_BOOKED = "BOOK", frozenset({"PDNG", "INFO", "FUTR"})
NO_REFERENCE = frozenset({"", "NOTPROVIDED", "NOTAVAILABLE", "NONREF", "NONE", "0"})
CHARGE_CODES = frozenset({"CHRG", "COMM", "FEES"})
"""Families and subfamilies of the ISO 20022 external bank transaction codes: charges."""


def is_booked(entry: Element) -> bool:
    """Whether an entry is in the balances; raise StatementError for an unknown status."""
    status = entry.text("Sts/Cd", "Sts")
    if status not in NOT_BOOKED | {BOOKED}:
        raise entry.required("Sts").invalid()
    return status == BOOKED


def read_entry(entry: Element, iban: str, currency: str) -> list[StatementEntry]:
    """Return the transactions of a booked entry; together they are its amount.

    If their amounts do not add up to it, also not less the charges of the entry, all are given as
    one, for a person to look at: the balance of the account counts entries. One of zero is none.
    """
    whole = _whole(entry, currency)
    details = list(entry.all("NtryDtls/TxDtls"))
    if len(details) > 1:
        found = _parts(whole, details, iban)
    elif details:
        found = [_transaction(details[0], whole, whole.amount, iban)]
    else:
        found = [whole]
    return [each for each in found if each.amount.minor]


def _whole(entry: Element, currency: str) -> StatementEntry:
    """Return an entry without what its transactions say."""
    amount = entry.required("Amt").money()
    if amount.currency != currency:
        raise StatementError(StatementProblem.MIXED_CURRENCIES, entry.line, element="Amt")
    booked_on, value_on = _days(entry)
    return StatementEntry(
        booked_on=booked_on,
        value_on=value_on,
        amount=signed(amount, is_credit=entry.is_credit()),
        is_reversal=entry.text("RvslInd") in {"true", "1"},
        is_charge=_is_charge(entry),
        text=entry.text("AddtlNtryInf"),
        charges_minor=_charges(entry, currency),
        bank_reference=_known(entry.text("AcctSvcrRef")),
    )


def _days(entry: Element) -> tuple[date, date | None]:
    """Return the booking day and the value day; without the first, the second counts as it."""
    value, booked = entry.first("ValDt"), entry.first("BookgDt")
    day = (booked or value or entry.required("BookgDt")).day()
    return day, value.day() if value else None


def _parts(whole: StatementEntry, details: Sequence[Element], iban: str) -> list[StatementEntry]:
    """Return the transactions of a batch, and the charges that the bank took from its sum."""
    amounts = [_own_amount(each, whole.amount) for each in details]
    if None not in amounts:
        parts = [
            _indexed(_transaction(each, whole, amount, iban), index)
            for index, (each, amount) in enumerate(zip(details, amounts, strict=True), 1)
            if amount is not None
        ]
        rest = whole.amount.minor - sum(each.amount.minor for each in parts)
        if rest == 0:
            return parts
        if rest == -whole.charges_minor:
            return [*parts, _charge(whole, rest, len(parts) + 1)]
    texts = [_text(each) for each in details]
    references = [reference for each in details for reference in _references(each)]
    text = " ".join(filter(None, (whole.text, *texts)))
    return [replace(whole, text=text, reference=" ".join(references))]


def _charge(whole: StatementEntry, minor: int, index: int) -> StatementEntry:
    amount = Money(minor, whole.amount.currency)
    return _indexed(replace(whole, amount=amount, is_charge=True, charges_minor=0), index)


def _indexed(entry: StatementEntry, index: int) -> StatementEntry:
    reference = entry.bank_reference
    return replace(entry, bank_reference=f"{reference}/{index}" if reference else "")


def _own_amount(details: Element, whole: Money) -> Money | None:
    """Return what a transaction changes the account by; None if that is not said."""
    own = details.first("Amt", "AmtDtls/TxAmt/Amt")
    if own is None or own.currency != whole.currency:
        return None
    has_direction = details.first("CdtDbtInd") is not None
    is_credit = details.is_credit() if has_direction else whole.minor > 0
    return signed(own.money(), is_credit=is_credit)


def _transaction(
    details: Element, whole: StatementEntry, amount: Money, iban: str
) -> StatementEntry:
    """Return one transaction of an entry, whose own text is of use only if this has none."""
    reason = details.text("RtrInf/Rsn/Cd", "RtrInf/Rsn/Prtry")
    name, account = _counterparty(details, replace(whole, amount=amount), reason, iban)
    own_reference = _known(details.text("Refs/AcctSvcrRef"))
    return replace(
        whole,
        amount=amount,
        is_charge=whole.is_charge or _is_charge(details),
        counterparty=name,
        counterparty_iban=account,
        end_to_end_id=_known(details.text("Refs/EndToEndId")),
        reference=" ".join(_references(details)),
        text=_text(details) or whole.text,
        return_reason=reason,
        charges_minor=_charges(details, amount.currency) or whole.charges_minor,
        bank_reference=whole.bank_reference or own_reference,
    )


def _counterparty(
    details: Element, entry: StatementEntry, reason: str, iban: str
) -> tuple[str, str]:
    """Return name and IBAN of the party on the other side.

    Debtor and creditor are those of the first transfer, also when it is taken back or returned. A
    bank that does not know the name writes “NOTPROVIDED”.
    """
    is_incoming = (entry.amount.minor > 0) != (entry.is_reversal or bool(reason))
    accounts = {role: _iban(details, role) for role in ("Dbtr", "Cdtr")}
    role = "Dbtr" if is_incoming else "Cdtr"
    if accounts[role] == iban:  # a bank that names the roles of the return
        role = "Cdtr" if is_incoming else "Dbtr"
    name = details.text(
        f"RltdPties/{role}/Pty/Nm", f"RltdPties/{role}/Nm", f"RltdPties/Ultmt{role}/Pty/Nm",
        f"RltdPties/Ultmt{role}/Nm",
    )  # fmt: skip
    return "" if name.upper() in NO_REFERENCE else name, accounts[role]


def _iban(details: Element, role: str) -> str:
    return details.text(f"RltdPties/{role}Acct/Id/IBAN").replace(" ", "").upper()


def _text(details: Element) -> str:
    """Return all unstructured lines, and what is written into structured remittances."""
    lines = details.texts("RmtInf/Ustrd")
    documents = details.texts("RmtInf/Strd/RfrdDocInf/Nb")
    more = details.texts("RmtInf/Strd/AddtlRmtInf")
    return " ".join((*lines, *documents, *more)) or details.text("AddtlTxInf")


def _references(details: Element) -> list[str]:
    """Return the creditor references, each once."""
    return list(dict.fromkeys(details.texts("RmtInf/Strd/CdtrRefInf/Ref")))


def _known(reference: str) -> str:
    return "" if reference.upper() in NO_REFERENCE else reference


def _is_charge(element: Element) -> bool:
    codes = element.texts("BkTxCd/Domn/Fmly/Cd") + element.texts("BkTxCd/Domn/Fmly/SubFmlyCd")
    return not CHARGE_CODES.isdisjoint(codes)


def _charges(element: Element, currency: str) -> int:
    """Return the charges that an element names in the account's currency, in minor units."""
    total = element.first("Chrgs/TtlChrgsAndTaxAmt")
    amounts = [total] if total else [*element.all("Chrgs/Rcrd/Amt"), *element.all("Chrgs/Amt")]
    return sum(each.money().minor for each in amounts if each.currency == currency)

"""Which invoices a bank entry pays; pure.

An entry is matched by itself only by an exact reference (ISO 11649), or by an exact number of an
invoice; several of them need the exact sum. All else is a suggestion that a person confirms. An
amount alone is not even that: many invoices have the same.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from learning.fees.rules.same_names import is_same_name

NUMBER = re.compile(r"([A-Z]+)-(\d{4})-(\d+)")
"""The number of an invoice: series, year, sequence (“INV-2026-000042”)."""
REFUND_NUMBER = re.compile(r"(?<![A-Z0-9-])R-\d{4}-\d+")
PADDED = 6  # digits of a sequence as it is printed
SEPARATORS = r"[\s\-_/.:#]*"
MIN_TAIL = 3  # digits of the end of a number, to be worth a suggestion


class MatchReason(StrEnum):
    """Why an entry may be for an invoice, the strongest first."""

    DIGITS_SWAPPED = "digits_swapped"
    INEXACT_SUM = "inexact_sum"  # several numbers, and the amount is not their sum
    NUMBER_END = "number_end"
    SAME_IBAN = "same_iban"
    SAME_NAME = "same_name"  # and the exact open amount
    SAME_NAME_ALL = "same_name_all"  # all open invoices of this payer, with their exact sum


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """An invoice that an entry may pay. `open` is in minor units, 0 for a paid or credited one.

    `account_id` and `payer` say whose money it is, `ibans` from where that payer paid before. A
    line of a joint invoice has the number and the reference of that; `joint` names it, `position`
    is that of the line.
    """

    invoice_id: int
    account_id: int
    payer: str
    number: str
    reference: str
    open: int
    currency: str
    name: str
    ibans: frozenset[str] = frozenset()
    joint: str = ""
    position: int = 0

    @property
    def whose(self) -> tuple[int, str]:
        """The account and the payer: payments go to them, not to a single invoice."""
        return self.account_id, self.payer


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What the bank passed on about a credit; `minor` is the amount in minor units."""

    minor: int
    currency: str
    name: str
    iban: str
    reference: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Share:
    """The part of a receipt that goes to one payer of one account, in minor units."""

    account_id: int
    payer: str
    minor: int


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """Invoices that a receipt may be for, and why; `difference` is what is over, or short (< 0)."""

    invoices: tuple[Candidate, ...]
    reasons: tuple[MatchReason, ...]
    shares: tuple[Share, ...]
    difference: int = 0


def normal(text: str) -> str:
    """Return letters and digits alone, in capitals."""
    return "".join(each for each in text.upper() if each.isascii() and each.isalnum())


def numbers_in(text: str) -> frozenset[tuple[str, int, int]]:
    """Return the numbers of invoices that a text names, as series, year and sequence.

    Blanks, hyphens, lower case and missing leading zeros are understood. A short sequence that
    more digits follow is none: the bank may have broken it.
    """
    capital, found = text.upper(), set()
    pattern = rf"(?<![A-Z0-9])([A-Z]{{2,4}}){SEPARATORS}(\d{{4}}){SEPARATORS}(\d+)"
    for each in re.finditer(pattern, capital):
        series, year, digits = each.groups()
        broken = len(digits) < PADDED and re.match(rf"{SEPARATORS}\d", capital[each.end() :])
        if len(digits) <= PADDED and int(digits) and not broken:
            found.add((series, int(year), int(digits)))
    for each in re.finditer(r"([A-Z]{2,4})(\d{4})(\d{6})(?!\d)", normal(text)):
        found.add((each[1], int(each[2]), int(each[3])))
    return frozenset(found)


def refund_number_in(*texts: str) -> str | None:
    """Return the number of the refund that the first text with one names; None if it has several.

    It has to be there as we wrote it, in any case: it decides where money went.
    """
    for text in texts:
        found = set(REFUND_NUMBER.findall(text.upper()))
        if found:
            return found.pop() if len(found) == 1 else None
    return None


def number_parts(number: str) -> tuple[str, int, int] | None:
    """Return the series, the year and the sequence of an invoice's number."""
    parts = NUMBER.fullmatch(number)
    return (parts[1], int(parts[2]), int(parts[3])) if parts else None


def named_by(receipt: Receipt, candidates: Iterable[Candidate]) -> list[Candidate]:
    """Return the invoices that a receipt names exactly, by reference or number."""
    structured, free = normal(receipt.reference), normal(receipt.text)
    numbers = numbers_in(receipt.text) | numbers_in(receipt.reference)

    def is_named(each: Candidate) -> bool:
        by_reference = each.reference and (each.reference == structured or each.reference in free)
        return bool(by_reference) or number_parts(each.number) in numbers

    return [each for each in candidates if is_named(each)]


def match(receipt: Receipt, candidates: Sequence[Candidate]) -> tuple[Share, ...]:
    """Return where a receipt goes by itself: nowhere unless it names its invoices exactly.

    All of it goes to one payer, who may pay too much or too little. Of several payers each gets
    what their invoices have open, if the sum is exact.
    """
    named = [each for each in named_by(receipt, candidates) if each.currency == receipt.currency]
    return shares_of(receipt, named)


def shares_of(receipt: Receipt, invoices: Sequence[Candidate]) -> tuple[Share, ...]:
    """Return the parts of a receipt for some invoices: none if several payers need another sum.

    A joint invoice has one payer, however many accounts its lines have.
    """
    owners = sorted({each.whose for each in invoices})
    if len(owners) > 1 and len(_payers(invoices)) == 1:
        return split_joint(receipt.minor, invoices)
    if len(owners) == 1:
        ((account_id, payer),) = owners
        return (Share(account_id=account_id, payer=payer, minor=receipt.minor),)
    shares = tuple(
        Share(
            account_id=owner[0],
            payer=owner[1],
            minor=sum(each.open for each in invoices if each.whose == owner),
        )
        for owner in owners
    )
    exact = sum(each.minor for each in shares) == receipt.minor
    return shares if exact and all(each.minor > 0 for each in shares) else ()


def split_joint(minor: int, lines: Sequence[Candidate]) -> tuple[Share, ...]:
    """Return the parts of a payment of a joint invoice, in minor units; they sum to the payment.

    Each line gets what it has open, in their order, so that a payment that is too small pays for
    whole places first. What is over is a credit of the first line that is paid or credited by a
    note (its place has left, or moved with its account), or else of the first line.
    """
    ordered = sorted(lines, key=lambda each: (each.position, each.account_id))
    parts, left = dict.fromkeys((each.whose for each in ordered), 0), minor
    for each in ordered:
        part = min(left, each.open)
        parts[each.whose] += part
        left -= part
    if left:
        closed = [each for each in ordered if each.open == 0]
        parts[(closed or ordered)[0].whose] += left
    return tuple(
        Share(account_id=account_id, payer=payer, minor=part)
        for (account_id, payer), part in parts.items()
        if part
    )


def _payers(invoices: Iterable[Candidate]) -> set[str | tuple[int, str]]:
    """Return who pays: the accounts of a joint invoice are one payer."""
    return {each.joint or each.whose for each in invoices}


def suggest(receipt: Receipt, candidates: Sequence[Candidate]) -> Suggestion | None:
    """Return the one thing that a receipt may be for, None if nothing or more than one fits.

    Only open invoices are suggested. The reasons are tried from the strongest to the weakest; a
    reason that several payers share says nothing.
    """
    usable = [each for each in candidates if each.open > 0 and each.currency == receipt.currency]
    fits = {reason: _fits(reason, receipt, usable) for reason in MatchReason}
    for reason in MatchReason:
        found = fits[reason]
        owners = _payers(found)
        several = reason in {MatchReason.INEXACT_SUM, MatchReason.SAME_NAME_ALL}
        if not owners or (len(owners) > 1 and not several):
            continue
        also = tuple(
            each for each in MatchReason if each == reason or set(found) <= set(fits[each])
        )
        invoices = tuple(sorted(found, key=lambda each: each.number))
        return Suggestion(
            invoices=invoices,
            reasons=also,
            shares=shares_of(receipt, invoices),
            difference=receipt.minor - sum(each.open for each in invoices),
        )
    return None


def same_amount(receipt: Receipt, candidates: Iterable[Candidate]) -> int:
    """Return how many open invoices have the amount of a receipt; it suggests none of them."""
    return sum(
        each.open == receipt.minor and each.currency == receipt.currency for each in candidates
    )


def _fits(
    reason: MatchReason, receipt: Receipt, usable: Sequence[Candidate]
) -> Sequence[Candidate]:
    if reason is MatchReason.DIGITS_SWAPPED:
        return [each for each in usable if _has_swapped(receipt, each.number)]
    if reason is MatchReason.INEXACT_SUM:
        return named_by(receipt, usable)
    if reason is MatchReason.NUMBER_END:
        return [each for each in usable if _has_end(receipt.text, each.number)]
    if reason is MatchReason.SAME_IBAN:
        return [each for each in usable if receipt.iban and receipt.iban in each.ibans]
    named = [each for each in usable if is_same_name(receipt.name, each.name)]
    if reason is MatchReason.SAME_NAME:
        return [each for each in named if each.open == receipt.minor]
    is_all = len(named) > 1 and sum(each.open for each in named) == receipt.minor
    return named if is_all else []


def _has_swapped(receipt: Receipt, number: str) -> bool:
    """Whether the text has the number with two neighbours among its digits swapped."""
    own = number_parts(number)
    if own is None:
        return False
    series, year, sequence = own
    digits = f"{year}{sequence:0{PADDED}}"
    swapped = {
        digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]
        for at in range(len(digits) - 1)
        if digits[at] != digits[at + 1]
    }
    found = numbers_in(receipt.text) | numbers_in(receipt.reference)
    return any(
        f"{other_year}{other:0{PADDED}}" in swapped
        for other_series, other_year, other in found
        if other_series == series
    )


def _has_end(text: str, number: str) -> bool:
    """Whether the text has the end of the number, without the year: “INV 1169” for 001169."""
    own = number_parts(number)
    if own is None or len(str(own[2])) < MIN_TAIL:
        return False
    words = re.findall(r"[A-Z]+|\d+", text.upper())
    return any(
        word == own[0] and digits.lstrip("0") == str(own[2]) for word, digits in pairwise(words)
    )

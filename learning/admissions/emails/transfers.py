"""Sentences about the price of a transfer or a substitution, made from the same cost."""

from collections.abc import Sequence

from learning.admissions.events import PayerDifference
from learning.admissions.queries.transfer_costs import TransferCost, TransferViolation
from learning.catalogue.cancellation import ALL
from learning.kit.i18n import N_, I18n
from learning.kit.money import Money

VIOLATIONS = {
    TransferViolation.NOTICE: N_("The last day for this notice, %(day)s, is over."),
    TransferViolation.CURRENCY: N_(
        "The fee there is in another currency: what was paid cannot count for it."
    ),
    TransferViolation.ELSEWHERE: N_("There is an application or a place there already."),
    TransferViolation.NO_SEAT: N_("No seat is left there."),
}


def violation_sentence(i18n: I18n, cost: TransferCost, violation: TransferViolation) -> str:
    """Return why a place cannot be transferred or handed over, with the day if it was too late."""
    words = {"day": i18n.date(cost.window.transfer_until)}
    return i18n.gettext(VIOLATIONS[violation]) % words


def price_sentence(i18n: I18n, differences: Sequence[PayerDifference]) -> str:
    """Return what these payers still pay, or have paid too much; both, if two payers differ."""
    sentences = []
    if opened := _sum([each.open for each in differences]):
        sentences.append(
            i18n.gettext(N_("%(amount)s is to be paid before the place is confirmed."))
            % {"amount": i18n.exact_money(opened)}
        )
    if credit := _sum([each.credit for each in differences]):
        sentences.append(
            i18n.gettext(N_("%(amount)s was paid too much: it stays on the account."))
            % {"amount": i18n.exact_money(credit)}
        )
    return " ".join(sentences) or i18n.gettext(N_("Nothing more is to be paid."))


def floor_sentence(i18n: I18n, floor: int) -> str:
    """Return what a later cancellation charges at least, "" without a penalty floor."""
    if floor == 0:
        return ""
    return i18n.gettext(
        N_("A cancellation after that charges at least %(share)s of what was paid, on any day.")
    ) % {"share": i18n.percent(floor / ALL)}


def _sum(amounts: Sequence[Money]) -> Money | None:
    """Return the sum of amounts, None for nothing."""
    positive = [each for each in amounts if each.minor > 0]
    return sum(positive[1:], positive[0]) if positive else None

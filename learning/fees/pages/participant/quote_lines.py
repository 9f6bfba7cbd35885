"""What a cancellation refunds on a day, in words, and only the reader’s own amounts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from learning.admissions.emails.cancellation import outcome_sentence
from learning.admissions.events import PayerAmounts
from learning.admissions.queries.cancellation_costs import CancellationCost
from learning.catalogue.cancellation import ALL, Period, Window
from learning.fees.models import Payer
from learning.fees.pages.participant.fee_lines import SumLine, figure
from learning.fees.queries.payers import EARLIER_PARTICIPANT
from learning.kit.i18n import N_, I18n
from learning.kit.money import Money


@dataclass(frozen=True, kw_only=True)
class DayQuote:
    """The refund for a notice on a day: the rule, as its e-mail says it, and the sum.

    Without a payment of the reader's own, `lines` is empty and `text` says so. `refund` is 0 then.
    """

    day: date
    percent: int
    days: str
    rule: str
    lines: Sequence[SumLine]
    total: str
    refund: Money | None
    text: str


@dataclass(frozen=True, kw_only=True)
class TierLine:
    """A line of the legend: the days on which a percentage is charged."""

    percent: int
    days: str
    amount: str
    rule: str


def own_amounts(cost: CancellationCost) -> PayerAmounts | None:
    """Return what the participant paid and gets back, None if they have paid nothing."""
    return next((each for each in cost.payers if each.payer == Payer.PARTICIPANT), None)


def day_quote(i18n: I18n, cost: CancellationCost, *, sponsored: bool) -> DayQuote:
    """Return the quote for the day of a cost; `sponsored` if another pays a part, or all."""
    own = own_amounts(cost)
    return DayQuote(
        day=cost.received_on,
        percent=cost.quote.percent,
        days=days_before(i18n, cost.window.days),
        rule=outcome_sentence(i18n, cost.quote),
        lines=_lines(i18n, own, cost.quote.percent) if own else (),
        total=figure(i18n, own.refund) if own else "",
        refund=own.refund if own else None,
        text=_text(i18n, cost, sponsored=sponsored),
    )


def _text(i18n: I18n, cost: CancellationCost, *, sponsored: bool) -> str:
    """Return what the sum does not say: nothing is paid, or somebody before has paid."""
    texts = [] if own_amounts(cost) else [_nothing_paid(i18n, sponsored=sponsored)]
    if any(each.payer == EARLIER_PARTICIPANT for each in cost.payers):
        text = N_("What was paid before the place was yours is refunded to the person who paid it, "
                  "by the same rule.")  # fmt: skip
        texts.append(i18n.gettext(text))
    return " ".join(texts)


def _nothing_paid(i18n: I18n, *, sponsored: bool) -> str:
    if sponsored:
        return i18n.gettext(
            N_("You have paid nothing. What your sponsor has paid is refunded to your sponsor, "
               "by the same rule.")
        )  # fmt: skip
    return i18n.gettext(N_("You have paid nothing, and nothing more has to be paid."))


def _lines(i18n: I18n, own: PayerAmounts, percent: int) -> list[SumLine]:
    charge = i18n.gettext(N_("Cancellation charge, %(share)s of what you paid"))
    return [
        SumLine(title=i18n.gettext(N_("You paid")), detail="", amount=figure(i18n, own.paid)),
        SumLine(
            title=charge % {"share": i18n.percent(percent / ALL)},
            detail="",
            amount=figure(i18n, own.charge, minus=True),
        ),
    ]


def days_before(i18n: I18n, days: int) -> str:
    """Return how many days are left before the first day: “12 days before the first day”."""
    if days < 0:
        return i18n.gettext(N_("after the first day"))
    if days == 0:
        return i18n.gettext(N_("the first day"))
    text = i18n.ngettext(
        "%(num)s day before the first day", "%(num)s days before the first day", days
    )
    return text % {"num": i18n.number(days)}


def tier_lines(
    i18n: I18n, window: Window, today: date, costs: Mapping[int, CancellationCost]
) -> list[TierLine]:
    """Return the legend: the periods that are not over, with what comes back of one's own."""
    return [
        TierLine(
            percent=each.percent,
            days=_period(i18n, each),
            amount=_refund(i18n, costs[each.percent]),
            rule=_rule(i18n, window, each),
        )
        for each in window.periods
        if each.last is None or each.last >= today
    ]


def _refund(i18n: I18n, cost: CancellationCost) -> str:
    own = own_amounts(cost)
    return i18n.exact_money(own.refund) if own else ""


def _period(i18n: I18n, period: Period) -> str:
    first = i18n.short_date(period.first) if period.first else ""
    last = i18n.short_date(period.last) if period.last else ""
    if not period.first and not period.last:
        return i18n.gettext(N_("on any day"))
    if not period.first:
        return i18n.gettext("until %(day)s") % {"day": last}
    if not period.last:
        return i18n.gettext(N_("from %(day)s on")) % {"day": first}
    return i18n.gettext("from %(first)s to %(last)s") % {"first": first, "last": last}


def _rule(i18n: I18n, window: Window, period: Period) -> str:
    """Return the rule of a period in days before the first day."""
    if period.first is None and period.last is None:
        return i18n.gettext(N_("as was agreed for the late transfer or substitution"))
    if period.last is None:
        return i18n.gettext(N_("later, or if you do not come"))
    min_days = (window.first_day - period.last).days
    if period.first is None:
        text = i18n.ngettext(
            "%(num)s day or more before the first day",
            "%(num)s days or more before the first day",
            min_days,
        )
        return text % {"num": i18n.number(min_days)}
    max_days = (window.first_day - period.first).days
    words = {"min": i18n.number(min_days), "max": i18n.number(max_days)}
    return i18n.gettext(N_("%(min)s to %(max)s days before the first day")) % words

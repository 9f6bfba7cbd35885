"""Sentences about cancellation in e-mails and on pages, made from the same window."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from learning.admissions.queries.cancellation_costs import Amounts, CancellationCost
from learning.admissions.queries.terms import Terms, plain_window, window_from
from learning.admissions.rules import deadlines
from learning.catalogue.cancellation import ALL, LastDay, Outcome, Quote, Window, outcome_of
from learning.catalogue.labels import OUTCOMES
from learning.enrolment.emails import begins
from learning.kit.i18n import N_, I18n
from learning.kit.money import Money
from learning.mail.emails import EmailContent, Params

TODAY = {
    Outcome.FULL_REFUND: N_("If you cancel today: full refund of what was paid."),
    Outcome.PARTIAL_REFUND: N_("If you cancel today: %(refund)s refund of what was paid."),
    Outcome.NO_REFUND: N_("If you cancel today: no refund of what was paid."),
}


def cost_params(
    terms: Terms, received_on: date, cost: CancellationCost | None = None
) -> dict[str, Any]:
    """Return the parameters about fee and cancellation, as JSON for the outbox.

    `received_on` is the day on which a notice is received, or on which an acceptance is
    announced. `cost` is that of a cancellation: the person reads what they paid themselves.
    """
    window = terms.window(received_on)
    return {
        "amounts": plain_amounts(cost.own_amounts if cost else None),
        "fee_minor": terms.fee.minor,
        "fee_currency": terms.fee.currency,
        "due_on": deadlines.payment_due(received_on, window).isoformat(),
        "received_on": received_on.isoformat(),
        "window": plain_window(window),
    }


def plain_amounts(amounts: Amounts | None) -> list[Any]:
    """Return what was paid, what is charged, what goes back and the currency, as JSON."""
    if amounts is None:
        return []
    minor = (amounts.paid.minor, amounts.charge.minor, amounts.refund.minor)
    return [*minor, amounts.paid.currency]


def refund_words(i18n: I18n, percent: int) -> dict[str, str]:
    """Return the share that is refunded where a percentage is charged, for a sentence."""
    return {"refund": i18n.percent((ALL - percent) / 100)}


def outcome_sentence(i18n: I18n, quote: Quote) -> str:
    """Return the cost of a cancellation in one sentence."""
    return i18n.gettext(OUTCOMES[quote.outcome]) % refund_words(i18n, quote.percent)


def warnings(i18n: I18n, window: Window) -> list[str]:
    """Return the warnings of an acceptance.

    The last days for cancelling, and what is too late already.

    The note of 2023 took applications until five days before the first day: people accepted
    after 11 September could never transfer, and paid for cancelling from the first minute.
    """
    if window.is_free:
        return [" ".join(tier_sentences(i18n, window)), *_transfer_sentences(i18n, window)]
    return [
        *_transfer_sentences(i18n, window),
        i18n.gettext(TODAY[outcome_of(window.percent)]) % refund_words(i18n, window.percent),
    ]


def tier_sentences(i18n: I18n, window: Window) -> list[str]:
    """Return one sentence for each tier, the last one for cancelling later than all of them."""
    sentences = [
        _tier_sentence(i18n, each, first=n == 0) for n, each in enumerate(window.last_days)
    ]
    later = refund_words(i18n, window.late_percent)
    if window.late_percent == ALL:
        return [*sentences, i18n.gettext("Later, no refund.")]
    return [*sentences, i18n.gettext("Later, %(refund)s refund of what was paid.") % later]


def _tier_sentence(i18n: I18n, tier: LastDay, *, first: bool) -> str:
    values = {"day": i18n.date(tier.until), **refund_words(i18n, tier.percent)}
    if tier.percent == 0:
        return i18n.gettext("Until %(day)s you can cancel without cost.") % values
    if first:
        return i18n.gettext("Until %(day)s, %(refund)s refund of what was paid.") % values
    return i18n.gettext("After that, until %(day)s, %(refund)s refund of what was paid.") % values


def _transfer_sentences(i18n: I18n, window: Window) -> list[str]:
    values = {"day": i18n.date(window.transfer_until)}
    if not window.may_transfer:
        return [
            i18n.gettext(
                "Please note: %(day)s is over. You can no longer transfer to another course or "
                "send somebody in your place."
            )
            % values
        ]
    return [
        i18n.gettext(
            "Until %(day)s you can transfer to another course, or send somebody in your place: "
            "write to the course team; the day on which that arrives counts."
        )
        % values
    ]


def warned(i18n: I18n, params: Params) -> list[str]:
    """Return the warnings of an e-mail from its parameters."""
    return warnings(i18n, window_from(params["window"]))


def fee_words(i18n: I18n, params: Mapping[str, Any]) -> dict[str, str]:
    """Return the fee and its due day, for a sentence."""
    return {
        "fee": i18n.exact_money(Money(params["fee_minor"], params["fee_currency"])),
        "due": i18n.date(date.fromisoformat(params["due_on"])),
    }


def enrolment_cancelled(i18n: I18n, params: Params) -> EmailContent:
    """Return the e-mail that says what is charged, and from which days that is counted."""
    lines = [
        i18n.gettext("Your place in the course that begins on %(start)s is cancelled.")
        % begins(i18n, params),
        *(_cost_sentences(i18n, params) if params["pays"] else ()),
        params["reason"],
    ]
    return EmailContent(
        subject=i18n.gettext("Your place is cancelled"),
        lines=[line for line in lines if line],
        button=i18n.gettext("See my application"),
        path=f"/{i18n.language}/applications/{params['reference']}",
    )


def _cost_sentences(i18n: I18n, params: Params) -> list[str]:
    window = window_from(params["window"])
    counted = {
        "received": i18n.date(date.fromisoformat(params["received_on"])),
        "first": i18n.date(window.first_day),
    }
    values = refund_words(i18n, window.percent)
    return [
        i18n.gettext("The notice was received on %(received)s. The first day is %(first)s.")
        % counted,
        i18n.gettext(OUTCOMES[outcome_of(window.percent)]) % values,
        i18n.gettext("The fee that was agreed is %(fee)s.") % fee_words(i18n, params),
        *amount_sentences(i18n, amounts_from(params.get("amounts", []))),
    ]


def amounts_from(plain: Sequence[Any]) -> Amounts | None:
    """Return the amounts from the result of `plain_amounts`."""
    if not plain:
        return None
    paid, charge, refund, currency = plain
    return Amounts(
        paid=Money(paid, currency), charge=Money(charge, currency), refund=Money(refund, currency)
    )


def amount_sentences(i18n: I18n, amounts: Amounts | None) -> list[str]:
    """Return what was paid, what is charged, and what is refunded to those who paid it."""
    if amounts is None:
        return [i18n.gettext("Nothing has been paid, and nothing more has to be paid.")]
    words = {
        "paid": i18n.exact_money(amounts.paid),
        "charge": i18n.exact_money(amounts.charge),
        "refund": i18n.exact_money(amounts.refund),
    }
    sentences = [
        i18n.gettext("%(paid)s has been paid; the cancellation charge is %(charge)s.") % words
    ]
    if amounts.refund.minor > 0:
        sentences.append(
            i18n.gettext(
                "%(refund)s, less bank charges, is refunded to the person or organisation that "
                "paid it."
            )
            % words
        )
    return sentences

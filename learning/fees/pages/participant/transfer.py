"""What another course costs, or sending a colleague: on any day, before anybody writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from flask import redirect, request
from flask.typing import ResponseReturnValue

from learning.access.permissions import Permission
from learning.admissions.commands.applications import is_fellowship
from learning.admissions.emails.transfers import floor_sentence, price_sentence, violation_sentence
from learning.admissions.events import PayerDifference
from learning.admissions.models import Application
from learning.admissions.queries.overrides import open_override, override_cost
from learning.admissions.queries.transfer_costs import (
    TransferCost,
    TransferNotice,
    TransferOption,
    substitution_cost,
    transfer_options,
)
from learning.catalogue.models import Edition
from learning.content import registry
from learning.content.course import Course
from learning.fees.models import Payer
from learning.fees.pages.participant.blueprint import answer, bp, fee_url, own_application
from learning.fees.pages.participant.quote import (
    QuoteContext,
    chosen_day,
    has_seat,
    quote_context,
)
from learning.fees.pages.participant.quote_lines import days_before
from learning.kit.db import db
from learning.kit.i18n import N_, I18n
from learning.kit.languages import current_i18n
from learning.kit.money import Money
from learning.kit.pages import Page


@dataclass(frozen=True, kw_only=True)
class OptionLine:
    """A course that a place can move to: its fee, and what follows, or why it is refused."""

    course: Course
    edition: Edition
    fee: Money
    text: str
    is_refused: bool


@dataclass(frozen=True, kw_only=True)
class TransferCostsPage(Page):
    """What transferring and sending a substitute cost if the notice arrives on a day."""

    template: ClassVar[str] = "fees/transfer.html"

    application: Application
    day: date
    days: str
    is_today: bool
    first_day: date
    agreed: Money
    transfer_until: date
    may_transfer: bool
    late_percent: int  # what a cancellation charges on the day, and after an exception at least
    options: Sequence[OptionLine]
    substitution: str
    exception: str  # a proposal that waits for an approver, and what it costs later


@bp.get("/transfer", needs=Permission.OWN_PAGES, impersonator_needs=Permission.READ_FINANCES)
def show_transfer_costs(reference: str) -> ResponseReturnValue:
    """Show what each course costs; `day` in the address is the day that is looked at."""
    application = own_application(reference)
    if not has_seat(application):
        return redirect(fee_url(application), 303)
    return answer(_page(quote_context(application), request.args.get("day", "")))


def _page(context: QuoteContext, typed: str) -> TransferCostsPage:
    i18n, application, terms = current_i18n(), context.application, context.terms
    day = chosen_day(typed, context.today, terms.first_day)
    window = terms.window(day)
    options = transfer_options(db(), application, day, terms)
    cost = substitution_cost(db(), application, TransferNotice(received_on=day), terms)
    return TransferCostsPage(
        application=application,
        day=day,
        days=days_before(i18n, window.days),
        is_today=day == context.today,
        first_day=window.first_day,
        agreed=terms.fee,
        transfer_until=window.transfer_until,
        may_transfer=window.may_transfer,
        late_percent=window.percent,
        options=[_line(i18n, application, each) for each in options],
        substitution=_substitution(i18n, context, cost),
        exception=_exception(i18n, context),
    )


def _line(i18n: I18n, application: Application, option: TransferOption) -> OptionLine:
    if option.violation is not None:
        text = violation_sentence(i18n, option.cost, option.violation)
    elif is_fellowship(application):
        text = i18n.gettext(N_("A fellowship pays the fee"))
    else:
        text = price_sentence(i18n, own_differences(option.cost, Payer.PARTICIPANT))
    return OptionLine(
        course=registry.course(option.edition.course),
        edition=option.edition,
        fee=option.edition.fee,
        text=text,
        is_refused=option.violation is not None,
    )


def _substitution(i18n: I18n, context: QuoteContext, cost: TransferCost) -> str:
    if cost.violation is not None:
        return violation_sentence(i18n, cost, cost.violation)
    if is_fellowship(context.application):
        return i18n.gettext(N_("A fellowship pays the fee"))
    return price_sentence(i18n, own_differences(cost, Payer.PARTICIPANT))


def _exception(i18n: I18n, context: QuoteContext) -> str:
    """Return what a proposal of a late transfer or substitution will cost, if one waits."""
    override = open_override(db(), context.application.id)
    if override is None:
        return ""
    cost = override_cost(db(), override, context.application, context.terms)
    waits = i18n.gettext(
        N_("The course team has proposed an exception; a second person decides about it.")
    )
    price = price_sentence(i18n, own_differences(cost, Payer.PARTICIPANT))
    return " ".join([waits, price, floor_sentence(i18n, cost.penalty_floor)])


def own_differences(cost: TransferCost, payer: Payer) -> list[PayerDifference]:
    """Return what one payer still pays or has paid too much: their own amounts only."""
    return [each for each in cost.differences if each.payer == payer]

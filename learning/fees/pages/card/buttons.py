"""What the page of a fee offers by card, invoice by invoice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from learning.fees.card_models import CardSession, CardSessionState
from learning.fees.invoice_models import Invoice
from learning.fees.pages.card.checkout import CardForm, card_provider
from learning.fees.queries.balances import InvoiceBalance
from learning.fees.queries.card_payments import latest_sessions
from learning.kit.db import db
from learning.kit.languages import current_i18n


@dataclass(frozen=True, kw_only=True)
class CardOption:
    """How an invoice can be paid by card: what is open, and the latest try to pay it."""

    amount: str
    latest: CardSession | None
    form: CardForm

    @property
    def latest_amount(self) -> str:
        """The amount of the latest try as it is written, "" without one."""
        return current_i18n().exact_money(self.latest.amount) if self.latest else ""

    @property
    def state(self) -> CardSessionState | None:
        """The state of the latest try, None without one."""
        return self.latest.state if self.latest else None


def card_options(
    invoices: Sequence[InvoiceBalance], failed: tuple[Invoice, CardForm] | None = None
) -> Mapping[str, CardOption]:
    """Return the options by the number of the invoice, none if nobody pays by card here.

    `failed` is a form that was not accepted, with its invoice.
    """
    if card_provider() is None or not invoices:
        return {}
    latest = latest_sessions(db(), [each.invoice.id for each in invoices])
    forms = {failed[0].id: failed[1]} if failed else {}
    return {
        each.invoice.number: CardOption(
            amount=current_i18n().exact_money(each.open),
            latest=latest.get(each.invoice.id),
            form=forms.get(each.invoice.id) or CardForm(),
        )
        for each in invoices
    }

"""Forms about quotes and purchase orders, for sponsors and for finance."""

from werkzeug.datastructures import MultiDict
from wtforms import FileField

from learning.fees.pages.version_form import VersionForm
from learning.fees.rules.sponsor_quotes import MAX_PLACES, PO_LIMIT
from learning.kit.forms import CreateForm, MaxLength, Required, SingleLineField
from learning.kit.i18n import N_
from learning.kit.number_fields import CalendarDateField, WholeNumberField


class QuoteForm(CreateForm):
    """A quote for a number of places: the nominees first."""

    places = WholeNumberField(N_("Number of places"), minimum=1, maximum=MAX_PLACES)


class DatedQuoteForm(QuoteForm):
    """A quote that finance makes, with the last day on which it is valid."""

    valid_until = CalendarDateField(N_("Valid until"))


class OrderForm(VersionForm):
    """The number of a purchase order, and the order as a file."""

    po_number = SingleLineField(
        N_("Number of the purchase order"),
        [Required(N_("Write the number of the purchase order.")), MaxLength(PO_LIMIT)],
    )
    document = FileField(N_("The purchase order as a file"))


class PromiseForm(VersionForm):
    """Until when a purchase order comes."""

    promised_until = CalendarDateField(N_("The purchase order comes until"))


class JointInvoiceForm(CreateForm):
    """One invoice for all nominees who are accepted and not invoiced."""


class RenewForm(CreateForm):
    """A new link in place of one that has ended."""


class WithdrawForm(VersionForm):
    """A quote that is withdrawn."""


def quote_form(places: int, source: MultiDict[str, str] | None = None) -> QuoteForm:
    """Return the form with the number of nominees as its default."""
    form = QuoteForm(source)
    if source is None:
        form.places.data = max(1, places)
    return form

"""Forms of the gradebook."""

from decimal import Decimal

from wtforms import HiddenField, SelectField

from learning.gradebook.actions import NewContact, NewExemption, NewOverride
from learning.gradebook.labels import CHANNELS
from learning.gradebook.models import ContactChannel
from learning.kit.forms import (
    AnyOf,
    CreateForm,
    MaxLength,
    MultiLineField,
    Required,
    SingleLineField,
)
from learning.kit.i18n import N_
from learning.kit.number_fields import PercentageField
from learning.kit.versions import VersionedForm

CHOOSE_ITEM, CHOOSE_CHANNEL = N_("Choose what it is about."), N_("Choose how.")
REASON_LIMIT, NOTE_LIMIT = 300, 1000


class ExemptionForm(CreateForm, VersionedForm):
    """An exemption of one person from one item."""

    never_filled = frozenset({"item", "reason"})

    # the ids are not those of the other form on the page
    item = SelectField(
        N_("Exempt from"),
        [Required(CHOOSE_ITEM), AnyOf()],
        id="exempt-item",
        validate_choice=False,
    )
    reason = SingleLineField(
        N_("Reason"),
        [Required(N_("Say why there is an exemption.")), MaxLength(REASON_LIMIT)],
        id="exempt-reason",
    )

    def values(self) -> NewExemption:
        return NewExemption(item=self.item.data, reason=self.reason.data or "")


class OverrideForm(CreateForm, VersionedForm):
    """A mark that stands for the one of an item."""

    never_filled = frozenset({"item", "mark", "reason"})

    item = SelectField(N_("Mark of"), [Required(CHOOSE_ITEM), AnyOf()], validate_choice=False)
    mark = PercentageField(N_("Mark, in percent"))
    reason = SingleLineField(
        N_("Reason"), [Required(N_("Say why another mark counts.")), MaxLength(REASON_LIMIT)]
    )

    def values(self) -> NewOverride:
        mark = self.mark.data
        if not isinstance(mark, Decimal):
            raise TypeError("values() of a form that was not validated")
        return NewOverride(item=self.item.data, mark=mark, reason=self.reason.data or "")


class ContactForm(CreateForm):
    """A contact with a participant."""

    channel = SelectField(N_("How"), [Required(CHOOSE_CHANNEL), AnyOf()], validate_choice=False)
    note = MultiLineField(
        N_("What was said or agreed"),
        [Required(N_("Write what was said or agreed.")), MaxLength(NOTE_LIMIT)],
    )

    def values(self) -> NewContact:
        return NewContact(channel=ContactChannel(self.channel.data), note=self.note.data or "")


class SignForm(CreateForm):
    """A signature under the list that was read; `digest` names it."""

    digest = HiddenField()


CHANNEL_CHOICES = [(str(channel), name) for channel, name in CHANNELS.items()]

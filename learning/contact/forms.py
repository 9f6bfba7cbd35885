"""Forms of contact."""

from learning.accounts.forms import email_field, name_field
from learning.contact.actions import NewMessage
from learning.kit.forms import CreateForm, MaxLength, MultiLineField, Required
from learning.kit.i18n import N_

MAX_LENGTH = 5000  # characters


class MessageForm(CreateForm):
    """A message to the course team."""

    name = name_field(N_("Your name"), N_("Write your name, so that we know whom to answer."))
    email = email_field()
    body = MultiLineField(
        N_("Your message"), [Required(N_("Write your message.")), MaxLength(MAX_LENGTH)]
    )

    def values(self, language: str, zone: str) -> NewMessage:
        """Return the message; the language and the zone are those of the page."""
        return NewMessage(
            name=self.name.data or "",
            email=self.email.data or "",
            body=self.body.data or "",
            language=language,
            zone=zone,
        )

"""What contact keeps of a person (`extension_points.personal_data`)."""

from learning.contact.models import ContactMessage
from learning.extension_points.personal_data import OnForget, PersonalTable, has_email

TABLES = (
    PersonalTable(
        model=ContactMessage,
        about=lambda person: has_email(ContactMessage.email, ContactMessage.sent_at, person),
        on_forget=OnForget.DELETE,
    ),
)

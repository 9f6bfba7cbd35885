"""Messages to the course team: one that waits for an answer, and one that is spam."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from learning.contact.models import ContactMessage

MESSAGES = (
    (
        "Aïssatou Barry",
        "aissatou@example.net",
        "fr",
        "Bonjour, ma direction peut-elle envoyer la lettre de nomination par la poste ?",
    ),
    ("Best Offers", "offers@example.net", "en", "Cheap visas without waiting. Write to us today."),
)


def load_messages(session: Session, *, now: datetime) -> None:
    """Store the messages, the first one the oldest; no receipt is sent to invented addresses."""
    session.add_all(
        ContactMessage(
            name=name,
            email=email,
            language=language,
            body=body,
            sent_at=now - timedelta(hours=20 - 5 * number),
        )
        for number, (name, email, language, body) in enumerate(MESSAGES)
    )

"""Links of sponsors to their money: a new one in place of one that has ended."""

from datetime import datetime

from sqlalchemy.orm import Session

from learning.admissions.emails.sponsorships import SPONSORSHIP
from learning.admissions.models import Sponsorship
from learning.audit.actions import record
from learning.catalogue.models import Edition
from learning.fees.commands.invoice_emails import new_link
from learning.mail.actions import EmailRequest, Recipient, enqueue_email


def renew_link(session: Session, sponsorship: Sponsorship, *, now: datetime) -> None:
    """E-mail a new link to the contact of a sponsor, and to nobody else; earlier ones stay."""
    edition = session.get_one(Edition, sponsorship.edition_id)
    params = {
        "path": f"/sponsor/{new_link(session, sponsorship.id, now=now)}/fees",
        "organisation": sponsorship.organisation,
    }
    recipient = Recipient(
        email=sponsorship.contact_email,
        name=sponsorship.contact_name,
        language=sponsorship.language,
        zone=edition.zone,
    )
    email = EmailRequest(kind="fees.sponsor-link", params=params, category=SPONSORSHIP)
    enqueue_email(session, recipient, email, now=now)
    subject = f"sponsorship {sponsorship.id}"
    record(session, "link of a sponsor renewed", subject, by=None, now=now)

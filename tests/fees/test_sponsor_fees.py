"""What a sponsor sees of the money of its nominees, by the link in its e-mail."""

import json

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.admissions.commands import sponsorships
from learning.admissions.commands.sponsorships import Contact
from learning.bank_formats.references import grouped, rf_reference
from learning.fees.models import Payer
from learning.mail.models import OutgoingEmail
from tests.admissions.factories import NOW, a_draft, a_person
from tests.fees.scenes import accepted, the_account
from tests.fees.test_own_fee_pages import NUMBER, an_invoice, plain
from tests.world import World


def test_a_sponsor_reads_what_is_open_by_its_link(
    session: Session, world: World, visitor: FlaskClient
) -> None:
    draft = a_draft(session, world, a_person(session), funding="mixed")
    contact = Contact(
        organisation="Ministère", name="Moussa", email="moussa@example.org", language="fr"
    )
    sponsorship = sponsorships.invite_sponsor(session, draft, contact, now=NOW)
    mail = select(OutgoingEmail).where(OutgoingEmail.kind == "admissions.sponsor-invited")
    link = "/fr" + json.loads(session.scalars(mail).one().params)["path"]
    application = accepted(session, world, sponsor_percent=60)
    application.sponsorship_id = sponsorship.id
    account = the_account(session, application)
    an_invoice(session, account, 58800, payer=Payer.SPONSOR)
    an_invoice(session, account, 39200, number="INV-2026-000043")
    session.commit()
    page = plain(visitor.get(f"{link}/fees").text)
    assert "588,00 EUR à payer" in page
    assert grouped(rf_reference(NUMBER)) in page
    assert "392,00" not in page
    assert visitor.get("/fr/sponsor/no-such-token/fees").status_code == 404

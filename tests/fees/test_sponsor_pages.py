"""What a sponsor does by its link: a quote, its order, a promise; a link that has ended."""

import io
import json
import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from learning.admissions.models import Sponsorship
from learning.fees.commands.invoice_emails import new_link
from learning.fees.queries.sponsor_quotes import billing_of, quotes_of
from learning.files.models import StoredFile
from learning.mail.models import OutgoingEmail
from tests.admissions.factories import NOW
from tests.fees.sponsor_scenes import a_nominee, a_sponsor
from tests.fees.test_own_fee_pages import plain
from tests.files.samples import PDF
from tests.world import World

KEY = re.compile(r'name="idempotency_key" value="([^"]+)"')


@pytest.fixture
def link(session: Session, world: World) -> str:
    """Return the address of a sponsor with two nominees."""
    sponsorship, token = a_sponsor(session, world)
    for _ in range(2):
        a_nominee(session, world, sponsorship)
    session.commit()
    return f"/fr/sponsor/{token}/fees"


def the_sponsor(session: Session) -> Sponsorship:
    session.expire_all()
    return session.scalars(select(Sponsorship)).one()


def send(visitor: FlaskClient, page: str, address: str, **fields: object):
    """Send a form of a page as a browser does, with a key of its own."""
    key = KEY.search(visitor.get(page).text)
    assert key
    return visitor.post(address, data={"idempotency_key": key[1], **fields})


def test_a_quote_by_the_link(session: Session, visitor: FlaskClient, link: str) -> None:
    answer = send(visitor, link, f"{link}/quotes", places="3")
    assert answer.status_code == 303
    (quote,) = quotes_of(session, the_sponsor(session).id)
    page = plain(visitor.get(answer.location).text)
    assert "Ceci est un devis : ce n’est ni une facture ni une demande de paiement." in page
    assert "2 940,00 EUR" in page
    assert "une personne à désigner" in page
    assert "IBAN" not in page
    pdf = visitor.get(f"{answer.location}/pdf")
    text = plain(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf.data)).pages))
    assert quote.number in text
    assert "2 940,00 EUR" in text
    assert "ni une demande de paiement" in text.replace("\n", " ")
    again = send(visitor, link, f"{link}/quotes", places="51")
    assert again.status_code == 422
    assert len(quotes_of(session, the_sponsor(session).id)) == 1


def test_a_form_that_is_sent_twice_issues_one_quote(
    session: Session, visitor: FlaskClient, link: str
) -> None:
    key = KEY.search(visitor.get(link).text)[1]
    answers = [
        visitor.post(f"{link}/quotes", data={"idempotency_key": key, "places": "2"})
        for _ in range(2)
    ]
    assert answers[0].location == answers[1].location
    assert len(quotes_of(session, the_sponsor(session).id)) == 1


def test_an_order_with_its_file(session: Session, visitor: FlaskClient, link: str) -> None:
    send(visitor, link, f"{link}/quotes", places="2")
    refused = send(visitor, link, f"{link}/order", version="0", po_number="x" * 36)
    assert refused.status_code == 422
    assert "x" * 36 in refused.text
    wrong = (io.BytesIO(b"not a PDF"), "order.pdf")
    refused = send(visitor, link, f"{link}/order", version="0", po_number="PO-1", document=wrong)
    assert refused.status_code == 422
    assert "PO-1" in refused.text
    file = (io.BytesIO(PDF), "order.pdf")
    taken = send(visitor, link, f"{link}/order", version="0", po_number="PO-1", document=file)
    assert taken.status_code == 303, taken.text
    billing = billing_of(session, the_sponsor(session).id)
    assert (billing.po_number, billing.version) == ("PO-1", 1)
    assert session.get_one(StoredFile, billing.po_document_id).purpose == "purchase_order"
    page = plain(visitor.get(link).text)
    assert "PO-1" in page
    assert "accepté par bon de commande" in page
    late = send(visitor, link, f"{link}/order", version="0", po_number="PO-2")
    assert late.status_code == 409
    assert billing_of(session, the_sponsor(session).id).po_number == "PO-1"


def test_a_promise_of_the_order(session: Session, visitor: FlaskClient, link: str) -> None:
    day = NOW.date() + timedelta(days=10)
    answer = send(visitor, link, f"{link}/promise", version="0", promised_until=day.isoformat())
    assert answer.status_code == 303
    assert "Les places sont réservées jusqu’au" in plain(visitor.get(link).text)
    for typed in ("", "yesterday", "1999-01-01"):
        answer = send(visitor, link, f"{link}/promise", version="1", promised_until=typed)
        assert answer.status_code in {409, 422}
    assert billing_of(session, the_sponsor(session).id).po_promised_until == day


def test_a_link_that_has_ended_is_renewed_by_e_mail(
    session: Session, visitor: FlaskClient, link: str
) -> None:
    session.execute(update(Sponsorship).values(ends_at=NOW))
    session.commit()
    gone = visitor.get(link)
    assert gone.status_code == 410
    assert f"{link}/renew" in gone.text
    assert visitor.post(f"{link}/renew").status_code == 303
    mail = select(OutgoingEmail).where(OutgoingEmail.kind == "fees.sponsor-link")
    sent = session.scalars(mail).one()
    assert sent.email == "moussa@example.org"
    assert visitor.get("/fr" + json.loads(sent.params)["path"]).status_code == 200
    assert visitor.post("/fr/sponsor/no-such-token/fees/renew").status_code == 404


def test_a_link_opens_the_quotes_of_its_own_sponsor(
    session: Session, world: World, visitor: FlaskClient, link: str
) -> None:
    answer = send(visitor, link, f"{link}/quotes", places="2")
    other, _ = a_sponsor(session, world)
    token = new_link(session, other.id, now=NOW)
    session.commit()
    uid = answer.location.rsplit("/", 1)[1]
    assert visitor.get(f"/fr/sponsor/{token}/fees").status_code == 200
    assert visitor.get(f"/fr/sponsor/{token}/fees/quotes/{uid}").status_code == 404
    assert visitor.get(f"/fr/sponsor/{token}/fees/quotes/{uid}/pdf").status_code == 404

"""The nomination letter: sent whole or in pieces, or asked of the sponsor."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

from flask.testing import FlaskClient
from sqlalchemy import select

from learning.admissions.commands.billing_parties import save_party
from learning.admissions.models import Application, Sponsorship
from learning.files.limits import UPLOAD
from learning.files.models import StoredFile
from tests.admissions.factories import BILLING, a_person
from tests.admissions.test_application_steps import APPLY, STEPS, begun, client, person, the_one
from tests.files.samples import PDF, announced
from tests.world import FREE_ATTEMPTS, send_form, sign_in

__all__ = ["client", "person"]  # fixtures
SPONSOR = {
    "organisation": "Ministère de l’emploi",
    "contact_name": "Yao Kouassi",
    "contact_email": "yao@example.org",
    "language": "fr",
    "idempotency_key": "a-key-of-this-form-only",
}


def send_letter(client: FlaskClient, here: str, content: bytes, name: str = "lettre.pdf"):
    data = {"letter": (BytesIO(content), name), "go": "on"}
    return send_form(client, f"{here}/steps/letter", data)


def test_a_letter_sent_from_elsewhere_meanwhile_is_not_replaced_unseen(client, session) -> None:
    here = begun(client, session)
    send_form(client, f"{here}/steps/funding", {"funding": "sponsor"})
    send_letter(client, here, PDF, "portable.pdf")
    typed = {"letter": (BytesIO(PDF), "telephone.pdf"), "version": "", "go": "on"}
    late = client.post(f"{here}/steps/letter", data=typed)
    assert late.status_code == 409
    assert "telephone.pdf" in late.text
    (letter,) = session.scalars(select(StoredFile)).all()
    assert letter.name == "portable.pdf"


def test_a_sponsored_place_needs_a_letter_which_stays_through_failures(client, session) -> None:
    here = begun(client, session)
    assert client.get(f"{here}/steps/letter").location == here
    for step, message in (STEPS | {"funding": {"funding": "sponsor"}}).items():
        saved = send_form(client, f"{here}/steps/{step}", message)
    assert saved.location == f"{here}/review"
    assert client.post(f"{here}/submit", data={"version": "0"}).status_code == 409
    assert the_one(session).sponsor_share == 100
    assert client.post(f"{here}/steps/letter", data={"go": "on"}).status_code == 422
    assert send_letter(client, here, PDF).location == f"{here}/review"
    refused = send_letter(client, here, b"not a letter", "x.exe")
    assert refused.status_code == 422
    assert "lettre.pdf" in refused.text
    assert client.post(f"{here}/steps/letter", data={"go": "on"}).location == f"{here}/review"
    (letter,) = session.scalars(select(StoredFile)).all()
    assert client.get(f"/fr/files/{letter.slug}").data == PDF
    assert client.post(f"{here}/submit", data={"version": "0"}).location == here
    assert client.post(f"{here}/letter/remove").status_code == 409
    assert send_letter(client, here, PDF).status_code == 409


def test_a_letter_is_replaced_and_removed_with_its_content(client, session) -> None:
    here = begun(client, session)
    send_form(client, f"{here}/steps/funding", {"funding": "mixed", "sponsor_share": "60"})
    send_letter(client, here, PDF, "première.pdf")
    send_letter(client, here, PDF, "seconde.pdf")
    (letter,) = session.scalars(select(StoredFile)).all()
    assert letter.name == "seconde.pdf"
    page = client.get(f"{here}/steps/letter").text
    assert "seconde.pdf" in page
    assert "upload" in page.split("</head>")[0]
    assert client.post(f"{here}/letter/remove").location == f"{here}/steps/letter"
    assert session.scalars(select(StoredFile)).all() == []
    assert the_one(session).letter_id is None
    assert client.post(f"{here}/letter/remove").status_code == 303


def test_a_letter_that_came_in_pieces_is_taken_from_its_owner_only(
    app, client, session, person
) -> None:
    here = begun(client, session)
    send_form(client, f"{here}/steps/funding", {"funding": "sponsor"})
    begun_upload = client.post("/fr/files/uploads", data=announced("a.pdf", len(PDF))).json
    kept = client.post(f"/fr/files/uploads/{begun_upload['upload']}?offset=0", data=PDF).json
    other = sign_in(app, session, a_person(session))
    theirs = other.post(APPLY).location.removesuffix("/steps/person")
    send_form(other, f"{theirs}/steps/funding", {"funding": "sponsor"})
    stolen = other.post(f"{theirs}/steps/letter", data={"file": kept["file"]})
    assert stolen.status_code == 422
    taken = client.post(f"{here}/steps/letter", data={"file": kept["file"]})
    assert taken.status_code == 303
    session.expire_all()
    (mine,) = session.scalars(select(Application).where(Application.person_id == person.id)).all()
    assert session.get(StoredFile, mine.letter_id).slug == kept["file"]


def test_the_sponsor_is_asked_once_and_not_without_end(client, session) -> None:
    here = begun(client, session)
    send_form(client, f"{here}/steps/funding", {"funding": "sponsor"})
    failed = client.post(f"{here}/sponsor", data=SPONSOR | {"contact_email": "yao"})
    assert failed.status_code == 422
    assert "Yao Kouassi" in failed.text
    for _ in range(2):
        assert client.post(f"{here}/sponsor", data=SPONSOR).location == f"{here}/steps/letter"
    assert len(session.scalars(select(Sponsorship)).all()) == 1
    assert "Yao Kouassi" in client.get(f"{here}/steps/letter").text
    assert client.post(f"{here}/steps/letter", data={"go": "on"}).location.endswith("/billing")
    for number in range(FREE_ATTEMPTS):
        last = client.post(
            f"{here}/sponsor", data=SPONSOR | {"idempotency_key": f"another-key-{number:09}"}
        )
    assert last.status_code == 429
    assert "Yao Kouassi" in last.text


def test_what_the_sponsor_stated_is_shown_and_not_asked(client, session) -> None:
    here = begun(client, session)
    send_form(client, f"{here}/steps/funding", {"funding": "sponsor"})
    client.post(f"{here}/sponsor", data=SPONSOR)
    sponsorship = session.scalars(select(Sponsorship)).one()
    sponsorship.stated_at = sponsorship.signed_at = datetime.now(UTC)
    sponsorship.signed_by = "Yao Kouassi"
    sponsorship.billing_party_id = save_party(
        session, None, sponsorship.edition_id, replace(BILLING, name="Trésor public")
    )
    session.commit()
    for step in ("billing", "funding"):
        page = client.get(f"{here}/steps/{step}").text
        assert "l’a déjà indiqué" in page
        assert '<form class="form"' not in page
        assert send_form(client, f"{here}/steps/{step}", STEPS[step]).status_code == 409
    assert "Trésor public" in client.get(f"{here}/steps/billing").text
    again = client.post(
        f"{here}/sponsor", data=SPONSOR | {"idempotency_key": "one-more-form-key-here"}
    )
    assert again.status_code == 409


def test_letters_of_one_person_are_looked_into_so_often_and_no_more(client, session) -> None:
    here = begun(client, session)
    send_form(client, f"{here}/steps/funding", {"funding": "sponsor"})
    for _ in range(UPLOAD.each[0].attempts):
        last = send_letter(client, here, b"not a letter", "x.exe")
    assert last.status_code == 422
    refused = send_letter(client, here, PDF)
    assert refused.status_code == 429
    assert "Trop de tentatives" in refused.text
    assert not session.scalars(select(StoredFile)).all()
    leave = {"go": "leave"}
    assert client.post(f"{here}/steps/letter", data=leave).status_code == 303, "no file, no limit"


def test_a_reminder_asks_the_same_person_with_one_button(client, session) -> None:
    here = begun(client, session)
    send_form(client, f"{here}/steps/funding", {"funding": "sponsor"})
    assert "Envoyer un rappel" not in client.get(f"{here}/steps/letter").text
    send_form(client, f"{here}/sponsor", SPONSOR)
    page = client.get(f"{here}/steps/letter").text
    reminder = page.split(f'action="{here}/sponsor"')[1].split("</form>", maxsplit=1)[0]
    assert "Envoyer un rappel à Yao Kouassi" in reminder
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', reminder))
    assert client.post(f"{here}/sponsor", data=fields).status_code == 303
    first, second = session.scalars(select(Sponsorship).order_by(Sponsorship.id)).all()
    assert first.replaced_at is not None
    assert (second.contact_email, second.language) == (first.contact_email, first.language)


def test_a_model_letter_says_what_the_applicant_has_filled_in(client, session) -> None:
    here = begun(client, session)
    send_form(client, f"{here}/steps/funding", {"funding": "mixed", "sponsor_share": "60"})
    page = client.get(f"{here}/model-letter").text.replace("\u00a0", " ").replace("\u202f", " ")
    letter = page.partition('id="letter"')[2]
    assert "Viale Maestri del Lavoro, 10" in letter.partition("</main>")[0], "organiser.toml"
    assert "Fatou Diop" in page
    assert "60 % des frais de 980,00 EUR" in page


def test_errors_of_the_invoice_are_listed_as_the_page_asks(client, session) -> None:
    here = begun(client, session)
    page = send_form(client, f"{here}/steps/billing", {"billing_name": ""}).text
    summary = page.split('id="errors"')[1].split("</ul>", maxsplit=1)[0]
    assert re.findall(r'href="#(\w+)"', summary)[:2] == ["billing_kind", "billing_name"]

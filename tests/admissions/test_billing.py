"""Who is billed, as candidates type it: kept in parts, checked, changed in place."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.admissions.billing_models import BillingParty
from learning.admissions.commands import applications, nomination_letters
from learning.admissions.commands.billing_parties import (
    save_party,
)
from learning.admissions.models import Application, Sponsorship
from learning.admissions.queries.answers import (
    details_of,
)
from learning.admissions.rules.answers import Step
from learning.admissions.rules.billing import BillingDetails, PartyKind
from tests.admissions.factories import BILLING, NOW, a_draft, a_person
from tests.world import World, send_form, sign_in

TYPED = {
    "billing_kind": "organisation",
    "billing_name": "Fonderie Martin",
    "billing_line1": "12 rue du Port",
    "billing_line2": "Bâtiment B",
    "billing_postcode": "13002",
    "billing_town": "Marseille",
    "billing_country": "FR",
    "vat_id": "40 303 265 045",
    "po_number": "BC-2026-7",
}


@pytest.fixture
def draft(session: Session, world: World) -> Application:
    made = a_draft(session, world, a_person(session, language="en"), billing=None)
    session.commit()
    return made


@pytest.fixture
def candidate(app: Flask, session: Session, draft: Application) -> FlaskClient:
    return sign_in(app, session, session.get_one(Person, draft.person_id))


def parties(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(BillingParty)) or 0


def test_what_a_candidate_types_is_kept_in_parts_and_changed_in_place(
    candidate: FlaskClient, session: Session, draft: Application
) -> None:
    page = f"/en/applications/{draft.reference}/steps/billing"
    assert send_form(candidate, page, TYPED).status_code == 303
    session.expire_all()
    party_id = draft.billing_party_id
    assert details_of(session, party_id) == BillingDetails(
        kind=PartyKind.ORGANISATION,
        name="Fonderie Martin",
        line1="12 rue du Port",
        line2="Bâtiment B",
        postcode="13002",
        town="Marseille",
        country="FR",
        vat_id="FR40303265045",
        po_number="BC-2026-7",
    )
    assert 'value="FR40303265045"' in candidate.get(page).text
    assert send_form(candidate, page, TYPED | {"billing_town": "Aubagne"}).status_code == 303
    session.expire_all()
    assert draft.billing_party_id == party_id
    assert details_of(session, party_id).town == "Aubagne"
    assert parties(session) == 1
    review = candidate.get(f"/en/applications/{draft.reference}/review").text
    assert "13002 Aubagne" in review
    assert "FR40303265045" in review


@pytest.mark.parametrize(
    ("language", "wrong", "message"),
    [
        ("en", {"billing_postcode": ""}, "Addresses in France need a postcode."),
        ("fr", {"billing_postcode": ""}, "code postal"),
        ("es", {"billing_postcode": ""}, "código postal"),
        ("en", {"vat_id": "FR40303265046"}, "its check digits do not match"),
        ("fr", {"vat_id": "FR40303265046"}, "clé de contrôle"),
        ("es", {"vat_id": "FR40303265046"}, "dígitos de control"),
        ("en", {"vat_id": "12"}, "how VAT numbers of France are written"),
        ("en", {"billing_line1": ""}, "Write the street"),
        ("en", {"billing_town": "x" * 36}, "Keep this to 35 characters"),
        ("en", {"billing_line2": "x" * 71}, "Keep this to 70 characters"),
        ("en", {"billing_postcode": "1" * 17}, "Keep this to 16 characters"),
        ("en", {"billing_name": "x" * 141}, "Keep this to 140 characters"),
        ("en", {"vat_id": "x" * 36}, "Keep this to 35 characters"),
    ],
)
def test_what_is_wrong_is_said_and_everything_typed_comes_back(
    candidate: FlaskClient, session: Session, draft: Application, language, wrong, message: str
) -> None:
    page = f"/{language}/applications/{draft.reference}/steps/billing"
    refused = send_form(candidate, page, TYPED | wrong)
    assert refused.status_code == 422
    assert message in refused.text
    for name, value in (TYPED | wrong).items():
        assert not value or f'value="{value}"' in refused.text, name
    session.expire_all()
    assert draft.billing_party_id is None


def test_a_draft_takes_its_billing_party_along(
    session: Session, world: World, draft: Application
) -> None:
    draft.billing_party_id = save_party(session, None, world.open.id, BILLING)
    session.commit()
    nomination_letters.discard(session, draft, by=draft.person_id, now=NOW)
    session.commit()
    assert parties(session) == 0


@pytest.mark.parametrize(("share", "is_requested"), [(100, False), (60, True)])
def test_a_person_who_pays_a_part_says_where_that_invoice_goes(
    candidate: FlaskClient,
    session: Session,
    world: World,
    draft: Application,
    share,
    *,
    is_requested,
) -> None:
    stated = Sponsorship(
        edition_id=world.open.id, token_hash="x", organisation="Ministère", contact_name="Dr Diop",
        contact_email="d@example.org", language="fr", created_at=NOW, ends_at=NOW, share=share,
        signed_by="Dr Diop", signed_at=NOW, stated_at=NOW,
        billing_party_id=save_party(session, None, world.open.id, BILLING),
    )  # fmt: skip
    session.add(stated)
    session.flush()
    draft.sponsorship_id, draft.sponsor_share = stated.id, share
    draft.funding = "sponsor" if share == 100 else "mixed"
    session.commit()
    page = candidate.get(f"/en/applications/{draft.reference}/steps/billing").text
    assert ("Ministère has said where the invoice for its 60" in page) is is_requested
    assert ('name="billing_town"' in page) is is_requested
    assert (Step.BILLING in applications.missing_steps(session, draft)) is is_requested

"""The page of a sponsor: a signed link, one question a page; of a candidate only name and state."""

import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.admissions.commands import applications
from learning.admissions.commands.billing_parties import (
    save_party,
)
from learning.admissions.models import Application, Sponsorship
from learning.admissions.queries.answers import (
    details_of,
)
from learning.admissions.rules.billing import BillingDetails, PartyKind
from learning.admissions.rules.states import ApplicationState
from learning.kit.i18n import i18n_for
from learning.mail.models import OutgoingEmail
from tests.admissions.factories import BILLING, FULL, NOW, a_draft, in_state
from tests.admissions.sponsors import NOMINEE, STATED, send_letter, send_statement
from tests.world import FREE_IN_NETWORK, World, version_of


def test_the_link_opens_the_page_without_an_account(visitor: FlaskClient, link: str) -> None:
    page = visitor.get(link)
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert "Ministère du Travail" in page.text
    assert "Awa Kouassi" in page.text
    assert "pas encore envoyée" in page.text
    assert "980\u00a0€" in page.text


@pytest.mark.parametrize("language", ["fr", "en", "es"])
def test_the_page_speaks_three_languages(visitor: FlaskClient, link: str, language: str) -> None:
    page = visitor.get(link.replace("/fr", f"/{language}", 1))
    message = {"fr": "Qui paie quoi", "en": "Who pays what", "es": "Quién paga qué"}
    assert message[language] in page.text


def test_what_a_candidate_writes_never_appears(
    visitor: FlaskClient, session: Session, candidate: Application, link: str
) -> None:
    own = replace(BILLING, vat_id="SECRET-VAT", po_number="SECRET-PO")
    save_party(session, candidate.billing_party_id, candidate.edition_id, own)
    session.commit()
    page = visitor.get(link.replace("/fr", "/en", 1)).text
    for secret in (
        FULL["motivation"], FULL["position"], BILLING.line1, BILLING.town, BILLING.name,
        "Woman", "Government or public", "SECRET", candidate.reference, "@example.org",
    ):  # fmt: skip
        assert secret not in page, secret


def test_each_nominee_stands_there_with_their_state(
    visitor: FlaskClient,
    session: Session,
    world: World,
    sponsorship: Sponsorship,
    link: str,
) -> None:
    for state in (
        ApplicationState.WAITLISTED,
        ApplicationState.ACCEPTED,
        ApplicationState.DECLINED,
    ):
        in_state(session, world, state, sponsorship_id=sponsorship.id)
    page = visitor.get(link).text
    for word in ("sur la liste d’attente", "acceptée", "non retenue"):
        assert word in page, word


def test_a_wrong_link_says_what_to_do_and_is_counted(visitor: FlaskClient, link: str) -> None:
    wrong = visitor.get(link[:-1] + ("a" if link[-1] != "a" else "b"))
    assert wrong.status_code == 404
    assert "coupé en route" in wrong.text
    for _ in range(FREE_IN_NETWORK):
        answer = visitor.get("/fr/sponsor/nothing-here")
    assert answer.status_code == 429
    assert visitor.get(link).status_code == 200, "a stranger's tries close nobody's link"


def test_a_link_that_has_ended_says_so(visitor: FlaskClient, link: str) -> None:
    with time_machine.travel(NOW + timedelta(days=61), tick=False):
        page = visitor.get(link)
        assert page.status_code == 410
        assert "60 jours" in page.text
        assert "Kouassi" not in page.text
        assert send_statement(visitor, link, STATED).status_code == 410
        assert visitor.post(f"{link}/nominees", data=NOMINEE).status_code == 410
        assert send_letter(visitor, link).status_code == 410
        assert visitor.get(f"{link}/letter").status_code == 410


def test_a_sponsor_states_who_pays_and_signs(
    visitor: FlaskClient, session: Session, candidate: Application, sponsorship, link: str
) -> None:
    done = send_statement(visitor, link, STATED, follow_redirects=True)
    assert done.status_code == 200
    assert "Ce que vous déclarez est enregistré" in done.text
    assert "Fatou Diallo" in done.text
    session.expire_all()
    kept = session.get_one(Sponsorship, sponsorship.id)
    assert (kept.share, kept.signed_by, kept.version) == (60, "Fatou Diallo", 1)
    assert details_of(session, kept.billing_party_id) == BillingDetails(
        kind=PartyKind.ORGANISATION,
        name="Ministère du Travail",
        line1="BP 1",
        line2="",
        postcode="",
        town="Abidjan",
        country="CI",
        po_number="BC-7",
    )
    assert kept.signed_at is not None
    draft = session.get_one(Application, candidate.id)
    assert (draft.funding, draft.sponsor_share) == ("mixed", 60)
    assert applications.missing_steps(session, draft) == []


def test_a_sponsor_who_signed_can_change_the_rest_without_signing_again(
    visitor: FlaskClient, session: Session, sponsorship: Sponsorship, link: str
) -> None:
    send_statement(visitor, link, STATED)
    again = STATED | {"signed_by": "", "may_sign": "", "share": "80"}
    assert send_statement(visitor, link, again).status_code == 303
    session.expire_all()
    kept = session.get_one(Sponsorship, sponsorship.id)
    assert (kept.share, kept.signed_by) == (80, "Fatou Diallo")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"signed_by": ""}, "Ajoutez la lettre"),
        ({"may_sign": ""}, "pouvez signer pour votre institution"),
        ({"share": "0"}, "de 1 à 100"),
        ({"share": "101"}, "de 1 à 100"),
        ({"share": "la moitié"}, "de 1 à 100"),
        ({"billing_name": ""}, "Écrivez le nom"),
        ({"billing_country": "ZZ"}, "Choisissez"),
        ({"billing_town": ""}, "Écrivez la ville"),
        ({"billing_country": "FR"}, "code postal"),
        ({"billing_country": "FR", "billing_postcode": "75001", "vat_id": "FR40303265046"}, "clé"),
    ],
)
def test_a_failed_statement_comes_back_whole(
    visitor: FlaskClient,
    session: Session,
    sponsorship: Sponsorship,
    link: str,
    wrong,
    message: str,
) -> None:
    page = send_statement(visitor, link, STATED | wrong)
    assert page.status_code == 422
    assert message in page.text
    for value in (STATED | wrong).values():
        assert not value or value in page.text or value == "ZZ"
    session.expire_all()
    assert session.get_one(Sponsorship, sponsorship.id).stated_at is None


def test_of_two_who_state_the_second_sees_what_the_first_did(
    visitor: FlaskClient, session: Session, sponsorship: Sponsorship, link: str
) -> None:
    first = version_of(visitor.get(f"{link}/steps/statement").text)
    send_statement(visitor, link, STATED)
    second = STATED | {"share": "25", "billing_name": "Agence emploi"}
    page = visitor.post(link, data=second | {"version": first})
    assert page.status_code == 409
    assert 'dir="auto">60</dd>' in page.text
    assert 'value="Agence emploi"' in page.text
    session.expire_all()
    assert session.get_one(Sponsorship, sponsorship.id).share == 60
    again = second | {"version": version_of(page.text)}
    assert visitor.post(link, data=again).status_code == 303


def test_the_page_asks_the_database_as_often_for_many_nominees(
    app: Flask,
    visitor: FlaskClient,
    session: Session,
    world: World,
    sponsorship,
    link,
    queries,
) -> None:
    del app
    visitor.get(link)
    queries.clear()
    visitor.get(link)
    few = len(queries)
    for _ in range(12):
        a_draft(session, world, sponsorship_id=sponsorship.id)
    session.commit()
    queries.clear()
    visitor.get(link)
    assert len(queries) == few


def test_the_pages_lead_from_one_question_to_the_next(visitor: FlaskClient, link: str) -> None:
    assert f'{link}/steps/letter"' in visitor.get(link).text
    assert send_letter(visitor, link).location == f"{link}/steps/statement"
    assert "Il reste une question" in visitor.get(link).text
    done = send_statement(visitor, link, STATED | {"signed_by": "", "may_sign": ""})
    assert done.location == link
    overview = visitor.get(link).text
    assert "La nomination est complète" in overview
    assert "hero turn" not in overview
    assert "lettre.pdf" in overview
    assert "Ministère du Travail" in overview
    assert send_letter(visitor, link).location == link


def test_page_and_e_mail_name_the_same_last_moment(
    visitor: FlaskClient, session: Session, world: World, link: str
) -> None:
    query = select(OutgoingEmail).where(OutgoingEmail.kind == "admissions.sponsor-invited")
    mail = session.scalars(query).one()
    until = datetime.fromisoformat(json.loads(mail.params)["until"])
    assert i18n_for("fr", world.open.zone).moment(until) in visitor.get(link).text
    assert mail.category == "sponsorship"


def test_there_is_no_other_question(visitor: FlaskClient, link: str) -> None:
    assert visitor.get(f"{link}/steps/nominee").status_code == 200
    assert visitor.get(f"{link}/steps/money").status_code == 404


def test_a_complete_nomination_is_a_list_of_what_was_given(visitor, link: str) -> None:
    before = visitor.get(link).text
    assert "summary-list" not in before
    assert 'class="item-now"' in before
    send_statement(visitor, link, STATED)
    stated = visitor.get(link).text.split('summary-list">')[1].split("</dl>")[0]
    for words in ("Fatou Diallo", "60\u00a0% de 980\u00a0€", "Ministère du Travail", "BC-7"):
        assert words in stated, words
    assert f'{link}/steps/letter"' in stated

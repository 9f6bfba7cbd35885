"""The pages of a cancellation show amounts, and execute what they show."""

from datetime import timedelta

import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.fees.models import FeeCancellation
from tests.admissions.factories import NOW
from tests.admissions.test_cancellation_terms import letter_of, noon, plain
from tests.admissions.test_decision_pages import address_of, hidden
from tests.admissions.test_own_applications import browser_of
from tests.fees.places import a_place, account_for, gross_of, pay
from tests.world import World, sign_in

FEE = 98000
PAID = "980,00 EUR ont été payés ; les frais d’annulation sont de 490,00 EUR."
REFUNDED = (
    "490,00 EUR, moins les frais bancaires, sont remboursés à la personne ou à l’organisation "
    "qui a payé."
)


def ten_days_before(world: World):
    return time_machine.travel(noon(world.open.starts_on - timedelta(days=10)), tick=False)


def test_a_person_gets_what_the_page_shows(app, session: Session, world: World) -> None:
    application = a_place(session, world)
    pay(session, application, FEE)
    session.commit()
    with ten_days_before(world):
        client = browser_of(app, session, application)
        address = f"/fr/applications/{application.reference}/fee/cancel/confirm"
        shown = client.get(address).text
        assert plain(shown).count("490,00") >= 2, "the charge, and the refund"
        form = form_of(shown)
        assert form["cost"] == "50 participant 98000 49000 49000"
        assert client.post(address, data=form).status_code == 303
    letter = letter_of(session, application)
    assert PAID in letter
    assert REFUNDED in letter
    assert gross_of(session, account_for(session, application)) == [49000]


def test_a_payment_that_arrives_meanwhile_is_read_first(
    app, session: Session, world: World
) -> None:
    application = a_place(session, world)
    session.commit()
    with ten_days_before(world):
        client = browser_of(app, session, application)
        address = f"/fr/applications/{application.reference}/fee/cancel/confirm"
        form = form_of(client.get(address).text)
        assert form["cost"] == "50"
        pay(session, application, FEE)
        session.commit()
        form["version"] = form_of(client.get(address).text)["version"]
        refused = client.post(address, data=form)
        assert refused.status_code == 409
        assert "un paiement est arrivé" in plain(refused.text)
        assert "490,00" in plain(refused.text)
    assert session.scalars(select(FeeCancellation)).all() == []


def form_of(page: str) -> dict[str, str]:
    """Return what the form of a page sends."""
    fields = {name: hidden(page, name)[0] for name in ("idempotency_key", "version", "cost")}
    return fields | {"reason": "Départ", "agreed": "y"}


def test_the_registrar_reads_the_amounts_and_the_e_mail(app, session, world: World) -> None:
    application = a_place(session, world)
    pay(session, application, FEE)
    session.commit()
    received_on = world.open.starts_on - timedelta(days=14)
    with ten_days_before(world):
        client = sign_in(app, session, world.staff[Role.REGISTRAR])
        address = address_of(world, application, "decide/cancel")
        version = hidden(client.get(address).text, "version")[0]
        assert PAID in plain(client.get(address).text)
        form = {"reason": "Départ", "version": version, "received_on": received_on.isoformat()}
        shown = client.post(address, data=form | {"preview": "1"}).text
        assert plain(shown).count("les frais d’annulation sont de 0,00 EUR") == 2, "page, e-mail"
        seen = hidden(shown, "seen")[0]
        assert client.post(address, data=form | {"seen": seen}).status_code == 303
    assert "les frais d’annulation sont de 0,00 EUR" in letter_of(session, application)
    assert gross_of(session, account_for(session, application)) == [FEE]
    assert received_on > NOW.date()

"""Pages of finance about accounts, bank entries and settlements."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.admissions.models import Application
from learning.admissions.rules.states import ApplicationState
from learning.fees.models import FeeAccount, FeeSettlement, Payer
from learning.fees.payment_models import Payment
from learning.fees.queries.balances import balance_of, invoices_of
from learning.fees.statement_models import EntryState
from tests.admissions.factories import NOW
from tests.fees import scenes
from tests.world import World, sign_in, whole

MONEY = "/fr/staff/money"


@pytest.fixture
def finance(app: Flask, session: Session, world: World) -> FlaskClient:
    return sign_in(app, session, world.staff[Role.FINANCE])


@pytest.fixture
def approver(app: Flask, session: Session, world: World) -> FlaskClient:
    return sign_in(app, session, world.staff[Role.APPROVER])


@pytest.fixture
def place(session: Session, world: World) -> tuple[Application, FeeAccount]:
    """An accepted self-payer with one invoice of 980 euros."""
    application = scenes.accepted(session, world)
    account = scenes.the_account(session, application)
    if not invoices_of(session, [account.id]):
        scenes.an_invoice(session, account, number=f"INV-2026-{account.id + 500:06}")
    session.commit()
    return application, account


def hidden(page: str, action: str) -> dict[str, str]:
    """Return the hidden fields of the form of a page that is sent to an address."""
    form = page.partition(f'action="{action}"')[2].partition("</form>")[0]
    assert form, action
    return dict(re.findall(r'name="([^"]+)"(?: type="hidden")? value="([^"]*)"', form)) | dict(
        re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form)
    )


def send(client: FlaskClient, shown_at: str, action: str, **typed: object):
    fields = hidden(client.get(shown_at).text, action)
    return client.post(action, data=fields | typed)


def test_a_payment_by_hand(finance: FlaskClient, session: Session, place) -> None:
    """Sent twice it is one; a day to come is refused, with what was typed."""
    application, account = place
    here = f"{MONEY}/accounts/{account.uid}"
    typed = {
        "payer": "participant", "amount": "980", "received_on": NOW.date().isoformat(),
        "payer_name": "Awa Koné", "note": "avis de crédit",
    }  # fmt: skip
    late = send(finance, here, f"{here}/payment", **(typed | {"received_on": "2099-01-01"}))
    assert late.status_code == 422
    assert "avis de crédit" in late.text
    fields = hidden(finance.get(here).text, f"{here}/payment") | typed
    for _ in range(2):
        assert finance.post(f"{here}/payment", data=fields).status_code == 303
    session.expire_all()
    assert len(session.scalars(select(Payment)).all()) == 1
    assert application.state is ApplicationState.ACCEPTED, "a second person confirms it"
    page = finance.get(here).text
    assert "Awa Koné" in page
    assert (
        f"{MONEY}/accounts/"
        in finance.get(f"{MONEY}/accounts/of/{application.reference}").headers["Location"]
    )


def test_a_settlement_takes_two_people(
    finance: FlaskClient, approver: FlaskClient, session: Session, place
) -> None:
    application, account = place
    here = f"{MONEY}/accounts/{account.uid}"
    page = finance.get(here).text
    assert "lettre de garantie</option>" in page
    fields = hidden(page, f"{here}/settlements") | {"kind": "guarantee", "reason": "lettre du 3"}
    assert finance.post(f"{here}/settlements", **whole(fields)).status_code == 409
    pdf = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
    sent = finance.post(f"{here}/settlements", **whole(fields | {"letter": (pdf, "lettre.txt")}))
    assert sent.status_code == 422
    fields = hidden(finance.get(here).text, f"{here}/settlements")
    answer = finance.post(
        f"{here}/settlements", **whole(fields | {"kind": "waiver", "reason": "cas social"})
    )
    assert answer.status_code == 303
    settlement = session.scalars(select(FeeSettlement)).one()
    own = f"{MONEY}/settlements/{settlement.uid}"
    assert finance.post(own, data={"decision": "approve"}).status_code == 404
    assert send(approver, here, own, decision="approve").status_code == 303
    session.expire_all()
    assert application.state is ApplicationState.ENROLLED
    assert balance_of(session, account).open.minor == 0


def test_entries_are_listed_confirmed_and_undone(
    finance: FlaskClient, session: Session, place
) -> None:
    application, account = place
    name = scenes.party_of(session, account, Payer.PARTICIPANT).details.name
    entry = scenes.an_entry(session, counterparty=name)
    bare = scenes.an_entry(session, counterparty="A. Traoré")
    session.commit()
    page = finance.get(f"{MONEY}/entries/").text
    assert "même nom" in page
    assert "aucun autre indice ne concorde" in page
    here = f"{MONEY}/entries/{entry.uid}"
    assert f"{MONEY}/entries/{bare.uid}/confirm" not in page
    shown = finance.get(here).text
    old = hidden(shown, f"{here}/confirm") | {"seal": "0" * 16}
    assert finance.post(f"{here}/confirm", data=old).status_code == 409
    in_list = hidden(page, f"{here}/confirm")
    assert finance.post(f"{here}/confirm", data=in_list).status_code == 303
    session.expire_all()
    assert application.state is ApplicationState.ENROLLED
    assert send(finance, here, f"{here}/undo").status_code == 303
    session.expire_all()
    assert entry.state is EntryState.UNMATCHED
    other = f"{MONEY}/entries/{bare.uid}"
    assert send(finance, other, f"{other}/ignore", reason="").status_code == 422
    assert send(finance, other, f"{other}/ignore", reason="hôtel").status_code == 303
    assert "hôtel" in finance.get(f"{MONEY}/entries/?state=ignored").text


def test_an_invoice_is_found_by_hand(finance: FlaskClient, session: Session, place) -> None:
    _, account = place
    (invoice,) = invoices_of(session, [account.id])
    entry = scenes.an_entry(session, 96500)
    session.commit()
    here = f"{MONEY}/entries/{entry.uid}"
    wrong = send(finance, here, f"{here}/assign", numbers="INV-2020-000001")
    assert wrong.status_code == 409
    assert "Aucune facture" in wrong.text
    assert send(finance, here, f"{here}/assign", numbers=invoice.invoice.number).status_code == 303
    session.expire_all()
    assert balance_of(session, account).open.minor == 1500


def test_who_reads_and_what_is_not_there(
    app: Flask, finance: FlaskClient, approver: FlaskClient, session: Session, world: World, place
) -> None:
    _, account = place
    entry = scenes.an_entry(session)
    session.commit()
    for end in ("accounts/x", "entries/x", "accounts/of/x", "settlements/x/letter"):
        assert finance.get(f"{MONEY}/{end}").status_code == 404
    reader = approver.get(f"{MONEY}/accounts/{account.uid}").text
    assert "payer_name" not in reader
    assert "/confirm" not in approver.get(f"{MONEY}/entries/{entry.uid}").text
    registrar = sign_in(app, session, world.staff[Role.REGISTRAR])
    assert registrar.get(f"{MONEY}/accounts/{account.uid}").status_code == 404
    assert registrar.get(f"{MONEY}/entries/").status_code == 404


def test_the_list_takes_the_same_statements(
    finance: FlaskClient, session: Session, world: World, queries: list[str]
) -> None:
    def statements() -> int:
        session.commit()
        finance.get(f"{MONEY}/entries/")
        del queries[:]
        finance.get(f"{MONEY}/entries/")
        return len(queries)

    counts = []
    for _ in range(2):
        account = scenes.an_account(session, world)
        scenes.an_invoice(session, account)
        scenes.an_entry(session)
        counts.append(statements())
    assert counts[0] == counts[1]

"""The pages of refunds: what each role may do, double clicks, masked accounts, files, the payer."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.accounts.models import Person
from learning.admissions.models import Application
from learning.audit.models import AuditEntry
from learning.fees.refund_models import Refund, RefundBatch, RefundChange
from learning.fees.rules.refunds import RefundState
from tests.fees import refund_scenes as scenes
from tests.fees.refund_scenes import WITHIN
from tests.world import World, sign_in

MONEY = "/en/staff/money"


def fields(page: str, action: str) -> dict[str, str]:
    """Return the hidden fields of the form with an address."""
    form = next(each for each in page.split("<form")[1:] if f'action="{action}"' in each)
    form = form.split("</form>")[0]
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    return dict(hidden)


def send(client: FlaskClient, refund: Refund, step: str, **typed: str):
    address = f"{MONEY}/refunds/{refund.uid}"
    data = fields(client.get(address).text, f"{address}/{step}") | typed
    return client.post(f"{address}/{step}", data=data), data


@pytest.mark.parametrize("state", RefundState)
def test_each_state_has_its_page(
    app: Flask, session: Session, world: World, state: RefundState
) -> None:
    refund = scenes.refund_in(session, world, state)
    session.commit()
    for role in (Role.FINANCE, Role.APPROVER, Role.AUDITOR):
        client = sign_in(app, session, world.staff[role])
        page = client.get(f"{MONEY}/refunds/{refund.uid}")
        assert page.status_code == 200
        assert refund.number in page.text
        assert WITHIN.iban not in page.text.replace("\u00a0", "")
        for group in ("prepare", "approve", "export", "sent", "done"):
            assert client.get(f"{MONEY}/refunds?state={group}").status_code == 200


def test_from_the_account_to_the_file(app: Flask, session: Session, world: World) -> None:
    refund = scenes.a_draft(session, world)
    finance = sign_in(app, session, world.staff[Role.FINANCE])
    typed = {"holder_name": "Awa Koné", "iban": "DE89 3704 0044 0532 0130 01"}
    answer, _ = send(finance, refund, "account", **typed)
    assert answer.status_code == 422
    answer, data = send(finance, refund, "account", **typed | {"iban": WITHIN.iban})
    assert answer.status_code == 303
    twice = finance.post(f"{MONEY}/refunds/{refund.uid}/account", data=data)
    assert (twice.status_code, twice.location) == (303, answer.location)
    approver = sign_in(app, session, world.staff[Role.APPROVER])
    answer, data = send(approver, refund, "approval")
    assert answer.status_code == 303
    approver.post(f"{MONEY}/refunds/{refund.uid}/approval", data=data)
    events = session.scalars(select(RefundChange.event).order_by(RefundChange.id)).all()
    assert [str(each) for each in events] == ["draft", "prepare", "approve"]
    page = finance.get(f"{MONEY}/batches").text
    data = fields(page, f"{MONEY}/batches/pain001")
    made = finance.post(f"{MONEY}/batches/pain001", data=data)
    assert made.status_code == 303
    again = finance.post(f"{MONEY}/batches/pain001", data=data)
    assert again.location == made.location
    batch = session.scalars(select(RefundBatch)).one()
    assert finance.get(made.location).status_code == 200
    file = finance.post(f"{MONEY}/batches/{batch.uid}/download")
    assert WITHIN.iban in file.text
    assert file.headers["Content-Type"] == "application/xml"
    answer, _ = send(finance, refund, "settlement", settled_on=batch.exported_at.date().isoformat())
    assert answer.status_code == 303
    session.expire_all()
    assert session.get_one(Refund, refund.id).state is RefundState.SETTLED


def test_a_look_at_the_account_is_recorded(app: Flask, session: Session, world: World) -> None:
    refund = scenes.refund_in(session, world, RefundState.PENDING_APPROVAL)
    approver = sign_in(app, session, world.staff[Role.APPROVER])
    answer, _ = send(approver, refund, "account/shown")
    assert WITHIN.iban in answer.text.replace("\u00a0", "")
    actions = session.scalars(select(AuditEntry.action)).all()
    assert actions.count("refund account shown") == 1


def test_an_approval_of_an_old_page(app: Flask, session: Session, world: World) -> None:
    refund = scenes.refund_in(session, world, RefundState.PENDING_APPROVAL)
    approver = sign_in(app, session, world.staff[Role.APPROVER])
    address = f"{MONEY}/refunds/{refund.uid}"
    data = fields(approver.get(address).text, f"{address}/approval")
    scenes.prepare(session, world, refund, scenes.OUTSIDE)
    assert approver.post(f"{address}/approval", data=data).status_code == 409
    session.expire_all()
    assert session.get_one(Refund, refund.id).state is RefundState.PENDING_APPROVAL


@pytest.mark.parametrize(
    ("role", "step"),
    [
        (Role.FINANCE, "approval"),
        (Role.FINANCE, "return"),
        (Role.APPROVER, "account"),
        (Role.APPROVER, "charge"),
        (Role.APPROVER, "cancellation"),
        (Role.AUDITOR, "approval"),
        (Role.REGISTRAR, "approval"),
    ],
)
def test_who_may_not(app: Flask, session: Session, world: World, role: Role, step: str) -> None:
    refund = scenes.refund_in(session, world, RefundState.PENDING_APPROVAL)
    client = sign_in(app, session, world.staff[role])
    assert client.post(f"{MONEY}/refunds/{refund.uid}/{step}").status_code == 404


def test_wrong_ids(app: Flask, session: Session, world: World) -> None:
    client = sign_in(app, session, world.staff[Role.FINANCE])
    for address in ("refunds/none", "refunds?state=none", "batches/none"):
        assert client.get(f"{MONEY}/{address}").status_code == 404
    for address in ("refunds/none/account", "batches/none", "batches/none/download"):
        assert client.post(f"{MONEY}/{address}").status_code == 404


def test_the_payer_enters_the_account(app: Flask, session: Session, world: World) -> None:
    refund = scenes.a_draft(session, world)
    application = session.scalars(select(Application).order_by(Application.id.desc())).first()
    assert application is not None
    payer = session.get_one(Person, application.person_id)
    address = f"/en/applications/{application.reference}/fee/refunds/{refund.uid}/account"
    client = sign_in(app, session, payer)
    page = client.get(address)
    assert page.status_code == 200
    hidden = dict(re.findall(r'name="(idempotency_key|version)" value="([^"]*)"', page.text))
    typed = {"holder_name": "محمد", "iban": WITHIN.iban}
    assert client.post(address, data=hidden | typed).status_code == 422
    typed["holder_name"] = "Awa Koné"
    assert client.post(address, data=hidden | typed).status_code == 303
    session.expire_all()
    stored = session.get_one(Refund, refund.id)
    assert (stored.state, stored.prepared_by_id) == (RefundState.PENDING_APPROVAL, payer.id)
    assert "••30\u00a000" in client.get(address).text
    stranger = sign_in(app, session, world.staff[Role.TUTOR])
    assert stranger.get(address).status_code == 404
    assert client.get(address.replace(refund.uid, "none")).status_code == 404


def test_the_statements_of_a_list_do_not_grow(
    app: Flask, session: Session, world: World, queries: list[str]
) -> None:
    client = sign_in(app, session, world.staff[Role.APPROVER])
    counts = []
    for number in (1, 4):
        for _ in range(number):
            scenes.refund_in(session, world, RefundState.PENDING_APPROVAL)
        session.commit()
        client.get(f"{MONEY}/refunds")
        queries.clear()
        client.get(f"{MONEY}/refunds")
        counts.append(len(queries))
    assert counts[0] == counts[1]

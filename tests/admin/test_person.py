"""The page of a person: what is known, and corrections of an account under a reason."""

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.accounts import actions
from learning.accounts.actions import AccountDecision, RoleAssignment
from learning.accounts.corrections import AccountDetails, FieldChange, changes_of, corrections_of
from learning.accounts.models import FormerEmail, Person, UserSession
from learning.admin import limits
from learning.audit.models import AuditEntry
from learning.jobs.models import Job
from learning.mail.actions import EmailRequest, Recipient, enqueue_email, mark_failed
from learning.mail.models import OutgoingEmail
from tests.world import NOW, World, make_person, sign_in, version_of

WHY = "she wrote to us"


@pytest.fixture
def administrator(app: Flask, session: Session, world: World) -> FlaskClient:
    return sign_in(app, session, world.staff[Role.ADMINISTRATOR])


def edit(client: FlaskClient, person: Person, **more: str):
    """Send the form as its page shows it, confirmed, with other values."""
    path = f"/en/staff/people/{person.uid}/edit"
    data = {
        "name": person.name, "email": person.email, "institution": person.institution,
        "reason": WHY, "confirmed": "1", "version": version_of(client.get(path).text),
    }  # fmt: skip
    return client.post(path, data=data | more)


def kinds_to(session: Session, email: str) -> list[str]:
    rows = select(OutgoingEmail.kind).where(OutgoingEmail.email == email)
    return list(session.scalars(rows.order_by(OutgoingEmail.id)))


def audited(session: Session, action: str) -> dict:
    row = select(AuditEntry.detail).where(AuditEntry.action == action)
    return json.loads(session.scalars(row.order_by(AuditEntry.id.desc())).first())


def test_a_name_is_corrected_in_place_in_one_step(administrator, session, world) -> None:
    awa, before = world.awa, world.awa.name
    awa.password_hash = "set"
    session.commit()
    page = administrator.get(f"/en/staff/people/{awa.uid}").text
    form = page[page.index(f'action="/en/staff/people/{awa.uid}/edit"') :].partition("</form>")[0]
    assert f'value="{before}"' in form
    sent = {"name": "Awa Konaté", "email": awa.email, "institution": awa.institution}
    sent |= {"version": version_of(form), "reason": WHY}
    assert administrator.post(f"/en/staff/people/{awa.uid}/edit", data=sent).status_code == 303
    session.expire_all()
    assert (awa.name, awa.sort_key) == ("Awa Konaté", "awa konate")
    assert kinds_to(session, awa.email)[-1] == "accounts.corrected"
    (one,) = corrections_of(session, awa.id)
    assert (one.field, one.before, one.after, one.reason) == ("name", before, awa.name, WHY)
    assert audited(session, "account corrected") == {"fields": ["name"], "why": WHY}
    page = administrator.get(f"/en/staff/people/{awa.uid}").text
    assert "Administrator Person" in page
    assert WHY in page


def test_what_follows_from_a_new_address_is_shown_before(administrator, session, world) -> None:
    awa, before = world.awa, world.awa.email
    for _ in range(
        limits.CORRECT_ACCOUNT.each[0].attempts + 1
    ):  # none of them counts: nothing was sent
        shown = edit(administrator, awa, name="Awa Konaté", email="new@example.org", confirmed="")
        assert shown.status_code == 200
        assert f"<del>{before}</del> → <ins>new@example.org</ins>" in shown.text
        assert "<del>Awa Koné</del> → <ins>Awa Konaté</ins>" in shown.text
    session.expire_all()
    assert (awa.name, awa.email) == ("Awa Koné", before)
    assert edit(administrator, awa, email="new@example.org").status_code == 303


def test_an_address_waits_until_its_owner_confirms_it(administrator, session, world) -> None:
    awa = world.awa
    awa.password_hash = "set"
    session.commit()
    assert edit(administrator, awa, email="Awa.New@Example.org").status_code == 303
    session.expire_all()
    assert awa.email != "awa.new@example.org"
    (payload,) = session.scalars(select(Job.payload).where(Job.kind == "accounts.email-change"))
    params = json.loads(payload)
    assert (params["email"], params["by_staff"]) == ("awa.new@example.org", True)
    row = session.scalar(select(AuditEntry).where(AuditEntry.action == "email change requested"))
    assert row.actor_id == world.staff[Role.ADMINISTRATOR].id
    assert corrections_of(session, awa.id) == [], "nothing has changed yet"


def test_the_address_of_an_invitation_is_replaced_at_once(administrator, session) -> None:
    invited = make_person(session, "Fatou Diop", email="fatuo@example.org")
    session.commit()
    version = invited.credentials_version
    assert edit(administrator, invited, email="fatou@example.org").status_code == 303
    session.expire_all()
    assert invited.email == "fatou@example.org"
    assert invited.credentials_version == version + 1, "links to the wrong address end"
    assert kinds_to(session, invited.email) == ["accounts.invitation"]
    assert session.scalars(select(FormerEmail)).all() == [], "it was never proved to be theirs"


def test_an_address_of_somebody_else_is_refused_with_their_name(administrator, session, world):
    answer = edit(administrator, world.stranger, email=world.awa.email.upper(), name="Other Name")
    assert answer.status_code == 409
    assert "This address belongs to Awa Koné." in answer.text
    assert 'value="Other Name"' in answer.text
    assert corrections_of(session, world.stranger.id) == []


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"reason": " "}, "Say why; it is kept in the audit trail."),
        ({"name": ""}, "Write the name that others will see."),
        ({"email": "nowhere"}, "address"),
        ({}, "Nothing differs from what is stored."),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_lost(administrator, world, more, message) -> None:
    answer = edit(administrator, world.awa, **more)
    assert answer.status_code == 422
    assert message in answer.text
    if more != {"reason": " "}:
        assert f'value="{WHY}"' in answer.text


def test_a_change_in_between_is_shown_and_not_overwritten(administrator, session, world) -> None:
    version = version_of(administrator.get(f"/en/staff/people/{world.awa.uid}/edit").text)
    world.awa.institution = "Office of Returns"
    session.commit()
    answer = edit(administrator, world.awa, institution="Other", version=version)
    assert answer.status_code == 409
    assert "Not saved yet: this was changed meanwhile" in answer.text
    session.expire_all()
    assert world.awa.institution == "Office of Returns"


def test_nobody_corrects_their_own_account_here(administrator, session, world) -> None:
    me = world.staff[Role.ADMINISTRATOR]
    answer = edit(administrator, me, name="Another Name")
    assert answer.status_code == 409
    assert "Change your own name and address in your profile." in answer.text
    session.expire_all()
    assert me.name == "Administrator Person"


def test_a_registrar_reads_the_page_and_corrects_nothing(app, session, world) -> None:
    registrar = sign_in(app, session, world.staff[Role.REGISTRAR])
    page = registrar.get(f"/en/staff/people/{world.awa.uid}")
    assert page.status_code == 200
    assert f"{world.awa.uid}/edit" not in page.text
    assert registrar.get(f"/en/staff/people/{world.awa.uid}/edit").status_code == 404


def test_the_page_says_what_failed_and_when_somebody_was_here(
    app, administrator, session, world
) -> None:
    to = Recipient(email=world.awa.email, name="Awa", language="fr", zone="UTC")
    row = enqueue_email(session, to, EmailRequest(kind="accounts.reset"), now=NOW)
    mark_failed(session, row.id, now=NOW, reason="550 no such mailbox")
    sign_in(app, session, world.awa)
    page = administrator.get(f"/en/staff/people/{world.awa.uid}").text
    for text in ("550 no such mailbox", "Set a new password", "1</b> e-mail failed",
                 "Signed in on 1 device.", world.running.code):  # fmt: skip
        assert text in page
    assert session.scalar(select(UserSession.person_id).where(
        UserSession.person_id == world.awa.id)) == world.awa.id  # fmt: skip


def test_the_page_costs_the_same_with_one_e_mail_or_fifty(
    administrator, session, world, queries
) -> None:
    def shown() -> int:
        queries.clear()
        assert administrator.get(f"/en/staff/people/{world.awa.uid}").status_code == 200
        return len(queries)

    few = shown()
    to = Recipient(email=world.awa.email, name="Awa", language="fr", zone="UTC")
    for _ in range(50):
        enqueue_email(session, to, EmailRequest(kind="accounts.new-device"), now=NOW)
    session.commit()
    assert shown() == few


@pytest.mark.parametrize(
    ("new", "changed"),
    [
        ({}, []),
        ({"email": "AWA@example.org"}, []),
        ({"institution": "Office"}, [FieldChange(field="institution", before="", after="Office")]),
    ],
)
def test_what_differs_is_a_change(new, changed) -> None:
    person = Person(email="awa@example.org", name="Awa", sort_key="awa", joined_at=NOW)
    details = {"name": "Awa", "email": "awa@example.org", "institution": ""} | new
    assert changes_of(person, AccountDetails(**details)) == changed


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.APPROVER, Role.FINANCE])
def test_nobody_moves_the_account_of_somebody_with_powers_to_another_address(
    app, session, world, role
) -> None:
    other = make_person(session, "Second Administrator", email="second@example.org")
    assignment = RoleAssignment(person_id=other.id, role=Role.ADMINISTRATOR)
    actions.grant_role(session, assignment, by=None, now=NOW)
    session.commit()
    client, powerful = sign_in(app, session, other), world.staff[role]
    before = powerful.email
    answer = edit(client, powerful, email="mallory@example.org")
    assert answer.status_code == 409
    assert "change their address themselves" in answer.text
    session.expire_all()
    assert powerful.email == before
    assert kinds_to(session, "mallory@example.org") == []
    assert edit(client, powerful, name="Right Name").status_code == 303


def test_a_closed_account_is_not_corrected(administrator, session, world) -> None:
    closed = AccountDecision(by=world.staff[Role.ADMINISTRATOR].id, why="test")
    actions.close_account(session, world.awa, closed, reopen=False, now=NOW)
    session.commit()
    answer = edit(administrator, world.awa, name="Somebody Else")
    assert answer.status_code == 409
    assert "reopen it" in answer.text


def test_a_wrong_address_of_an_invitation_is_told_nothing(administrator, session) -> None:
    invited = make_person(session, "Fatou Ba", email="typo@example.org")
    session.commit()
    edit(administrator, invited, email="fatou@example.org", institution="Somewhere else")
    assert kinds_to(session, "typo@example.org") == []
    assert kinds_to(session, "fatou@example.org") == ["accounts.invitation"]
    assert session.scalars(select(FormerEmail)).all() == []

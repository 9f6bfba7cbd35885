"""One person or two, two browsers: what the second would overwrite unseen is shown, not saved."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from wtforms import BooleanField, DecimalField, SelectField, StringField

from learning.access.permissions import Role
from learning.accounts.models import Person
from learning.admissions.rules.billing import PartyKind
from learning.admissions.rules.states import ApplicationState
from learning.kit.forms import Form, select_choices
from learning.kit.versions import NO_VERSION, VersionedForm, version_number
from tests.admissions.factories import a_draft, a_person, in_state
from tests.world import MONDAY, RUNNING, World, edition_form, send_form, sign_in, version_of

REASONS = "Depuis neuf ans, j’accueille les personnes de retour dans la région de Dakar. "
POINTS = {"function": "3", "influence": "2", "motivation": "4", "use": "1", "remark": "À voir"}


@dataclass(frozen=True, kw_only=True)
class Saving:
    """A page with a form, who opens it twice, what they type; `name` is typed differently."""

    page: str
    person: Person
    typed: dict[str, str]
    name: str
    mine: str
    theirs: str
    posted: str = ""


def profile(_session: Session, world: World) -> Saving:
    typed = {"name": "Awa", "language": "fr", "zone": "Africa/Dakar"}
    return Saving(
        page="/fr/account/profile", person=world.awa, typed=typed,
        name="institution", mine="Mairie de Dakar", theirs="Mairie de Thiès",
    )  # fmt: skip


def edition(_session: Session, world: World) -> Saving:
    return Saving(
        page=f"/en/staff/editions/{world.draft.code}/edit",
        person=world.staff[Role.REGISTRAR], typed=edition_form(world.draft),
        name="fee", mine="985", theirs="990",
    )  # fmt: skip


def step(
    name: str, typed: dict[str, str], field: str, mine: str, theirs: str
) -> Callable[..., Saving]:
    def saving(session: Session, world: World) -> Saving:
        person = a_person(session)
        draft = a_draft(session, world, person)
        return Saving(
            page=f"/fr/applications/{draft.reference}/steps/{name}", person=person,
            typed=typed, name=field, mine=mine, theirs=theirs,
        )  # fmt: skip

    saving.__name__ = f"step {name}"
    return saving


def points(session: Session, world: World) -> Saving:
    sent = in_state(session, world, ApplicationState.SUBMITTED)
    page = f"/en/staff/editions/{world.open.code}/applications/{sent.reference}"
    return Saving(
        page=page, posted=f"{page}/assessment", person=world.staff[Role.REGISTRAR],
        typed=POINTS, name="remark", mine="Convaincant", theirs="Trop tôt",
    )  # fmt: skip


def opening(_session: Session, world: World) -> Saving:
    day = str(MONDAY - timedelta(days=1))
    return Saving(
        page=f"/en/staff/editions/{RUNNING}/progress/{world.place.uid}",
        person=world.staff[Role.REGISTRAR],
        typed={"module": "m5", "opens_on": day}, name="reason", mine="On leave", theirs="Travels",
    )  # fmt: skip


def note(_session: Session, world: World) -> Saving:
    return Saving(
        page=f"/fr/editions/{RUNNING}/lessons/m4-l1/notes/levels", person=world.awa,
        typed={}, name="body", mine="Du téléphone", theirs="Du portable",
    )  # fmt: skip


BILL = {
    "billing_kind": str(PartyKind.PERSON),
    "billing_name": "Awa",
    "billing_line1": "1 rue A",
    "billing_town": "Dakar",
    "billing_country": "SN",
}
FORMS = [
    profile, edition, points, opening, note,
    step("person", {"gender": "woman"}, "country", "SN", "ML"),
    step("work", {"constituency": "workers", "institution": "Mairie"}, "position", "Chef", "Juge"),
    step("motivation", {}, "motivation", REASONS, REASONS + "Et plus."),
    step("billing", BILL, "billing_name", "Mairie de Dakar", "Mairie de Thiès"),
]  # fmt: skip


@pytest.mark.parametrize("make", FORMS, ids=lambda make: make.__name__)
def test_the_second_browser_is_shown_both_and_may_keep_its_own(
    app: Flask, session: Session, world: World, make: Callable[..., Saving]
) -> None:
    case = make(session, world)
    session.flush()
    phone, laptop = (sign_in(app, session, case.person) for _ in range(2))
    address, old = case.posted or case.page, version_of(phone.get(case.page).text)

    def send(client: FlaskClient, value: str, version: str) -> object:
        typed = case.typed | {case.name: value, "version": version, "idempotency_key": value * 20}
        key = re.sub(r"[^A-Za-z0-9]", "", value * 20)[:40]
        return client.post(address, data=typed | {"idempotency_key": key})

    assert send(laptop, case.theirs, version_of(laptop.get(case.page).text)).status_code == 303
    late = send(phone, case.mine, old)
    assert late.status_code == 409
    shown = unescape(late.text)
    assert seen(case.mine) in shown
    assert seen(case.theirs) in shown
    assert seen(case.theirs) in unescape(laptop.get(case.page).text), "nothing was overwritten"
    assert send(phone, case.mine, version_of(late.text)).status_code == 303, "mine is kept"


def seen(value: str) -> str:
    """Return how a value stands on a page."""
    return {"SN": "Sénégal", "ML": "Mali"}.get(value, value)


def test_a_form_without_a_version_saves_nothing(app, session, world: World) -> None:
    client = sign_in(app, session, world.awa)
    typed = {"name": "Autre", "language": "fr", "zone": "UTC", "institution": ""}
    assert client.post("/fr/account/profile", data=typed).status_code == 409
    assert send_form(client, "/fr/account/profile", typed).status_code == 303


def test_the_same_change_twice_is_no_conflict(app, session, world: World) -> None:
    client = sign_in(app, session, world.awa)
    old = version_of(client.get("/fr/account/profile").text)
    typed = {"name": "Autre", "language": "fr", "zone": "UTC", "version": old}
    for _ in range(2):
        assert client.post("/fr/account/profile", data=typed).status_code == 303


def test_of_two_who_set_a_state_the_second_sees_the_first_s(app, session, world: World) -> None:
    client = sign_in(app, session, world.staff[Role.REGISTRAR])
    publication = f"/en/staff/editions/{world.running.code}/publish"
    version = version_of(client.get(f"{publication}/finished").text)
    assert (
        client.post(publication, data={"status": "finished", "version": version}).status_code == 303
    )
    late = client.post(publication, data={"status": "finished", "version": version})
    assert late.status_code == 409
    assert "Stored now" in late.text


class Sample(VersionedForm, Form):
    text = StringField("Text")
    fee = DecimalField("Fee")
    zone = SelectField("Zone", choices=select_choices([("a", "Anchorage"), ("b", "Bamako")]))
    agreed = BooleanField("Agreed")


def test_equal_values_are_equal_however_they_are_written(app: Flask) -> None:
    with app.test_request_context("/en/"):
        old = Sample(data={"text": None, "fee": Decimal("980.00"), "agreed": False})
        same = Sample(data={"text": "", "fee": Decimal(980), "agreed": None})
        assert same.with_version().version.data == old.with_version().version.data


def test_differences_are_said_as_their_reader_knows_them(app: Flask) -> None:
    with app.test_request_context("/en/"):
        typed = Sample(data={"text": "b", "zone": "a", "agreed": True})
        assert not typed.is_current(Sample(data={"text": "b", "zone": "b", "agreed": False}))
    messages = [(one.label, one.stored, one.typed) for one in typed.differences]
    assert messages == [("Zone", "Bamako", "Anchorage"), ("Agreed", "no", "yes")]


@pytest.mark.parametrize(
    ("sent", "number"),
    [("7", 7), ("0", 0), ("9" * 18, 10**18 - 1)]
    + [(bad, NO_VERSION) for bad in (None, "", "x", "-1", "²", "٣", "1 ", "9" * 19, "9" * 40)],
)
def test_a_version_is_a_number_that_a_row_can_have(sent: str | None, number: int) -> None:
    assert version_number(sent) == number

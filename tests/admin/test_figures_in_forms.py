"""Every form that asks for a day, a number or an amount, with what people and machines type there.

One field at a time is wrong, all others are right; the form comes back whole, and nothing is kept.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.admissions.models import Application, Sponsorship
from learning.admissions.rules.states import ApplicationState
from tests.admissions.conftest import candidate, link, sponsorship
from tests.admissions.factories import NOW, a_draft, in_state
from tests.admissions.sponsors import STATED, send_statement
from tests.world import World, edition_form, send_form, sign_in

__all__ = ["candidate", "link", "sponsorship"]  # fixtures
KEY = {"idempotency_key": "f" * 20}
NUMBERS = (
    "9" * 20, "-1", "NaN", "sNaN", "Infinity", "1e3", "0x10", "1.5.5", "²", "½", "", " ", "cent",
    "\u0669" * 20, "\uff11" * 30, "1" * 5000,
)  # fmt: skip
WHOLE = (*NUMBERS, "0", "1.5", "1,5")
AMOUNTS = (*NUMBERS, "980.999", "0.001", "980,50", "1.234,50", "100,000.01")
DAYS = (
    "0001-01-01", "0027-02-01", "9999-12-31", "1999-12-31", "2101-01-01", "10000-01-01", "27-02-01",
    "01/02/27", "2027-02-30", "2027-13-01", "tomorrow", "", "9" * 20, "-2027-02-01", "2027-2-1",
    "2027-02-01T00:00", "\u0662\u0660\u0662\u0667-\u0661\u0663-\u0660\u0661",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class SubmittedForm:
    """A form, as it is right, and which of its fields ask for figures."""

    client: FlaskClient
    path: str
    right: dict[str, str]
    fields: dict[str, tuple[str, ...]]

    def wrong(self) -> Iterator[tuple[str, str, dict[str, str]]]:
        for name, values in self.fields.items():
            for value in values:
                yield name, value, self.right | {name: value}


@pytest.fixture
def registrar(app: Flask, session: Session, world: World) -> FlaskClient:
    return sign_in(app, session, world.staff[Role.REGISTRAR])


def edition(app: Flask, session: Session, world: World) -> SubmittedForm:
    whole = dict.fromkeys(("weeks", "hours_low", "hours_high", "learning_hours", "capacity"), WHOLE)
    days = dict.fromkeys(("starts_on", "ends_on", "apply_until", "project_due_on"), DAYS)
    return SubmittedForm(
        client=sign_in(app, session, world.staff[Role.REGISTRAR]),
        path=f"/en/staff/editions/{world.draft.code}/edit",
        right=edition_form(world.draft, zone="UTC"),
        fields=whole | days | {"fee": AMOUNTS},
    )


def next_edition(app: Flask, session: Session, world: World) -> SubmittedForm:
    return SubmittedForm(
        client=sign_in(app, session, world.staff[Role.REGISTRAR]),
        path=f"/en/staff/editions/{world.open.code}/next",
        right=KEY | {"code": "the-next", "starts_on": "2027-02-01"},
        fields={"starts_on": DAYS},
    )


def opening(app: Flask, session: Session, world: World) -> SubmittedForm:
    return SubmittedForm(
        client=sign_in(app, session, world.staff[Role.TUTOR]),
        path=f"/en/staff/editions/{world.running.code}/progress/{world.place.uid}",
        right=KEY | {"module": "m4", "opens_on": "2027-02-01", "reason": "because"},
        fields={"opens_on": DAYS},
    )


def notice(app: Flask, session: Session, world: World) -> SubmittedForm:
    enrolled = in_state(session, world, ApplicationState.ENROLLED)
    successor = in_state(session, world, ApplicationState.UNDER_REVIEW)
    codes = f"/en/staff/editions/{world.open.code}/applications/{enrolled.reference}"
    return SubmittedForm(
        client=sign_in(app, session, world.staff[Role.REGISTRAR]),
        path=f"{codes}/transfers/substitute",
        right={
            "to": successor.reference,
            "received_on": str(NOW.date()),
            "reason": "because",
            "version": str(enrolled.version),
            "shown": "",
        },
        fields={"received_on": DAYS},
    )


def funding(app: Flask, session: Session, world: World) -> SubmittedForm:
    draft = a_draft(session, world, world.stranger)
    session.commit()
    return SubmittedForm(
        client=sign_in(app, session, world.stranger),
        path=f"/en/applications/{draft.reference}/steps/funding",
        right={"funding": "mixed", "sponsor_share": "60", "version": str(draft.version)},
        fields={"sponsor_share": (*WHOLE, "100")},
    )


@pytest.mark.parametrize("form", [edition, next_edition, opening, notice, funding])
def test_wrong_figures_come_back_as_they_were_typed(app, session, world, form) -> None:
    submitted: SubmittedForm = form(app, session, world)
    for name, value, data in submitted.wrong():
        answer = submitted.client.post(submitted.path, data=data)
        assert answer.status_code == 422, (name, value)
        assert f'id="{name}-error"' in answer.text, (name, value)
        kept = " ".join(value.split())
        assert f'value="{escape(kept)}"' in answer.text, (name, value)


def test_a_sponsor_s_share_is_a_share(
    visitor: FlaskClient, session: Session, link: str, sponsorship: Sponsorship
) -> None:
    for value in ("9" * 20, "-1", "0", "101", "1e1", "NaN", "50,5"):
        answer = visitor.post(link, data=STATED | {"share": value})
        assert answer.status_code == 422, value
        assert f'value="{value}"' in answer.text
    assert send_statement(visitor, link, STATED | {"share": "60 %"}).status_code == 303
    session.expire_all()
    assert sponsorship.share == 60


@pytest.mark.parametrize("value", DAYS)
def test_no_first_day_breaks_the_preview_of_the_next_edition(registrar, world, value) -> None:
    path = f"/en/staff/editions/{world.open.code}/next"
    answer = registrar.get(path, query_string={"code": "the-next", "starts_on": value})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("language", "typed", "minor"),
    [
        ("fr", "980,50", 98_050),
        ("fr", "1 234,50", 123_450),
        ("en", "1,234.50", 123_450),
        ("es", "1.234,50", 123_450),
        ("es", "0", 0),
    ],
)
def test_a_fee_is_kept_as_it_was_meant(registrar, session, world, language, typed, minor) -> None:
    path = f"/{language}/staff/editions/{world.draft.code}/edit"
    saved = send_form(registrar, path, edition_form(world.draft, zone="UTC", fee=typed))
    assert saved.status_code == 303
    session.expire_all()
    assert world.draft.fee.minor == minor
    shown = registrar.get(path).text.split('id="fee"')[1].split('value="')[1].split('"')[0]
    second = edition_form(world.draft, zone="UTC", fee=shown, idempotency_key="l" * 20)
    again = send_form(registrar, path, second)
    assert again.status_code == 303
    session.expire_all()
    assert world.draft.fee.minor == minor


def test_a_share_is_forgotten_with_the_funding_that_it_was_for(app, session, world) -> None:
    draft: Application = a_draft(session, world, world.stranger, funding="mixed", sponsor_share=60)
    session.commit()
    person = sign_in(app, session, world.stranger)
    form = {"funding": "self", "sponsor_share": "half"}
    path = f"/en/applications/{draft.reference}/steps/funding"
    assert send_form(person, path, form).status_code == 303
    session.expire_all()
    assert (draft.funding, draft.sponsor_share) == ("self", 0)

"""What sponsors send on their page: a letter, somebody else to nominate."""

from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.admissions.models import Application, Sponsorship
from learning.admissions.rules.states import ApplicationState
from learning.audit.models import AuditEntry
from learning.files.models import FileState, StoredFile
from learning.mail.models import OutgoingEmail
from tests.admissions.factories import NOW
from tests.admissions.sponsors import NOMINEE, STATED, send_letter, send_statement
from tests.files.samples import GIF, PDF, a_png
from tests.world import World


def test_a_letter_is_kept_at_once_and_survives_a_failed_form(
    visitor: FlaskClient, session: Session, sponsorship: Sponsorship, link: str
) -> None:
    sent = send_letter(visitor, link)
    assert sent.status_code == 303
    failed = send_statement(visitor, link, STATED | {"signed_by": "", "may_sign": "", "share": "0"})
    assert failed.status_code == 422
    overview = visitor.get(link).text
    assert "lettre.pdf" in overview
    assert "1\u00a0ko" in overview
    kept = session.scalars(select(StoredFile)).one()
    assert (kept.owner_id, kept.name) == (None, "lettre.pdf")
    done = send_statement(visitor, link, STATED | {"signed_by": "", "may_sign": ""})
    assert done.status_code == 303
    session.expire_all()
    assert session.get_one(Sponsorship, sponsorship.id).signed_at is None
    transitions = session.scalars(select(AuditEntry.action)).all()
    assert "nomination letter received" in transitions
    assert "sponsor statement received" in transitions


def test_another_letter_takes_the_place_of_the_first(
    visitor: FlaskClient, session: Session, sponsorship: Sponsorship, link: str
) -> None:
    send_letter(visitor, link)
    send_letter(visitor, link, a_png(), "scan.png")
    kept = session.scalars(select(StoredFile)).one()
    assert kept.name == "scan.png"
    session.expire_all()
    assert session.get_one(Sponsorship, sponsorship.id).letter_id == kept.id


@pytest.mark.parametrize(
    ("content", "message"), [(b"", "vide"), (GIF, "PDF, JPEG"), (PDF + b"x" * 5_000_000, "dépasse")]
)
def test_a_letter_that_is_none_is_not_taken(
    visitor: FlaskClient, session: Session, link: str, content: bytes, message: str
) -> None:
    page = send_letter(visitor, link, content)
    assert page.status_code == 422
    assert message in page.text
    assert session.scalar(select(func.count()).select_from(StoredFile)) == 0


def test_the_letter_can_be_downloaded_by_the_link_only(
    visitor: FlaskClient, session: Session, link: str
) -> None:
    assert visitor.get(f"{link}/letter").status_code == 404
    send_letter(visitor, link)
    answer = visitor.get(f"{link}/letter")
    assert answer.data == PDF
    assert "attachment" in answer.headers["Content-Disposition"]
    assert visitor.get("/fr/sponsor/nothing/letter").status_code == 404
    kept = session.scalars(select(StoredFile)).one()
    kept.state = FileState.INFECTED
    session.commit()
    assert visitor.get(f"{link}/letter").status_code == 404
    assert "virus" in visitor.get(link).text
    assert 'name="signed_by"' in visitor.get(f"{link}/steps/statement").text


def test_a_sponsor_nominates_somebody_else_once(
    visitor: FlaskClient, session: Session, sponsorship: Sponsorship, link: str
) -> None:
    send_statement(visitor, link, STATED | {"share": "100"})
    done = visitor.post(f"{link}/nominees", data=NOMINEE, follow_redirects=True)
    assert "Moussa Traoré" in done.text
    assert visitor.post(f"{link}/nominees", data=NOMINEE).status_code in {303, 429}
    person = session.scalars(select(Person).where(Person.email == NOMINEE["email"])).one()
    begun = session.scalars(select(Application).where(Application.person_id == person.id)).one()
    assert (begun.state, begun.funding, begun.sponsor_share) == (
        ApplicationState.DRAFT,
        "sponsor",
        100,
    )
    assert begun.sponsorship_id == sponsorship.id
    kinds = session.scalars(
        select(OutgoingEmail.kind).where(OutgoingEmail.email == NOMINEE["email"])
    ).all()
    assert sorted(kinds) == ["accounts.invitation", "admissions.nominated"]


def test_a_nomination_that_is_refused_comes_back_whole(
    visitor: FlaskClient, session: Session, world: World, link: str
) -> None:
    del world
    bad = visitor.post(f"{link}/nominees", data=NOMINEE | {"email": "nobody"})
    assert bad.status_code == 422
    assert 'value="Moussa Traoré"' in bad.text
    people = select(func.count()).select_from(Person).where(Person.name == NOMINEE["name"])
    assert session.scalar(people) == 0


def test_letters_to_one_address_are_slowed(visitor: FlaskClient, link: str) -> None:
    answers = [
        visitor.post(f"{link}/nominees", data=NOMINEE | {"idempotency_key": f"{number:024}"})
        for number in range(8)
    ]
    assert answers[-1].status_code == 429


def test_nobody_is_nominated_after_the_last_day(visitor: FlaskClient, link: str) -> None:
    with time_machine.travel(NOW + timedelta(days=59), tick=False):
        page = visitor.get(link)
        assert page.status_code == 200
        assert 'name="email"' not in page.text
        refused = visitor.post(f"{link}/nominees", data=NOMINEE)
        assert refused.status_code == 409

"""What sponsors send on their page: a letter, somebody else to nominate."""

from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.audit.models import AuditRow
from learning.enrolment.models import Application, Sponsorship
from learning.enrolment.rules import State
from learning.files.models import FileState, StoredFile
from learning.mail.models import Mail
from tests.enrolment.making import NOW
from tests.enrolment.sponsors import NOMINEE, STATED, send_letter
from tests.files.samples import GIF, PDF, a_png
from tests.world import World, send_form


def test_a_letter_is_kept_at_once_and_survives_a_failed_form(
    visitor: FlaskClient, session: Session, sponsorship: Sponsorship, link: str
) -> None:
    sent = send_letter(visitor, link)
    assert sent.status_code == 303
    failed = send_form(visitor, link, STATED | {"signed_by": "", "may_sign": "", "share": "0"})
    assert failed.status_code == 422
    assert "lettre.pdf" in failed.text
    assert "1\u00a0ko" in failed.text
    kept = session.scalars(select(StoredFile)).one()
    assert (kept.owner_id, kept.name) == (None, "lettre.pdf")
    done = send_form(visitor, link, STATED | {"signed_by": "", "may_sign": ""})
    assert done.status_code == 303
    session.expire_all()
    assert session.get_one(Sponsorship, sponsorship.id).signed_at is None
    deeds = session.scalars(select(AuditRow.action)).all()
    assert "nomination letter received" in deeds
    assert "sponsor stated" in deeds


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
    ("content", "said"), [(b"", "vide"), (GIF, "PDF, JPEG"), (PDF + b"x" * 5_000_000, "dépasse")]
)
def test_a_letter_that_is_none_is_not_taken(
    visitor: FlaskClient, session: Session, link: str, content: bytes, said: str
) -> None:
    page = send_letter(visitor, link, content)
    assert page.status_code == 422
    assert said in page.text
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
    page = visitor.get(link).text
    assert "virus" in page
    assert 'name="signed_by"' in page


def test_a_sponsor_nominates_somebody_else_once(
    visitor: FlaskClient, session: Session, sponsorship: Sponsorship, link: str
) -> None:
    send_form(visitor, link, STATED | {"share": "100"})
    done = visitor.post(f"{link}/nominees", data=NOMINEE, follow_redirects=True)
    assert "Moussa Traoré" in done.text
    assert visitor.post(f"{link}/nominees", data=NOMINEE).status_code in {303, 429}
    person = session.scalars(select(Person).where(Person.email == NOMINEE["email"])).one()
    begun = session.scalars(select(Application).where(Application.person_id == person.id)).one()
    assert (begun.state, begun.funding, begun.sponsor_share) == (State.DRAFT, "sponsor", 100)
    assert begun.sponsorship_id == sponsorship.id
    kinds = session.scalars(select(Mail.kind).where(Mail.email == NOMINEE["email"])).all()
    assert sorted(kinds) == ["accounts.invitation", "enrolment.nominated"]


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
        visitor.post(f"{link}/nominees", data=NOMINEE | {"form_key": f"{number:024}"})
        for number in range(8)
    ]
    assert answers[-1].status_code == 429


def test_nobody_is_nominated_after_the_last_day(visitor: FlaskClient, link: str) -> None:
    with time_machine.travel(NOW + timedelta(days=59), tick=False):
        page = visitor.get(link)
        assert page.status_code == 200
        assert 'name="email"' not in page.text
        refused = visitor.post(f"{link}/nominees", data=NOMINEE)
        assert refused.status_code == 422

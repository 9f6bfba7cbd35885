"""A candidate whose institution is asked to sponsor them, and the page that its letter opens."""

import json

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.enrolment import sponsoring
from learning.enrolment.models import Application, Sponsorship
from learning.enrolment.sponsoring import Contact
from learning.mail.models import Mail
from tests.enrolment.making import NOW, a_draft, a_person
from tests.world import World


@pytest.fixture
def candidate(session: Session, world: World) -> Application:
    """A draft of somebody whose institution is asked to sponsor them."""
    person = a_person(session, "Awa Kouassi")
    return a_draft(session, world, person, funding="sponsor", sponsor_share=100)


@pytest.fixture
def sponsorship(session: Session, candidate: Application) -> Sponsorship:
    contact = Contact(
        organisation="Ministère du Travail",
        name="Fatou Diallo",
        email="fatou@example.org",
        language="fr",
    )
    asked = sponsoring.ask_sponsor(session, candidate, contact, now=NOW)
    session.commit()
    return asked


@pytest.fixture
def link(session: Session, sponsorship: Sponsorship) -> str:
    """The address of the page in French, as the letter says it."""
    del sponsorship
    asked = select(Mail).where(Mail.kind == "enrolment.sponsor")
    return "/fr" + json.loads(session.scalars(asked).one().params)["path"]

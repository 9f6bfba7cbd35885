"""A candidate whose institution is asked to sponsor them, and the page that its letter opens."""

import json

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.admissions.commands import sponsorships
from learning.admissions.commands.sponsorships import Contact
from learning.admissions.models import Application, Sponsorship
from learning.mail.models import OutgoingEmail
from tests.admissions.factories import NOW, a_draft, a_person
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
    query = sponsorships.invite_sponsor(session, candidate, contact, now=NOW)
    session.commit()
    return query


@pytest.fixture
def link(session: Session, sponsorship: Sponsorship) -> str:
    """The address of the page in French, as the letter says it."""
    del sponsorship
    query = select(OutgoingEmail).where(OutgoingEmail.kind == "admissions.sponsor-invited")
    return "/fr" + json.loads(session.scalars(query).one().params)["path"]

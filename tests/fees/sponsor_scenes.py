"""Builders for tests of sponsors: a sponsor with its link, its address and some nominees."""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from learning.accounts.rules import token_hash
from learning.admissions.commands.billing_parties import save_party
from learning.admissions.models import Application, Sponsorship
from learning.admissions.rules.answers import Funding
from learning.admissions.rules.states import ApplicationEvent, ApplicationState
from learning.fees.models import FeeAccount
from learning.fees.quote_models import SponsorBilling
from tests.admissions.factories import NOW, act, in_state
from tests.fees.scenes import MINISTRY, the_account, the_centre
from tests.world import World


def a_sponsor(session: Session, world: World, *, share: int = 100) -> tuple[Sponsorship, str]:
    """Return a sponsor that has said who is billed, and the token of its link."""
    the_centre(session)
    token = secrets.token_urlsafe(24)
    sponsorship = Sponsorship(
        edition_id=world.open.id,
        token_hash=token_hash(token),
        organisation="Ministère du Travail",
        contact_name="Moussa Koné",
        contact_email="moussa@example.org",
        language="fr",
        created_at=NOW,
        ends_at=NOW + timedelta(days=60),
        share=share,
        signed_by="Moussa Koné",
        signed_at=NOW,
        billing_party_id=save_party(session, None, world.open.id, MINISTRY),
        stated_at=NOW,
    )
    session.add(sponsorship)
    session.flush()
    return sponsorship, token


def a_nominee(
    session: Session,
    world: World,
    sponsorship: Sponsorship,
    state: ApplicationState = ApplicationState.UNDER_REVIEW,
    **columns: Any,
) -> Application:
    """Return an application in a state that names a sponsor."""
    application = in_state(session, world, state, **columns)
    all_of_it = sponsorship.share == 100
    application.funding = Funding.SPONSOR if all_of_it else Funding.MIXED
    application.sponsor_share = sponsorship.share
    application.sponsorship_id = sponsorship.id
    session.flush()
    return application


def accept(session: Session, world: World, application: Application) -> FeeAccount:
    """Accept a nominee; its invoices are issued unless they wait for one for all."""
    act(session, world, application, ApplicationEvent.ACCEPT)
    return the_account(session, application)


def waiting_accounts(
    session: Session, world: World, number: int = 3, *, share: int = 100
) -> tuple[Sponsorship, str, Sequence[FeeAccount]]:
    """Return a sponsor that wants one invoice, and the accounts of its accepted nominees."""
    sponsorship, token = a_sponsor(session, world, share=share)
    billing = SponsorBilling(
        edition_id=sponsorship.edition_id, sponsorship_id=sponsorship.id, is_joint=True
    )
    session.add(billing)
    session.flush()
    accounts = [
        accept(session, world, a_nominee(session, world, sponsorship)) for _ in range(number)
    ]
    session.commit()
    return sponsorship, token, accounts

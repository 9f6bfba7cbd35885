"""What an acceptance agrees: by whom it is paid, that nothing changes it, what goes along."""

from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from learning.admissions.commands import decisions, transfers
from learning.admissions.commands.billing_parties import (
    save_party,
)
from learning.admissions.models import Application, Sponsorship
from learning.admissions.queries.agreements import (
    agreement_of,
    agreements_of,
    with_parties,
)
from learning.admissions.queries.answers import (
    details_of,
)
from learning.admissions.queries.invariants import broken_applications
from learning.admissions.rules.states import ApplicationEvent, ApplicationState
from learning.kit.money import Money
from tests.admissions.factories import BILLING, NOW, a_person, act, in_state
from tests.admissions.test_transfers import transition_of
from tests.world import World

MINISTRY = replace(BILLING, name="Ministère du Travail", line1="BP 1")


def a_sponsorship(
    session: Session, world: World, share: int, *, stated: bool = True
) -> Sponsorship:
    made = Sponsorship(
        edition_id=world.open.id, token_hash="x", organisation="Ministère", contact_name="Dr Diop",
        contact_email="d@example.org", language="fr", created_at=NOW, ends_at=NOW, share=share,
        signed_by="Dr Diop", signed_at=NOW,
    )  # fmt: skip
    if stated:
        made.stated_at = NOW
        made.billing_party_id = save_party(session, None, world.open.id, MINISTRY)
    session.add(made)
    session.flush()
    return made


def test_one_who_pays_all_is_billed_as_on_the_day_of_acceptance(
    session: Session, world: World
) -> None:
    accepted = in_state(session, world, ApplicationState.ACCEPTED)
    save_party(session, accepted.billing_party_id, world.open.id, MINISTRY)  # since then
    session.commit()
    agreement = with_parties(session, accepted)
    assert agreement is not None
    assert agreement.party is not None
    assert (agreement.party.details, agreement.party.edition_id) == (BILLING, world.open.id)
    assert (agreement.sponsor_percent, agreement.sponsor_party) == (0, None)
    assert (agreement.edition_id, agreement.continues_id) == (world.open.id, None)
    assert (agreement.agreed_at, agreement.price) == (NOW, Money(98000, "EUR"))


def test_a_shared_fee_is_billed_to_both(session: Session, world: World) -> None:
    sponsorship = a_sponsorship(session, world, 60)
    accepted = in_state(
        session, world, ApplicationState.ACCEPTED,
        funding="mixed", sponsor_share=60, sponsorship_id=sponsorship.id,
    )  # fmt: skip
    save_party(session, sponsorship.billing_party_id, world.open.id, BILLING)  # since then
    session.commit()
    agreement = agreement_of(session, accepted)
    assert agreement is not None
    assert agreement.sponsor_percent == 60
    assert details_of(session, agreement.sponsor_party_id) == MINISTRY
    assert details_of(session, agreement.party_id) == BILLING


def test_a_sponsor_who_stated_nothing_is_billed_where_the_candidate_said(
    session: Session, world: World
) -> None:
    sponsorship = a_sponsorship(session, world, 60, stated=False)
    accepted = in_state(
        session, world, ApplicationState.ACCEPTED,
        funding="mixed", sponsor_share=60, sponsorship_id=sponsorship.id,
    )  # fmt: skip
    agreement = agreement_of(session, accepted)
    assert agreement is not None
    assert agreement.party_id == agreement.sponsor_party_id is not None


def test_nobody_is_billed_for_a_fellow(session: Session, world: World) -> None:
    accepted = in_state(session, world, ApplicationState.ACCEPTED, funding="fellowship")
    agreement = agreement_of(session, accepted)
    assert agreement is not None
    assert (agreement.party_id, agreement.sponsor_party_id) == (None, None)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE fee_agreements SET price_minor = 1",
        "UPDATE fee_agreements SET continues_id = id",
        "UPDATE billing_parties SET town = 'Rome' WHERE id = :party",
        "DELETE FROM billing_parties WHERE id = :party",
    ],
)
def test_the_database_changes_nothing_that_was_agreed(
    session: Session, world: World, change: str
) -> None:
    agreement = agreement_of(session, in_state(session, world, ApplicationState.ACCEPTED))
    assert agreement is not None
    with pytest.raises(IntegrityError):
        session.execute(text(change), {"party": agreement.party_id} if ":" in change else {})
    session.rollback()


def test_a_party_that_no_agreement_names_may_change(session: Session, world: World) -> None:
    accepted = in_state(session, world, ApplicationState.ACCEPTED)
    session.execute(
        text("UPDATE billing_parties SET town = 'Rome' WHERE id = :id"),
        {"id": accepted.billing_party_id},
    )
    assert details_of(session, accepted.billing_party_id).town == "Rome"


def test_a_lapsed_application_that_is_accepted_again_agrees_anew(
    session: Session, world: World
) -> None:
    application = in_state(session, world, ApplicationState.LAPSED)
    first = agreement_of(session, application)
    world.open.fee = Money(110_000, "EUR")
    for event in (ApplicationEvent.REOPEN, ApplicationEvent.ACCEPT):
        decisions.decide(session, application, transition_of(world, event))
    second = agreement_of(session, application)
    assert (first.price, second.price) == (Money(98_000, "EUR"), Money(110_000, "EUR"))
    assert second.continues_id == first.id
    assert agreements_of(session, {application.id}) == {application.id: second}


def test_who_pays_stays_when_somebody_takes_over(session: Session, world: World) -> None:
    sponsorship = a_sponsorship(session, world, 60)
    old = in_state(
        session, world, ApplicationState.ACCEPTED,
        funding="mixed", sponsor_share=60, sponsorship_id=sponsorship.id,
    )  # fmt: skip
    substitute = in_state(
        session,
        world,
        ApplicationState.UNDER_REVIEW,
        billing=replace(BILLING, name="Somebody else"),
    )
    transfers.substitute(
        session, old, substitute, transition_of(world, ApplicationEvent.SUBSTITUTE)
    )
    was, agreed = agreement_of(session, old), agreement_of(session, substitute)
    assert agreed.continues_id == was.id
    assert (agreed.sponsor_percent, agreed.party_id, agreed.sponsor_party_id) == (
        60, was.party_id, was.sponsor_party_id,
    )  # fmt: skip


def test_a_successor_whose_own_acceptance_lapsed_keeps_what_was_agreed_with_the_leaver(
    session: Session, world: World
) -> None:
    old = in_state(session, world, ApplicationState.ACCEPTED)
    substitute = in_state(session, world, ApplicationState.LAPSED)
    decisions.decide(session, substitute, transition_of(world, ApplicationEvent.REOPEN))
    world.open.fee = Money(110_000, "EUR")
    transfers.substitute(
        session, old, substitute, transition_of(world, ApplicationEvent.SUBSTITUTE)
    )
    was, agreed = agreement_of(session, old), agreement_of(session, substitute)
    assert (agreed.price, agreed.continues_id) == (Money(98_000, "EUR"), was.id)


def test_a_successor_who_lapses_and_is_accepted_again_agrees_anew(
    session: Session, world: World
) -> None:
    old = in_state(session, world, ApplicationState.ACCEPTED)
    substitute = in_state(session, world, ApplicationState.UNDER_REVIEW)
    transfers.substitute(
        session, old, substitute, transition_of(world, ApplicationEvent.SUBSTITUTE)
    )
    first = agreement_of(session, substitute)
    world.open.fee = Money(110_000, "EUR")
    for event in (ApplicationEvent.LAPSE, ApplicationEvent.REOPEN, ApplicationEvent.ACCEPT):
        decisions.decide(session, substitute, transition_of(world, event))
    agreed = agreement_of(session, substitute)
    assert (agreed.price, agreed.continues_id) == (Money(110_000, "EUR"), first.id)


def test_the_health_checks_find_a_seat_that_nothing_was_agreed_about(
    session: Session, world: World
) -> None:
    accepted: Application = in_state(session, world, ApplicationState.ACCEPTED, a_person(session))
    assert broken_applications(session) == []
    for table in ("fee_accounts", "fee_agreements"):
        session.execute(text(f"DELETE FROM {table}"))  # noqa: S608
    assert broken_applications(session) == [
        f"a seat without an agreement about the fee: row(s) {accepted.id}"
    ]
    act(session, world, accepted, ApplicationEvent.CANCEL)
    assert broken_applications(session) == []

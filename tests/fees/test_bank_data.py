"""The centre's bank data change by two people, and by nothing else."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.audit.models import AuditEntry
from learning.fees.centre_models import BankDataProposal, CentreDetails
from learning.fees.commands.bank_data import (
    PURPOSE,
    ProposalDecision,
    decide_bank_data,
    propose_bank_data,
)
from learning.fees.problems import BankDataProblem
from learning.fees.queries.bank_data import bank_data_now, open_proposal, own_ibans
from learning.fees.rules.bank_data import BankData, ProposalState
from learning.kit.encryption import Cipher
from learning.kit.errors import RuleViolation
from learning.mail.models import OutgoingEmail
from tests.fees.scenes import CENTRE_BIC, CENTRE_IBAN, OTHER_IBAN, the_centre
from tests.world import NOW, World

CIPHER = Cipher("only for tests", PURPOSE)
NEW = BankData(
    legal_name="Centro di formazione", iban=OTHER_IBAN, bic="COBADEFFXXX", bank_name="Commerzbank"
)
LATER = NOW + timedelta(hours=1)
CONFIRMED, REFUSED, WITHDRAWN = (
    ProposalState.CONFIRMED,
    ProposalState.REFUSED,
    ProposalState.WITHDRAWN,
)


@pytest.fixture
def finance(world: World) -> int:
    return world.staff[Role.FINANCE].id


@pytest.fixture
def approver(world: World) -> int:
    return world.staff[Role.APPROVER].id


@pytest.fixture
def proposal(session: Session, finance: int) -> BankDataProposal:
    the_centre(session)
    return propose_bank_data(session, NEW, CIPHER, by=finance, now=NOW)


def decision(proposal: BankDataProposal, state: ProposalState, by: int) -> ProposalDecision:
    return ProposalDecision(
        state=state, by=by, now=LATER, version=proposal.version, digest=proposal.digest
    )


def refused(session: Session, proposal: BankDataProposal, made: ProposalDecision) -> object:
    with pytest.raises(RuleViolation) as violation:
        decide_bank_data(session, proposal, CIPHER, made)
    return violation.value.code


def test_nothing_changes_before_somebody_else_confirms(
    session: Session, proposal: BankDataProposal, approver: int
) -> None:
    assert bank_data_now(session).iban == CENTRE_IBAN
    assert own_ibans(session, CENTRE_IBAN) == {CENTRE_IBAN}
    version = the_centre(session).version
    decide_bank_data(session, proposal, CIPHER, decision(proposal, CONFIRMED, approver))
    assert bank_data_now(session) == NEW
    row = session.scalars(select(CentreDetails)).one()
    assert (row.town, row.version) == ("Torino", version + 1)
    assert (row.changed_by_id, row.changed_at) == (approver, LATER)
    assert open_proposal(session) is None
    assert own_ibans(session, OTHER_IBAN) == {CENTRE_IBAN, OTHER_IBAN}


def test_who_proposes_does_not_confirm(
    session: Session, proposal: BankDataProposal, finance: int
) -> None:
    for state in (CONFIRMED, REFUSED):
        made = decision(proposal, state, finance)
        assert refused(session, proposal, made) is BankDataProblem.SAME_PERSON
    decide_bank_data(session, proposal, CIPHER, decision(proposal, WITHDRAWN, finance))
    assert proposal.state is WITHDRAWN
    assert bank_data_now(session).iban == CENTRE_IBAN


@pytest.mark.parametrize("state", [CONFIRMED, REFUSED, WITHDRAWN])
def test_one_decides_once(
    session: Session, proposal: BankDataProposal, approver: int, state: ProposalState
) -> None:
    first = decision(proposal, state, approver)
    decide_bank_data(session, proposal, CIPHER, first)
    for later in (CONFIRMED, REFUSED, WITHDRAWN):
        made = replace(first, state=later, version=proposal.version)
        assert refused(session, proposal, made) is BankDataProblem.DECIDED
    assert bank_data_now(session).iban == (OTHER_IBAN if state is CONFIRMED else CENTRE_IBAN)


def test_another_version_of_the_page_decides_nothing(
    session: Session, proposal: BankDataProposal, approver: int
) -> None:
    made = replace(decision(proposal, CONFIRMED, approver), version=7)
    assert refused(session, proposal, made) is BankDataProblem.DECIDED
    assert proposal.state is ProposalState.OPEN


@pytest.mark.parametrize("digest", ["", "0" * 64])
def test_another_digest_confirms_nothing(
    session: Session, proposal: BankDataProposal, approver: int, digest: str
) -> None:
    made = replace(decision(proposal, CONFIRMED, approver), digest=digest)
    assert refused(session, proposal, made) is BankDataProblem.NOT_AS_PROPOSED


def test_data_that_were_changed_meanwhile_are_noticed(
    session: Session, proposal: BankDataProposal, approver: int
) -> None:
    session.execute(update(CentreDetails).values(bic="AAAAITRRXXX"))
    made = decision(proposal, CONFIRMED, approver)
    assert refused(session, proposal, made) is BankDataProblem.NOT_AS_PROPOSED
    decide_bank_data(session, proposal, CIPHER, replace(made, state=REFUSED))
    assert bank_data_now(session).bic == "AAAAITRRXXX"


def test_a_proposal_of_another_key_confirms_nothing(
    session: Session, proposal: BankDataProposal, approver: int
) -> None:
    forged = Cipher("guessed", PURPOSE)
    with pytest.raises(RuleViolation) as violation:
        decide_bank_data(session, proposal, forged, decision(proposal, CONFIRMED, approver))
    assert violation.value.code is BankDataProblem.NOT_AS_PROPOSED


def test_one_waits_at_a_time(session: Session, proposal: BankDataProposal, finance: int) -> None:
    other = replace(NEW, bic="DEUTDEFFXXX")
    with pytest.raises(RuleViolation) as violation:
        propose_bank_data(session, other, CIPHER, by=finance, now=NOW)
    assert violation.value.code is BankDataProblem.WAITS
    decide_bank_data(session, proposal, CIPHER, decision(proposal, WITHDRAWN, finance))
    second = propose_bank_data(session, other, CIPHER, by=finance, now=NOW)
    assert open_proposal(session) is second


def test_the_same_is_no_proposal(session: Session, finance: int) -> None:
    the_centre(session)
    same = bank_data_now(session)
    with pytest.raises(RuleViolation) as violation:
        propose_bank_data(session, same, CIPHER, by=finance, now=NOW)
    assert violation.value.code is BankDataProblem.SAME


def test_the_first_account_waits_for_a_second_person_too(
    session: Session, finance: int, approver: int
) -> None:
    first = propose_bank_data(session, NEW, CIPHER, by=finance, now=NOW)
    assert bank_data_now(session) == BankData()
    decide_bank_data(session, first, CIPHER, decision(first, CONFIRMED, approver))
    assert bank_data_now(session) == NEW
    assert own_ibans(session, OTHER_IBAN) == {OTHER_IBAN}


def test_all_who_read_the_finances_hear_of_both(
    session: Session, world: World, proposal: BankDataProposal, approver: int
) -> None:
    readers = {world.staff[role].email for role in (Role.FINANCE, Role.APPROVER, Role.AUDITOR)}

    def notified() -> list[OutgoingEmail]:
        kind = OutgoingEmail.kind == "fees.bank-data"
        return list(session.scalars(select(OutgoingEmail).where(kind).order_by(OutgoingEmail.id)))

    assert {each.email for each in notified()} == readers
    decide_bank_data(session, proposal, CIPHER, decision(proposal, CONFIRMED, approver))
    later = notified()[len(readers) :]
    assert {each.email for each in later} == readers
    params = json.loads(later[0].params)
    assert (params["state"], params["by"]) == ("confirmed", "Approver Person")
    assert (params["old"]["iban"], params["new"]["iban"]) == (CENTRE_IBAN, OTHER_IBAN)


def test_the_audit_trail_has_both(
    session: Session, proposal: BankDataProposal, finance: int, approver: int
) -> None:
    decide_bank_data(session, proposal, CIPHER, decision(proposal, CONFIRMED, approver))
    rows = session.scalars(select(AuditEntry).where(AuditEntry.subject == "centre"))
    found = [(each.action, each.actor_id, json.loads(each.detail)) for each in rows]
    changes = {
        "legal_name": f"Centro di formazione di prova → {NEW.legal_name}",
        "iban": f"{CENTRE_IBAN} → {NEW.iban}",
        "bic": f"{CENTRE_BIC} → {NEW.bic}",
        "bank_name": f"Banca di prova → {NEW.bank_name}",
    }
    assert found == [
        ("bank data proposed", finance, changes),
        ("bank data confirmed", approver, changes),
    ]


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE bank_data_proposals SET iban = 'DE02120300000000202051'",
        "UPDATE bank_data_proposals SET old_iban = ''",
        "UPDATE bank_data_proposals SET digest = ''",
        "UPDATE bank_data_proposals SET proposed_by_id = proposed_by_id + 1",
        "DELETE FROM bank_data_proposals",
        "UPDATE bank_data_proposals SET state = 'confirmed'",
        "UPDATE bank_data_proposals SET state = 'confirmed', decided_by_id = proposed_by_id",
    ],
)
def test_the_database_refuses_to_change_a_proposal(
    session: Session, proposal: BankDataProposal, attack: str
) -> None:
    session.flush()
    with pytest.raises((IntegrityError, DatabaseError)), session.begin_nested():
        session.execute(text(attack))
    session.refresh(proposal)
    assert (proposal.iban, proposal.state) == (OTHER_IBAN, ProposalState.OPEN)


def test_a_decision_stays(session: Session, proposal: BankDataProposal, approver: int) -> None:
    decide_bank_data(session, proposal, CIPHER, decision(proposal, REFUSED, approver))
    with pytest.raises((IntegrityError, DatabaseError)), session.begin_nested():
        session.execute(text("UPDATE bank_data_proposals SET state = 'confirmed'"))

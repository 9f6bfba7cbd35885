"""The details of the centre: stored once, recorded with what changed."""

import json
from dataclasses import replace

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.access.permissions import Role
from learning.audit.models import AuditEntry
from learning.fees.centre_models import CentreDetails
from learning.fees.commands.bank_data import (
    PURPOSE,
    ProposalDecision,
    decide_bank_data,
    propose_bank_data,
)
from learning.fees.commands.centre import change_centre, lock_centre
from learning.fees.queries.centre import (
    centre_details,
    centre_values,
    is_centre_complete,
    missing_centre_details,
    tax_sentence,
)
from learning.fees.rules.bank_data import ProposalState, bank_data_of
from learning.fees.rules.centre import CentreValues
from learning.kit.encryption import Cipher
from tests.fees.rules.test_centre import SENTENCES, WHOLE
from tests.world import NOW, World, sign_in

IN_THREE = SENTENCES | {"es": "IVA: no aplicable."}
CENTRE = CentreValues(**WHOLE, tax_sentences=IN_THREE)


def test_nobody_has_entered_them(session: Session) -> None:
    assert centre_details(session) is None
    assert centre_values(session) == CentreValues()
    assert not is_centre_complete(session)
    assert tax_sentence(session, "fr") == ""
    lock_centre(session, now=NOW)
    assert centre_values(session) == CentreValues()
    assert "iban" in missing_centre_details(session)


def enter(session: Session, world: World, values: CentreValues = CENTRE) -> None:
    """Enter details, and their bank data with four eyes."""
    by, approver = world.staff[Role.FINANCE].id, world.staff[Role.APPROVER].id
    change_centre(session, values, by=by, now=NOW)
    cipher = Cipher("only for tests", PURPOSE)
    proposal = propose_bank_data(session, bank_data_of(values), cipher, by=by, now=NOW)
    decision = ProposalDecision(
        state=ProposalState.CONFIRMED, by=approver, now=NOW, digest=proposal.digest
    )
    decide_bank_data(session, proposal, cipher, decision)


def test_they_are_stored_and_recorded(session: Session, world: World) -> None:
    by = world.staff[Role.FINANCE].id
    assert change_centre(session, CENTRE, by=by, now=NOW)
    assert set(missing_centre_details(session)) == {"legal_name", "iban", "bic", "bank_name"}
    enter(session, world, replace(CENTRE, town="Asti"))
    assert is_centre_complete(session)
    assert tax_sentence(session, "es") == IN_THREE["es"]
    new = {"town": "Roma", "iban": "DE89370400440532013000"}
    moved = CentreValues(**(WHOLE | new), tax_sentences=SENTENCES)
    assert change_centre(session, moved, by=by, now=NOW)
    assert centre_values(session) == replace(moved, iban=CENTRE.iban)
    assert missing_centre_details(session) == ["tax_es"]
    row = session.scalars(select(CentreDetails)).one()
    assert (row.version, row.changed_by_id) == (4, by)
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert (entry.action, entry.subject) == ("centre details changed", "centre")
    assert json.loads(entry.detail) == {
        "town": "Asti → Roma",
        "tax_es": f"{IN_THREE['es']} → ",
    }


def test_the_same_again_changes_nothing(session: Session) -> None:
    change_centre(session, CENTRE, by=None, now=NOW)
    assert not change_centre(session, CENTRE, by=None, now=NOW)
    recorded = select(func.count()).where(AuditEntry.action == "centre details changed")
    assert session.scalar(recorded) == 1


def test_the_audit_trail_says_what_changed(app: Flask, session: Session, world: World) -> None:
    change_centre(session, CENTRE, by=world.staff[Role.FINANCE].id, now=NOW)
    session.commit()
    auditor = sign_in(app, session, world.staff[Role.AUDITOR])
    page = auditor.get("/en/staff/audit/?action=centre+details+changed").text
    assert "Town: → Torino" in " ".join(page.replace("\u00a0", " ").split())
    assert "IT60X0542811101000000123456" not in page

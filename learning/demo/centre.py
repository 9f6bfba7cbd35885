"""Demonstration data: the details of an invented centre, whose account number has right digits."""

import secrets
from datetime import datetime

from sqlalchemy.orm import Session

from learning.fees.commands.bank_data import (
    PURPOSE,
    ProposalDecision,
    decide_bank_data,
    propose_bank_data,
)
from learning.fees.commands.centre import change_centre
from learning.fees.rules.bank_data import ProposalState, bank_data_of
from learning.fees.rules.centre import CentreValues
from learning.kit.encryption import Cipher

CENTRE = CentreValues(
    legal_name="Training Centre (demonstration)",
    line1="Viale dell’Esempio 10",
    postcode="10127",
    town="Torino",
    country="IT",
    iban="IT60X0542811101000000123456",
    bic="EXMPITT1XXX",
    bank_name="Banca dell’Esempio",
    signatory_name="Ingrid Larsen",
    signatory_title="Head of Finance",
    tax_sentences={
        "fr": "TVA non applicable\u00a0: formation assurée par une organisation internationale.",
        "en": "No VAT: training by an international organisation, outside its scope.",
        "es": "IVA no aplicable: formación impartida por una organización internacional.",
    },
)


def enter_details(session: Session, *, by: int, approver: int, now: datetime) -> None:
    """Enter the details of the centre, its account with four eyes, so that invoices are issued."""
    change_centre(session, CENTRE, by=by, now=now)
    cipher = Cipher(secrets.token_hex(), PURPOSE)  # decided at once: nothing reads it later
    proposal = propose_bank_data(session, bank_data_of(CENTRE), cipher, by=by, now=now)
    confirmation = ProposalDecision(
        state=ProposalState.CONFIRMED, by=approver, now=now, digest=proposal.digest
    )
    decide_bank_data(session, proposal, cipher, confirmation)

"""Pages of fees: for finance, for participants, and for the payers of invoices."""

from learning.fees.pages.card import BLUEPRINTS as CARD
from learning.fees.pages.participant import BLUEPRINTS as PARTICIPANT
from learning.fees.pages.payer import BLUEPRINTS as PAYERS
from learning.fees.pages.proofs import BLUEPRINTS as PROOFS
from learning.fees.pages.sponsor_actions import BLUEPRINTS as SPONSORS
from learning.fees.pages.staff import BLUEPRINTS as STAFF

BLUEPRINTS = (*PROOFS, *STAFF, *PARTICIPANT, *PAYERS, *SPONSORS, *CARD)

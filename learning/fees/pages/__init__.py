"""Pages of fees: for finance, and for participants."""

from learning.fees.pages.participant import BLUEPRINTS as PARTICIPANT
from learning.fees.pages.staff import BLUEPRINTS as STAFF

BLUEPRINTS = (*STAFF, *PARTICIPANT)

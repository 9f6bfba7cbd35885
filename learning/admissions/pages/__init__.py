"""Pages of admissions: for candidates, sponsors and staff."""

from learning.admissions.pages.candidate import BLUEPRINTS as CANDIDATE
from learning.admissions.pages.sponsor.views import bp as sponsor
from learning.admissions.pages.staff import BLUEPRINTS as STAFF

BLUEPRINTS = (*CANDIDATE, sponsor, *STAFF)

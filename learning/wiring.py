"""What no single room knows: all tables together."""

from learning.accounts import models as accounts
from learning.audit import models as audit
from learning.catalogue import models as catalogue
from learning.content import models as content
from learning.enrolment import models as enrolment
from learning.kit import once
from learning.kit.db import Base
from learning.lessons import models as lessons

TABLES = Base.metadata
MODELS = (accounts, audit, catalogue, content, enrolment, lessons, once)

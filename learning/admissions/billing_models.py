"""Tables of billing parties."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, composite, mapped_column

from learning.admissions.rules.billing import BillingDetails
from learning.catalogue.models import Edition
from learning.kit.database import Base


class BillingParty(Base):
    """A person or organisation that an invoice goes to.

    A row belongs to one application, to one sponsorship, or to fee agreements. The first two
    may change theirs; a fee agreement refers to a copy that never changes.
    """

    __tablename__ = "billing_parties"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    edition_id: Mapped[int] = mapped_column(ForeignKey(Edition.id), index=True)
    details: Mapped[BillingDetails] = composite(
        mapped_column("kind"),
        mapped_column("name"),
        mapped_column("line1"),
        mapped_column("line2"),
        mapped_column("postcode"),
        mapped_column("town"),
        mapped_column("country"),
        mapped_column("vat_id"),
        mapped_column("po_number"),
    )

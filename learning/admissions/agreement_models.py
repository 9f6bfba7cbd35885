"""Tables of fee agreements."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, composite, mapped_column, relationship

from learning.admissions.billing_models import BillingParty
from learning.admissions.models import Application
from learning.catalogue.models import CancellationPolicy, Edition
from learning.kit.database import Base
from learning.kit.money import Money


class FeeAgreement(Base):
    """What an acceptance agreed: price, first day, policy, payers. A row never changes.

    `sponsor_percent` of the price is billed to `sponsor_party`, the rest to `party`. A party is
    None where its part is nothing, or where nobody has named one. An application that lapsed
    and is accepted again has a second agreement; the latest counts. `continues_id` names the
    earlier agreement whose payments count for this one: after a transfer, a substitution, or a
    lapse. `penalty_floor` is the least that a cancellation charges, in percent of what was paid.
    """

    __tablename__ = "fee_agreements"
    __table_args__ = (
        Index(
            "ix_fee_agreements_first",
            "application_id",
            unique=True,
            sqlite_where=text("continues_id IS NULL"),
            postgresql_where=text("continues_id IS NULL"),
        ),
        UniqueConstraint("continues_id"),
        CheckConstraint("price_minor >= 0", name="price"),
        CheckConstraint("sponsor_percent BETWEEN 0 AND 100", name="sponsor_percent"),
        CheckConstraint("penalty_floor BETWEEN 0 AND 100", name="penalty_floor"),
        CheckConstraint("sponsor_percent > 0 OR sponsor_party_id IS NULL", name="sponsor_party"),
        CheckConstraint("sponsor_percent < 100 OR party_id IS NULL", name="party"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    edition_id: Mapped[int] = mapped_column(ForeignKey(Edition.id), index=True)
    application_id: Mapped[int] = mapped_column(ForeignKey(Application.id), index=True)
    price: Mapped[Money] = composite(mapped_column("price_minor"), mapped_column("price_currency"))
    sponsor_percent: Mapped[int]
    policy_version: Mapped[str] = mapped_column(ForeignKey(CancellationPolicy.version), index=True)
    first_day: Mapped[date]
    agreed_at: Mapped[datetime]
    party_id: Mapped[int | None] = mapped_column(
        ForeignKey(BillingParty.id), default=None, index=True
    )
    sponsor_party_id: Mapped[int | None] = mapped_column(
        ForeignKey(BillingParty.id), default=None, index=True
    )
    continues_id: Mapped[int | None] = mapped_column(ForeignKey("fee_agreements.id"), default=None)
    penalty_floor: Mapped[int] = mapped_column(default=0)

    party: Mapped[BillingParty | None] = relationship(
        foreign_keys=[party_id], lazy="raise", init=False
    )
    sponsor_party: Mapped[BillingParty | None] = relationship(
        foreign_keys=[sponsor_party_id], lazy="raise", init=False
    )

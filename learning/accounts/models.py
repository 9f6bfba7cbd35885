"""Tables of accounts."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from learning.access.permissions import EDITION_ROLES, Role
from learning.catalogue.models import Edition
from learning.kit.db import Base


class Person(Base):
    """Somebody who can sign in. `email` is kept in lower case; `version` counts changes."""

    __tablename__ = "people"
    __table_args__ = (Index("ix_people_sort_key_id", "sort_key", "id"),)  # lists, a page at a time

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]  # as shown to others, one field: names do not split the same everywhere
    sort_key: Mapped[str]  # the name as kit.folding folds it
    joined_at: Mapped[datetime]
    language: Mapped[str] = mapped_column(default="en")
    zone: Mapped[str] = mapped_column(default="UTC")
    institution: Mapped[str] = mapped_column(default="")
    institution_key: Mapped[str] = mapped_column(default="")  # folded, to be found by
    password_hash: Mapped[str | None] = mapped_column(default=None)
    locked_at: Mapped[datetime | None] = mapped_column(default=None)  # by staff; no sign-in
    totp_secret: Mapped[str | None] = mapped_column(default=None)  # base32 (RFC 6238)
    totp_step: Mapped[int] = mapped_column(default=0)  # the last one used; none is used twice
    version: Mapped[int] = mapped_column(default=1)
    credentials_version: Mapped[int] = mapped_column(default=1)  # see credentials.py


class RoleGrant(Base):
    """A role that somebody holds: on the whole site, or in one edition."""

    __tablename__ = "role_grants"
    __table_args__ = (
        UniqueConstraint("person_id", "role", "edition_id"),
        # NULLs are all different to a unique constraint; this index makes site roles unique too.
        Index(
            "ix_role_grants_site",
            "person_id",
            "role",
            unique=True,
            sqlite_where=text("edition_id IS NULL"),
            postgresql_where=text("edition_id IS NULL"),
        ),
        CheckConstraint(
            "(edition_id IS NOT NULL) = (role IN ({}))".format(
                ", ".join(f"'{role}'" for role in sorted(EDITION_ROLES))
            ),
            name="scope",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"))
    role: Mapped[Role]
    granted_at: Mapped[datetime]
    edition_id: Mapped[int | None] = mapped_column(ForeignKey(Edition.id), default=None, index=True)

    person: Mapped[Person] = relationship(lazy="raise", init=False)
    edition: Mapped[Edition | None] = relationship(lazy="raise", init=False)


class SignIn(Base):
    """One device on which somebody is signed in; the token itself is known to the device only."""

    __tablename__ = "sign_ins"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"), index=True)
    device: Mapped[str]
    signed_in_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    idle_until: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)
    confirmed_at: Mapped[datetime]  # when the password was last given on this device
    shared_device: Mapped[bool] = mapped_column(default=False)
    seeing_as_id: Mapped[int | None] = mapped_column(
        ForeignKey(Person.id), default=None, index=True
    )

    person: Mapped[Person] = relationship(lazy="raise", init=False, foreign_keys=[person_id])


class Purpose(StrEnum):
    """What a link in a letter is for."""

    SIGN_UP = "sign-up"
    NEW_ADDRESS = "new-address"
    RESET = "reset"
    INVITATION = "invitation"


class Link(Base):
    """A secret link that was sent in a letter; it works once. `payload` is JSON.

    One that belongs to a person dies when their `credentials_version` moves on.
    """

    __tablename__ = "links"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    purpose: Mapped[Purpose]
    email: Mapped[str]
    payload: Mapped[str]
    made_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey(Person.id, ondelete="CASCADE"), default=None, index=True
    )
    credentials_version: Mapped[int | None] = mapped_column(default=None)


class RecoveryCode(Base):
    """One of ten codes that stand in for a lost second factor, each once."""

    __tablename__ = "recovery_codes"

    code_hash: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"), index=True)
    used_at: Mapped[datetime | None] = mapped_column(default=None)

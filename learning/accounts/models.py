"""Tables of accounts."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from learning.access.permissions import EDITION_ROLES, Role
from learning.catalogue.models import Edition
from learning.kit.database import Base, new_uid, open_enum


class Person(Base):
    """A person who can sign in. `email` is in lower case; `version` counts changes."""

    __tablename__ = "people"
    __table_args__ = (Index("ix_people_sort_key_id", "sort_key", "id"),)  # lists, a page at a time

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    uid: Mapped[str] = mapped_column(  # in addresses, which say nothing of how many there are
        unique=True, init=False, insert_default=new_uid, default_factory=new_uid
    )
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]  # as shown to others, one field: names do not split the same everywhere
    sort_key: Mapped[str]  # the name as kit.folding folds it
    joined_at: Mapped[datetime]
    language: Mapped[str] = mapped_column(default="en")
    zone: Mapped[str] = mapped_column(default="UTC")
    institution: Mapped[str] = mapped_column(default="")
    institution_key: Mapped[str] = mapped_column(default="")  # folded, to be found by
    certificate_name: Mapped[str] = mapped_column(default="")  # as it is printed; empty: `name`
    reading_languages: Mapped[str] = mapped_column(default="")  # codes, a space between two
    public_profile: Mapped[bool] = mapped_column(default=False)  # agreed to be named in public
    password_hash: Mapped[str | None] = mapped_column(default=None)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)  # by staff; no sign-in
    totp_secret: Mapped[str | None] = mapped_column(default=None)  # base32 (RFC 6238)
    totp_step: Mapped[int] = mapped_column(default=0)  # the last one used; each works once
    version: Mapped[int] = mapped_column(default=1)
    credentials_version: Mapped[int] = mapped_column(default=1)  # see credentials.py


class RoleGrant(Base):
    """A role of a person: on the whole site, or in one edition."""

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
    role: Mapped[Role] = mapped_column(open_enum(Role))
    granted_at: Mapped[datetime]
    edition_id: Mapped[int | None] = mapped_column(ForeignKey(Edition.id), default=None, index=True)

    person: Mapped[Person] = relationship(lazy="raise", init=False)
    edition: Mapped[Edition | None] = relationship(lazy="raise", init=False)


class UserSession(Base):
    """One device on which a person is signed in; only the device knows the token."""

    __tablename__ = "sessions"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"), index=True)
    device: Mapped[str]
    signed_in_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    idle_until: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    confirmed_at: Mapped[datetime]  # when the password was last given on this device
    shared_device: Mapped[bool] = mapped_column(default=False)
    impersonating_id: Mapped[int | None] = mapped_column(
        ForeignKey(Person.id), default=None, index=True
    )

    person: Mapped[Person] = relationship(lazy="raise", init=False, foreign_keys=[person_id])


class TokenPurpose(StrEnum):
    """What a token in an e-mail is for."""

    SIGN_UP = "sign-up"
    EMAIL_CHANGE = "email-change"
    RESET = "reset"
    INVITATION = "invitation"


class AccountToken(Base):
    """A one-time token, sent as a link in an e-mail. `payload` is JSON.

    A person's token becomes invalid when their `credentials_version` changes.
    """

    __tablename__ = "account_tokens"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    purpose: Mapped[TokenPurpose]
    email: Mapped[str]
    payload: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey(Person.id, ondelete="CASCADE"), default=None, index=True
    )
    credentials_version: Mapped[int | None] = mapped_column(default=None)


class RecoveryCode(Base):
    """One of ten codes that replace a lost second factor, each once."""

    __tablename__ = "recovery_codes"

    code_hash: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"), index=True)
    used_at: Mapped[datetime | None] = mapped_column(default=None)


class AccountCorrection(Base):
    """What staff corrected in an account: one field, before and after, and why.

    The audit trail names the fields only: it is never erased, and these rows are.
    """

    __tablename__ = "account_corrections"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id, ondelete="CASCADE"), index=True)
    field: Mapped[str]  # a column of `people`
    before: Mapped[str]
    after: Mapped[str]
    reason: Mapped[str]
    corrected_at: Mapped[datetime]
    corrected_by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id), index=True)


class FormerEmail(Base):
    """An address that a person had: e-mails, bounces and wishes know people by address only.

    Who returns to an address and changes it again has a row for each change.
    """

    __tablename__ = "former_emails"

    person_id: Mapped[int] = mapped_column(
        ForeignKey(Person.id, ondelete="CASCADE"), primary_key=True
    )
    email: Mapped[str] = mapped_column(primary_key=True, index=True)
    changed_at: Mapped[datetime] = mapped_column(primary_key=True)

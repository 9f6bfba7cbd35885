"""The baseline: every table, index and trigger of the first release.

Migrations import nothing of the application: they stay as they are while the code changes.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
APPLICATION_TRANSITIONS = {
    "accepted": (
        "cancelled",
        "edition_cancelled",
        "enrolled",
        "lapsed",
        "substituted_out",
        "transferred_out",
    ),
    "awaiting_info": (
        "edition_cancelled",
        "under_review",
        "withdrawn",
    ),
    "declined": ("under_review",),
    "draft": (
        "edition_cancelled",
        "submitted",
    ),
    "lapsed": ("under_review",),
    "submitted": (
        "edition_cancelled",
        "under_review",
        "withdrawn",
    ),
    "under_review": (
        "accepted",
        "awaiting_info",
        "declined",
        "edition_cancelled",
        "waitlisted",
        "withdrawn",
    ),
    "waitlisted": (
        "accepted",
        "declined",
        "edition_cancelled",
        "lapsed",
        "withdrawn",
    ),
    "withdrawn": ("under_review",),
}
ENROLMENT_TRANSITIONS = {
    "active": (
        "cancelled",
        "completed",
        "no_show",
        "not_completed",
        "withdrawn",
    ),
    "cancelled": ("active",),
    "no_show": ("active",),
    "not_completed": ("active",),
    "withdrawn": ("active",),
}
AGREED = "EXISTS (SELECT 1 FROM fee_agreements WHERE OLD.id IN (party_id, sponsor_party_id))"
TABLES = (
    "audit_entries",
    "batch_operations",
    "cancellation_policies",
    "check_results",
    "content_snapshots",
    "email_bounces",
    "file_owners",
    "idempotency_keys",
    "jobs",
    "outgoing_emails",
    "pending_uploads",
    "people",
    "rate_limits",
    "scheduled_runs",
    "search_entries",
    "search_revisions",
    "stored_files",
    "subscriptions",
    "worker_heartbeats",
    "account_tokens",
    "batch_items",
    "editions",
    "email_attachments",
    "email_copies",
    "recovery_codes",
    "sessions",
    "billing_parties",
    "competences",
    "edition_dates",
    "edition_texts",
    "enrolments",
    "role_grants",
    "seat_reservations",
    "accommodations",
    "check_answers",
    "enrolment_transitions",
    "extensions",
    "learner_states",
    "lesson_progress",
    "module_overrides",
    "notes",
    "sponsorships",
    "applications",
    "application_transitions",
    "assessments",
    "fee_agreements",
    "nominations",
    "offers",
)


def upgrade() -> None:
    create_tables()
    create_search_index()
    allow_transitions("applications", "state", APPLICATION_TRANSITIONS)
    allow_transitions("enrolments", "status", ENROLMENT_TRANSITIONS)
    freeze("fee_agreements", "a fee agreement does not change")
    freeze("billing_parties", "a fee agreement does not change", when=AGREED)
    freeze("cancellation_policies", "a policy is never changed")
    freeze("content_snapshots", "a snapshot is never changed")


def downgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    if sqlite:
        op.execute("DROP TABLE search_index")
    for table in reversed(TABLES):
        op.drop_table(table)
    if not sqlite:
        for name in ("applications_transition", "enrolments_transition"):
            op.execute(f"DROP FUNCTION {name}()")
        for table in (
            "fee_agreements",
            "billing_parties",
            "cancellation_policies",
            "content_snapshots",
        ):
            op.execute(f"DROP FUNCTION {table}_frozen()")


def create_search_index() -> None:
    """Index the stems: each database in its own way, both find the same."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE search_index USING fts5("
            "tokens, content='search_entries', content_rowid='id', tokenize='unicode61')"
        )
        return
    op.execute(
        "ALTER TABLE search_entries ADD COLUMN vector tsvector"
        " GENERATED ALWAYS AS (to_tsvector('simple', tokens)) STORED"
    )
    op.execute("CREATE INDEX search_index_vector ON search_entries USING gin (vector)")


def allow_transitions(table: str, column: str, allowed: dict[str, tuple[str, ...]]) -> None:
    """Let a state change along the given transitions only."""
    known = " OR ".join(
        f"(OLD.{column} = '{before}' AND NEW.{column} IN ({', '.join(map(repr, after))}))"
        for before, after in allowed.items()
    )
    refuse(
        f"{table}_transition",
        f"UPDATE OF {column} ON {table}",
        f"NEW.{column} <> OLD.{column} AND NOT ({known})",
        f"no such transition in {table}",
    )


def freeze(table: str, message: str, when: str = "") -> None:
    """Refuse every change of a row, or of those for which a condition holds."""
    refuse(f"{table}_frozen", f"UPDATE ON {table}", when, message)


def refuse(name: str, event: str, when: str, message: str) -> None:
    """Create a trigger that fails with a message where a condition holds."""
    if op.get_bind().dialect.name == "sqlite":
        condition = f" WHEN {when}" if when else ""
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {event}{condition}"
            f" BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )
        return
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF {when or 'true'} THEN RAISE EXCEPTION '{message}'"
        " USING ERRCODE = 'check_violation'; END IF; RETURN NEW; END $$"
    )
    op.execute(f"CREATE TRIGGER {name} BEFORE {event} FOR EACH ROW EXECUTE FUNCTION {name}()")


def create_tables() -> None:
    op.create_table(
        "audit_entries",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=True),
        sa.Column("previous_hash", sa.Text(), nullable=True),
        sa.Column("hash", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(number IS NULL) = (hash IS NULL) AND (number IS NULL) = (previous_hash IS NULL)",
            name=op.f("ck_audit_entries_sealed_whole"),
        ),
        sa.CheckConstraint("number > 0", name=op.f("ck_audit_entries_number_counts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
        sa.UniqueConstraint("number", name=op.f("uq_audit_entries_number")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_audit_entries_subject"), "audit_entries", ["subject"], unique=False)
    op.create_index(
        "ix_audit_entries_unsealed",
        "audit_entries",
        ["id"],
        unique=False,
        postgresql_where=sa.text("number IS NULL"),
        sqlite_where=sa.text("number IS NULL"),
    )
    op.create_table(
        "batch_operations",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("params", sa.Text(), nullable=False),
        sa.Column("started_by", sa.BigInteger(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.Column("emails", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch_operations")),
        sa.UniqueConstraint("uid", name=op.f("uq_batch_operations_uid")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_batch_operations_scope"), "batch_operations", ["scope"], unique=False)
    op.create_table(
        "cancellation_policies",
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("tiers", sa.Text(), nullable=False),
        sa.Column("late_percent", sa.BigInteger(), nullable=False),
        sa.Column("transfer_days", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "late_percent BETWEEN 0 AND 100", name=op.f("ck_cancellation_policies_late_percent")
        ),
        sa.CheckConstraint(
            "transfer_days >= 0", name=op.f("ck_cancellation_policies_transfer_days")
        ),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_cancellation_policies")),
        sqlite_strict=True,
    )
    op.create_table(
        "check_results",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("checked_at", MOMENT, nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_check_results")),
        sqlite_strict=True,
    )
    op.create_table(
        "content_snapshots",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("json", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_content_snapshots")),
        sqlite_strict=True,
    )
    op.create_table(
        "email_bounces",
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("score", sa.BigInteger(), nullable=False),
        sa.Column("suppressed_at", MOMENT, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("email", name=op.f("pk_email_bounces")),
        sqlite_strict=True,
    )
    op.create_table(
        "file_owners",
        sa.Column("owner_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("owner_id", name=op.f("pk_file_owners")),
        sqlite_strict=True,
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("response_url", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "key", name=op.f("pk_idempotency_keys")),
        sqlite_strict=True,
    )
    op.create_table(
        "jobs",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("unique_key", sa.Text(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "running",
                "done",
                "dead",
                "discarded",
                name="jobstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("worker", sa.Text(), nullable=False),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("queue", sa.Text(), server_default="default", nullable=False),
        sa.Column("priority", sa.BigInteger(), server_default="50", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
        sa.UniqueConstraint("unique_key", name=op.f("uq_jobs_unique_key")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_jobs_next", "jobs", ["state", "queue", "priority", "due_at", "id"], unique=False
    )
    op.create_index("ix_jobs_state_due_at", "jobs", ["state", "due_at"], unique=False)
    op.create_table(
        "outgoing_emails",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("params", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("thread", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "sent",
                "failed",
                "skipped",
                name="emailstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("held_at", MOMENT, nullable=True),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("reply_to", sa.Text(), nullable=False),
        sa.Column("calendar", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outgoing_emails")),
        sa.UniqueConstraint("token", name=op.f("uq_outgoing_emails_token")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_outgoing_emails_created_at"), "outgoing_emails", ["created_at"], unique=False
    )
    op.create_index(op.f("ix_outgoing_emails_email"), "outgoing_emails", ["email"], unique=False)
    op.create_index(op.f("ix_outgoing_emails_thread"), "outgoing_emails", ["thread"], unique=False)
    op.create_table(
        "pending_uploads",
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("part_key", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("file_slug", sa.Text(), nullable=True),
        sa.Column(
            "rejection",
            sa.Enum(
                "empty",
                "too_large",
                "too_large_for_form",
                "not_allowed",
                "broken",
                "too_many_pixels",
                "locked",
                "heic",
                "too_many",
                "zip_bomb",
                "macros",
                "embedded",
                "external_link",
                "quota",
                name="filerejection",
                native_enum=False,
                length=32,
            ),
            nullable=True,
        ),
        sa.CheckConstraint("size > 0", name=op.f("ck_pending_uploads_size")),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_pending_uploads")),
        sa.UniqueConstraint("part_key", name=op.f("uq_pending_uploads_part_key")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_pending_uploads_created_at"), "pending_uploads", ["created_at"], unique=False
    )
    op.create_index(
        op.f("ix_pending_uploads_owner_id"), "pending_uploads", ["owner_id"], unique=False
    )
    op.create_table(
        "people",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sort_key", sa.Text(), nullable=False),
        sa.Column("joined_at", MOMENT, nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("institution", sa.Text(), nullable=False),
        sa.Column("institution_key", sa.Text(), nullable=False),
        sa.Column("certificate_name", sa.Text(), nullable=False),
        sa.Column("reading_languages", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("totp_secret", sa.Text(), nullable=True),
        sa.Column("totp_step", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("credentials_version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("email", name=op.f("uq_people_email")),
        sa.UniqueConstraint("uid", name=op.f("uq_people_uid")),
        sqlite_strict=True,
    )
    op.create_index("ix_people_sort_key_id", "people", ["sort_key", "id"], unique=False)
    op.create_table(
        "rate_limits",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("empty_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_rate_limits")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_rate_limits_empty_at"), "rate_limits", ["empty_at"], unique=False)
    op.create_table(
        "scheduled_runs",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", "due_at", name=op.f("pk_scheduled_runs")),
        sqlite_strict=True,
    )
    op.create_table(
        "search_entries",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("course", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("module", sa.Text(), nullable=False),
        sa.Column("block", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("heading", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("title_tokens", sa.Text(), nullable=False),
        sa.Column("tokens", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_entries")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_search_entries_course"), "search_entries", ["course"], unique=False)
    op.create_table(
        "search_revisions",
        sa.Column("course", sa.Text(), nullable=False),
        sa.Column("revision", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("course", name=op.f("pk_search_revisions")),
        sqlite_strict=True,
    )
    op.create_table(
        "stored_files",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "pdf",
                "jpeg",
                "png",
                "docx",
                "odt",
                "xlsx",
                "pptx",
                "xml",
                name="filekind",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "clean",
                "infected",
                name="filestate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("owner_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint("size > 0", name=op.f("ck_stored_files_size")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_files")),
        sa.UniqueConstraint("key", name=op.f("uq_stored_files_key")),
        sa.UniqueConstraint("slug", name=op.f("uq_stored_files_slug")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_stored_files_owner_id"), "stored_files", ["owner_id"], unique=False)
    op.create_table(
        "subscriptions",
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("unsubscribed_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("email", "category", "topic", name=op.f("pk_subscriptions")),
        sa.UniqueConstraint("token", name=op.f("uq_subscriptions_token")),
        sqlite_strict=True,
    )
    op.create_table(
        "worker_heartbeats",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_worker_heartbeats")),
        sqlite_strict=True,
    )
    op.create_table(
        "account_tokens",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "sign-up",
                "email-change",
                "reset",
                "invitation",
                name="tokenpurpose",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("credentials_version", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.id"],
            name=op.f("fk_account_tokens_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_account_tokens")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_account_tokens_expires_at"), "account_tokens", ["expires_at"], unique=False
    )
    op.create_index(
        op.f("ix_account_tokens_person_id"), "account_tokens", ["person_id"], unique=False
    )
    op.create_table(
        "batch_items",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("operation_id", sa.BigInteger(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["operation_id"],
            ["batch_operations.id"],
            name=op.f("fk_batch_items_operation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch_items")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_batch_items_operation_id_state",
        "batch_items",
        ["operation_id", "state", "id"],
        unique=False,
    )
    op.create_table(
        "editions",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("course", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("apply_until", sa.Date(), nullable=False),
        sa.Column("project_due_on", sa.Date(), nullable=False),
        sa.Column("weeks", sa.BigInteger(), nullable=False),
        sa.Column("hours_low", sa.BigInteger(), nullable=False),
        sa.Column("hours_high", sa.BigInteger(), nullable=False),
        sa.Column("capacity", sa.BigInteger(), nullable=False),
        sa.Column("fee_minor", sa.BigInteger(), nullable=False),
        sa.Column("fee_currency", sa.Text(), nullable=False),
        sa.Column("learning_hours", sa.BigInteger(), nullable=False),
        sa.Column("policy_version", sa.Text(), nullable=False),
        sa.Column("languages", sa.Text(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "open",
                "running",
                "finished",
                "cancelled",
                name="editionstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("changed_at", MOMENT, nullable=True),
        sa.CheckConstraint("apply_until <= starts_on", name=op.f("ck_editions_apply_before_start")),
        sa.CheckConstraint("capacity > 0", name=op.f("ck_editions_capacity")),
        sa.CheckConstraint("ends_on > starts_on", name=op.f("ck_editions_ends_after_start")),
        sa.CheckConstraint("fee_minor >= 0", name=op.f("ck_editions_fee")),
        sa.CheckConstraint(
            "hours_low > 0 AND hours_low <= hours_high", name=op.f("ck_editions_hours_a_week")
        ),
        sa.CheckConstraint("learning_hours > 0", name=op.f("ck_editions_learning_hours")),
        sa.CheckConstraint(
            "project_due_on BETWEEN starts_on AND ends_on", name=op.f("ck_editions_project_due")
        ),
        sa.CheckConstraint("weeks > 0", name=op.f("ck_editions_weeks")),
        sa.ForeignKeyConstraint(
            ["policy_version"],
            ["cancellation_policies.version"],
            name=op.f("fk_editions_policy_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_editions")),
        sa.UniqueConstraint("code", name=op.f("uq_editions_code")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_editions_course"), "editions", ["course"], unique=False)
    op.create_index(
        op.f("ix_editions_policy_version"), "editions", ["policy_version"], unique=False
    )
    op.create_table(
        "email_attachments",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("email_id", sa.BigInteger(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["email_id"],
            ["outgoing_emails.id"],
            name=op.f("fk_email_attachments_email_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_files.id"], name=op.f("fk_email_attachments_file_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_email_attachments")),
        sa.UniqueConstraint(
            "email_id", "position", name=op.f("uq_email_attachments_email_id_position")
        ),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_email_attachments_file_id"), "email_attachments", ["file_id"], unique=False
    )
    op.create_table(
        "email_copies",
        sa.Column("email_id", sa.BigInteger(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("parts", sa.Text(), nullable=False),
        sa.Column("sent_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["email_id"],
            ["outgoing_emails.id"],
            name=op.f("fk_email_copies_email_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("email_id", name=op.f("pk_email_copies")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_email_copies_sent_at"), "email_copies", ["sent_at"], unique=False)
    op.create_table(
        "recovery_codes",
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.id"],
            name=op.f("fk_recovery_codes_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_recovery_codes")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_recovery_codes_person_id"), "recovery_codes", ["person_id"], unique=False
    )
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("signed_in_at", MOMENT, nullable=False),
        sa.Column("last_seen_at", MOMENT, nullable=False),
        sa.Column("idle_until", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("confirmed_at", MOMENT, nullable=False),
        sa.Column("shared_device", sa.Boolean(), nullable=False),
        sa.Column("impersonating_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["impersonating_id"], ["people.id"], name=op.f("fk_sessions_impersonating_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_sessions_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sessions")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_sessions_expires_at"), "sessions", ["expires_at"], unique=False)
    op.create_index(
        op.f("ix_sessions_impersonating_id"), "sessions", ["impersonating_id"], unique=False
    )
    op.create_index(op.f("ix_sessions_person_id"), "sessions", ["person_id"], unique=False)
    op.create_table(
        "billing_parties",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("edition_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "person",
                "organisation",
                name="partykind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("line1", sa.Text(), nullable=False),
        sa.Column("line2", sa.Text(), nullable=False),
        sa.Column("postcode", sa.Text(), nullable=False),
        sa.Column("town", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("vat_id", sa.Text(), nullable=False),
        sa.Column("po_number", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["editions.id"], name=op.f("fk_billing_parties_edition_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_billing_parties")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_billing_parties_edition_id"), "billing_parties", ["edition_id"], unique=False
    )
    op.create_table(
        "competences",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("edition_id", sa.BigInteger(), nullable=False),
        sa.Column("module", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_id"],
            ["editions.id"],
            name=op.f("fk_competences_edition_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_competences_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_competences")),
        sa.UniqueConstraint(
            "person_id",
            "edition_id",
            "module",
            "language",
            name=op.f("uq_competences_person_id_edition_id_module_language"),
        ),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_competences_edition_id"), "competences", ["edition_id"], unique=False)
    op.create_table(
        "edition_dates",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("edition_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_id"],
            ["editions.id"],
            name=op.f("fk_edition_dates_edition_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition_dates")),
        sa.UniqueConstraint("edition_id", "key", name=op.f("uq_edition_dates_edition_id_key")),
        sqlite_strict=True,
    )
    op.create_table(
        "edition_texts",
        sa.Column("edition_id", sa.BigInteger(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_id"],
            ["editions.id"],
            name=op.f("fk_edition_texts_edition_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("edition_id", "language", name=op.f("pk_edition_texts")),
        sqlite_strict=True,
    )
    op.create_table(
        "enrolments",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("edition_id", sa.BigInteger(), nullable=False),
        sa.Column("enrolled_at", MOMENT, nullable=False),
        sa.Column(
            "method",
            sa.Enum(
                "manual",
                "application",
                name="enrolmentmethod",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "active",
                "withdrawn",
                "completed",
                "not_completed",
                "no_show",
                "cancelled",
                name="enrolmentstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("period", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["editions.id"], name=op.f("fk_enrolments_edition_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_enrolments_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolments")),
        sa.UniqueConstraint("id", "edition_id", name=op.f("uq_enrolments_id_edition_id")),
        sa.UniqueConstraint(
            "person_id", "edition_id", name=op.f("uq_enrolments_person_id_edition_id")
        ),
        sa.UniqueConstraint("uid", name=op.f("uq_enrolments_uid")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_enrolments_edition_id"), "enrolments", ["edition_id"], unique=False)
    op.create_table(
        "role_grants",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "visitor",
                "member",
                "participant",
                "tutor",
                "expert",
                "lead",
                "registrar",
                "finance",
                "approver",
                "administrator",
                "auditor",
                name="role",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("granted_at", MOMENT, nullable=False),
        sa.Column("edition_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(edition_id IS NOT NULL) = (role IN ('expert', 'lead', 'participant', 'tutor'))",
            name=op.f("ck_role_grants_scope"),
        ),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["editions.id"], name=op.f("fk_role_grants_edition_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_role_grants_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grants")),
        sa.UniqueConstraint(
            "person_id", "role", "edition_id", name=op.f("uq_role_grants_person_id_role_edition_id")
        ),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_role_grants_edition_id"), "role_grants", ["edition_id"], unique=False)
    op.create_index(
        "ix_role_grants_site",
        "role_grants",
        ["person_id", "role"],
        unique=True,
        sqlite_where=sa.text("edition_id IS NULL"),
        postgresql_where=sa.text("edition_id IS NULL"),
    )
    op.create_table(
        "seat_reservations",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("edition_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "accepted",
                "offer",
                name="reservationkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("until", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["editions.id"], name=op.f("fk_seat_reservations_edition_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat_reservations")),
        sa.UniqueConstraint("kind", "key", name=op.f("uq_seat_reservations_kind_key")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_seat_reservations_edition_id"), "seat_reservations", ["edition_id"], unique=False
    )
    op.create_table(
        "accommodations",
        sa.Column("enrolment_id", sa.BigInteger(), nullable=False),
        sa.Column("extra_time", sa.BigInteger(), nullable=False),
        sa.Column("extra_attempts", sa.BigInteger(), nullable=False),
        sa.Column("shift_days", sa.BigInteger(), nullable=False),
        sa.Column("no_timer", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("decided_by_id", sa.BigInteger(), nullable=False),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "extra_attempts BETWEEN 0 AND 10", name=op.f("ck_accommodations_extra_attempts")
        ),
        sa.CheckConstraint(
            "extra_time BETWEEN 0 AND 300", name=op.f("ck_accommodations_extra_time")
        ),
        sa.CheckConstraint(
            "shift_days BETWEEN 0 AND 60", name=op.f("ck_accommodations_shift_days")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["people.id"], name=op.f("fk_accommodations_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["enrolments.id"],
            name=op.f("fk_accommodations_enrolment_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("enrolment_id", name=op.f("pk_accommodations")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_accommodations_decided_by_id"), "accommodations", ["decided_by_id"], unique=False
    )
    op.create_table(
        "check_answers",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("enrolment_id", sa.BigInteger(), nullable=False),
        sa.Column("edition_id", sa.BigInteger(), nullable=False),
        sa.Column("lesson", sa.Text(), nullable=False),
        sa.Column("check_key", sa.Text(), nullable=False),
        sa.Column("chosen", sa.Text(), nullable=False),
        sa.Column("right", sa.Boolean(), nullable=False),
        sa.Column("answered_at", MOMENT, nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("check_sha256", sa.Text(), nullable=True),
        sa.CheckConstraint("attempts > 0", name=op.f("ck_check_answers_attempts")),
        sa.ForeignKeyConstraint(
            ["check_sha256"],
            ["content_snapshots.sha256"],
            name=op.f("fk_check_answers_check_sha256"),
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id", "edition_id"],
            ["enrolments.id", "enrolments.edition_id"],
            name=op.f("fk_check_answers_enrolment_id_edition_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_answers")),
        sa.UniqueConstraint(
            "enrolment_id",
            "lesson",
            "check_key",
            name=op.f("uq_check_answers_enrolment_id_lesson_check_key"),
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "enrolment_transitions",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("enrolment_id", sa.BigInteger(), nullable=False),
        sa.Column("edition_id", sa.BigInteger(), nullable=False),
        sa.Column("period", sa.BigInteger(), nullable=False),
        sa.Column(
            "event",
            sa.Enum(
                "enrol",
                "re_enrol",
                "withdraw",
                "cancel",
                "transfer",
                "substitute",
                "cancel_edition",
                "complete",
                "close",
                "mark_no_show",
                "reinstate",
                name="enrolmentevent",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "before",
            sa.Enum(
                "active",
                "withdrawn",
                "completed",
                "not_completed",
                "no_show",
                "cancelled",
                name="before",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "after",
            sa.Enum(
                "active",
                "withdrawn",
                "completed",
                "not_completed",
                "no_show",
                "cancelled",
                name="enrolmentstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "actor_role",
            sa.Enum(
                "applicant",
                "participant",
                "sponsor",
                "registrar",
                "finance",
                "approver",
                "system",
                name="actorrole",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["people.id"], name=op.f("fk_enrolment_transitions_actor_id")
        ),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["editions.id"], name=op.f("fk_enrolment_transitions_edition_id")
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolments.id"], name=op.f("fk_enrolment_transitions_enrolment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment_transitions")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_enrolment_transitions_actor_id"),
        "enrolment_transitions",
        ["actor_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_enrolment_transitions_edition_id"),
        "enrolment_transitions",
        ["edition_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_enrolment_transitions_enrolment_id"),
        "enrolment_transitions",
        ["enrolment_id"],
        unique=False,
    )
    op.create_table(
        "extensions",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("enrolment_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by_id", sa.BigInteger(), nullable=False),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["people.id"], name=op.f("fk_extensions_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["enrolments.id"],
            name=op.f("fk_extensions_enrolment_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extensions")),
        sa.UniqueConstraint("enrolment_id", "key", name=op.f("uq_extensions_enrolment_id_key")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_extensions_decided_by_id"), "extensions", ["decided_by_id"], unique=False
    )
    op.create_table(
        "learner_states",
        sa.Column("enrolment_id", sa.BigInteger(), nullable=False),
        sa.Column("edition_id", sa.BigInteger(), nullable=False),
        sa.Column("last_seen_at", MOMENT, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("lesson", sa.Text(), nullable=True),
        sa.Column("block", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["enrolment_id", "edition_id"],
            ["enrolments.id", "enrolments.edition_id"],
            name=op.f("fk_learner_states_enrolment_id_edition_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("enrolment_id", name=op.f("pk_learner_states")),
        sqlite_strict=True,
    )
    op.create_table(
        "lesson_progress",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("enrolment_id", sa.BigInteger(), nullable=False),
        sa.Column("edition_id", sa.BigInteger(), nullable=False),
        sa.Column("lesson", sa.Text(), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("block", sa.Text(), nullable=True),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("bookmarked_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["enrolment_id", "edition_id"],
            ["enrolments.id", "enrolments.edition_id"],
            name=op.f("fk_lesson_progress_enrolment_id_edition_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesson_progress")),
        sa.UniqueConstraint(
            "enrolment_id", "lesson", name=op.f("uq_lesson_progress_enrolment_id_lesson")
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "module_overrides",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("enrolment_id", sa.BigInteger(), nullable=False),
        sa.Column("module", sa.Text(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by_id", sa.BigInteger(), nullable=False),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["people.id"], name=op.f("fk_module_overrides_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["enrolments.id"],
            name=op.f("fk_module_overrides_enrolment_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_module_overrides")),
        sa.UniqueConstraint(
            "enrolment_id", "module", name=op.f("uq_module_overrides_enrolment_id_module")
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "notes",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("enrolment_id", sa.BigInteger(), nullable=False),
        sa.Column("edition_id", sa.BigInteger(), nullable=False),
        sa.Column("lesson", sa.Text(), nullable=False),
        sa.Column("block", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id", "edition_id"],
            ["enrolments.id", "enrolments.edition_id"],
            name=op.f("fk_notes_enrolment_id_edition_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
        sa.UniqueConstraint(
            "enrolment_id", "lesson", "block", name=op.f("uq_notes_enrolment_id_lesson_block")
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "sponsorships",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("edition_id", sa.BigInteger(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("contact_name", sa.Text(), nullable=False),
        sa.Column("contact_email", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("requested_by_id", sa.BigInteger(), nullable=True),
        sa.Column("replaced_at", MOMENT, nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("share", sa.BigInteger(), nullable=False),
        sa.Column("letter_id", sa.BigInteger(), nullable=True),
        sa.Column("signed_by", sa.Text(), nullable=False),
        sa.Column("signed_at", MOMENT, nullable=True),
        sa.Column("billing_party_id", sa.BigInteger(), nullable=True),
        sa.Column("stated_at", MOMENT, nullable=True),
        sa.CheckConstraint("share BETWEEN 0 AND 100", name=op.f("ck_sponsorships_share")),
        sa.ForeignKeyConstraint(
            ["billing_party_id"],
            ["billing_parties.id"],
            name=op.f("fk_sponsorships_billing_party_id"),
        ),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["editions.id"], name=op.f("fk_sponsorships_edition_id")
        ),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["stored_files.id"], name=op.f("fk_sponsorships_letter_id")
        ),
        sa.ForeignKeyConstraint(
            ["requested_by_id"], ["people.id"], name=op.f("fk_sponsorships_requested_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sponsorships")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sponsorships_token_hash")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_sponsorships_billing_party_id"), "sponsorships", ["billing_party_id"], unique=False
    )
    op.create_index(
        op.f("ix_sponsorships_contact_email"), "sponsorships", ["contact_email"], unique=False
    )
    op.create_index(
        op.f("ix_sponsorships_edition_id"), "sponsorships", ["edition_id"], unique=False
    )
    op.create_index(op.f("ix_sponsorships_letter_id"), "sponsorships", ["letter_id"], unique=False)
    op.create_index(
        op.f("ix_sponsorships_requested_by_id"), "sponsorships", ["requested_by_id"], unique=False
    )
    op.create_table(
        "applications",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("edition_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "under_review",
                "awaiting_info",
                "waitlisted",
                "accepted",
                "enrolled",
                "declined",
                "withdrawn",
                "cancelled",
                "transferred_out",
                "substituted_out",
                "lapsed",
                "edition_cancelled",
                name="applicationstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("gender", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("position", sa.Text(), nullable=False),
        sa.Column("constituency", sa.Text(), nullable=False),
        sa.Column("motivation", sa.Text(), nullable=False),
        sa.Column("study_language", sa.Text(), nullable=False),
        sa.Column("funding", sa.Text(), nullable=False),
        sa.Column("sponsor_share", sa.BigInteger(), nullable=False),
        sa.Column("sponsorship_id", sa.BigInteger(), nullable=True),
        sa.Column("letter_id", sa.BigInteger(), nullable=True),
        sa.Column("billing_party_id", sa.BigInteger(), nullable=True),
        sa.Column("consent_version", sa.Text(), nullable=False),
        sa.Column("consented_at", MOMENT, nullable=True),
        sa.Column("submitted_at", MOMENT, nullable=True),
        sa.Column("answer_until", MOMENT, nullable=True),
        sa.Column("score", sa.BigInteger(), nullable=True),
        sa.Column("enrolment_id", sa.BigInteger(), nullable=True),
        sa.Column("enrolment_period", sa.BigInteger(), nullable=True),
        sa.Column("transferred_from_id", sa.BigInteger(), nullable=True),
        sa.Column("substitutes_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("score BETWEEN 0 AND 10000", name=op.f("ck_applications_score")),
        sa.CheckConstraint(
            "sponsor_share BETWEEN 0 AND 100", name=op.f("ck_applications_sponsor_share")
        ),
        sa.ForeignKeyConstraint(
            ["billing_party_id"],
            ["billing_parties.id"],
            name=op.f("fk_applications_billing_party_id"),
        ),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["editions.id"], name=op.f("fk_applications_edition_id")
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolments.id"], name=op.f("fk_applications_enrolment_id")
        ),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["stored_files.id"], name=op.f("fk_applications_letter_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_applications_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["sponsorship_id"], ["sponsorships.id"], name=op.f("fk_applications_sponsorship_id")
        ),
        sa.ForeignKeyConstraint(
            ["substitutes_id"], ["applications.id"], name=op.f("fk_applications_substitutes_id")
        ),
        sa.ForeignKeyConstraint(
            ["transferred_from_id"],
            ["applications.id"],
            name=op.f("fk_applications_transferred_from_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_applications")),
        sa.UniqueConstraint("reference", name=op.f("uq_applications_reference")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_applications_active",
        "applications",
        ["person_id", "edition_id"],
        unique=True,
        sqlite_where=sa.text(
            "state IN ('accepted', 'awaiting_info', 'draft', 'submitted', 'under_review', 'waitlisted')"
        ),
        postgresql_where=sa.text(
            "state IN ('accepted', 'awaiting_info', 'draft', 'submitted', 'under_review', 'waitlisted')"
        ),
    )
    op.create_index(
        op.f("ix_applications_billing_party_id"), "applications", ["billing_party_id"], unique=False
    )
    op.create_index(
        "ix_applications_edition_id_state", "applications", ["edition_id", "state"], unique=False
    )
    op.create_index(
        op.f("ix_applications_enrolment_id"), "applications", ["enrolment_id"], unique=False
    )
    op.create_index(op.f("ix_applications_letter_id"), "applications", ["letter_id"], unique=False)
    op.create_index(op.f("ix_applications_name_key"), "applications", ["name_key"], unique=False)
    op.create_index(op.f("ix_applications_person_id"), "applications", ["person_id"], unique=False)
    op.create_index(
        op.f("ix_applications_sponsorship_id"), "applications", ["sponsorship_id"], unique=False
    )
    op.create_index(
        op.f("ix_applications_substitutes_id"), "applications", ["substitutes_id"], unique=False
    )
    op.create_index(
        op.f("ix_applications_transferred_from_id"),
        "applications",
        ["transferred_from_id"],
        unique=False,
    )
    op.create_table(
        "application_transitions",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "event",
            sa.Enum(
                "create",
                "submit",
                "start_review",
                "request_info",
                "provide_info",
                "accept",
                "waitlist",
                "promote",
                "decline",
                "withdraw",
                "activate",
                "lapse",
                "cancel",
                "transfer",
                "substitute",
                "cancel_edition",
                "reopen",
                name="applicationevent",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "before",
            sa.Enum(
                "draft",
                "submitted",
                "under_review",
                "awaiting_info",
                "waitlisted",
                "accepted",
                "enrolled",
                "declined",
                "withdrawn",
                "cancelled",
                "transferred_out",
                "substituted_out",
                "lapsed",
                "edition_cancelled",
                name="before",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "after",
            sa.Enum(
                "draft",
                "submitted",
                "under_review",
                "awaiting_info",
                "waitlisted",
                "accepted",
                "enrolled",
                "declined",
                "withdrawn",
                "cancelled",
                "transferred_out",
                "substituted_out",
                "lapsed",
                "edition_cancelled",
                name="applicationstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "actor_role",
            sa.Enum(
                "applicant",
                "participant",
                "sponsor",
                "registrar",
                "finance",
                "approver",
                "system",
                name="actorrole",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["people.id"], name=op.f("fk_application_transitions_actor_id")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_application_transitions_application_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_transitions")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_application_transitions_actor_id"),
        "application_transitions",
        ["actor_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_application_transitions_application_id"),
        "application_transitions",
        ["application_id"],
        unique=False,
    )
    op.create_table(
        "assessments",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("assessor_id", sa.BigInteger(), nullable=False),
        sa.Column("function", sa.BigInteger(), nullable=False),
        sa.Column("influence", sa.BigInteger(), nullable=False),
        sa.Column("motivation", sa.BigInteger(), nullable=False),
        sa.Column("use", sa.BigInteger(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint("function BETWEEN 0 AND 4", name=op.f("ck_assessments_function")),
        sa.CheckConstraint("influence BETWEEN 0 AND 4", name=op.f("ck_assessments_influence")),
        sa.CheckConstraint("motivation BETWEEN 0 AND 4", name=op.f("ck_assessments_motivation")),
        sa.CheckConstraint("use BETWEEN 0 AND 4", name=op.f("ck_assessments_use")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_assessments_application_id")
        ),
        sa.ForeignKeyConstraint(
            ["assessor_id"], ["people.id"], name=op.f("fk_assessments_assessor_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessments")),
        sa.UniqueConstraint(
            "application_id", "assessor_id", name=op.f("uq_assessments_application_id_assessor_id")
        ),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_assessments_assessor_id"), "assessments", ["assessor_id"], unique=False
    )
    op.create_table(
        "fee_agreements",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("edition_id", sa.BigInteger(), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("price_currency", sa.Text(), nullable=False),
        sa.Column("sponsor_percent", sa.BigInteger(), nullable=False),
        sa.Column("policy_version", sa.Text(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("agreed_at", MOMENT, nullable=False),
        sa.Column("party_id", sa.BigInteger(), nullable=True),
        sa.Column("sponsor_party_id", sa.BigInteger(), nullable=True),
        sa.Column("continues_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("price_minor >= 0", name=op.f("ck_fee_agreements_price")),
        sa.CheckConstraint(
            "sponsor_percent < 100 OR party_id IS NULL", name=op.f("ck_fee_agreements_party")
        ),
        sa.CheckConstraint(
            "sponsor_percent > 0 OR sponsor_party_id IS NULL",
            name=op.f("ck_fee_agreements_sponsor_party"),
        ),
        sa.CheckConstraint(
            "sponsor_percent BETWEEN 0 AND 100", name=op.f("ck_fee_agreements_sponsor_percent")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_fee_agreements_application_id")
        ),
        sa.ForeignKeyConstraint(
            ["continues_id"], ["fee_agreements.id"], name=op.f("fk_fee_agreements_continues_id")
        ),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["editions.id"], name=op.f("fk_fee_agreements_edition_id")
        ),
        sa.ForeignKeyConstraint(
            ["party_id"], ["billing_parties.id"], name=op.f("fk_fee_agreements_party_id")
        ),
        sa.ForeignKeyConstraint(
            ["policy_version"],
            ["cancellation_policies.version"],
            name=op.f("fk_fee_agreements_policy_version"),
        ),
        sa.ForeignKeyConstraint(
            ["sponsor_party_id"],
            ["billing_parties.id"],
            name=op.f("fk_fee_agreements_sponsor_party_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fee_agreements")),
        sa.UniqueConstraint("continues_id", name=op.f("uq_fee_agreements_continues_id")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_fee_agreements_application_id"), "fee_agreements", ["application_id"], unique=False
    )
    op.create_index(
        op.f("ix_fee_agreements_edition_id"), "fee_agreements", ["edition_id"], unique=False
    )
    op.create_index(
        "ix_fee_agreements_first",
        "fee_agreements",
        ["application_id"],
        unique=True,
        sqlite_where=sa.text("continues_id IS NULL"),
        postgresql_where=sa.text("continues_id IS NULL"),
    )
    op.create_index(
        op.f("ix_fee_agreements_party_id"), "fee_agreements", ["party_id"], unique=False
    )
    op.create_index(
        op.f("ix_fee_agreements_policy_version"), "fee_agreements", ["policy_version"], unique=False
    )
    op.create_index(
        op.f("ix_fee_agreements_sponsor_party_id"),
        "fee_agreements",
        ["sponsor_party_id"],
        unique=False,
    )
    op.create_table(
        "nominations",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("sponsorship_id", sa.BigInteger(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("nominated_at", MOMENT, nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_nominations_application_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["sponsorship_id"], ["sponsorships.id"], name=op.f("fk_nominations_sponsorship_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nominations")),
        sa.UniqueConstraint(
            "sponsorship_id", "email", name=op.f("uq_nominations_sponsorship_id_email")
        ),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_nominations_application_id"), "nominations", ["application_id"], unique=False
    )
    op.create_table(
        "offers",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "accepted",
                "declined",
                "expired",
                "withdrawn",
                name="offeroutcome",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_offers_application_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offers")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_offers_application_id"), "offers", ["application_id"], unique=False)
    op.create_index(op.f("ix_offers_ends_at"), "offers", ["ends_at"], unique=False)
    op.create_index(
        "ix_offers_open",
        "offers",
        ["application_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )

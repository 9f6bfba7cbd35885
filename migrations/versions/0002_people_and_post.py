"""Jobs, letters, links, second steps; more of an edition.

Columns are added, never tables rebuilt: on SQLite a rebuilt table would take its children along.
"""

import sqlalchemy as sa
from alembic import op

from learning.kit.types import UtcDateTime

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('addresses',
    sa.Column('email', sa.Text(), nullable=False),
    sa.Column('score', sa.BigInteger(), nullable=False),
    sa.Column('suppressed_at', UtcDateTime(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('email', name=op.f('pk_addresses')),
    sqlite_strict=True
    )
    op.create_table('jobs',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('payload', sa.Text(), nullable=False),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.Column('due_at', UtcDateTime(), nullable=False),
    sa.Column('once', sa.Text(), nullable=True),
    sa.Column('state', sa.Enum('waiting', 'taken', 'done', 'dead', 'discarded', name='jobstate', native_enum=False, create_constraint=True), nullable=False),
    sa.Column('attempts', sa.BigInteger(), nullable=False),
    sa.Column('worker', sa.Text(), nullable=False),
    sa.Column('lease_until', UtcDateTime(), nullable=True),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.Column('error', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_jobs')),
    sa.UniqueConstraint('once', name=op.f('uq_jobs_once')),
    sqlite_strict=True
    )
    with op.batch_alter_table('jobs', schema=None) as batch_op:
        batch_op.create_index('ix_jobs_state_due_at', ['state', 'due_at'], unique=False)

    op.create_table('mails',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('params', sa.Text(), nullable=False),
    sa.Column('category', sa.Enum('critical', 'course', name='category', native_enum=False, create_constraint=True), nullable=False),
    sa.Column('email', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('zone', sa.Text(), nullable=False),
    sa.Column('token', sa.Text(), nullable=False),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.Column('thread', sa.Text(), nullable=False),
    sa.Column('state', sa.Enum('waiting', 'sent', 'failed', 'skipped', name='mailstate', native_enum=False, create_constraint=True), nullable=False),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mails')),
    sa.UniqueConstraint('token', name=op.f('uq_mails_token')),
    sqlite_strict=True
    )
    with op.batch_alter_table('mails', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_mails_email'), ['email'], unique=False)
        batch_op.create_index(batch_op.f('ix_mails_made_at'), ['made_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_mails_thread'), ['thread'], unique=False)

    op.create_table('regular_runs',
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('due_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('name', 'due_at', name=op.f('pk_regular_runs')),
    sqlite_strict=True
    )
    op.create_table('subscriptions',
    sa.Column('email', sa.Text(), nullable=False),
    sa.Column('category', sa.Enum('critical', 'course', name='category', native_enum=False, create_constraint=True), nullable=False),
    sa.Column('token', sa.Text(), nullable=False),
    sa.Column('declined_at', UtcDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('email', 'category', name=op.f('pk_subscriptions')),
    sa.UniqueConstraint('token', name=op.f('uq_subscriptions_token')),
    sqlite_strict=True
    )
    op.create_table('throttles',
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('count', sa.BigInteger(), nullable=False),
    sa.Column('last_at', UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_throttles')),
    sqlite_strict=True
    )
    with op.batch_alter_table('throttles', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_throttles_last_at'), ['last_at'], unique=False)

    op.create_table('edition_texts',
    sa.Column('edition_id', sa.BigInteger(), nullable=False),
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['edition_id'], ['editions.id'], name=op.f('fk_edition_texts_edition_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('edition_id', 'language', name=op.f('pk_edition_texts')),
    sqlite_strict=True
    )
    op.create_table('links',
    sa.Column('token_hash', sa.Text(), nullable=False),
    sa.Column('purpose', sa.Enum('sign-up', 'new-address', 'reset', 'invitation', name='purpose', native_enum=False, create_constraint=True), nullable=False),
    sa.Column('email', sa.Text(), nullable=False),
    sa.Column('payload', sa.Text(), nullable=False),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.Column('ends_at', UtcDateTime(), nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_links_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('pk_links')),
    sqlite_strict=True
    )
    with op.batch_alter_table('links', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_links_ends_at'), ['ends_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_links_person_id'), ['person_id'], unique=False)

    op.create_table('recovery_codes',
    sa.Column('code_hash', sa.Text(), nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('used_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_recovery_codes_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('code_hash', name=op.f('pk_recovery_codes')),
    sqlite_strict=True
    )
    with op.batch_alter_table('recovery_codes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_recovery_codes_person_id'), ['person_id'], unique=False)

    _add_columns()


SQLITE_COLUMNS = (
    "editions ADD COLUMN project_due_on TEXT NOT NULL DEFAULT '1970-01-01'",
    "editions ADD COLUMN weeks INTEGER NOT NULL DEFAULT 6 CHECK (weeks > 0)",
    "editions ADD COLUMN hours_low INTEGER NOT NULL DEFAULT 5 CHECK (hours_low > 0)",
    "editions ADD COLUMN hours_high INTEGER NOT NULL DEFAULT 10"
    " CHECK (hours_low <= hours_high)",
    "people ADD COLUMN locked_at TEXT",
    "people ADD COLUMN totp_secret TEXT",
    "people ADD COLUMN totp_step INTEGER NOT NULL DEFAULT 0",
    "sign_ins ADD COLUMN confirmed_at TEXT NOT NULL DEFAULT '2026-01-01T00:00:00.000000+00:00'",
    "sign_ins ADD COLUMN seeing_as_id INTEGER REFERENCES people (id)",
)
POSTGRESQL_COLUMNS = (
    "editions ADD COLUMN project_due_on DATE NOT NULL DEFAULT '1970-01-01'",
    "editions ADD COLUMN weeks BIGINT NOT NULL DEFAULT 6"
    " CONSTRAINT ck_editions_weeks CHECK (weeks > 0)",
    "editions ADD COLUMN hours_low BIGINT NOT NULL DEFAULT 5",
    "editions ADD COLUMN hours_high BIGINT NOT NULL DEFAULT 10",
    "editions ADD CONSTRAINT ck_editions_hours_a_week"
    " CHECK (hours_low > 0 AND hours_low <= hours_high)",
    "people ADD COLUMN locked_at TIMESTAMP WITH TIME ZONE",
    "people ADD COLUMN totp_secret TEXT",
    "people ADD COLUMN totp_step BIGINT NOT NULL DEFAULT 0",
    "sign_ins ADD COLUMN confirmed_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT '2026-01-01 00:00Z'",
    "sign_ins ADD COLUMN seeing_as_id BIGINT CONSTRAINT fk_sign_ins_seeing_as_id"
    " REFERENCES people (id)",
)


def _add_columns() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for column in SQLITE_COLUMNS if sqlite else POSTGRESQL_COLUMNS:
        op.execute(f"ALTER TABLE {column}")
    op.create_index("ix_sign_ins_seeing_as_id", "sign_ins", ["seeing_as_id"])
    op.execute("UPDATE editions SET project_due_on = ends_on")
    if not sqlite:
        op.create_check_constraint(
            "project_due", "editions", "project_due_on BETWEEN starts_on AND ends_on"
        )
        return
    for when in ("INSERT", "UPDATE"):  # a check that looks at a later column cannot be added
        op.execute(
            f"CREATE TRIGGER ck_editions_project_due_{when.lower()} BEFORE {when} ON editions"
            " WHEN NEW.project_due_on NOT BETWEEN NEW.starts_on AND NEW.ends_on"
            " BEGIN SELECT RAISE(ABORT, 'CHECK constraint failed: project_due'); END"
        )


def downgrade() -> None:
    op.drop_index("ix_sign_ins_seeing_as_id", "sign_ins")
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER ck_editions_project_due_insert")
        op.execute("DROP TRIGGER ck_editions_project_due_update")
    for column in ("sign_ins.seeing_as_id", "sign_ins.confirmed_at", "people.totp_step",
                   "people.totp_secret", "people.locked_at", "editions.hours_high",
                   "editions.hours_low", "editions.weeks", "editions.project_due_on"):
        table, name = column.split(".")
        cascade = "" if op.get_bind().dialect.name == "sqlite" else " CASCADE"
        op.execute(f"ALTER TABLE {table} DROP COLUMN {name}{cascade}")
    with op.batch_alter_table('recovery_codes', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_recovery_codes_person_id'))

    op.drop_table('recovery_codes')
    with op.batch_alter_table('links', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_links_person_id'))
        batch_op.drop_index(batch_op.f('ix_links_ends_at'))

    op.drop_table('links')
    op.drop_table('edition_texts')
    with op.batch_alter_table('throttles', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_throttles_last_at'))

    op.drop_table('throttles')
    op.drop_table('subscriptions')
    op.drop_table('regular_runs')
    with op.batch_alter_table('mails', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_mails_thread'))
        batch_op.drop_index(batch_op.f('ix_mails_made_at'))
        batch_op.drop_index(batch_op.f('ix_mails_email'))

    op.drop_table('mails')
    with op.batch_alter_table('jobs', schema=None) as batch_op:
        batch_op.drop_index('ix_jobs_state_due_at')

    op.drop_table('jobs')
    op.drop_table('addresses')

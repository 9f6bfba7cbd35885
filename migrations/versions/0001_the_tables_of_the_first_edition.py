"""The tables of the first edition."""

import sqlalchemy as sa
from alembic import op

from learning.kit.types import UtcDateTime

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('audit_rows',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('actor', sa.BigInteger(), nullable=True),
    sa.Column('action', sa.Text(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('detail', sa.Text(), nullable=False),
    sa.Column('previous_hash', sa.Text(), nullable=False),
    sa.Column('hash', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_rows')),
    sa.UniqueConstraint('hash', name=op.f('uq_audit_rows_hash')),
    sqlite_strict=True
    )
    with op.batch_alter_table('audit_rows', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_audit_rows_subject'), ['subject'], unique=False)

    op.create_table('editions',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('code', sa.Text(), nullable=False),
    sa.Column('course', sa.Text(), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('zone', sa.Text(), nullable=False),
    sa.Column('apply_until', sa.Date(), nullable=False),
    sa.Column('capacity', sa.BigInteger(), nullable=False),
    sa.Column('fee_minor', sa.BigInteger(), nullable=False),
    sa.Column('fee_currency', sa.Text(), nullable=False),
    sa.Column('learning_hours', sa.BigInteger(), nullable=False),
    sa.Column('languages', sa.Text(), nullable=False),
    sa.Column('status', sa.Enum('draft', 'open', 'running', 'finished', 'cancelled', name='editionstatus', native_enum=False, create_constraint=True), nullable=False),
    sa.Column('changed_at', UtcDateTime(), nullable=True),
    sa.CheckConstraint('apply_until <= starts_on', name=op.f('ck_editions_apply_before_start')),
    sa.CheckConstraint('capacity > 0', name=op.f('ck_editions_capacity')),
    sa.CheckConstraint('ends_on > starts_on', name=op.f('ck_editions_ends_after_start')),
    sa.CheckConstraint('fee_minor >= 0', name=op.f('ck_editions_fee')),
    sa.CheckConstraint('learning_hours > 0', name=op.f('ck_editions_learning_hours')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_editions')),
    sa.UniqueConstraint('code', name=op.f('uq_editions_code')),
    sqlite_strict=True
    )
    with op.batch_alter_table('editions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_editions_course'), ['course'], unique=False)

    op.create_table('form_keys',
    sa.Column('owner', sa.BigInteger(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.Column('location', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('owner', 'key', name=op.f('pk_form_keys')),
    sqlite_strict=True
    )
    op.create_table('people',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('email', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('sort_key', sa.Text(), nullable=False),
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('zone', sa.Text(), nullable=False),
    sa.Column('institution', sa.Text(), nullable=False),
    sa.Column('password_hash', sa.Text(), nullable=True),
    sa.Column('joined_at', UtcDateTime(), nullable=False),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_people')),
    sa.UniqueConstraint('email', name=op.f('uq_people_email')),
    sqlite_strict=True
    )
    op.create_table('search_entries',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('course', sa.Text(), nullable=False),
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('module', sa.Text(), nullable=False),
    sa.Column('block', sa.Text(), nullable=False),
    sa.Column('position', sa.BigInteger(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('heading', sa.Text(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('title_tokens', sa.Text(), nullable=False),
    sa.Column('tokens', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_search_entries')),
    sqlite_strict=True
    )
    with op.batch_alter_table('search_entries', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_search_entries_course'), ['course'], unique=False)

    op.create_table('search_revisions',
    sa.Column('course', sa.Text(), nullable=False),
    sa.Column('revision', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('course', name=op.f('pk_search_revisions')),
    sqlite_strict=True
    )
    op.create_table('enrolments',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('edition_id', sa.BigInteger(), nullable=False),
    sa.Column('status', sa.Enum('active', 'withdrawn', 'completed', name='enrolmentstatus', native_enum=False, create_constraint=True), nullable=False),
    sa.Column('enrolled_at', UtcDateTime(), nullable=False),
    sa.Column('withdrawn_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['edition_id'], ['editions.id'], name=op.f('fk_enrolments_edition_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_enrolments_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_enrolments')),
    sa.UniqueConstraint('person_id', 'edition_id', name=op.f('uq_enrolments_person_id_edition_id')),
    sqlite_strict=True
    )
    with op.batch_alter_table('enrolments', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_enrolments_edition_id'), ['edition_id'], unique=False)

    op.create_table('role_grants',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('role', sa.Enum('visitor', 'member', 'participant', 'sponsor', 'tutor', 'expert', 'registrar', 'finance', 'approver', 'administrator', 'auditor', name='role', native_enum=False, create_constraint=True), nullable=False),
    sa.Column('edition_id', sa.BigInteger(), nullable=True),
    sa.Column('granted_at', UtcDateTime(), nullable=False),
    sa.CheckConstraint("(edition_id IS NOT NULL) = (role IN ('expert', 'participant', 'tutor'))", name=op.f('ck_role_grants_scope')),
    sa.ForeignKeyConstraint(['edition_id'], ['editions.id'], name=op.f('fk_role_grants_edition_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_role_grants_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_role_grants')),
    sa.UniqueConstraint('person_id', 'role', 'edition_id', name=op.f('uq_role_grants_person_id_role_edition_id')),
    sqlite_strict=True
    )
    with op.batch_alter_table('role_grants', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_role_grants_edition_id'), ['edition_id'], unique=False)
        batch_op.create_index('ix_role_grants_site', ['person_id', 'role'], unique=True, sqlite_where=sa.text('edition_id IS NULL'), postgresql_where=sa.text('edition_id IS NULL'))

    op.create_table('sign_ins',
    sa.Column('token_hash', sa.Text(), nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('device', sa.Text(), nullable=False),
    sa.Column('signed_in_at', UtcDateTime(), nullable=False),
    sa.Column('seen_at', UtcDateTime(), nullable=False),
    sa.Column('idle_until', UtcDateTime(), nullable=False),
    sa.Column('ends_at', UtcDateTime(), nullable=False),
    sa.Column('shared_device', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_sign_ins_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('pk_sign_ins')),
    sqlite_strict=True
    )
    with op.batch_alter_table('sign_ins', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sign_ins_ends_at'), ['ends_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_sign_ins_person_id'), ['person_id'], unique=False)

    op.create_table('check_answers',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('enrolment_id', sa.BigInteger(), nullable=False),
    sa.Column('lesson', sa.Text(), nullable=False),
    sa.Column('check_key', sa.Text(), nullable=False),
    sa.Column('chosen', sa.Text(), nullable=False),
    sa.Column('right', sa.Boolean(), nullable=False),
    sa.Column('tries', sa.BigInteger(), nullable=False),
    sa.Column('answered_at', UtcDateTime(), nullable=False),
    sa.CheckConstraint('tries > 0', name=op.f('ck_check_answers_tries')),
    sa.ForeignKeyConstraint(['enrolment_id'], ['enrolments.id'], name=op.f('fk_check_answers_enrolment_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_check_answers')),
    sa.UniqueConstraint('enrolment_id', 'lesson', 'check_key', name=op.f('uq_check_answers_enrolment_id_lesson_check_key')),
    sqlite_strict=True
    )
    op.create_table('early_openings',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('enrolment_id', sa.BigInteger(), nullable=False),
    sa.Column('module', sa.Text(), nullable=False),
    sa.Column('opens_on', sa.Date(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('decided_by', sa.BigInteger(), nullable=False),
    sa.Column('decided_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['decided_by'], ['people.id'], name=op.f('fk_early_openings_decided_by')),
    sa.ForeignKeyConstraint(['enrolment_id'], ['enrolments.id'], name=op.f('fk_early_openings_enrolment_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_early_openings')),
    sa.UniqueConstraint('enrolment_id', 'module', name=op.f('uq_early_openings_enrolment_id_module')),
    sqlite_strict=True
    )
    op.create_table('lesson_progress',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('enrolment_id', sa.BigInteger(), nullable=False),
    sa.Column('lesson', sa.Text(), nullable=False),
    sa.Column('opened_at', UtcDateTime(), nullable=False),
    sa.Column('block', sa.Text(), nullable=True),
    sa.Column('done_at', UtcDateTime(), nullable=True),
    sa.Column('bookmarked_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['enrolment_id'], ['enrolments.id'], name=op.f('fk_lesson_progress_enrolment_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lesson_progress')),
    sa.UniqueConstraint('enrolment_id', 'lesson', name=op.f('uq_lesson_progress_enrolment_id_lesson')),
    sqlite_strict=True
    )
    op.create_table('notes',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('enrolment_id', sa.BigInteger(), nullable=False),
    sa.Column('lesson', sa.Text(), nullable=False),
    sa.Column('block', sa.Text(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.Column('written_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['enrolment_id'], ['enrolments.id'], name=op.f('fk_notes_enrolment_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notes')),
    sa.UniqueConstraint('enrolment_id', 'lesson', 'block', name=op.f('uq_notes_enrolment_id_lesson_block')),
    sqlite_strict=True
    )
    op.create_table('studies',
    sa.Column('enrolment_id', sa.BigInteger(), nullable=False),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.Column('lesson', sa.Text(), nullable=True),
    sa.Column('block', sa.Text(), nullable=True),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['enrolment_id'], ['enrolments.id'], name=op.f('fk_studies_enrolment_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('enrolment_id', name=op.f('pk_studies')),
    sqlite_strict=True
    )
    make_search_index()


def make_search_index() -> None:
    """Index the stems: each database in its own way, both find the same."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE search_index USING fts5("
            "tokens, content='search_entries', content_rowid='id', tokenize='unicode61')"
        )
    else:
        op.execute(
            "CREATE INDEX search_index_tokens ON search_entries "
            "USING gin (to_tsvector('simple', tokens))"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search_index")
    op.drop_table('studies')
    op.drop_table('notes')
    op.drop_table('lesson_progress')
    op.drop_table('early_openings')
    op.drop_table('check_answers')
    with op.batch_alter_table('sign_ins', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sign_ins_person_id'))
        batch_op.drop_index(batch_op.f('ix_sign_ins_ends_at'))

    op.drop_table('sign_ins')
    with op.batch_alter_table('role_grants', schema=None) as batch_op:
        batch_op.drop_index('ix_role_grants_site', sqlite_where=sa.text('edition_id IS NULL'), postgresql_where=sa.text('edition_id IS NULL'))
        batch_op.drop_index(batch_op.f('ix_role_grants_edition_id'))

    op.drop_table('role_grants')
    with op.batch_alter_table('enrolments', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_enrolments_edition_id'))

    op.drop_table('enrolments')
    op.drop_table('search_revisions')
    with op.batch_alter_table('search_entries', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_search_entries_course'))

    op.drop_table('search_entries')
    op.drop_table('people')
    op.drop_table('form_keys')
    with op.batch_alter_table('editions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_editions_course'))

    op.drop_table('editions')
    with op.batch_alter_table('audit_rows', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_audit_rows_subject'))

    op.drop_table('audit_rows')

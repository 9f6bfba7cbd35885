"""Applications: their way, what assessors say, sponsors, offers of freed seats.

The ways that an application may go are kept by a trigger, too: they are written out here as they
were when this was made, and a test compares them with the table in `learning/enrolment/rules.py`.
"""

import sqlalchemy as sa
from alembic import op

from learning.kit.types import UtcDateTime

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

WAY = {
    'accepted': (
        'cancelled',
        'edition-cancelled',
        'enrolled',
        'lapsed',
        'substituted-out',
        'transferred-out',
    ),
    'declined': (
        'under-review',
    ),
    'draft': (
        'edition-cancelled',
        'submitted',
    ),
    'enrolled': (
        'cancelled',
        'completed',
        'edition-cancelled',
        'no-show',
        'not-completed',
        'substituted-out',
        'transferred-out',
    ),
    'info-requested': (
        'edition-cancelled',
        'under-review',
        'withdrawn',
    ),
    'lapsed': (
        'under-review',
    ),
    'submitted': (
        'edition-cancelled',
        'under-review',
        'withdrawn',
    ),
    'under-review': (
        'accepted',
        'declined',
        'edition-cancelled',
        'info-requested',
        'waitlisted',
        'withdrawn',
    ),
    'waitlisted': (
        'accepted',
        'declined',
        'edition-cancelled',
        'lapsed',
        'withdrawn',
    ),
    'withdrawn': (
        'under-review',
    ),
}


def upgrade() -> None:
    op.create_table('sponsorships',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('edition_id', sa.BigInteger(), nullable=False),
    sa.Column('token_hash', sa.Text(), nullable=False),
    sa.Column('organisation', sa.Text(), nullable=False),
    sa.Column('contact_name', sa.Text(), nullable=False),
    sa.Column('contact_email', sa.Text(), nullable=False),
    sa.Column('language', sa.Text(), nullable=False),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.Column('ends_at', UtcDateTime(), nullable=False),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.Column('share', sa.BigInteger(), nullable=False),
    sa.Column('letter_id', sa.BigInteger(), nullable=True),
    sa.Column('signed_by', sa.Text(), nullable=False),
    sa.Column('signed_at', UtcDateTime(), nullable=True),
    sa.Column('billing_name', sa.Text(), nullable=False),
    sa.Column('billing_address', sa.Text(), nullable=False),
    sa.Column('billing_country', sa.Text(), nullable=False),
    sa.Column('vat_id', sa.Text(), nullable=False),
    sa.Column('po_number', sa.Text(), nullable=False),
    sa.Column('stated_at', UtcDateTime(), nullable=True),
    sa.CheckConstraint('share BETWEEN 0 AND 100', name=op.f('ck_sponsorships_share')),
    sa.ForeignKeyConstraint(['edition_id'], ['editions.id'], name=op.f('fk_sponsorships_edition_id')),
    sa.ForeignKeyConstraint(['letter_id'], ['stored_files.id'], name=op.f('fk_sponsorships_letter_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sponsorships')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_sponsorships_token_hash')),
    sqlite_strict=True
    )
    with op.batch_alter_table('sponsorships', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sponsorships_contact_email'), ['contact_email'], unique=False)
        batch_op.create_index(batch_op.f('ix_sponsorships_edition_id'), ['edition_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_sponsorships_letter_id'), ['letter_id'], unique=False)

    op.create_table('applications',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('reference', sa.Text(), nullable=False),
    sa.Column('edition_id', sa.BigInteger(), nullable=False),
    sa.Column('person_id', sa.BigInteger(), nullable=False),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.Column('changed_at', UtcDateTime(), nullable=False),
    sa.Column('name_key', sa.Text(), nullable=False),
    sa.Column('state', sa.Enum('draft', 'submitted', 'under-review', 'info-requested', 'waitlisted', 'accepted', 'enrolled', 'completed', 'not-completed', 'no-show', 'declined', 'withdrawn', 'cancelled', 'transferred-out', 'substituted-out', 'lapsed', 'edition-cancelled', name='state', native_enum=False, create_constraint=True), nullable=False),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.Column('gender', sa.Text(), nullable=False),
    sa.Column('country', sa.Text(), nullable=False),
    sa.Column('position', sa.Text(), nullable=False),
    sa.Column('constituency', sa.Text(), nullable=False),
    sa.Column('motivation', sa.Text(), nullable=False),
    sa.Column('study_language', sa.Text(), nullable=False),
    sa.Column('funding', sa.Text(), nullable=False),
    sa.Column('sponsor_share', sa.BigInteger(), nullable=False),
    sa.Column('sponsorship_id', sa.BigInteger(), nullable=True),
    sa.Column('letter_id', sa.BigInteger(), nullable=True),
    sa.Column('bill_to', sa.Text(), nullable=False),
    sa.Column('billing_name', sa.Text(), nullable=False),
    sa.Column('billing_address', sa.Text(), nullable=False),
    sa.Column('billing_country', sa.Text(), nullable=False),
    sa.Column('vat_id', sa.Text(), nullable=False),
    sa.Column('po_number', sa.Text(), nullable=False),
    sa.Column('consent_version', sa.Text(), nullable=False),
    sa.Column('consented_at', UtcDateTime(), nullable=True),
    sa.Column('submitted_at', UtcDateTime(), nullable=True),
    sa.Column('answer_until', UtcDateTime(), nullable=True),
    sa.Column('score', sa.BigInteger(), nullable=True),
    sa.Column('accepted_at', UtcDateTime(), nullable=True),
    sa.Column('fee_minor', sa.BigInteger(), nullable=True),
    sa.Column('fee_currency', sa.Text(), nullable=False),
    sa.Column('starts_on_at_acceptance', sa.Date(), nullable=True),
    sa.Column('policy_version', sa.Text(), nullable=False),
    sa.Column('enrolment_id', sa.BigInteger(), nullable=True),
    sa.CheckConstraint('score BETWEEN 0 AND 10000', name=op.f('ck_applications_score')),
    sa.CheckConstraint('sponsor_share BETWEEN 0 AND 100', name=op.f('ck_applications_sponsor_share')),
    sa.ForeignKeyConstraint(['edition_id'], ['editions.id'], name=op.f('fk_applications_edition_id')),
    sa.ForeignKeyConstraint(['enrolment_id'], ['enrolments.id'], name=op.f('fk_applications_enrolment_id')),
    sa.ForeignKeyConstraint(['letter_id'], ['stored_files.id'], name=op.f('fk_applications_letter_id')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_applications_person_id')),
    sa.ForeignKeyConstraint(['sponsorship_id'], ['sponsorships.id'], name=op.f('fk_applications_sponsorship_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_applications')),
    sa.UniqueConstraint('reference', name=op.f('uq_applications_reference')),
    sqlite_strict=True
    )
    with op.batch_alter_table('applications', schema=None) as batch_op:
        batch_op.create_index('ix_applications_edition_id_state', ['edition_id', 'state'], unique=False)
        batch_op.create_index(batch_op.f('ix_applications_enrolment_id'), ['enrolment_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_applications_letter_id'), ['letter_id'], unique=False)
        batch_op.create_index('ix_applications_live', ['person_id', 'edition_id'], unique=True, sqlite_where=sa.text("state IN ('accepted', 'draft', 'enrolled', 'info-requested', 'submitted', 'under-review', 'waitlisted')"), postgresql_where=sa.text("state IN ('accepted', 'draft', 'enrolled', 'info-requested', 'submitted', 'under-review', 'waitlisted')"))
        batch_op.create_index(batch_op.f('ix_applications_name_key'), ['name_key'], unique=False)
        batch_op.create_index(batch_op.f('ix_applications_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_applications_sponsorship_id'), ['sponsorship_id'], unique=False)

    op.create_table('application_moves',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('application_id', sa.BigInteger(), nullable=False),
    sa.Column('event', sa.Enum('create', 'submit', 'open-review', 'ask-info', 'answer', 'accept', 'waitlist', 'promote', 'decline', 'withdraw', 'activate', 'lapse', 'cancel', 'transfer', 'substitute', 'complete', 'close', 'never-came', 'cancel-edition', 'reopen', 'invoice', name='event', native_enum=False, create_constraint=True), nullable=False),
    sa.Column('before', sa.Enum('draft', 'submitted', 'under-review', 'info-requested', 'waitlisted', 'accepted', 'enrolled', 'completed', 'not-completed', 'no-show', 'declined', 'withdrawn', 'cancelled', 'transferred-out', 'substituted-out', 'lapsed', 'edition-cancelled', name='before', native_enum=False, create_constraint=True), nullable=True),
    sa.Column('after', sa.Enum('draft', 'submitted', 'under-review', 'info-requested', 'waitlisted', 'accepted', 'enrolled', 'completed', 'not-completed', 'no-show', 'declined', 'withdrawn', 'cancelled', 'transferred-out', 'substituted-out', 'lapsed', 'edition-cancelled', name='state', native_enum=False, create_constraint=True), nullable=False),
    sa.Column('who', sa.Enum('applicant', 'sponsor', 'registrar', 'finance', 'approver', 'system', name='who', native_enum=False, create_constraint=True), nullable=False),
    sa.Column('by', sa.BigInteger(), nullable=True),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['application_id'], ['applications.id'], name=op.f('fk_application_moves_application_id')),
    sa.ForeignKeyConstraint(['by'], ['people.id'], name=op.f('fk_application_moves_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_application_moves')),
    sqlite_strict=True
    )
    with op.batch_alter_table('application_moves', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_application_moves_application_id'), ['application_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_application_moves_by'), ['by'], unique=False)

    op.create_table('assessments',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('application_id', sa.BigInteger(), nullable=False),
    sa.Column('assessor_id', sa.BigInteger(), nullable=False),
    sa.Column('function', sa.BigInteger(), nullable=False),
    sa.Column('influence', sa.BigInteger(), nullable=False),
    sa.Column('motivation', sa.BigInteger(), nullable=False),
    sa.Column('use', sa.BigInteger(), nullable=False),
    sa.Column('remark', sa.Text(), nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.CheckConstraint('function BETWEEN 0 AND 4', name=op.f('ck_assessments_function')),
    sa.CheckConstraint('influence BETWEEN 0 AND 4', name=op.f('ck_assessments_influence')),
    sa.CheckConstraint('motivation BETWEEN 0 AND 4', name=op.f('ck_assessments_motivation')),
    sa.CheckConstraint('use BETWEEN 0 AND 4', name=op.f('ck_assessments_use')),
    sa.ForeignKeyConstraint(['application_id'], ['applications.id'], name=op.f('fk_assessments_application_id')),
    sa.ForeignKeyConstraint(['assessor_id'], ['people.id'], name=op.f('fk_assessments_assessor_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_assessments')),
    sa.UniqueConstraint('application_id', 'assessor_id', name=op.f('uq_assessments_application_id_assessor_id')),
    sqlite_strict=True
    )
    with op.batch_alter_table('assessments', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_assessments_assessor_id'), ['assessor_id'], unique=False)

    op.create_table('offers',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('application_id', sa.BigInteger(), nullable=False),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.Column('ends_at', UtcDateTime(), nullable=False),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.Column('outcome', sa.Enum('taken', 'declined', 'expired', 'withdrawn', name='offerend', native_enum=False, create_constraint=True), nullable=True),
    sa.ForeignKeyConstraint(['application_id'], ['applications.id'], name=op.f('fk_offers_application_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_offers')),
    sqlite_strict=True
    )
    with op.batch_alter_table('offers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_offers_application_id'), ['application_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_offers_ends_at'), ['ends_at'], unique=False)
        batch_op.create_index('ix_offers_open', ['application_id'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))

    allowed = " OR ".join(
        f"(OLD.state = '{before}' AND NEW.state IN ({', '.join(map(repr, after))}))"
        for before, after in WAY.items()
    )
    wrong = f"NEW.state <> OLD.state AND NOT ({allowed})"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER applications_way BEFORE UPDATE OF state ON applications WHEN {wrong}"
            " BEGIN SELECT RAISE(ABORT, 'no such way for an application'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION applications_way() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF {wrong} THEN RAISE EXCEPTION 'no such way for an application'"
        " USING ERRCODE = 'check_violation'; END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER applications_way BEFORE UPDATE OF state ON applications"
        " FOR EACH ROW EXECUTE FUNCTION applications_way()"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER applications_way")
    else:
        op.execute("DROP TRIGGER applications_way ON applications")
        op.execute("DROP FUNCTION applications_way()")
    op.drop_table('offers')
    op.drop_table('assessments')
    op.drop_table('application_moves')
    op.drop_table('applications')
    op.drop_table('sponsorships')

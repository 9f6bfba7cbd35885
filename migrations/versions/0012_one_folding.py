"""Names and institutions are found and sorted by one folding; what is kept is folded anew."""

import sqlalchemy as sa
from alembic import op

from learning.enrolment.ranking import name_key
from learning.kit.folding import sort_key

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None

BATCH = 500

people = sa.table(
    'people', sa.column('id'), sa.column('name'), sa.column('sort_key'), sa.column('institution'),
    sa.column('institution_key'),
)
applications = sa.table(
    'applications', sa.column('id'), sa.column('person_id'), sa.column('name_key')
)


def upgrade() -> None:
    key = sa.Column('institution_key', sa.Text(), nullable=False, server_default='')
    op.add_column('people', key)
    _fold(people, people.c, lambda row: {
        'sort_key': sort_key(row.name), 'institution_key': sort_key(row.institution)
    })
    named = applications.join(people, people.c.id == applications.c.person_id)
    _fold(applications, (applications.c.id, people.c.name), lambda row: {
        'name_key': name_key(row.name)
    }, named)


def downgrade() -> None:
    op.drop_column('people', 'institution_key')


def _fold(table, columns, keys, rows=None) -> None:
    """Set the keys of every row of a table, so many in a statement."""
    connection, last = op.get_bind(), 0
    new = sa.update(table).where(table.c.id == sa.bindparam('row_id'))
    while True:
        batch = connection.execute(
            sa.select(*columns).select_from(table if rows is None else rows)
            .where(table.c.id > last).order_by(table.c.id).limit(BATCH)
        ).all()
        if not batch:
            return
        connection.execute(new, [{'row_id': row.id, **keys(row)} for row in batch])
        last = batch[-1].id

"""On PostgreSQL the words of the index are kept as a vector, not made anew with each search.

The planner takes to_tsvector for cheap and read every entry instead of the index of words.
"""

from alembic import op

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None

WORDS = "to_tsvector('simple', tokens)"


def upgrade() -> None:
    if op.get_bind().dialect.name == 'sqlite':  # FTS5 keeps its own
        return
    op.execute('DROP INDEX search_index_tokens')
    op.execute(
        f'ALTER TABLE search_entries ADD COLUMN vector tsvector GENERATED ALWAYS AS ({WORDS}) STORED'
    )
    op.execute('CREATE INDEX search_index_vector ON search_entries USING gin (vector)')


def downgrade() -> None:
    if op.get_bind().dialect.name == 'sqlite':
        return
    op.execute('ALTER TABLE search_entries DROP COLUMN vector')
    op.execute(f'CREATE INDEX search_index_tokens ON search_entries USING gin ({WORDS})')

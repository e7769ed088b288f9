"""the trail of what people did; its first line seals the journal before it

Revision ID: 0008
Revises: 0007
"""

from alembic import op
import sqlalchemy as sa
from sqlmodel.sql import sqltypes

from scheduler.trail import Area, Deed, Head, JournalSum, NOTHING, PRODUCT, entry_of


revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

STAYS = 'the trail is append-only'


def key() -> sa.types.TypeEngine[str]:
    return sa.String(length=500).with_variant(sa.String(length=500, collation='C'), 'postgresql')


def upgrade() -> None:
    trail = op.create_table('trail',
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('at', sqltypes.UTCDateTime(), nullable=False),
    sa.Column('who', sqltypes.AutoString(length=500), nullable=False),
    sa.Column('area', sqltypes.AutoString(length=16), nullable=False),
    sa.Column('action', sqltypes.AutoString(length=24), nullable=False),
    sa.Column('subject', sqltypes.AutoString(length=500), nullable=False),
    sa.Column('detail', sa.Text(), nullable=False),
    sa.Column('batch', sa.Integer(), nullable=True),
    sa.Column('previous', sqltypes.AutoString(length=64), nullable=False),
    sa.Column('digest', sqltypes.AutoString(length=64), nullable=False),
    sa.PrimaryKeyConstraint('number')
    )
    op.create_index('ix_trail_batch', 'trail', ['batch'], unique=False)
    op.create_table('trail_about',
    sa.Column('trail', sa.Integer(), nullable=False),
    sa.Column('about', key(), nullable=False),
    sa.ForeignKeyConstraint(['trail'], ['trail.number'], name='fk_trail_about_trail'),
    sa.PrimaryKeyConstraint('trail', 'about', name='pk_trail_about')
    )
    op.create_index('ix_trail_about_about', 'trail_about', ['about', 'trail'], unique=False)
    head = op.create_table('trail_head',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('digest', sqltypes.AutoString(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    _begin(op.get_bind(), trail, head)
    _keep(op.get_bind())


def _begin(connection: sa.Connection, trail: sa.Table, head: sa.Table) -> None:
    """Seal what the journal holds already. Nobody has a clock here: the line is of the moment of the last change."""
    journal = sa.Table('journal', sa.MetaData(),
    sa.Column('id', sa.Integer()), sa.Column('batch', sa.Integer()), sa.Column('at', sqltypes.UTCDateTime()),
    sa.Column('kind', sa.String()), sa.Column('subject', sa.String()), sa.Column('digest', sa.String()))
    rows = connection.execute(sa.select(journal).order_by(journal.c.id).execution_options(yield_per=500))
    told, at = JournalSum(), None
    for row in rows:
        told.add(*row)
        at = row.at
    if at is None:
        return
    deed = Deed(at=at, who=PRODUCT, area=Area.STORE, action='begun', subject='journal', detail={'journal': told.detail})
    entry = entry_of(deed, Head(0, NOTHING))
    values = {name: getattr(entry, name) for name in trail.c.keys() if name != 'digest'}
    connection.execute(trail.insert().values(**values, digest=entry.seal))
    connection.execute(head.insert().values(id=1, number=entry.number, digest=entry.seal))


def _keep(connection: sa.Connection) -> None:
    """Lines are neither changed nor deleted; whoever owns the tables can take this away, which the digests tell."""
    if connection.dialect.name == 'postgresql':
        op.execute(
            "CREATE FUNCTION trail_stays() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{STAYS}'; END $$"
        )
        for table in ('trail', 'trail_about'):
            op.execute(
                f'CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} '
                'FOR EACH STATEMENT EXECUTE FUNCTION trail_stays()'
            )
        return
    for table in ('trail', 'trail_about'):
        for act in ('UPDATE', 'DELETE'):
            op.execute(
                f"CREATE TRIGGER {table}_stays_{act.lower()} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{STAYS}'); END"
            )


def downgrade() -> None:
    for table in ('trail_head', 'trail_about', 'trail'):
        op.drop_table(table)
    if op.get_bind().dialect.name == 'postgresql':
        op.execute('DROP FUNCTION trail_stays()')

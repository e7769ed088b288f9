"""links to feeds, rendered events, and who coordinates

Revision ID: 0003
Revises: 0002
"""

import json

from alembic import op
import sqlalchemy as sa
from sqlmodel.sql import sqltypes


revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('feed_link',
    sa.Column('id', sqltypes.AutoString(length=16), nullable=False),
    sa.Column('label', sqltypes.AutoString(length=200), nullable=False),
    sa.Column('slug', sa.String(length=80).with_variant(sa.String(length=80, collation='C'), 'postgresql'), nullable=True),
    sa.Column('digest', sqltypes.AutoString(length=64), nullable=True),
    sa.Column('content', sqltypes.AutoString(), nullable=False),
    sa.Column('created_at', sqltypes.UTCDateTime(), nullable=False),
    sa.Column('revoked_at', sqltypes.UTCDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('digest'),
    sa.UniqueConstraint('slug')
    )
    op.create_table('voice',
    sa.Column('name', sa.String().with_variant(sa.String(collation='C'), 'postgresql'), nullable=False),
    sa.Column('edition', sqltypes.AutoString(), nullable=False),
    sa.PrimaryKeyConstraint('name')
    )
    op.create_table('block',
    sa.Column('voice', sa.String().with_variant(sa.String(collation='C'), 'postgresql'), nullable=False),
    sa.Column('occurrence', sa.String().with_variant(sa.String(collation='C'), 'postgresql'), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['voice'], ['voice.name'], name='fk_block_voice', ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('voice', 'occurrence', name='pk_block')
    )
    op.create_table('feed_fetch',
    sa.Column('link', sqltypes.AutoString(length=16), nullable=False),
    sa.Column('client', sqltypes.AutoString(length=32), nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('first_at', sqltypes.UTCDateTime(), nullable=False),
    sa.Column('last_at', sqltypes.UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['link'], ['feed_link.id'], name='fk_feed_fetch_link', ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('link', 'client', name='pk_feed_fetch')
    )
    op.add_column('occurrence', sa.Column('gone', sa.Boolean(), nullable=False, server_default=sa.false()))
    name_who_coordinates()


def downgrade() -> None:
    op.execute("DELETE FROM participation WHERE role = 'coordinating'")
    op.drop_column('occurrence', 'gone')
    for table in ('feed_fetch', 'block', 'voice', 'feed_link'):
        op.drop_table(table)


def name_who_coordinates() -> None:
    """Rows written before have their coordinating bodies in their content only."""
    connection = op.get_bind()
    rows = connection.execute(sa.text('SELECT key, content FROM occurrence')).all()
    parts = [
        {'occurrence': key, 'role': 'coordinating', 'who': who}
        for key, content in rows
        for who in json.loads(content)['coordinating']
    ]
    if parts:
        into = 'INSERT INTO participation (occurrence, role, who) VALUES (:occurrence, :role, :who)'
        connection.execute(sa.text(into), parts)

"""plans given on a page, and what became of them

Revision ID: 0009
Revises: 0008
"""

from alembic import op
import sqlalchemy as sa
from sqlmodel.sql import sqltypes


revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('proposal',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('plan', sa.String(length=80).with_variant(sa.String(length=80, collation='C'), 'postgresql'), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('digest', sqltypes.AutoString(length=64), nullable=False),
    sa.Column('base', sqltypes.AutoString(length=64), nullable=False),
    sa.Column('by', sqltypes.AutoString(length=64), nullable=False),
    sa.Column('at', sqltypes.UTCDateTime(), nullable=False),
    sa.Column('state', sqltypes.AutoString(length=16), nullable=False),
    sa.Column('by2', sqltypes.AutoString(length=64), nullable=True),
    sa.Column('at2', sqltypes.UTCDateTime(), nullable=True),
    sa.Column('reason', sqltypes.AutoString(length=300), nullable=False),
    sa.Column('batch', sa.Integer(), nullable=True),
    sa.PrimaryKeyConstraint('id', name='pk_proposal')
    )
    op.create_index('ix_proposal_plan', 'proposal', ['plan', 'id'], unique=False)
    op.create_index('ix_proposal_state', 'proposal', ['state', 'id'], unique=False)


def downgrade() -> None:
    op.drop_table('proposal')

"""accounts elsewhere that officers sign in by

Revision ID: 0010
Revises: 0009
"""

from alembic import op
import sqlalchemy as sa
from sqlmodel.sql import sqltypes


revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def code(length: int) -> sa.types.TypeEngine[str]:
    return sa.String(length=length).with_variant(sa.String(length=length, collation='C'), 'postgresql')


def upgrade() -> None:
    op.create_table('officer_binding',
    sa.Column('issuer', code(500), nullable=False),
    sa.Column('subject', code(255), nullable=False),
    sa.Column('officer', code(64), nullable=False),
    sa.Column('bound_at', sqltypes.UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['officer'], ['officer.id'], name='fk_officer_binding_officer', ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('issuer', 'subject', name='pk_officer_binding'),
    sa.UniqueConstraint('officer', 'issuer', name='uq_officer_binding_officer')
    )


def downgrade() -> None:
    op.drop_table('officer_binding')

"""officers, their sessions, links to set a password, and tries to sign in

Revision ID: 0007
Revises: 0006
"""

from alembic import op
import sqlalchemy as sa
from sqlmodel.sql import sqltypes


revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def officer() -> sa.types.TypeEngine[str]:
    return sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql')


def upgrade() -> None:
    op.create_table('officer',
    sa.Column('id', officer(), nullable=False),
    sa.Column('name', sqltypes.AutoString(length=200), nullable=False),
    sa.Column('address', sqltypes.AutoString(length=320), nullable=False),
    sa.Column('login', sqltypes.AutoString(length=320), nullable=False),
    sa.Column('role', sqltypes.AutoString(length=16), nullable=False),
    sa.Column('organisations', sqltypes.AutoString(), nullable=False),
    sa.Column('lang', sqltypes.AutoString(length=8), nullable=False),
    sa.Column('password', sqltypes.AutoString(), nullable=True),
    sa.Column('created_at', sqltypes.UTCDateTime(), nullable=False),
    sa.Column('closed_at', sqltypes.UTCDateTime(), nullable=True),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('login')
    )
    op.create_table('officer_audit',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', sqltypes.UTCDateTime(), nullable=False),
    sa.Column('officer', officer(), nullable=False),
    sa.Column('who', sqltypes.AutoString(length=200), nullable=False),
    sa.Column('action', sqltypes.AutoString(length=16), nullable=False),
    sa.Column('detail', sqltypes.AutoString(), nullable=False),
    sa.PrimaryKeyConstraint('id', name='pk_officer_audit')
    )
    op.create_index('ix_officer_audit_officer', 'officer_audit', ['officer'], unique=False)
    op.create_table('officer_session',
    sa.Column('digest', sqltypes.AutoString(length=64), nullable=False),
    sa.Column('officer', officer(), nullable=False),
    sa.Column('begun_at', sqltypes.UTCDateTime(), nullable=False),
    sa.Column('used_at', sqltypes.UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['officer'], ['officer.id'], name='fk_officer_session_officer', ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('digest', name='pk_officer_session')
    )
    op.create_index('ix_officer_session_officer', 'officer_session', ['officer'], unique=False)
    op.create_table('password_link',
    sa.Column('officer', officer(), nullable=False),
    sa.Column('ident', sqltypes.AutoString(length=32), nullable=False),
    sa.Column('until', sqltypes.UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['officer'], ['officer.id'], name='fk_password_link_officer', ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('officer', name='pk_password_link'),
    sa.UniqueConstraint('ident')
    )
    op.create_table('sign_in_try',
    sa.Column('slot', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('booked', sqltypes.UTCDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('slot')
    )


def downgrade() -> None:
    for table in ('sign_in_try', 'password_link', 'officer_session', 'officer_audit', 'officer'):
        op.drop_table(table)

"""what lets a change cost what it touches: plans by obligation, texts by subject

Revision ID: 0005
Revises: 0004
"""

from alembic import op
import sqlalchemy as sa


revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def code(length: int | None = None) -> sa.types.TypeEngine[str]:
    return sa.String(length=length).with_variant(sa.String(length=length, collation='C'), 'postgresql')


def upgrade() -> None:
    op.create_table('segment',
    sa.Column('obligation', code(), nullable=False),
    sa.Column('plan', code(), nullable=False),
    sa.Column('home', code(), nullable=False),
    sa.Column('chain', code(), nullable=True),
    sa.PrimaryKeyConstraint('obligation', 'plan')
    )
    op.create_index('ix_segment_plan', 'segment', ['plan'], unique=False)
    op.create_index('ix_journal_kind_subject', 'journal', ['kind', 'subject', 'id'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_journal_kind_subject', 'journal')
    op.drop_index('ix_segment_plan', 'segment')
    op.drop_table('segment')

"""people who are written to, what they answer, mail that comes back, workers

Revision ID: 0004
Revises: 0003
"""

from alembic import op
import sqlalchemy as sa
from sqlmodel.sql import sqltypes


revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def code(length: int | None = None) -> sa.types.TypeEngine[str]:
    return sa.String(length=length).with_variant(sa.String(length=length, collation='C'), 'postgresql')


def upgrade() -> None:
    op.create_table('contact',
    sa.Column('id', code(64), nullable=False),
    sa.Column('name', sqltypes.AutoString(length=200), nullable=False),
    sa.Column('organisation', code(255), nullable=False),
    sa.Column('rank', sqltypes.AutoString(length=32), nullable=False),
    sa.Column('address', sqltypes.AutoString(length=320), nullable=False),
    sa.Column('lang', sqltypes.AutoString(length=8), nullable=False),
    sa.Column('mails', sqltypes.AutoString(length=16), nullable=False),
    sa.Column('calendar', sqltypes.AutoString(length=16), nullable=False),
    sa.Column('quiet', sqltypes.AutoString(), nullable=False),
    sa.Column('created_at', sqltypes.UTCDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_table('mailbox',
    sa.Column('id', sqltypes.AutoString(length=32), nullable=False),
    sa.Column('address', sqltypes.AutoString(length=320), nullable=False),
    sa.Column('verified_at', sqltypes.UTCDateTime(), nullable=True),
    sa.Column('asked_at', sqltypes.UTCDateTime(), nullable=True),
    sa.Column('unsubscribed_at', sqltypes.UTCDateTime(), nullable=True),
    sa.Column('hard_bounces', sa.Integer(), nullable=False),
    sa.Column('suspended_at', sqltypes.UTCDateTime(), nullable=True),
    sa.Column('last_bounce', sqltypes.AutoString(), nullable=True),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('address')
    )
    op.create_table('answer',
    sa.Column('reminder', sqltypes.AutoString(length=32), nullable=False),
    sa.Column('action', sqltypes.AutoString(length=16), nullable=False),
    sa.Column('occurrence', code(255), nullable=False),
    sa.Column('step', code(128), nullable=False),
    sa.Column('counted_from', sa.Date(), nullable=False),
    sa.Column('organisation', code(255), nullable=False),
    sa.Column('recipient', code(255), nullable=False),
    sa.Column('at', sqltypes.UTCDateTime(), nullable=False),
    sa.Column('words', sqltypes.AutoString(), nullable=True),
    sa.PrimaryKeyConstraint('reminder', 'action', name='pk_answer')
    )
    op.create_index('ix_answer_occurrence', 'answer', ['occurrence'], unique=False)
    op.create_table('bounce',
    sa.Column('id', sqltypes.AutoString(length=32), nullable=False),
    sa.Column('delivery', sqltypes.AutoString(length=32), nullable=False),
    sa.Column('address', sqltypes.AutoString(length=320), nullable=False),
    sa.Column('action', sqltypes.AutoString(length=16), nullable=False),
    sa.Column('status', sqltypes.AutoString(length=16), nullable=False),
    sa.Column('said', sqltypes.AutoString(), nullable=False),
    sa.Column('at', sqltypes.UTCDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_table('worker',
    sa.Column('name', sqltypes.AutoString(length=64), nullable=False),
    sa.Column('started_at', sqltypes.UTCDateTime(), nullable=False),
    sa.Column('beat_at', sqltypes.UTCDateTime(), nullable=False),
    sa.Column('doing', sqltypes.AutoString(length=64), nullable=False),
    sa.PrimaryKeyConstraint('name')
    )
    op.add_column('delivery', sa.Column('deadline', sqltypes.UTCDateTime(), nullable=True))
    op.add_column('reminder', sa.Column('detail', sqltypes.AutoString(), nullable=True))
    op.add_column('reminder', sa.Column('organisation', code(255), nullable=True))
    op.execute('UPDATE reminder SET organisation = recipient')
    with op.batch_alter_table('reminder') as batch:
        batch.alter_column('organisation', existing_type=code(255), nullable=False)
        batch.alter_column('step', existing_type=code(64), type_=code(128), existing_nullable=False)


def downgrade() -> None:
    with op.batch_alter_table('reminder') as batch:
        batch.alter_column('step', existing_type=code(128), type_=code(64), existing_nullable=False)
        batch.drop_column('organisation')
        batch.drop_column('detail')
    op.drop_column('delivery', 'deadline')
    for table in ('worker', 'bounce', 'answer', 'mailbox', 'contact'):
        op.drop_table(table)

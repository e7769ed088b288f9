"""what lets a change cost what it touches: plans by obligation, texts by subject

Revision ID: 0005
Revises: 0004
"""

from alembic import op
import sqlalchemy as sa
from sqlmodel.sql import sqltypes


revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

SOME_REMINDERS = (
    ('ix_reminder_homeless', 'occurrence', "state = 'pending' AND delivery_id IS NULL"),
    ('ix_reminder_invited', 'occurrence', "channel = 'imip'"),
    ('ix_reminder_rising', 'counted_from', "role = 'lead'"),
)


def code(length: int | None = None) -> sa.types.TypeEngine[str]:
    return sa.String(length=length).with_variant(sa.String(length=length, collation='C'), 'postgresql')


def upgrade() -> None:
    op.create_table('segment',
    sa.Column('obligation', code(), nullable=False),
    sa.Column('plan', code(), nullable=False),
    sa.Column('owner', code(), nullable=False),
    sa.Column('chain', code(), nullable=True),
    sa.PrimaryKeyConstraint('obligation', 'plan')
    )
    op.create_index('ix_segment_plan', 'segment', ['plan'], unique=False)
    op.create_index('ix_journal_kind_subject', 'journal', ['kind', 'subject', 'id'], unique=False)
    # both are written anew from the plans when the store is next brought to what they say
    op.drop_table('edge')
    op.create_table('edge',
    sa.Column('anchor', code(), nullable=False),
    sa.Column('plan', code(), nullable=False),
    sa.Column('dependent', code(), nullable=False),
    sa.PrimaryKeyConstraint('anchor', 'plan', 'dependent')
    )
    op.create_index('ix_edge_plan', 'edge', ['plan'], unique=False)
    op.create_index('ix_edge_dependent', 'edge', ['dependent'], unique=False)
    op.add_column('participation', sa.Column('kind', sa.String(), nullable=False, server_default=''))
    op.add_column('participation', sa.Column('last', sa.Date(), nullable=True))
    op.execute(
        'UPDATE participation SET kind = (SELECT kind FROM occurrence WHERE key = participation.occurrence),'
        ' last = (SELECT last FROM occurrence WHERE key = participation.occurrence)'
    )
    op.execute(
        "INSERT INTO participation (occurrence, role, who, kind, last)"
        " SELECT key, 'partner', '', kind, last FROM occurrence WHERE key NOT IN"
        " (SELECT occurrence FROM participation WHERE role = 'partner')"
    )
    partners = sa.text("role = 'partner'")
    op.create_index('ix_participation_next', 'participation', ['who', 'kind', 'last'], unique=False,
                    postgresql_where=partners, sqlite_where=partners)
    # all that a feed must know to find the blocks of what is shown, so that no row is read for it
    op.create_index('ix_occurrence_last', 'occurrence', ['last', 'key', 'kind', 'gone', 'sequence', 'first'], unique=False)
    op.create_index('ix_occurrence_changed_at', 'occurrence', ['changed_at'], unique=False)
    for name, column, some in SOME_REMINDERS:
        op.create_index(name, 'reminder', [column], unique=False,
                        postgresql_where=sa.text(some), sqlite_where=sa.text(some))
    op.create_table('scope',
    sa.Column('name', code(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('mark', sa.String(), nullable=False),
    sa.Column('at', sqltypes.UTCDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('name')
    )
    op.create_table('sheet',
    sa.Column('month', sa.Date(), nullable=False),
    sa.Column('voice', code(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['voice'], ['voice.name'], name='fk_sheet_voice', ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('month', 'voice', 'number', name='pk_sheet')
    )


def downgrade() -> None:
    op.drop_table('sheet')
    op.drop_table('scope')
    for name, _, _ in SOME_REMINDERS:
        op.drop_index(name, 'reminder')
    op.drop_index('ix_occurrence_changed_at', 'occurrence')
    op.drop_index('ix_occurrence_last', 'occurrence')
    op.drop_index('ix_participation_next', 'participation')
    op.execute("DELETE FROM participation WHERE who = ''")
    with op.batch_alter_table('participation') as batch:
        batch.drop_column('last')
        batch.drop_column('kind')
    op.drop_table('edge')
    op.create_table('edge',
    sa.Column('anchor', sa.String(), nullable=False),
    sa.Column('dependent', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('anchor', 'dependent')
    )
    op.drop_index('ix_journal_kind_subject', 'journal')
    op.drop_index('ix_segment_plan', 'segment')
    op.drop_table('segment')

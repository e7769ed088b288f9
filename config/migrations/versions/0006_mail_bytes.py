"""the bytes of a mail apart from its state; indexes of what waits, what is held and what is sent

Revision ID: 0006
Revises: 0005
"""

from alembic import op
import sqlalchemy as sa


revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

IDENTS = (('delivery', 'id'), ('reminder', 'id'), ('reminder', 'delivery_id'), ('mail_audit', 'subject_id'))
SOME_MAILS = (
    ('ix_delivery_waiting', ['next_try_at', 'id'], "state IN ('pending', 'retry', 'in_doubt')"),
    ('ix_delivery_held', ['owner'], "state IN ('claimed', 'transmitting')"),
    ('ix_delivery_sent', ['sent_at'], "state = 'sent'"),
)


def ident() -> sa.types.TypeEngine[str]:
    return sa.String(length=32).with_variant(sa.String(length=32, collation='C'), 'postgresql')


def _ordered_by(collation: str) -> None:
    """Ids are compared as bytes, which costs less than any language's order."""
    for table, column in IDENTS:
        op.execute(f'ALTER TABLE {table} ALTER COLUMN {column} TYPE VARCHAR(32) COLLATE "{collation}"')


def upgrade() -> None:
    op.create_table('mail_bytes',
    sa.Column('delivery_id', ident(), nullable=False),
    sa.Column('message', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['delivery_id'], ['delivery.id'], name='fk_mail_bytes_delivery_id'),
    sa.PrimaryKeyConstraint('delivery_id', name='pk_mail_bytes')
    )
    op.execute('INSERT INTO mail_bytes (delivery_id, message) SELECT id, message FROM delivery WHERE message IS NOT NULL')
    op.drop_column('delivery', 'message')
    op.drop_index('ix_delivery_state_next_try_at', 'delivery')
    for name, columns, some in SOME_MAILS:
        op.create_index(name, 'delivery', columns, unique=False,
                        postgresql_where=sa.text(some), sqlite_where=sa.text(some))
    if op.get_bind().dialect.name == 'postgresql':
        op.drop_constraint('uq_delivery_address_day_batch', 'delivery')
        _ordered_by('C')


def downgrade() -> None:
    if op.get_bind().dialect.name == 'postgresql':
        _ordered_by('default')
        op.create_unique_constraint('uq_delivery_address_day_batch', 'delivery', ['address', 'day', 'batch'])
    for name, _, _ in SOME_MAILS:
        op.drop_index(name, 'delivery')
    op.create_index('ix_delivery_state_next_try_at', 'delivery', ['state', 'next_try_at'], unique=False)
    op.add_column('delivery', sa.Column('message', sa.LargeBinary(), nullable=True))
    op.execute(
        'UPDATE delivery SET message = (SELECT message FROM mail_bytes WHERE delivery_id = delivery.id)'
        ' WHERE message_id IS NOT NULL'
    )
    op.drop_table('mail_bytes')

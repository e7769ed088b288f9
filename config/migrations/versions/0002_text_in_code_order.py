"""text in the order of its code points, on PostgreSQL too

Revision ID: 0002
Revises: 0001
"""

from alembic import op


revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

COLUMNS = (
    ('directory', 'id', 'VARCHAR'),
    ('journal', 'kind', 'VARCHAR'),
    ('journal', 'subject', 'VARCHAR'),
    ('occurrence', 'key', 'VARCHAR'),
    ('participation', 'occurrence', 'VARCHAR'),
    ('reminder', 'occurrence', 'VARCHAR(255)'),
    ('reminder', 'step', 'VARCHAR(64)'),
    ('reminder', 'recipient', 'VARCHAR(255)'),
)
"""Columns by which rows are put in order. SQLite orders text by its bytes already."""


def upgrade() -> None:
    collate('"C"')


def downgrade() -> None:
    collate('"default"')


def collate(name: str) -> None:
    if op.get_bind().dialect.name == 'postgresql':
        for table, column, type_ in COLUMNS:
            op.execute(f'ALTER TABLE {table} ALTER COLUMN {column} TYPE {type_} COLLATE pg_catalog.{name}')

"""Alembic's entry: runs migrations on the connection it is given."""

from alembic import context
from sqlmodel import SQLModel

import calendars.tables  # noqa: F401 - each of these fills the metadata
import config.tables  # noqa: F401
import notifications.tables  # noqa: F401
import scheduler.tables  # noqa: F401

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=SQLModel.metadata, user_module_prefix="sqltypes.")
with context.begin_transaction():
    context.run_migrations()

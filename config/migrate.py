"""One Alembic history for the tables of all packages."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from sqlalchemy import Connection

from scheduler.errors import LuanphienError

SCRIPTS = Path(__file__).parent / "migrations"


class NewerStoreError(LuanphienError):
    """The store was brought up to date by a newer luanphien, which alone knows its tables."""


def is_current(connection: Connection) -> bool:
    """Whether the tables have their newest form."""
    from alembic.runtime.migration import MigrationContext  # noqa: PLC0415 - a third of a second most commands never need

    if not connection.dialect.has_table(connection, "alembic_version"):
        return False
    return MigrationContext.configure(connection).get_current_revision() == newest()


def upgrade(connection: Connection) -> None:
    """Bring the tables to their newest form, in the caller's transaction. Raises NewerStoreError."""
    from alembic import command  # noqa: PLC0415 - as above
    from alembic.config import Config  # noqa: PLC0415 - as above
    from alembic.util import CommandError  # noqa: PLC0415 - as above

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:  # their form is none that this version knows
        raise NewerStoreError(str(error)) from error


@cache
def newest() -> str:
    """Id of the newest migration."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - as above

    head = ScriptDirectory(str(SCRIPTS)).get_current_head()
    if head is None:
        raise RuntimeError("the package has no migrations")
    return head

"""One Alembic history for the tables of all packages."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from scheduler.errors import LuanphienError

if TYPE_CHECKING:
    from alembic.config import Config

SCRIPTS = Path(__file__).parent / "migrations"


class NewerStoreError(LuanphienError):
    """The store was brought up to date by a newer luanphien, which alone knows its tables."""


def form_of(connection: Connection) -> str | None:
    """The id of the migration that the tables are at; None: there are none."""
    from alembic.runtime.migration import MigrationContext  # noqa: PLC0415 - a third of a second most commands never need

    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    return MigrationContext.configure(connection).get_current_revision()


def is_current(connection: Connection) -> bool:
    """Whether the tables have their newest form."""
    return form_of(connection) == newest()


def upgrade(connection: Connection, form: str = "head") -> None:
    """Bring the tables to their newest form, or up to another, in the caller's transaction. Raises NewerStoreError."""
    from alembic import command  # noqa: PLC0415 - as above
    from alembic.util import CommandError  # noqa: PLC0415 - as above

    try:
        command.upgrade(_config(connection), form)
    except CommandError as error:  # their form is none that this version knows
        raise NewerStoreError(str(error)) from error


def back_to(connection: Connection, form: str) -> None:
    """Give tables that are empty the form they had at an older migration, in the caller's transaction."""
    from alembic import command  # noqa: PLC0415 - as above

    command.downgrade(_config(connection), form)


def _config(connection: Connection) -> Config:
    from alembic.config import Config  # noqa: PLC0415 - as above

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = connection
    return config


def is_known(form: str) -> bool:
    """Whether this version knows tables of this form."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - as above

    return form in {script.revision for script in ScriptDirectory(str(SCRIPTS)).walk_revisions()}


@cache
def newest() -> str:
    """Id of the newest migration."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - as above

    head = ScriptDirectory(str(SCRIPTS)).get_current_head()
    if head is None:
        raise RuntimeError("the package has no migrations")
    return head

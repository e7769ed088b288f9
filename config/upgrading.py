"""`luanphien upgrade`: the tables brought to their newest form, with a backup of how they were."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlmodel import Session

from calendars.catalogue import msg
from config import migrate, steady
from config.backup import back_up
from config.backupfile import BackupError
from config.progress import Watch, unwatched
from config.session import Job
from notifications import heartbeat
from scheduler.errors import EmptyStoreError

ALIVE = timedelta(minutes=2)
"""A worker that has shown itself within so long is alive."""


@dataclass(frozen=True, slots=True)
class Upgraded:
    """From which form to which; `backup` is the file that holds the store as it was, if one was made."""

    was: str
    now: str
    backup: Path | None


def upgrade(job: Job, path: Path | None, watch: Watch = unwatched, *, keep: bool = True) -> Upgraded:
    """Bring the tables to their newest form. Before, unless `keep` is false, the store is backed up into `path`.

    Without `path` the file is named after the form and the moment. Raises EmptyStoreError, NewerStoreError, and
    BackupError while workers are alive or when there can be no backup; then nothing was changed.
    """
    if not job.database.begun:
        raise EmptyStoreError
    with job.database.as_it_is() as session:
        was = migrate.form_of(session.connection()) or ""
        if was == migrate.newest():
            return Upgraded(was, was, None)
        if not migrate.is_known(was):
            raise migrate.NewerStoreError(was)
        alive = _alive(session)
    if alive:
        what = msg("workers are at work on the store: {workers}")
        raise BackupError(what, msg("end them first; on a server: systemctl stop"), workers=", ".join(alive))
    file = (path or _named(was, job.now())) if keep else None
    if file is not None:
        back_up(job.database, file, job.now(), watch)
    with job.database.read():  # whoever opens it brings it up
        pass
    return Upgraded(was, migrate.newest(), file)


def _alive(session: Session) -> tuple[str, ...]:
    """Who has shown life of late, by the clock that they do it by."""
    if not session.connection().dialect.has_table(session.connection(), "worker"):
        return ()
    now = steady.read_only(session)
    return () if now is None else heartbeat.since(session, now - ALIVE)


def _named(form: str, now: datetime) -> Path:
    return Path(f"luanphien-{form}-{now:%Y%m%dT%H%M%SZ}.jsonl.gz")

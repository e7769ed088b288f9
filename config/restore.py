"""A backup back into a store: all of it and proved, or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url
from sqlmodel import Session

from calendars.catalogue import msg
from config import backupfile, backuprows, migrate
from config.backupfile import BackupError, Contents, Reader
from config.looking import invite, invited, look
from config.progress import Watch, unwatched
from config.replay import Rebuilt, read_anew, replayed
from config.session import Job
from config.telling import almanac_of
from notifications import byhand, lease, outbook
from scheduler import history
from scheduler.proving import Proof, proved


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What a restore came to. `different`: keys of occurrences that this version reads otherwise into the same texts.

    `taken_back` mails were in a worker's hands; `held` are kept from going, since they may have gone after the backup.
    `proof`: whether its trail and journal are as they were written.
    """

    contents: Contents
    occurrences: int
    proof: Proof
    different: tuple[str, ...] = ()
    taken_back: int = 0
    held: int = 0


def restore(job: Job, path: Path, watch: Watch = unwatched, *, send: bool = False) -> Restored:
    """Bring a backup into the store of the settings, which must be empty, in one transaction.

    The file is looked through from end to end before anything is touched. What follows from the journal is replayed,
    and must come out as the backup has it; where it does not, since another version made it, the rows of the backup
    count and are brought on from there. Mail that waits is held, unless the backup was final or with `send`: it may
    have gone since. A trail that somebody changed keeps nobody from their data: it comes back, and `proof` tells.

    `watch` is told how far the file is looked through, then written, then how much is replayed.
    Raises BackupError, and whatever the store raises; then it is as it was.
    """
    known = backupfile.looked_through(path, watch)
    if not migrate.is_known(known.header.form):
        what = msg("{path} holds tables of a form that this version does not know ({form})")
        raise BackupError(what, msg("restore it with a newer luanphien"), path=path, form=known.header.form)
    with _leaving_nothing(job), job.database.write() as session:
        if not backuprows.is_empty(session.connection()):
            what = msg("the store is not empty, and nothing in it is overwritten")
            raise BackupError(what, msg("name another one by LUANPHIEN_DATABASE_URL, or take that one away first"))
        _put(session, path, known, watch)
        rebuilt = _proved(session, job, watch)
        taken_back = lease.orphan(session, job.now())
        held = 0 if send or known.header.final else _hold(job, session)
        return Restored(
            contents=known,
            occurrences=rebuilt.occurrences,
            proof=proved(session),
            different=rebuilt.different,
            taken_back=taken_back,
            held=held,
        )


def _put(session: Session, path: Path, known: Contents, watch: Watch) -> None:
    """The rows, in tables of the form they had, which are then brought to the newest."""
    connection = session.connection()
    form = known.header.form
    if form != migrate.newest():
        migrate.back_to(connection, "base")
        migrate.upgrade(connection, form)
    with backupfile.opened(path, watch) as reader:
        _put_all(session, reader)
        if reader.contents() != known:  # somebody has changed the file since it was looked through
            raise backupfile.changed(path)
    backuprows.go_on_counting(connection)
    migrate.upgrade(connection)
    _know_thyself(connection)


def _put_all(session: Session, reader: Reader) -> None:
    for section in reader.sections():
        there = section.table in backuprows.TABLES
        table = backuprows.table_of(session.connection(), section.table) if there else None
        if table is None:
            raise backupfile.changed(reader.path)
        try:
            backuprows.put(session, table, section.columns, section.rows)
        except (ValueError, TypeError) as error:
            raise backupfile.changed(reader.path) from error


def _know_thyself(connection: Connection) -> None:
    """PostgreSQL plans by what it knows of its tables, and of these it knows nothing yet."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("ANALYZE"))


def _proved(session: Session, job: Job, watch: Watch) -> Rebuilt:
    """What follows from the journal, made again and compared with the rows that came with it."""
    inner = session.begin_nested()
    rebuilt = replayed(session, watch)
    if not rebuilt.different:
        inner.commit()
        return rebuilt
    inner.rollback()
    session.expire_all()
    read_anew(session, job.now())
    return rebuilt


def _hold(job: Job, session: Session) -> int:
    """Hold all mail that waits, and all that is due by now: any of it may have gone since the backup was made."""
    if history.revision(session):
        almanac = almanac_of(session, job)
        look(job, session, almanac)
        found = invited(job, session, almanac)
        if found is not None:
            invite(job, session, found)
    return byhand.hold_all(session, outbook.HELD_BY_RESTORE, job.now())


@contextmanager
def _leaving_nothing(job: Job) -> Iterator[None]:
    """A file that was not there before is not there either when nothing comes of it."""
    url = make_url(job.database.url)
    path = Path(url.database or "") if url.get_backend_name() == "sqlite" else None
    fresh = path is not None and not path.exists()
    try:
        yield
    except BaseException:
        job.database.close()
        if fresh and path is not None:
            path.unlink(missing_ok=True)
        raise

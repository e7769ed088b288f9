"""`luanphien doctor`: is everything as it must be for mail to arrive, and what to do where it is not."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Collection, Iterable, Iterator
from contextlib import nullcontext
from datetime import UTC, datetime
from typing import Any

from dns.exception import DNSException
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text as Styled
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from calendars.catalogue import msg
from config.chainfile import chain_problems
from config.checking import Look, taken
from config.database import SAFE_WAL, DatabaseError
from config.doctorchecks import (
    Finding,
    Level,
    broken,
    fine,
    of_clocks,
    of_python,
    of_settings,
    of_sqlite,
    reserved,
    sender_of,
    warning,
)
from config.doctorelsewhere import of_elsewhere
from config.doctornet import of_domain, of_way_out, resolver, unasked
from config.doctorstore import of_store
from config.mailing import return_path_of
from config.migrate import NewerStoreError
from config.moved import HandedOverError, handed_over
from config.policyfile import policy_of
from config.progress import bar
from config.session import NOTHING, Job, write_json
from config.settle import Given
from config.words import tell
from notifications import gauges
from notifications.tables import MAIL_AUDIT, WORKER
from scheduler import store

ANY_KEY, ANY_MAIL = b"any", "0" * 32
"""A relay looks at the form of a return path alone."""

MARKS = {Level.FINE: ("✓", "green"), Level.WARNING: ("!", "yellow"), Level.BROKEN: ("✗", "bold red")}


def examine(job: Job, *, network: bool, as_json: bool) -> None:
    """Look at everything and say what is wrong; exits with 1 when something is broken, not for warnings."""
    quiet = as_json or not job.console.is_terminal
    found: list[Finding] = []
    for words, some in (
        (msg("looking at settings and files"), _here(job)),
        (msg("looking at the store"), _store(job)),
        (msg("asking the relay, the name servers and the provider of accounts"), _outside(job, network=network)),
    ):
        waiting = nullcontext() if quiet else Console(stderr=True).status(tell(job.lang, words))
        with waiting:
            part = list(some)
        found += part
        if part and not as_json:
            job.console.print(_screen(part, job.lang))
    if as_json:
        write_json({"sound": not _broken(found), "findings": [_json(one, job.lang) for one in found]})
    else:
        job.console.print(_verdict(found, job.lang))
    if _broken(found):
        sys.exit(NOTHING)


def _here(job: Job) -> Iterator[Finding]:
    yield from of_settings(job.settings, _file_faults(job))
    yield of_python(sys.version_info[:3])


def _file_faults(job: Job) -> int:
    given, plans, base = job.given()
    unread = (*plans.problems, *base.problems)
    known = None if unread else _taken(job, given)
    if known is not None:
        return len(policy_of(job.settings.policies)[1] + chain_problems(given.plans, job.settings.chains, known))
    look = Look(job, given, unread)
    for _ in look.libraries(bar(tell(job.lang, "Reading plans"), quiet=True)):
        pass
    return len(look.problems())


def _taken(job: Job, given: Given) -> Collection[str] | None:
    """The bodies of a store that has taken just these files, so that they are sound; None: they must be looked at."""
    try:
        if job.database.begun:
            with job.database.read() as session:
                return store.directory_of(session).organisations.keys() if taken(session, given) else None
    except (DatabaseError, DBAPIError, NewerStoreError):  # what is wrong with the store is told where it is looked at
        return None
    return None


def _store(job: Job) -> Iterator[Finding]:
    """The database, and what it holds. A store that is not there is not made."""
    fix = msg("check LUANPHIEN_DATABASE_URL, the folder and the server")
    try:
        if not job.database.begun:
            yield warning("database", msg("there is no store yet"), msg("run luanphien sync"))
            return
        steady = job.steady  # as for the figures: before a session is open
        with job.database.read() as session:
            yield from _of_database(session, job.now())
            at = handed_over(session)
            if at is not None:
                told = HandedOverError(at)
                yield broken("database", told.message, told.fix, **told.fields)
            yield from of_store(session, job.today(), gauges.read(session, job.now(), steady(session)))
    except DatabaseError as error:
        yield broken("database", msg("the store {url} cannot be opened: {why}"), fix, url=error.url, why=error.why)
    except DBAPIError as error:
        why = str(error.orig).partition("\n")[0]
        yield broken("database", msg("the store cannot be read: {why}"), fix, why=why)
    except NewerStoreError:
        what = msg("the store was brought up to date by a newer luanphien")
        yield broken("database", what, msg("install that version again"))


def _of_database(session: Session, now: datetime) -> Iterator[Finding]:
    connection = session.connection()
    newest = [
        moment
        for query in (select(func.max(MAIL_AUDIT.c.at)), select(func.max(WORKER.c.beat_at)))
        if (moment := session.execute(query).scalar_one()) is not None
    ]
    if connection.dialect.name == "postgresql":
        version = str(session.execute(text("SHOW server_version")).scalar_one())
        yield fine("database", msg("PostgreSQL {version}"), version=version)
        there = session.execute(text("SELECT clock_timestamp()")).scalar_one().astimezone(UTC)
        yield from of_clocks(datetime.now(UTC), there, None)
        return
    journal = str(session.execute(text("PRAGMA journal_mode")).scalar_one())
    sound = str(session.execute(text("PRAGMA quick_check(1)")).scalar_one())
    yield from of_sqlite(sqlite3.sqlite_version_info, SAFE_WAL, journal, sound)
    yield from of_clocks(now, None, max(newest, default=None))


def _outside(job: Job, *, network: bool) -> Iterator[Finding]:
    sender = sender_of(job.settings.mail_from)
    if sender is not None:
        envelope = return_path_of(job, sender.address, ANY_KEY)(ANY_MAIL)
        yield from of_way_out(job.settings.mail_url, envelope, datetime.now(UTC), network=network)
    if network and sender is not None and not reserved(sender.domain):
        try:
            ask = resolver()
        except DNSException as error:
            yield unasked(sender.domain, error)
        else:
            yield from of_domain(sender.domain, ask)
    yield from of_elsewhere(job.settings, network=network)


def _broken(found: Iterable[Finding]) -> bool:
    return any(one.level is Level.BROKEN for one in found)


def _screen(found: Iterable[Finding], lang: str) -> RenderableType:
    """A line a check, and below it what to do; said once where it is the same for several."""
    grid = Table.grid(padding=(0, 1))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    told = [(one, tell(lang, one.fix, **one.fields) if one.fix else "") for one in found]
    for number, (one, fix) in enumerate(told, 1):
        mark, style = MARKS[one.level]
        grid.add_row(Styled(mark, style=style), Styled(tell(lang, one.what, **one.fields)))
        if fix and fix not in [later for _, later in told[number : number + 1]]:
            grid.add_row("", Styled(f"→ {fix}", style="green"))
    return grid


def _verdict(found: Iterable[Finding], lang: str) -> Styled:
    levels = [one.level for one in found]
    fields = {"broken": levels.count(Level.BROKEN), "warnings": levels.count(Level.WARNING)}
    heading = "{broken} broken, {warnings} to look at"
    if not fields["broken"] and not fields["warnings"]:
        heading = "All is well"
    return Styled(tell(lang, heading, **fields), style="bold")


def _json(one: Finding, lang: str) -> dict[str, Any]:
    return {
        "check": one.check,
        "level": one.level.value,
        "what": tell(lang, one.what, **one.fields),
        "to_do": tell(lang, one.fix, **one.fields) if one.fix else None,
        "fields": {name: value if isinstance(value, int) else str(value) for name, value in one.fields.items()},
    }

"""One run of a command: its settings, its clock, its database, and how it ends."""

from __future__ import annotations

import difflib
import getpass
import json
import os
import secrets
import socket
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any, NoReturn

from rich.console import Console

from calendars.feedquery import FeedQuestion, check_feed
from calendars.query import RefusalError
from config.database import Database
from config.files import Shelf, directory_files, holiday_file, one_file, plan_files
from config.office import Office, office
from config.planfile import SourceFile
from config.screens import error_screen
from config.settings import Settings
from config.settle import Given
from config.steady import SteadyClock
from config.words import tell
from notifications.breaker import Circuit
from scheduler.occurrence import Selection
from scheduler.plan import Directory, Kind
from scheduler.trail import PRODUCT

NOTHING = 1
USAGE = 2


def worker_name() -> str:
    """A name of its own for a process that sends mail, or for a thread that does so by itself."""
    return f"{socket.gethostname()[:24]}-{os.getpid()}-{secrets.token_hex(4)}"


@dataclass(frozen=True)
class Job:
    """What a command works with. `shift` moves its clock, for a look from another day.

    `worker` names it among those that send mail; for `lease` it may hold a mail without a sign of life.
    """

    settings: Settings
    shift: timedelta = timedelta(0)
    worker: str = field(default_factory=worker_name, compare=False)
    lease: timedelta = timedelta(minutes=20)

    @classmethod
    def start(cls) -> Job:
        """Settings from the environment. Raises ValidationError naming the variable that is wrong."""
        return cls(Settings())

    @property
    def lang(self) -> str:
        """Language of screens: Vietnamese or English, whole. Feeds, pages and JSON speak that of the settings."""
        return "vi" if self.settings.lang == "vi" else "en"

    def now(self) -> datetime:
        """The moment, in UTC, to the second."""
        return (datetime.now(UTC) + self.shift).replace(microsecond=0)

    def today(self) -> date:
        """The day where the office is."""
        return self.now().astimezone(self.settings.zone).date()

    @cached_property
    def who(self) -> str:
        """Whom the trail names for what is done in the terminal: `LUANPHIEN_WHO`, else the user of the machine."""
        try:
            return os.environ.get("LUANPHIEN_WHO", "").strip() or getpass.getuser()
        except (KeyError, OSError):  # a container may run as a user that nobody has given a name
            return PRODUCT

    @cached_property
    def console(self) -> Console:
        """Where people read."""
        return Console(highlight=False, soft_wrap=False)

    @cached_property
    def database(self) -> Database:
        """The store."""
        return Database(self.settings.database_url)

    @cached_property
    def steady(self) -> SteadyClock:
        """The time that leases run by. Asked for the first time, it opens a session of its own."""
        return SteadyClock(self.database, self.now, moved=bool(self.shift)).set_up()

    @cached_property
    def circuit(self) -> Circuit:
        """Whether this process leaves its relay alone."""
        return Circuit()

    @contextmanager
    def office(self) -> Iterator[Office]:
        """One look at the store, from today."""
        with office(self.database, self.today()) as desk:
            yield desk

    def given(self, retire: tuple[str, ...] = (), paths: tuple[str, ...] = ()) -> tuple[Given, Shelf, Shelf]:
        """The files the settings name, and the two shelves they came from: of plans, and of what plans rest on."""
        plans = plan_files(paths or self.settings.plan_paths, bare=bool(retire))
        directory = directory_files(self.settings.directory)
        holidays, unread = one_file(self.settings.holidays) if self.settings.holidays else (holiday_file(), ())
        days = holidays or SourceFile(self.settings.holidays or "", "")
        base = Shelf(directory.files, (*directory.problems, *unread))
        return Given(plans.files, directory.files, days, retire, self.who), plans, base

    def elsewhere(self, **settings: Any) -> Job:
        """The same run with other settings."""
        return replace(self, settings=self.settings.model_copy(update=settings))

    def selection(
        self,
        first: date | None,
        last: date | None,
        partner: list[str] | None,
        lead: list[str] | None,
        kind: list[Kind] | None,
        plan: list[str] | None,
    ) -> Selection:
        """The filters of a command, refused when the days are reversed or a name is not in the store's directory."""
        if first and last and last < first:
            fail(tell(self.lang, "--to {last} is before --from {first}", first=first, last=last), "", USAGE)
        with self.office() as desk:
            directory = desk.directory()
            self.known(partner or (), directory)
            self.known_bodies(lead or (), directory)
        return Selection(first, last, tuple(partner or ()), tuple(lead or ()), tuple(kind or ()), tuple(plan or ()))

    def known_feed(self, question: FeedQuestion) -> None:
        """Refuse a feed for somebody nobody knows, or by the eyes of one."""
        with self.office() as desk:
            try:
                check_feed(question, desk.directory(), desk.plan_ids())
            except RefusalError as refusal:
                fail(refusal.said(self.lang), "", USAGE)

    def known(self, parties: Iterable[str], directory: Directory) -> None:
        """Refuse a party the directory does not have, naming the nearest."""
        _known(self.lang, parties, directory.parties, "there is no party called {ident}")

    def known_bodies(self, bodies: Iterable[str], directory: Directory) -> None:
        """Refuse an organisation the directory does not have, naming the nearest."""
        _known(self.lang, bodies, directory.organisations, "there is no organisation called {ident}")


def _known(lang: str, idents: Iterable[str], shelf: Iterable[str], message: str) -> None:
    names = sorted(shelf)
    for ident in idents:
        if names and ident not in names:
            near = ", ".join(difflib.get_close_matches(ident, names, n=3, cutoff=0.5) or names[:8])
            fail(tell(lang, message, ident=ident), tell(lang, "did you mean {near}?", near=near), USAGE)


def fail(what: str, fix: str, code: int) -> NoReturn:
    """Say what is wrong and how to mend it, on standard error, and end."""
    error_screen(Console(stderr=True, highlight=False), what, fix)
    sys.exit(code)


def write_json(value: Any) -> None:
    """Print one JSON value."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")

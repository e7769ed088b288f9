"""For benchmarks of mail: a store with reminders that are due, a worker's desk, a sink in C, and a relay far away."""

from __future__ import annotations

import asyncio
import multiprocessing
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml

from config.database import Database
from notifications.asks import Almanac
from notifications.compose import Composer, Letterhead
from notifications.contacts import Contact, Rank, Roster
from notifications.desk import Desk
from notifications.due import due
from notifications.mime import mailbox
from notifications.outbox import enqueue
from notifications.policyform import policy_from
from notifications.reading import Study, read, read_all
from notifications.relay import Relay
from notifications.smtp import SmtpTransport
from notifications.tokens import Links
from notifications.verp import return_path
from scheduler import store, writing
from scheduler.occurrence import Occurrence, Status
from scheduler.plan import Directory, Document, Kind, Organisation, Party, Text
from scheduler.reconcile import Change
from scheduler.window import Window
from scheduler.workdays import DaysOff

ROOT = Path(__file__).parents[1]
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
TODAY = date(2026, 9, 8)
MORNING = datetime(2026, 9, 8, 7, 30, tzinfo=ZONE).astimezone(UTC)
EVENT = TODAY + timedelta(days=30)
KEY = b"benchmark"
SINK = shutil.which("smtp-sink", path="/usr/sbin:/usr/bin:/usr/local/sbin")


@dataclass(frozen=True)
class Country:
    """Bodies that each prepare one event, `readers` people in each, who are all reminded on the same day."""

    bodies: int
    readers: int
    almanac: Almanac = field(init=False)
    study: Study = field(init=False)

    def __post_init__(self) -> None:
        """Lay out who is who."""
        parties = {"quang-tri": Party("quang-tri", Text("Quảng Trị", "Quảng Trị"), "VN")}
        parties["savannakhet"] = Party("savannakhet", Text("Savannakhet", "Savannakhet"), "LA")
        names = [f"so-ngoai-vu-{number}" for number in range(self.bodies)]
        bodies = {n: Organisation(n, Text(f"Sở Ngoại vụ {n}"), "quang-tri", f"{n}@tinh.example") for n in names}
        people = [self._person(name, number) for name in names for number in range(self.readers)]
        policy = policy_from(yaml.safe_load((ROOT / "config" / "policies.yaml").read_text("utf-8")))
        off = DaysOff()
        roster = Roster({each.id: each for each in people}, frozenset(each.address for each in people))
        almanac = Almanac(
            policy,
            Directory(parties, {}, bodies),
            off.subtract_working_days,
            off.add_working_days,
            roster=roster,
        )
        links = Links("https://lich.example", KEY)
        study = Study(lookup=store.found, select=store.chosen, almanac=almanac, links=links, zone=ZONE)
        object.__setattr__(self, "almanac", almanac)
        object.__setattr__(self, "study", study)

    @property
    def mails(self) -> int:
        """How many are due."""
        return self.bodies * self.readers

    @property
    def letterhead(self) -> Letterhead:
        """The office's."""
        return Letterhead(
            sender=mailbox("Luân phiên <nhac-viec@luanphien.example>"), secret=KEY, links=self.study.links
        )

    def fill(self, database: Database) -> None:
        """Write the events, and the reminders of today into the outbox."""
        with database.write() as session:
            writing.apply(session, [Change(None, event) for event in self.events()], MORNING)
        with database.write() as session:
            records = list(store.found(session, [event.key for event in self.events()]).values())
            enqueue(session, list(due(records, self.almanac, TODAY, TODAY)), TODAY, MORNING)

    def desk(self, database: Database, port: int, connections: int) -> Desk:
        """A worker, as the product makes one."""
        return Desk(
            write=database.write_beside,
            read=partial(read, study=self.study),
            read_all=partial(read_all, study=self.study),
            composer=Composer(self.letterhead, self.almanac.directory).compose,
            transport=SmtpTransport(Relay("127.0.0.1", port), connections=connections),
            return_path=partial(return_path, self.letterhead.sender.address, KEY),
            buried=lambda *_: None,
            worker="benchmark",
            clock=lambda: MORNING,
            jitter=lambda: 0.0,
        )

    def _person(self, body: str, number: int) -> Contact:
        ident = f"{body}-{number}"
        return Contact(
            id=ident,
            name="Lê Thị Lan Hương",
            organisation=body,
            rank=Rank.SPECIALIST,
            address=f"{ident}@tinh.example",
            lang="vi",
        )

    def events(self) -> Iterator[Occurrence]:
        """The event of each body."""
        title = Text("Trao đổi đoàn đại biểu Mặt trận", "Exchange of Front delegations")
        plan = Text("Kế hoạch đối ngoại nhân dân giai đoạn 2026 – 2028")
        for number, body in enumerate(self.almanac.directory.organisations):
            yield Occurrence(
                obligation=f"front-exchange-{number}",
                leg=None,
                cycle="2026",
                plan="front-2026",
                kind=Kind.EVENT,
                title=title,
                clauses=("II.5",),
                window=Window.day(EVENT),
                expression="2 năm một lần, luân phiên",
                status=Status.CONFIRMED,
                host="quang-tri",
                place=None,
                travels=("savannakhet",),
                partners=("savannakhet",),
                leads=(body,),
                coordinating=(),
                owner=body,
                conditions=("tình hình dịch bệnh cho phép",),
                quantity="mỗi đoàn 5–7 người",
                assumed=False,
                to_set=(),
                anniversary=None,
                document=Document("06/KH-MTTQ-BTT", date(2025, 10, 3), body, plan),
                agreement=None,
            )


class Sink:
    """Debian's smtp-sink, which takes everything and counts it. A process of its own."""

    def __init__(self, folder: Path) -> None:
        """Start it; `port` is where it listens on 127.0.0.1."""
        self.port = _free_port()
        self._notes = folder / f"sink-{self.port}"
        with self._notes.open("wb") as notes:
            self._process = subprocess.Popen(  # noqa: S603 - the sink that was found
                [str(SINK), "-u", "nobody", "-c", f"127.0.0.1:{self.port}", "1000"], stdout=notes
            )
        _wait_for(self.port)

    def taken(self) -> int:
        """How many mails it has taken since it started."""
        found = re.findall(rb"mesg=(\d+)", self._notes.read_bytes())
        return int(found[-1]) if found else 0

    def stop(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()


@contextmanager
def sink(folder: Path) -> Iterator[Sink]:
    """A sink for a while."""
    made = Sink(folder)
    try:
        yield made
    finally:
        made.stop()


@contextmanager
def away(port: int, seconds: float) -> Iterator[int]:
    """The port of a relay that is so far away, there and back: whatever goes through waits half of it each way."""
    own = _free_port()
    process = multiprocessing.get_context("spawn").Process(target=_carry, args=(own, port, seconds / 2), daemon=True)
    process.start()
    try:
        _wait_for(own)
        yield own
    finally:
        process.kill()
        process.join()


def _carry(own: int, port: int, delay: float) -> None:
    asyncio.run(_serve(own, port, delay))


async def _serve(own: int, port: int, delay: float) -> None:
    """A connection is there after a round trip; then all that is said arrives `delay` later, each way."""

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        while data := await reader.read(65536):
            loop.call_later(delay, writer.write, data)
        loop.call_later(delay, writer.close)

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(2 * delay)
        there, back = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(pass_on(reader, back), pass_on(there, writer))

    server = await asyncio.start_server(meet, "127.0.0.1", own)
    await server.serve_forever()


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def _wait_for(port: int) -> None:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    sys.exit(f"nothing listens on port {port}")

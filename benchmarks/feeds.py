"""What feeds cost to make, as ratios inside one run: a whole calendar read from the store, and one event changed.

Floor of the whole calendar: joining the same rendered events, already in memory. Peer: icalendar, which makes each
event from its values and writes the calendar by `Calendar.to_ical`; on a smaller number, counted up in proportion. The
product is measured through its own functions, `config.wholefeed.whole` and the routes of `calendars.memory.Door`, on a
SQLite store that was filled by `luanphien sync`. Before anything is timed, the calendars are compared: the bytes of
both sides, and with icalendar the UID, days and title of every event. Times are those of the processor.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, MutableMapping, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

import town
from icalendar import Calendar, Event
from measure import Ratio, arguments, process_time, report, seconds

from calendars import blocks, feed
from calendars.eyes import Voice
from calendars.feed import assembled, block_of, entry_of, no_steps
from calendars.feeddesk import Tally
from calendars.feedquery import FeedQuestion
from calendars.ical import Entry
from config.decide import decide
from config.feeds import ground_of, subscription_of
from config.session import Job
from config.settings import Settings
from config.web import application
from config.wholefeed import prepare, whole
from scheduler import store
from scheduler.amendment import Decision, Verb, days_of
from scheduler.occurrence import Selection
from scheduler.preparation import NO_CHAINS

EVENTS, CHANGED_OF, PEER = 100_000, 10_000, 2_000
QUESTION = FeedQuestion(Selection(), Voice("vi"))
MEGABYTE = 1_048_576
KEY = "duty-7.2029"

MEMORY = """
import resource, sys
sys.path.insert(0, {here!r})
from feeds import QUESTION, job_of
from config.wholefeed import whole
from scheduler.preparation import NO_CHAINS
job = job_of({folder!r})
next(whole(job, QUESTION, NO_CHAINS))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
written = sum(len(piece) for piece in whole(job, QUESTION, NO_CHAINS))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before, written)
"""


def job_of(folder: Path | str) -> Job:
    """A run on the store in a folder."""
    return Job(Settings(_env_file=None, database_url=f"sqlite:///{Path(folder) / 'luanphien.db'}"))


def rendered(job: Job) -> list[bytes]:
    """Every event of the calendar, in order, from the kept blocks."""
    with ground_of(job, QUESTION, NO_CHAINS) as ground:
        return [
            block.body
            for month in blocks.months(ground.session)
            for block in blocks.of_month(
                ground.session, ground.selection, ground.shelf, ground.renderer(), month
            ).blocks
        ]


def joined(job: Job, bodies: list[bytes]) -> bytes:
    """The floor: the whole calendar, from what is in memory."""
    with ground_of(job, QUESTION, NO_CHAINS) as ground:
        subscription = subscription_of(job, QUESTION, ground.basis.changed)
        return b"".join(feed.unbroken([b"".join(bodies)], ground.directory, subscription))


def read_out(job: Job, out: int) -> None:
    """The product: the whole calendar from the store, piece by piece."""
    for piece in whole(job, QUESTION, NO_CHAINS):
        os.write(out, piece)


def by_icalendar(entries: Sequence[Entry]) -> bytes:
    """The peer: a calendar of the same values."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//luanphien//luanphien//VI")
    for entry in entries:
        event = Event()
        event.add("uid", entry.uid)
        event.add("summary", entry.summary)
        event.add("dtstart", entry.start)
        event.add("dtend", entry.stop)
        event.add("dtstamp", entry.changed_at)
        event.add("last-modified", entry.changed_at)
        event.add("sequence", entry.sequence)
        event.add("categories", list(entry.categories))
        event.add("description", entry.description)
        event.add("status", entry.status.value)
        event.add("transp", "TRANSPARENT")
        event.add("url", entry.url)
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def entries_of(job: Job, most: int) -> list[Entry]:
    """Some events as values."""
    with ground_of(job, QUESTION, NO_CHAINS) as ground:
        found: list[Entry] = []
        for record in store.shown(ground.session, ground.selection):
            entry = entry_of(record, ground.directory, ground.voice, ground.base_url)
            found += [entry] if entry else []
            if len(found) == most:
                break
        return found


def told(body: bytes) -> set[tuple[str, date, date, str]]:
    """UID, days and title of every event of a calendar."""
    events = Calendar.from_ical(body).walk("VEVENT")
    return {(str(each["UID"]), each.start, each.end, str(each["SUMMARY"])) for each in events}


def whole_calendar(folder: Path, rounds: int) -> list[Ratio]:
    """The whole calendar of 100,000 events, read from the store."""
    job = job_of(folder)
    prepare(job, QUESTION, NO_CHAINS)
    bodies, entries = rendered(job), entries_of(job, PEER)
    assert b"".join(whole(job, QUESTION, NO_CHAINS)) == joined(job, bodies)
    uids = {entry.uid.encode() for entry in entries}
    own = [body for body in bodies if body.split(b"UID:", 1)[1].split(b"\r\n", 1)[0] in uids]
    assert told(b"BEGIN:VCALENDAR\r\n" + b"".join(own) + b"END:VCALENDAR\r\n") <= told(by_icalendar(entries))
    out = os.open(os.devnull, os.O_WRONLY)
    cases: dict[str, Callable[[], object]] = {
        "joined in memory": lambda: joined(job, bodies),
        "read from the store": lambda: read_out(job, out),
        "icalendar": lambda: by_icalendar(entries),
    }
    found = seconds(cases, rounds, process_time)
    found["icalendar"] *= len(bodies) / len(entries)
    size = sum(map(len, bodies))
    print(f"{len(bodies)} events, {size / MEGABYTE:.0f} MB; icalendar counted up from {len(entries)}")
    for name, taken in found.items():
        print(f"{name:22} {taken:9.3f} s")
    code = MEMORY.format(here=str(Path(__file__).parent), folder=str(folder))
    grown, written = map(int, subprocess.check_output([sys.executable, "-c", code]).split())  # noqa: S603 - our own
    assert written >= size
    print(f"memory grown by {grown / 1024:.1f} MB while {written / MEGABYTE:.0f} MB were read out")
    work = f"feed of {len(bodies):,} kept events, from the store"
    mine = found["read from the store"]
    return [
        Ratio(work, "joining them in memory", mine / found["joined in memory"], 1.6, at_most=True),
        Ratio(work, "icalendar's to_ical", found["icalendar"] / mine, 200, note=f"counted up from {len(entries):,}"),
        Ratio("the same, extra memory", "MB", grown / 1024, 15, at_most=True, note="no ratio"),
    ]


def one_changed(folder: Path, rounds: int) -> list[Ratio]:
    """One event of 10,000 changes, and the feed is asked for again, over the routes that serve it."""
    job = job_of(folder)
    app = application(job, None, Tally())
    after, anew = [], []
    with closing(asyncio.new_event_loop()) as loop:  # a Runner writes all that was answered out
        first = loop.run_until_complete(asked(app))
        for number in range(rounds + 1):
            window = days_of(date(2029, 1 + number % 12, 5), date(2029, 1 + number % 12, 6))
            decide(job, Decision(verb=Verb.CONFIRM, keys=(KEY,), window=window), "Town", "benchmark", apply=True)
            begin = process_time()
            answer = loop.run_until_complete(asked(app))
            after.append(process_time() - begin)
            assert answer != first
            begin = process_time()
            body = rebuilt(job)
            anew.append(process_time() - begin)
            assert loop.run_until_complete(asked(app)) == body
            first = answer
    one, all_of_them = median(after[1:]), median(anew[1:])
    print(f"after one change {one * 1000:.1f} ms, rendering all {all_of_them * 1000:.0f} ms")
    return [Ratio("feed after one event of 10,000 changed", "rendering all", one / all_of_them, 0.02, at_most=True)]


def rebuilt(job: Job) -> bytes:
    """The same feed with every event rendered from its row."""
    with ground_of(job, QUESTION, NO_CHAINS) as ground:
        made = [
            block_of(record, ground.directory, ground.voice, ground.base_url, no_steps)
            for record in store.shown(ground.session, ground.selection)
        ]
        assert len(made) >= CHANGED_OF
        return assembled(made, ground.directory, subscription_of(job, QUESTION, ground.basis.changed))


async def asked(app: Any) -> bytes:
    """The feed as it is served."""
    sent: list[MutableMapping[str, Any]] = []
    scope = {
        "type": "http", "method": "GET", "path": "/feeds/all.ics", "raw_path": b"/feeds/all.ics", "query_string": b"",
        "headers": [(b"host", b"town"), (b"accept-encoding", b"identity")], "scheme": "http", "root_path": "",
        "server": ("town", 80), "client": ("127.0.0.1", 1), "http_version": "1.1",
    }  # fmt: skip

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    await app(scope, receive, send)
    assert sent[0]["status"] == 200
    return bytes(sent[1]["body"])


def main() -> None:
    """Measure and report; exits with 1 when a target was missed."""
    parser = arguments(__doc__)
    parser.add_argument("--events", type=int, default=EVENTS)
    given = parser.parse_args()
    found: list[Ratio] = []
    for events, measure in ((given.events, whole_calendar), (CHANGED_OF, one_changed)):
        with tempfile.TemporaryDirectory() as folder:
            town.store(Path(folder), events)
            found += measure(Path(folder), given.rounds)
    sys.exit(report(found, given.json))


if __name__ == "__main__":
    main()

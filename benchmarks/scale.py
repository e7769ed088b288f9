"""A whole country in the store: the most memory of every command, and how long an answer takes beside five plans.

The country is built once by `luanphien simulate`, in a process of its own, into a folder (`--folder`; a temporary one
otherwise); with the same sizes it is used again. Every command runs in a process of its own, whose peak memory the
system reports. Then next, the list of a year, a feed, and a decision with its re-render are asked of both stores in
turn, in one process, and the medians printed beside each other.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any

from measure import Ratio, arguments, report, seconds

LUANPHIEN = Path(sys.executable).with_name("luanphien")
MOST_MEGABYTES, MOST_SECONDS = 300.0, 1.0
THIS_YEAR = date.today().year  # noqa: DTZ011 - the year of the machine will do
BUILT = "built.json"
STORE = "store.db"


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command went: its exit code, peak memory in MB, seconds to its first and last byte, and what it printed."""

    code: int
    megabytes: float
    first: float
    last: float
    size: int
    tail: bytes


def ran(folder: Path, words: Sequence[str], settings: Mapping[str, str]) -> Ran:
    """Run one command and read all it prints. Exits when it cannot be carried out at all."""
    mine = {name: value for name, value in os.environ.items() if not name.startswith("LUANPHIEN_")}
    began, first, size, tail = perf_counter(), 0.0, 0, b""
    with subprocess.Popen(  # noqa: S603 - our own command
        [LUANPHIEN, *words], stdout=subprocess.PIPE, cwd=folder, env=mine | dict(settings)
    ) as process:
        assert process.stdout is not None
        while some := os.read(process.stdout.fileno(), 1 << 20):
            first = first or perf_counter() - began
            size, tail = size + len(some), (tail + some)[-4000:]
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return Ran(process.returncode, usage.ru_maxrss / 1024, first, perf_counter() - began, size, tail)


def settings_of(folder: Path) -> dict[str, str]:
    """Where the country's store and files are."""
    land = folder / "land"
    return {
        "LUANPHIEN_DATABASE_URL": f"sqlite:///{folder / STORE}",
        "LUANPHIEN_MAIL_URL": f"maildir:{folder / 'mail'}",
        "LUANPHIEN_LANG": "en",
        **(
            {"LUANPHIEN_PLANS": str(land / "plans"), "LUANPHIEN_DIRECTORY": str(land / "directory")}
            if land.exists()
            else {}
        ),
    }


def build(folder: Path, given: argparse.Namespace) -> Ran | None:
    """The country's files and store; None where they are there already."""
    wanted = {"provinces": given.provinces, "pairs": given.pairs, "years": given.years, "seed": given.seed}
    stamp = folder / BUILT
    if stamp.exists() and json.loads(stamp.read_text(encoding="utf-8")) == wanted:
        print(f"the country of {folder} is used again", flush=True)
        return None
    sizes = [word for name, value in wanted.items() for word in (f"--{name}", str(value))]
    print("building", *sizes, flush=True)
    found = ran(folder, ["simulate", *sizes, "--out", "land", "--json"], settings_of(folder))
    if found.code:
        sys.exit(f"luanphien simulate ended with {found.code}: {found.tail.decode()}")
    print(found.tail.decode(), flush=True)
    stamp.write_text(json.dumps(wanted), encoding="utf-8")
    return found


def commands(year: int, partner: str, key: str) -> Iterator[tuple[str, ...]]:
    """Every command of the product that answers from the store or looks at its files."""
    days = "--from", f"{year}-01-01", "--to", f"{year}-12-31"
    yield ("sync", "--json")
    yield ("sync",)
    yield ("check",)
    yield ("check", "--json")
    yield ("check", "--deep")
    yield ("list", *days)
    yield ("list", *days, "--json")
    yield ("list", *days, "--partner", partner)
    yield ("list", *days, "--partner", partner, "--json")
    yield ("next",)
    yield ("next", "--json")
    yield ("turns", "--json")
    yield ("turns",)
    yield ("agreements",)
    yield ("agreements", "--json")
    yield ("explain", key)
    yield ("decide", "confirm", key, "--days", f"{key[-4:]}-10-12", "--why", "thử", "--who", "scale", "--what-if")
    yield ("feed",)
    yield ("feed", "--partner", partner)
    yield ("remind", "--preview")
    yield ("remind", "--preview", "--json")
    yield ("remind", "--once")
    yield ("outbox", "list")
    yield ("contacts", "list")
    yield ("contacts", "list", "--json")
    yield ("contacts", "export")
    yield ("feeds", "list")
    yield ("doctor", "--no-network")
    yield ("schema",)
    yield ("rebuild",)


def memory(folder: Path, wanted: Sequence[tuple[str, ...]]) -> Iterator[Ratio]:
    """Run each command; its peak memory against what it may take."""
    for words in wanted:
        found = ran(folder, words, settings_of(folder))
        when = f"first byte after {found.first:.1f} s, last after {found.last:.1f} s, {found.size:,} bytes"
        print(f"  {' '.join(words):60} {found.megabytes:6.0f} MB  {when}, code {found.code}", flush=True)
        yield Ratio(f"peak memory, MB: {' '.join(words)}", "300 MB", found.megabytes, MOST_MEGABYTES, at_most=True)


def five_plans(folder: Path) -> dict[str, str]:
    """A store of the packaged plans."""
    five = folder / "five"
    five.mkdir(exist_ok=True)
    where = {"LUANPHIEN_DATABASE_URL": f"sqlite:///{five / STORE}", "LUANPHIEN_MAIL_URL": f"maildir:{five / 'mail'}"}
    assert ran(five, ["sync", "--json"], where).code == 0
    return where


def chosen(folder: Path) -> tuple[str, str]:
    """A partner, and the key of an exchange with it that lies ahead: the first there is."""
    import sqlite3  # noqa: PLC0415 - a look at the store from outside

    with sqlite3.connect(folder / STORE) as store:
        query = "SELECT key, content FROM occurrence WHERE kind = 'exchange' AND status = 'tentative' AND first > ?"
        years = " AND key NOT LIKE '%.unset' ORDER BY key LIMIT 1"
        key, content = store.execute(query + years, (f"{THIS_YEAR}-12-31",)).fetchone()
    return str(json.loads(content)["partners"][0]), str(key)


def cases(where: Mapping[str, str], partner: str, key: str) -> dict[str, Callable[[], object]]:
    """What is asked of one store, each as a front end asks it."""
    # only now: whoever starts processes should be small, or the system counts its memory as theirs
    from calendars.desk import upcoming_json  # noqa: PLC0415
    from calendars.eyes import Voice  # noqa: PLC0415
    from calendars.feedquery import FeedQuestion  # noqa: PLC0415
    from config.chainfile import load_chains  # noqa: PLC0415
    from config.decide import decide  # noqa: PLC0415
    from config.feeds import feed_bytes  # noqa: PLC0415
    from config.session import Job  # noqa: PLC0415
    from config.settings import Settings  # noqa: PLC0415
    from scheduler.amendment import Decision, Verb, days_of  # noqa: PLC0415
    from scheduler.occurrence import Selection, as_json  # noqa: PLC0415

    values: dict[str, Any] = {name.removeprefix("LUANPHIEN_").lower(): value for name, value in where.items()}
    job = Job(Settings(**values))
    year = int(key.rpartition(".")[2])
    chains, rounds = load_chains(None), iter(range(1, 10_000))
    of_year = Selection(date(year, 1, 1), date(year, 12, 31))
    of_partner = Selection(date(year, 1, 1), date(year, 12, 31), (partner,))
    feed = FeedQuestion(Selection(partners=(partner,)), Voice("vi"))

    def next_() -> object:
        with job.office() as desk:
            directory, off = desk.directory(), desk.days_off()
            return [
                upcoming_json(desk.seen(one, job.today(), directory, off), "vi") for one in desk.next_ones(job.today())
            ]

    def listed(selection: Selection, most: int | None = None) -> object:
        with job.office() as desk:
            rows = (json.dumps(as_json(record, "vi")) for record in desk.listing(selection))
            return [row for row, _ in zip(rows, range(most), strict=False)] if most else sum(map(len, rows))

    def decided() -> object:
        day = next(rounds)
        window = days_of(date(year, 1 + day % 12, 1 + day % 28), date(year, 1 + day % 12, 1 + day % 28))
        decide(job, Decision(verb=Verb.CONFIRM, keys=(key,), window=window), "scale", "thử", apply=True)
        return feed_bytes(job, feed, chains, keep=True)

    feed_bytes(job, feed, chains, keep=True)
    return {
        "next": next_,
        "list of a year, one partner": lambda: listed(of_partner),
        "list of a year, the first line": lambda: listed(of_year, 1),
        "feed of one partner": lambda: feed_bytes(job, feed, chains, keep=True),
        "a decision, and that feed again": decided,
    }


def times(folder: Path, partner: str, key: str, rounds: int) -> Iterator[Ratio]:
    """The same questions to both stores, in turn."""
    both = {
        "country": cases(settings_of(folder), partner, key),
        "five": cases(five_plans(folder), "khammouane", "ha-tinh-khammouane-front-exchange.2028"),
    }
    names = tuple(both["country"])
    taken = seconds({f"{name} {which}": both[which][name] for name in names for which in both}, rounds)
    print(f"\n{'':36}{'country, ms':>14}{'five plans, ms':>16}{'ratio':>8}")
    for name in names:
        large, small = taken[f"{name} country"], taken[f"{name} five"]
        print(f"{name:36}{large * 1e3:14.1f}{small * 1e3:16.1f}{large / small:8.1f}")
        note = f"{large / small:.1f} times the five plans"
        yield Ratio(f"seconds on the whole country: {name}", "a second", large, MOST_SECONDS, at_most=True, note=note)


def main() -> None:
    """Print memory and times; exits with 1 when a target is missed."""
    parser = arguments(__doc__)
    parser.add_argument("--provinces", type=int, default=34)
    parser.add_argument("--pairs", type=int, default=10_000)
    parser.add_argument("--years", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="build the country here, and keep it")
    parser.add_argument("--only", help="only commands that begin so; no times")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = (given.folder or Path(temporary)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        built = build(folder, given)
        ratios = []
        if built is not None:
            print(f"built in {built.last:.0f} s, {built.megabytes:.0f} MB", flush=True)
            ratios.append(Ratio("peak memory, MB: simulate", "300 MB", built.megabytes, MOST_MEGABYTES, at_most=True))
        partner, key = chosen(folder)
        wanted = list(commands(THIS_YEAR, partner, key))
        only = given.only
        ratios += memory(folder, [words for words in wanted if only is None or " ".join(words).startswith(only)])
        if only is None:
            ratios += times(folder, partner, key, given.rounds)
    sys.exit(report(ratios, given.json))


if __name__ == "__main__":
    main()

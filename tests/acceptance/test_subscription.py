"""A calendar app subscribes: vdirsyncer fetches the feed of a running server, khal shows what it fetched."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.acceptance.command import COMMAND, PATIENCE, Desk
from tests.acceptance.serving import copied, serving
from tests.interop.readers import missing

pytestmark = pytest.mark.acceptance

FEED = "/feeds/all.ics?partner=savannakhet&lang=vi"
TITLE = "hội đàm công tác Mặt trận"
WHY = ("--why", "Biên bản thống nhất với phía bạn")

VDIRSYNCER = """\
[general]
status_path = "{folder}/status"

[pair lich]
a = "xa"
b = "day"
collections = null
conflict_resolution = "a wins"
partial_sync = "ignore"

[storage xa]
type = "http"
url = "{feed}"

[storage day]
type = "filesystem"
path = "{folder}/lich"
fileext = ".ics"
"""
KHAL = """\
[calendars]
[[lich]]
path = {folder}/lich
readonly = True

[locale]
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
local_timezone = Asia/Ho_Chi_Minh
default_timezone = Asia/Ho_Chi_Minh

[sqlite]
path = {folder}/khal.db
"""


@dataclass(frozen=True)
class Subscriber:
    """Somebody's calendar app, with files of its own."""

    folder: Path

    def subscribe(self, feed: str) -> None:
        """Enter the address of a feed, once."""
        (self.folder / "lich").mkdir(parents=True)
        (self.folder / "vdirsyncer.ini").write_text(VDIRSYNCER.format(folder=self.folder, feed=feed))
        (self.folder / "khal.ini").write_text(KHAL.format(folder=self.folder))
        self._vdirsyncer("discover")

    def sync(self) -> list[str]:
        """Fetch the feed; the names of the files there are now, one an event."""
        self._vdirsyncer("sync")
        return sorted(path.name for path in (self.folder / "lich").iterdir())

    def shown(self, first: str, last: str) -> list[tuple[str, str, str]]:
        """Link, days and title of what khal lists in this span, each event once.

        vdirsyncer gives what it fetches by http UIDs of its own; the link tells which event it is.
        """
        form = "{url}\t{start-date-long}/{end-date-long}\t{title}"
        config = str(self.folder / "khal.ini")
        said = self._run("khal", "--no-color", "-c", config, "list", "--once", "--format", form, "-df", "", first, last)
        return [(link, days, title) for link, days, title in (line.split("\t") for line in said.splitlines() if line)]

    def _vdirsyncer(self, word: str) -> None:
        self._run("vdirsyncer", "--config", str(self.folder / "vdirsyncer.ini"), word)

    def _run(self, name: str, *words: str) -> str:
        program = COMMAND.with_name(name)
        if not program.exists():
            missing(f"{name} is not installed: make install")
        own = {"HOME": str(self.folder), "XDG_CACHE_HOME": str(self.folder), "LC_ALL": "C.UTF-8", "COLUMNS": "250"}
        done = subprocess.run(
            [program, *words], env=os.environ | own, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture
def subscriber(tmp_path: Path) -> Subscriber:
    """Somebody with a calendar app and no calendar yet."""
    return Subscriber(tmp_path / "thue-bao")


def test_a_postponed_meeting_moves_and_stays_one(desk: Desk, subscriber: Subscriber, tmp_path: Path) -> None:
    (tmp_path / "van-phong").mkdir()
    office = copied(desk, tmp_path / "van-phong", who="Thử")
    (key, year) = meeting_ahead(office)
    assert office.run("decide", "confirm", key, "--days", f"{year}-03-10/{year}-03-12", *WHY, "--yes").code == 0
    created = office.run("feeds", "create", "--label", "Savannakhet", "--partner", "savannakhet", "--json").json
    with serving(office) as address:
        link = f"{address}/o/{key}"
        subscriber.subscribe(f"{address}{urlsplit(created['url']).path}")
        first = subscriber.sync()
        before = subscriber.shown(f"{year}-03-01", f"{year}-06-30")
        ((_, days, title),) = [event for event in before if event[0] == link]
        assert (days, TITLE in title) == (f"{year}-03-10/{year}-03-12", True)
        assert subscriber.sync() == first

        assert office.run("decide", "postpone", key, "--days", f"{year}-06-15/{year}-06-16", *WHY, "--yes").code == 0
        again = subscriber.sync()
        after = subscriber.shown(f"{year}-03-01", f"{year}-06-30")
        moved = (link, f"{year}-06-15/{year}-06-16", f"HOÃN: {title}")
        assert [event for event in after if event[0] == link] == [moved]

    assert [event for event in after if event[0] != link] == [event for event in before if event[0] != link]
    assert (len(again), len(set(first) & set(again))) == (len(first), len(first) - 1)
    ((fetched,),) = (link["fetches"] for link in office.run("feeds", "list", "--json").json)
    assert (fetched["client"], fetched["count"]) == ("vdirsyncer", 3)


def meeting_ahead(office: Desk) -> tuple[str, int]:
    """The key and year of the first Front exchange after this year."""
    year = datetime.now(UTC).year + 1
    words = ("--partner", "savannakhet", "--kind", "exchange", "--as-of", f"{year}-01-01", "--count", "1")
    (found,) = (row for row in office.run("next", *words, "--json").json if row["obligation"] == "qt-front-exchange")
    return found["key"], int(found["start"][:4])


def test_the_calendar_app_holds_what_the_store_lists(desk: Desk, site: str, subscriber: Subscriber) -> None:
    subscriber.subscribe(f"{site}{FEED}&from=2020-01-01&to=2022-12-31")
    files = subscriber.sync()
    events = subscriber.shown("2020-01-01", "2025-12-31")
    listed = desk.ask("list", "--partner", "savannakhet", "--from", "2020-01-01", "--to", "2022-12-31", "--json").json
    expected = [f"{site}/o/{row['key']}" for row in listed if row["kind"] != "task" and row["end"] and not row["with"]]
    assert sorted(link for link, _, _ in events) == sorted(expected)
    assert len(files) == len(expected)


def test_a_link_that_another_process_revokes_is_gone_with_the_next_request(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "van-phong").mkdir()
    office = copied(desk, tmp_path / "van-phong")
    secret, public = (
        office.run("feeds", "create", "--label", "Savannakhet", *more, "--json").json for more in ((), ("--public",))
    )
    with serving(office) as address:
        for link in (secret, public):
            feed = f"{address}{urlsplit(link['url']).path}"
            first = httpx.get(feed)
            tag = {"If-None-Match": first.headers["etag"]}
            assert [httpx.get(feed, headers=tag).status_code for _ in range(3)] == [304, 304, 304]
            assert office.run("feeds", "revoke", link["id"]).code == 0
            gone = httpx.get(feed, headers=tag)
            assert (gone.status_code, gone.text) == (404, "Địa chỉ này không có gì để xem.\n")
        log = (office.folder / "serve.log").read_text(encoding="utf-8")
    assert secret["url"].rpartition("/")[2].removesuffix(".ics") not in log

"""`luanphien feeds …` in a terminal: an address that is shown only once is whole, however narrow the window is."""

from __future__ import annotations

import re
from pathlib import Path

from calendars import links
from config.database import Database
from tests.unit.docs.terminal import MORNING, WIDTH, Terminal

SECRET = re.compile(r"  https://lich\.quangtri\.gov\.vn/feeds/s/[A-Za-z0-9_-]{43}\.ics\n")


def test_a_secret_address_is_never_cut(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, MORNING)
    terminal.run("export LUANPHIEN_BASE_URL=https://lich.quangtri.gov.vn")
    terminal.run("luanphien sync")
    printed = terminal.run("luanphien feeds create --label Lịch --partner savannakhet")
    first = SECRET.findall(printed)
    ident = re.findall(r"^Mã: ([0-9a-f]{8})$", printed, re.MULTILINE)
    again = SECRET.findall(terminal.run(f"luanphien feeds rotate {ident[0]}"))
    assert (len(first), len(again), terminal.code) == (1, 1, 0)
    assert len(first[0]) > WIDTH
    assert first != again


def test_who_fetched_it_is_said_in_the_readers_language(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, MORNING)
    terminal.run("luanphien sync")
    ident = re.findall(r"^Mã: ([0-9a-f]{8})$", terminal.run("luanphien feeds create --label Lịch"), re.MULTILINE)[0]
    assert "chưa ai lấy" in terminal.run("luanphien feeds list")
    database = Database(f"sqlite:///{tmp_path / 'luanphien.db'}")
    with database.write() as session:
        links.fetched(session, {(ident, "other"): 2, (ident, "google"): 1}, MORNING)
    database.close()
    said = " ".join(terminal.run("luanphien feeds list").split())
    assert "phần mềm khác: 2 lần, gần nhất ngày 23/11/2026" in said
    assert "Google Calendar: 1 lần, gần nhất ngày 23/11/2026" in said

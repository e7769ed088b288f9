"""A feed is read alike by independent parsers: the same events, titles, words and days."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from calendars.feed import Subscription, calendar, entries
from scheduler.plan import LANGUAGES, Text
from scheduler.window import Window
from tests.interop.readers import Reading, by_ical_js, by_icalendar, by_libical
from tests.unit.calendars.samples import BASE, CHANGED, DIRECTORY, GIFTS, RECORDS, record

AWKWARD = [
    record(replace(GIFTS, cycle=f"{number}", window=Window.day(date(2020, 5, number)), title=Text(title)))
    for number, title in enumerate(
        [
            "Dấu phẩy, chấm phẩy; hai chấm: gạch chéo \\n và “ngoặc”",
            "ຄະນະຜູ້ແທນແນວລາວສ້າງຊາດ ແຂວງສະຫວັນນະເຂດ " * 5,
            "គណៈប្រតិភូរណសិរ្សសាមគ្គីអភិវឌ្ឍន៍មាតុភូមិកម្ពុជា " * 4,
            "Đoàn đại biểu Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh Quảng Trị " * 4,
            "🇻🇳🤝🇱🇦 " * 20,
            'BEGIN:VEVENT "UID:x" ^n ^\' %0D%0A <b>&amp;</b>',
        ],
        start=1,
    )
]


def feed(lang: str) -> bytes:
    """The samples and some awkward titles, as a feed."""
    subscription = Subscription(
        lang=lang,
        base_url=BASE,
        source=f"{BASE}/feeds/all.ics?partner=savannakhet&lang={lang}",
        last_change=CHANGED,
        about=("savannakhet", "salavan"),
    )
    rendered = calendar([*RECORDS, *AWKWARD], DIRECTORY, subscription)
    assert rendered.faults == ()
    return rendered.body


def meant(lang: str) -> tuple[tuple[str, str, str, str, str], ...]:
    """What the feed is meant to say."""
    return tuple(
        sorted(
            (entry.uid, entry.start.isoformat(), entry.stop.isoformat(), entry.summary, entry.description)
            for entry in entries([*RECORDS, *AWKWARD], DIRECTORY, lang, BASE)
        )
    )


def check(reading: Reading, lang: str) -> None:
    """The reading is what was meant, and both names of the calendar are one."""
    assert reading.rows == meant(lang)
    assert reading.names[0] == reading.names[1]
    assert [sign for sign in ("\\", ",", ";") if sign in reading.names[0]] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_python_reads_it(lang: str) -> None:
    check(by_icalendar(feed(lang)), lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_javascript_reads_it(tmp_path: Path, lang: str) -> None:
    check(by_ical_js(tmp_path, feed(lang)), lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_c_reads_it(tmp_path: Path, lang: str) -> None:
    check(by_libical(tmp_path, feed(lang)), lang)


def test_an_empty_feed_is_read_alike_too(tmp_path: Path) -> None:
    empty = calendar((), DIRECTORY, Subscription(lang="vi", base_url=BASE, source=BASE, last_change=CHANGED)).body
    python = by_icalendar(empty)
    assert len(python.rows) == 1
    assert by_ical_js(tmp_path, empty) == python
    assert by_libical(tmp_path, empty) == python

"""Every kind of feed is read alike by independent parsers: the same events, titles, words and days."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from calendars.catalogue import say
from calendars.feed import entries, with_kinds
from calendars.feedquery import feed_question
from calendars.ical import Entry, EventStatus, Header, render
from calendars.links import Link
from scheduler.occurrence import Status
from scheduler.plan import LANGUAGES, Kind, Text
from scheduler.window import Window
from tests.interop.readers import READERS, Row, by_icalendar
from tests.unit.calendars.desks import Shelf
from tests.unit.calendars.samples import BASE, CHANGED, DIRECTORY, EXCHANGE, GIFTS, RECORDS, record
from tests.unit.calendars.visitor import Visitor

Rows = tuple[Row, ...]

AWKWARD = [
    record(replace(GIFTS, cycle=f"{number}", window=Window.day(date(2020, 5, number)), title=Text(title)))
    for number, title in enumerate(
        [
            "Dấu phẩy, chấm phẩy; hai chấm: gạch chéo \\n và “ngoặc”",
            "ຄະນະຜູ້ແທນແນວລາວສ້າງຊາດ ແຂວງສະຫວັນນະເຂດ " * 5,
            "គណៈប្រតិភូរណសិរ្សសាមគ្គីអភិវឌ្ឍន៍មាតុភូមិកម្ពុជា " * 4,
            "Đoàn đại biểu Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh Quảng Trị " * 4,
            "🇻🇳🤝🇱🇦 " * 20,
            '"UID:x" ^n ^\' %0D%0A <b>&amp;</b> DTSTART:20200101',
        ],
        start=1,
    )
]
STATES = [
    record(
        replace(EXCHANGE, cycle=f"2021-{number:02}", window=Window.day(date(2021, number, 28)), status=status),
        sequence=number,
    )
    for number, status in enumerate(Status, start=1)
]
EVERYTHING = (*RECORDS, *AWKWARD, *STATES)

FEEDS = [
    *(f"lang={lang}" for lang in LANGUAGES),
    *(f"kind={kind}&lang=vi" for kind in Kind),
    "kind=task&kind=deadline&lang=lo",
    "partner=savannakhet&lang=lo",
    "partner=kampong-speu&partner=takeo&lang=km",
    "lead=mttq-quang-tri&lang=en",
    "plan=an-giang-front-2020&lang=vi",
    "from=2021-02-01&to=2021-03-31&lang=vi",
    "involving=quan-su-an-giang&lang=vi",
    "eyes=quang-tri&lang=vi",
    "eyes=savannakhet&lang=lo",
    "eyes=mttq-an-giang&alarms=1&lang=km",
    "steps=1&alarms=1&lang=vi",
    "steps=1&eyes=salavan&lang=en",
    *(f"from=2199-01-01&lang={lang}" for lang in LANGUAGES),
]
"""What may be asked of a feed, one address a line; the last ones hold nothing. A new filter gets its line here."""
LINKS = {
    ("Mặt trận Salavan", "mat-tran-salavan"): "partner=salavan&steps=1&lang=lo",
    ("Của riêng tôi, An Giang", None): "lead=mttq-an-giang&alarms=1&eyes=an-giang&lang=vi",
}
"""Feeds that were given an address of their own, public or secret, by what they ask for."""
TOKEN = "T" * 43
ADDRESSES = {f"/feeds/all.ics?{query}": query for query in FEEDS} | {
    f"/feeds/{slug}.ics" if slug else f"/feeds/s/{TOKEN}.ics": query for (_, slug), query in LINKS.items()
}


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the parsers work."""
    return tmp_path_factory.mktemp("readers")


@pytest.fixture(scope="module")
def visitor() -> Iterator[Visitor]:
    """Somebody who subscribes."""
    shelf = Shelf(records=EVERYTHING)
    links = [
        (Link(f"link-{number}", label, slug, feed_question(query.encode(), "vi"), CHANGED, None), slug or TOKEN)
        for number, ((label, slug), query) in enumerate(LINKS.items())
    ]
    with Visitor(shelf.desk(), shelf.feeds(*links)) as found:
        yield found


def nothing_yet(query: str) -> Rows:
    """The one event of a feed without any, which says so."""
    lang = feed_question(query.encode(), "vi").lang
    title = say(lang, "No event in this calendar yet")
    text = say(lang, "The subscription works. Events appear as soon as a plan gives some that match.")
    return (("nothing-yet@luanphien", "2021-09-01", "2021-09-02", title, text),)


def meant(query: str) -> Rows:
    """What the feed of this address is meant to say; nothing when nothing is asked for that there is."""
    question = feed_question(query.encode(), "vi")
    chosen = with_kinds(question.selection)
    asked = [each for each in EVERYTHING if chosen.admits(each.occurrence)]
    return tuple(
        sorted(
            (entry.uid, entry.start.isoformat(), entry.stop.isoformat(), entry.summary, entry.description)
            for entry in entries(asked, DIRECTORY, question.voice, BASE)
        )
    )


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("parser", READERS)
def test_every_parser_reads_every_feed_as_it_is_meant(bench: Path, visitor: Visitor, parser: str, address: str) -> None:
    query = ADDRESSES[address]
    answer = visitor.get(address)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    reading, by_another = READERS[parser](bench, answer.content), by_icalendar(bench, answer.content)
    assert reading.rows == by_another.rows
    steps = [row for row in reading.rows if "_" in row[0]]
    assert tuple(row for row in reading.rows if row not in steps) == (meant(query) or nothing_yet(query))
    assert bool(steps) == ("steps=1" in query)
    assert reading.names[0] == reading.names[1]
    assert [sign for sign in ("\\", ",", ";") if sign in reading.names[0]] == []


def test_the_feeds_hold_what_is_cancelled_and_postponed_and_a_task() -> None:
    told = {uid: title for uid, _, _, title, _ in (*meant("lang=vi"), *meant("kind=task&lang=vi"))}
    marked = [title.partition(":")[0] for title in told.values() if title.startswith(("HỦY", "HOÃN", "KHÔNG TỔ"))]
    assert sorted(marked) == sorted(["KHÔNG TỔ CHỨC KỲ NÀY", "HOÃN", "HỦY"])
    assert "qt-interns.2021@luanphien" in told


@pytest.mark.parametrize("parser", sorted(READERS.keys() - {"ts-ics"}))
def test_a_title_that_looks_like_an_event_is_a_title(bench: Path, parser: str) -> None:
    # ts-ics looks for BEGIN and END anywhere in a line, not only at its start, and cuts such an event short.
    hostile = replace(week()[0], summary="BEGIN:VEVENT END:VEVENT END:VCALENDAR")
    body = render(Header(name="Tuần", description="Tuần", lang="vi"), [hostile]).body
    rows = READERS[parser](bench, body).rows
    assert rows == ((hostile.uid, "2027-02-01", "2027-02-02", hostile.summary, hostile.description),)


PROSE = {
    "vi": (
        "Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh Quảng Trị đón đoàn đại biểu Ủy ban Mặt trận Lào xây dựng đất nước "
        "tỉnh Savannakhet sang thăm, làm việc và trao đổi kinh nghiệm; nghỉ đêm tại thành phố Đông Hà, "
    ),
    "lo": (
        "ຄະນະຜູ້ແທນແນວລາວສ້າງຊາດ ແຂວງສະຫວັນນະເຂດ ຢ້ຽມຢາມ ແລະ ເຮັດວຽກ ຢູ່ແຂວງກວາງຈິ, "
        "ແລກປ່ຽນບົດຮຽນ; ຢູ່ນອກໄລຍະຂອງແຜນການ ຕ້ອງມີຂໍ້ຕົກລົງສະບັບໃໝ່ກ່ອນວັນສຸດທ້າຍ, "
    ),
    "km": (
        "គណៈប្រតិភូ\u200bរណសិរ្ស\u200bសាមគ្គី\u200bអភិវឌ្ឍន៍\u200bមាតុភូមិ\u200bកម្ពុជា ខេត្តកំពង់ស្ពឺ មកទស្សនកិច្ច និងធ្វើការ, "
        "ផ្លាស់ប្តូរបទពិសោធន៍; ក្រៅរយៈពេលនៃផែនការ ត្រូវមានកិច្ចព្រមព្រៀងថ្មី។ "
    ),
}
"""Long words of administration: two, three and one letter a syllable, and Khmer's invisible blanks between words."""


def week() -> list[Entry]:
    """Seven days in three scripts; from day to day the folds fall one byte further on."""
    return [
        Entry(
            uid=f"{lang}-{day}@luanphien",
            start=date(2027, 2, day),
            stop=date(2027, 2, day) + timedelta(days=1),
            summary=("." * day + prose * 4)[:240].strip(),
            description="\n".join("-" * (day + line) + prose.strip() for line in range(24)),
            url=f"{BASE}/o/{lang}-{day}",
            status=EventStatus.CONFIRMED,
            categories=(),
            sequence=0,
            changed_at=CHANGED,
        )
        for lang, prose in PROSE.items()
        for day in range(1, 8)
    ]


def folded() -> bytes:
    """The week as a calendar."""
    rendered = render(Header(name="Tuần", description="Tuần", lang="vi"), week())
    assert rendered.faults == ()
    return rendered.body


def test_no_line_of_the_week_is_longer_than_75_octets_or_breaks_a_letter() -> None:
    lines = folded().removesuffix(b"\r\n").split(b"\r\n")
    assert max(len(line) for line in lines) <= 75
    assert [line for line in lines if line.decode(errors="replace").encode() != line] == []
    assert {len(line) for line in lines} >= {73, 74, 75}


@pytest.mark.parametrize("parser", READERS)
def test_a_week_of_three_scripts_survives_the_folds_byte_by_byte(bench: Path, parser: str) -> None:
    meant_bytes = {entry.uid: (entry.summary.encode(), entry.description.encode()) for entry in week()}
    assert all(unicodedata.is_normalized("NFC", part.decode()) for pair in meant_bytes.values() for part in pair)
    reading = READERS[parser](bench, folded())
    assert {uid: (title.encode(), text.encode()) for uid, _, _, title, text in reading.rows} == meant_bytes

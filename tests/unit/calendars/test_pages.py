"""Pages: what an officer reads, in every language."""

from __future__ import annotations

from datetime import date
from html.parser import HTMLParser

import pytest

from calendars.catalogue import say
from calendars.desk import Dossier, Upcoming
from calendars.pages.frame import Frame
from calendars.pages.occurrence import occurrence_page
from calendars.pages.refusal import refusal_page
from calendars.pages.upcoming import Card, card_of, next_page
from calendars.steps import step_groups, steps_heading
from scheduler.explain import Code, Fact
from scheduler.occurrence import Flag
from scheduler.plan import LANGUAGES
from tests.unit.calendars.samples import (
    BASE,
    CONFERENCE_REPORT,
    DIPLOMATIC,
    DIRECTORY,
    EXCHANGE,
    FIX_DAYS,
    GIFTS,
    ONGOING,
    PERMISSION,
    PROJECTED,
    YOUTH,
    record,
)

TODAY = date(2021, 9, 1)
SPOKEN = {"vi": "Bên chủ trì", "en": "Host", "lo": "ເຈົ້າພາບ", "km": "ម្ចាស់ផ្ទះ"}


class Reader(HTMLParser):
    """The words of a page, its links, and whether its elements are closed in order."""

    VOID = ("meta", "link", "br", "path")

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [value for name, value in attrs if name == "href" and tag == "a" and value]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.words.append(data.strip())


def frame(lang: str = "vi", path: str = "/next", query: tuple[tuple[str, str], ...] = ()) -> Frame:
    """A frame on the sample server."""
    return Frame(lang=lang, path=path, base_url=BASE, version="0.1.0", query=query)


def card(occurrence: object, *flags: Flag, left: int | None = 0, as_of: date = TODAY) -> Card:
    """A card in Vietnamese."""
    return card_of(Upcoming(record(occurrence), flags, left), DIRECTORY, "vi", as_of)  # type: ignore[arg-type]


def test_a_card_says_everything() -> None:
    assert card(EXCHANGE) == Card(
        key="qt-front-exchange.savannakhet.2021",
        kind="trao đổi đoàn",
        title="Hội đàm công tác Mặt trận – Savannakhet",
        when="trong năm 2021",
        days_left="còn 121 ngày đến ngày cuối",
        state="tentative",
        status="chưa chốt ngày",
        flags=(),
        mark=None,
        host="Quảng Trị",
        host_known=True,
        travels="Savannakhet",
        place=None,
        leads="Ban Thường trực Ủy ban MTTQ Việt Nam tỉnh Quảng Trị",
        source="mục II.5, III.2021.2, Kế hoạch đối ngoại nhân dân giai đoạn 2020 – 2022 "
        "(số 06/KH-MTTQ-BTT, ngày 3/10/2019)",
        steps=("ngày cụ thể",),
    )


def test_a_card_counts_the_days() -> None:
    left = [
        card(PROJECTED, left=487).days_left,
        card(DIPLOMATIC, left=0, as_of=date(2022, 9, 5)).days_left,
        card(GIFTS, left=0).days_left,
        card(ONGOING, left=None).days_left,
    ]
    assert left == ["còn 487 ngày", "đã đến thời gian thực hiện", None, None]


def test_what_is_past_asks_for_its_result() -> None:
    past = card(GIFTS, Flag.UNRECORDED, Flag.DAY_OFF)
    assert past.steps == ("ghi nhận kết quả",)
    assert past.flags == ("chưa ghi nhận kết quả", "rơi vào ngày nghỉ")


def test_a_meeting_without_a_host_says_so_and_other_things_do_not() -> None:
    hosts = [(one.host, one.host_known) for one in (card(YOUTH), card(DIPLOMATIC))]
    assert hosts == [("chưa xác định", False), (None, False)]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_of_what_comes_next(lang: str) -> None:
    cards = [card_of(Upcoming(record(one), (), 3), DIRECTORY, lang, TODAY) for one in (EXCHANGE, YOUTH, DIPLOMATIC)]
    page = next_page(cards, frame(lang), TODAY, stored=True, about="")
    reader = Reader(page)
    assert reader.open == []
    assert f'<html lang="{lang}">' in page
    assert SPOKEN[lang] in reader.words
    assert f"/{lang}/o/qt-front-exchange.savannakhet.2021" in reader.links
    assert f"webcal://lich.example/feeds/all.ics?lang={lang}" in reader.links


def test_the_language_switch_keeps_what_was_asked_for() -> None:
    narrow = frame("lo", query=(("partner", "salavan"), ("count", "2")))
    reader = Reader(next_page([], narrow, TODAY, stored=True, about="ສາລະວັນ"))
    assert [f"/{lang}/next?partner=salavan&count=2" in reader.links for lang in LANGUAGES] == [True] * 4
    assert "webcal://lich.example/feeds/all.ics?partner=salavan&lang=lo" in reader.links
    assert "/lo/next" in reader.links


def test_empty_pages_say_what_to_do() -> None:
    unsynced = Reader(next_page([], frame("en"), TODAY, stored=False, about="")).words
    unmatched = Reader(next_page([], frame("en"), TODAY, stored=True, about="Takeo")).words
    assert "Run “luanphien sync” on the server to load the plans, then open this page again." in unsynced
    assert "Ask for another partner or kind, or look at everything." in unmatched


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_of_one_occurrence(lang: str) -> None:
    facts = [Fact(Code.ROTATION, {"first_year": 2019, "every": 2, "index": 2, "year": 2023})]
    place = frame(lang, f"/o/{PROJECTED.key}")
    page = occurrence_page(Dossier(Upcoming(record(PROJECTED), (), 487), facts), DIRECTORY, place, TODAY)
    words = " ".join(Reader(page).words)
    assert "2019 + 2·2 = 2023" in words
    assert PROJECTED.key in words
    assert SPOKEN[lang] in words


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_lists_what_prepares_it(lang: str) -> None:
    place = frame(lang, f"/o/{PROJECTED.key}")
    dossier = Dossier(Upcoming(record(PROJECTED), (), 487), (), (FIX_DAYS, PERMISSION))
    reader = Reader(occurrence_page(dossier, DIRECTORY, place, TODAY))
    assert reader.open == []
    first = reader.words.index(steps_heading(dossier.steps, lang))
    certain, provisional = step_groups(dossier.steps, DIRECTORY, lang)
    assert provisional.note
    assert reader.words[first + 1 : first + 8] == [
        *(part for one in certain.steps for part in (one.day, f"{one.title} · {one.leads}", one.why)),
        provisional.note,
        *(part for one in provisional.steps for part in (one.day, f"{one.title} · {one.leads}", one.why)),
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_of_a_held_meeting_lists_what_comes_after_it(lang: str) -> None:
    dossier = Dossier(Upcoming(record(EXCHANGE), (), 0), (), (CONFERENCE_REPORT,))
    reader = Reader(occurrence_page(dossier, DIRECTORY, frame(lang, f"/o/{EXCHANGE.key}"), TODAY))
    assert say(lang, "Preparation") not in reader.words
    assert say(lang, "After the meeting") in reader.words


def test_a_page_without_steps_says_nothing_of_preparation() -> None:
    page = occurrence_page(Dossier(Upcoming(record(PROJECTED), (), 487), ()), DIRECTORY, frame(), TODAY)
    assert "Chuẩn bị" not in page


def test_whatever_stands_in_a_plan_is_text_and_not_markup() -> None:
    from dataclasses import replace

    from scheduler.plan import Text

    evil = replace(EXCHANGE, title=Text("<script>alert(1)</script>"), quantity='"><img src=x>', leads=("<b>",))
    page = occurrence_page(Dossier(Upcoming(record(evil), (), 0), ()), DIRECTORY, frame(path="/o/x"), TODAY)
    page += next_page([card(evil)], frame(), TODAY, stored=True, about="<i>")
    page += refusal_page("Không", "<script>", frame())
    assert [mark for mark in ("<script", "<img", "<b>", "<i>") if mark in page] == []

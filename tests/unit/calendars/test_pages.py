"""Pages: what an officer reads, in every language."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from calendars.catalogue import say
from calendars.desk import Dossier, Upcoming
from calendars.headline import headline
from calendars.pages.occurrence import occurrence_page
from calendars.pages.refusal import refusal_page
from calendars.pages.timeline import timeline
from calendars.pages.upcoming import Card, Found, Overview, ahead_and_past, by_partner, card_of, next_page
from calendars.steps import StepWords, step_groups, steps_heading
from calendars.wording import days, name, status_word
from scheduler.explain import Code, Fact
from scheduler.occurrence import Flag, Occurrence, Status
from scheduler.plan import LANGUAGES, Text
from tests.unit.calendars.reading import Reader, frame
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


def card(occurrence: object, *flags: Flag, left: int | None = 0, as_of: date = TODAY) -> Card:
    """A card in Vietnamese."""
    return card_of(Upcoming(record(occurrence), flags, left), DIRECTORY, "vi", as_of)  # type: ignore[arg-type]


def test_a_card_says_everything() -> None:
    assert card(EXCHANGE) == Card(
        key="qt-front-exchange.savannakhet.2021",
        kind="trao đổi đoàn",
        title="Hội đàm công tác Mặt trận – Savannakhet",
        title_lang="vi",
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
        card(replace(PROJECTED, status=Status.POSTPONED), left=487).days_left,
    ]
    assert left == ["còn 487 ngày", "đã đến thời gian thực hiện", None, None, None]


def test_what_is_past_asks_for_its_result() -> None:
    past = card(GIFTS, Flag.UNRECORDED, Flag.DAY_OFF)
    assert past.steps == ("ghi nhận kết quả",)
    assert past.flags == ("chưa ghi nhận kết quả", "rơi vào ngày nghỉ")


def test_a_meeting_without_a_host_says_so_and_other_things_do_not() -> None:
    hosts = [(one.host, one.host_known) for one in (card(YOUTH), card(DIPLOMATIC))]
    assert hosts == [("chưa xác định", False), (None, False)]


def overview(lang: str, *occurrences: Occurrence) -> Overview:
    """The front page of these occurrences, grouped by partner."""
    seen = [Upcoming(record(one), (), 3) for one in occurrences]
    return Overview(groups=by_partner(seen, DIRECTORY, lang, TODAY), as_of=TODAY)


def test_cards_are_grouped_by_whom_they_meet() -> None:
    nobody = replace(GIFTS, partners=())
    groups = overview("vi", EXCHANGE, YOUTH, PROJECTED, nobody, DIPLOMATIC).groups
    assert [(group.heading, group.only, [card.key for card in group.cards]) for group in groups] == [
        ("Savannakhet", "savannakhet", [EXCHANGE.key, PROJECTED.key]),
        ("Savannakhet, Salavan", None, [YOUTH.key, DIPLOMATIC.key]),
        ("Không nêu đối tác", None, [nobody.key]),
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_of_what_comes_next(lang: str) -> None:
    page = next_page(overview(lang, EXCHANGE, YOUTH, DIPLOMATIC), frame(lang))
    reader = Reader(page)
    assert reader.open == []
    assert f'<html lang="{lang}">' in page
    assert SPOKEN[lang] in reader.words
    assert f"/{lang}/o/qt-front-exchange.savannakhet.2021" in reader.links
    assert f"webcal://lich.example/feeds/all.ics?lang={lang}" in reader.links


def test_the_language_switch_keeps_what_was_asked_for() -> None:
    narrow = frame("lo", query=(("partner", "salavan"), ("count", "2")))
    reader = Reader(next_page(Overview(groups=(), as_of=TODAY, about="ສາລະວັນ"), narrow))
    assert [f"/{lang}/next?partner=salavan&count=2" in reader.links for lang in LANGUAGES] == [True] * 4
    assert "webcal://lich.example/feeds/all.ics?partner=salavan&lang=lo" in reader.links
    assert "/lo/subscribe?partner=salavan" in reader.links
    assert "/lo/" in reader.links


def test_empty_pages_say_what_to_do() -> None:
    bare = Overview(groups=(), as_of=TODAY)
    pages = [replace(bare, stored=False), replace(bare, about="Takeo"), replace(bare, words="<b>zzz")]
    unsynced, unmatched, unfound = (Reader(next_page(page, frame("en"))).words for page in pages)
    assert "Nothing is stored yet" in unsynced
    assert "Nothing ahead matches" in unmatched
    assert "Nothing was found for “<b>zzz”" in unfound
    assert any(words.startswith("Try fewer or other words") for words in unfound)


def test_a_search_keeps_its_words_and_the_filters() -> None:
    asked = frame("en", "/", (("partner", "salavan"), ("q", "front"), ("count", "2")))
    found = Found((Upcoming(record(EXCHANGE), (), 3),), (Upcoming(record(GIFTS), (), 0),), left=3)
    groups = ahead_and_past(found, DIRECTORY, "en", TODAY)
    page = next_page(Overview(groups=groups, as_of=TODAY, words='"front"', left=3), asked)
    words = Reader(page).words
    assert 'value="&#34;front&#34;"' in page
    assert '<input type="hidden" name="partner" value="salavan">' in page
    assert 'name="count"' not in page
    assert [one in words for one in ("Ahead", "Past, or not ahead")] == [True, True]
    assert "3 more match. Add a word to narrow the search." in words
    assert any("5 found" in one for one in words)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_of_one_occurrence(lang: str) -> None:
    facts = [Fact(Code.ROTATION, {"first_year": 2019, "every": 2, "index": 2, "year": 2023})]
    place = frame(lang, f"/o/{PROJECTED.key}")
    page = occurrence_page(Dossier(Upcoming(record(PROJECTED), (), 487), facts), DIRECTORY, place, TODAY)
    words = " ".join(Reader(page).words)
    assert "2019 + 2·2 = 2023" in words
    assert PROJECTED.key in words
    assert SPOKEN[lang] in words


def said(step: StepWords, standing: str) -> tuple[str, ...]:
    """A step as the page has it."""
    return step.day, f"{step.title} · {step.leads}", standing, step.why


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_lists_what_prepares_it(lang: str) -> None:
    place = frame(lang, f"/o/{PROJECTED.key}")
    dossier = Dossier(Upcoming(record(PROJECTED), (), 487), (), (FIX_DAYS, PERMISSION))
    reader = Reader(occurrence_page(dossier, DIRECTORY, place, TODAY))
    assert reader.open == []
    first = reader.words.index(steps_heading(dossier.steps, lang))
    certain, provisional = step_groups(dossier.steps, DIRECTORY, lang)
    assert provisional.note
    drawing = timeline(dossier.steps, PROJECTED.window, TODAY, lang)
    assert drawing is not None
    assert reader.words[first + 1 : first + 19] == [
        say(lang, "The steps in time"), drawing.description, "1", "2", drawing.first, drawing.last,
        drawing.meeting, drawing.now, say(lang, "provisional"),
        *(told for one in certain.steps for told in said(one, say(lang, "next step"))),
        provisional.note,
        *(told for one in provisional.steps for told in said(one, say(lang, "day passed"))),
    ]  # fmt: skip


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
    evil = replace(EXCHANGE, title=Text("<script>alert(1)</script>"), quantity='"><img src=x>', leads=("<b>",))
    page = occurrence_page(Dossier(Upcoming(record(evil), (), 0), ()), DIRECTORY, frame(path="/o/x"), TODAY)
    page += next_page(replace(overview("vi", evil), about="<i>", words="<i>"), frame())
    page += refusal_page("Không", "<script>", frame())
    assert [mark for mark in ("<script", "<img", "<b>", "<i>", 'content="<') if mark in page] == []


# What stands around every page


def test_the_frame_knows_where_it_stands() -> None:
    front, year, turn = frame(path="/next"), frame(path="/year/2027"), frame("lo", f"/o/{EXCHANGE.key}")
    places = ("/", "/board", "/year/2021", "/agreements")
    assert [[one.current(place) for place in places] for one in (front, year, turn)] == [
        ["page", None, None, None],
        [None, None, "true", None],
        [None, None, None, None],
    ]
    assert frame(path="/year/2021").current("/year/2021") == "page"
    assert replace(front, lost=True).current("/") is None


def test_every_page_has_one_address_in_each_language() -> None:
    asked = frame("lo", "/next", (("partner", "salavan"),))
    assert asked.canonical == f"{BASE}/lo/?partner=salavan"
    assert asked.neutral == f"{BASE}/?partner=salavan"
    page = next_page(Overview(groups=(), as_of=TODAY), asked)
    for lang in LANGUAGES:
        assert f'<link rel="alternate" hreflang="{lang}" href="{BASE}/{lang}/?partner=salavan">' in page
    assert f'<link rel="canonical" href="{BASE}/lo/?partner=salavan">' in page


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_pasted_link_reads_well(lang: str) -> None:
    dossier = Dossier(Upcoming(record(PROJECTED), (), 487), ())
    page = occurrence_page(dossier, DIRECTORY, frame(lang, f"/o/{PROJECTED.key}"), TODAY)
    found = dict(re.findall(r'<meta (?:property|name)="([^"]+)" content="([^"]*)">', page))
    host = f"{SPOKEN[lang]}: {name('savannakhet', DIRECTORY, lang)}"
    told = " · ".join([days(PROJECTED.window, lang), status_word(PROJECTED, lang), host])
    assert found["og:title"] == headline(PROJECTED, DIRECTORY, lang)
    assert found["og:description"] == found["description"]
    assert found["description"].startswith(told)
    assert (found["og:site_name"], found["og:type"]) == ("luân phiên", "website")
    assert found["og:url"] == f"{BASE}/{lang}/o/{PROJECTED.key}"
    assert found["og:locale"].startswith(f"{lang}_")

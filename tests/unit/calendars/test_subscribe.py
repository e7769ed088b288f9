"""The page for subscribing: every link exact, every wrong address answered, and nothing that needs a script."""

from __future__ import annotations

import re
import shlex
from dataclasses import replace
from datetime import date, timedelta
from html import unescape
from html.parser import HTMLParser
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qs, quote, unquote, unquote_to_bytes, urlsplit

import httpx
import pytest
import segno
import typer
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from calendars.desk import Desk
from calendars.eyes import Voice
from calendars.feed import FEED_KINDS
from calendars.feedquery import FeedQuestion, feed_question
from calendars.links import MOST_LABEL
from calendars.preview import Shown, coming
from calendars.subscribequery import OFFERED, wish
from calendars.ways import LONGEST_CODE, Reach, Ways, command_of, reach_of, ways_of
from config import feedcli
from scheduler.occurrence import Selection, Status
from scheduler.plan import LANGUAGES, Directory, Kind, Organisation, Text
from scheduler.window import Window
from tests.unit.calendars.desks import Shelf
from tests.unit.calendars.samples import BASE, DIRECTORY, EXCHANGE, RECORDS, record
from tests.unit.calendars.visitor import Visitor

TODAY = date(2021, 9, 1)
QUESTION = FeedQuestion(Selection(partners=("salavan", "savannakhet"), kinds=(Kind.TALKS,)), Voice("lo", "quang-tri"))


class Form(HTMLParser):
    """A page as a browser without a script has it: fields with their values, links, and labels that are missing."""

    VOID = ("meta", "link", "br", "input", "img", "path")

    def __init__(self, page: str) -> None:
        super().__init__()
        self.sent: list[tuple[str, str]] = []
        self.offered: dict[str, list[str]] = {}
        self.links: list[str] = []
        self.labelled: set[str] = set()
        self.unlabelled: list[str] = []
        self.method = self.action = self.select = ""
        self.open: list[str] = []
        self._ids: list[str] = []
        self.feed(page)
        assert self.open == []
        self.unlabelled += [ident for ident in self._ids if ident not in self.labelled]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.method, self.action = known["method"], known["action"]
        elif tag == "label":
            self.labelled |= {known["for"]} if "for" in known else set()
        elif tag == "select":
            self.select = known["name"]
            self._ids.append(known["id"])
        elif tag == "option":
            self.offered.setdefault(self.select, []).append(known["value"])
            self.sent += [(self.select, known["value"])] if "selected" in known else []
        elif tag == "input" and known.get("type") == "checkbox":
            self.offered.setdefault(known["name"], []).append(known["value"])
            self.sent += [(known["name"], known["value"])] if "checked" in known else []
            self.unlabelled += [] if "label" in self.open else [known["name"]]
        elif tag == "input":
            self._ids.append(known["id"])
        elif tag == "a" and "href" in known:
            self.links.append(known["href"])
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag


def desk_of(shelf: Shelf, **changes: object) -> Desk:
    """The desk of a shelf with some of its values changed."""
    return replace(shelf.desk(today=TODAY), **changes)  # type: ignore[arg-type] # names and values are the test's own


def visited(path: str, shelf: Shelf | None = None, **changes: object) -> httpx.Response:
    """A page over the samples."""
    shelf = shelf or Shelf()
    with Visitor(desk_of(shelf, **changes), shelf.feeds()) as client:
        return client.get(path)


def test_every_address_is_exact() -> None:
    query = "partner=salavan&partner=savannakhet&kind=talks&eyes=quang-tri&lang=lo"
    encoded = "partner%3Dsalavan%26partner%3Dsavannakhet%26kind%3Dtalks%26eyes%3Dquang-tri%26lang%3Dlo"
    name = "%C4%90%E1%BB%91i%20ngo%E1%BA%A1i%20%26%20m%E1%BA%ADu%20d%E1%BB%8Bch%20%2B1"
    adding = f"calendar/0/addfromweb?url=https%3A%2F%2Flich.example%2Ffeeds%2Fall.ics%3F{encoded}&name={name}"
    ways = ways_of(QUESTION, f"{BASE}/", "Đối ngoại & mậu dịch +1")
    assert replace(ways, code=None) == Ways(
        address=f"https://lich.example/feeds/all.ics?{query}",
        twin=f"https://lich.example/feeds/all.json?{query}",
        webcal=f"webcal://lich.example/feeds/all.ics?{query}",
        google=f"https://calendar.google.com/calendar/r?cid=webcal%3A%2F%2Flich.example%2Ffeeds%2Fall.ics%3F{encoded}",
        outlook=f"https://outlook.live.com/{adding}",
        outlook_work=f"https://outlook.office.com/{adding}",
        code=None,
    )


def test_a_port_and_a_folder_of_the_server_stay_in_every_address() -> None:
    ways = ways_of(FeedQuestion(Selection(), Voice("vi")), "http://10.1.2.3:8000/lich", "Lịch")
    assert (ways.address, ways.webcal) == (
        "http://10.1.2.3:8000/lich/feeds/all.ics?lang=vi",
        "webcal://10.1.2.3:8000/lich/feeds/all.ics?lang=vi",
    )


@given(
    st.lists(st.sampled_from(sorted(DIRECTORY.parties)), max_size=6),
    st.sampled_from(LANGUAGES),
    st.text(max_size=40).filter(lambda text: text.isprintable()),
)
def test_what_is_encoded_reads_back(partners: list[str], lang: str, name: str) -> None:
    question = FeedQuestion(Selection(partners=tuple(sorted(set(partners)))), Voice(lang))
    ways = ways_of(question, BASE, name)
    assert parse_qs(urlsplit(ways.google).query) == {"cid": [ways.webcal]}
    for link in (ways.outlook, ways.outlook_work):
        named = {"name": [name]} if name else {}
        assert parse_qs(urlsplit(link).query) == {"url": [ways.address], **named}
    assert feed_question(urlsplit(ways.address).query.encode(), "vi") == question


def test_the_code_is_that_of_the_address_phones_subscribe_by() -> None:
    ways = ways_of(QUESTION, BASE, "")
    media_type, _, drawn = (ways.code or "").partition(",")
    assert media_type == "data:image/svg+xml;charset=utf-8"
    svg = unquote(drawn)
    code = segno.make_qr(ways.webcal, error="l")
    assert unquote_to_bytes(drawn) == svg.encode()
    assert "style" not in svg
    assert modules_of(svg) == [[bool(bit) for bit in row] for row in code.matrix_iter(border=4)]


def modules_of(svg: str) -> list[list[bool]]:
    """The dark modules that the lines of an SVG draw, one unit high each."""
    size = int(re.findall(r"viewBox='0 0 (\d+) ", svg)[0])
    grid = [[False] * size for _ in range(size)]
    [path] = re.findall(r"d='([^']+)'", svg.rpartition("<path")[2])
    x = y = 0.0
    for letter, numbers in re.findall(r"([Mmh])([^Mmh]+)", path):
        values = [float(number) for number in numbers.split()]
        if letter == "h":
            for column in range(int(x), int(x + values[0])):
                grid[int(y)][column] = True
            x += values[0]
        else:
            x, y = (values[0], values[1]) if letter == "M" else (x + values[0], y + values[1])
    return grid


def test_an_address_too_long_for_a_camera_has_no_code() -> None:
    many = tuple(f"doi-tac-so-{number}" for number in range(40))
    ways = ways_of(FeedQuestion(Selection(partners=many), Voice("vi")), BASE, "")
    assert (len(ways.webcal) > LONGEST_CODE, ways.code) == (True, None)


@pytest.mark.parametrize(
    ("base_url", "reach"),
    [
        ("http://127.0.0.1:8000", Reach.MACHINE),
        ("http://localhost", Reach.MACHINE),
        ("http://lich.localhost:80", Reach.MACHINE),
        ("http://[::1]:8000", Reach.MACHINE),
        ("http://0.0.0.0:8000", Reach.MACHINE),
        ("http://192.168.1.20", Reach.NETWORK),
        ("http://10.0.0.4:8000", Reach.NETWORK),
        ("http://[fd00::1]", Reach.NETWORK),
        ("http://maychu", Reach.NETWORK),
        ("http://lich.so-ngoai-vu.local", Reach.NETWORK),
        ("https://lich.quangtri.gov.vn", Reach.WORLD),
        ("https://lich.quangtri.gov.vn./lich", Reach.WORLD),
        ("https://8.8.8.8", Reach.WORLD),
    ],
)
def test_from_where_a_server_is_reached(base_url: str, reach: Reach) -> None:
    assert reach_of(base_url) is reach


@pytest.mark.parametrize(
    ("base_url", "warned"),
    [
        ("http://127.0.0.1:8000", "This address leads only to the machine the server runs on; Google and Outlook"),
        ("http://192.168.1.20", "This address leads only into the office network; Google and Outlook"),
        ("https://lich.quangtri.gov.vn", None),
    ],
)
def test_who_cannot_be_reached_is_warned(base_url: str, warned: str | None) -> None:
    found = re.search(r'<p class="notice">(.*?)</p>', visited("/en/subscribe", base_url=base_url).text)
    assert (found is None) == (warned is None)
    assert found is None or found[1].startswith(warned or "")


def test_nothing_chosen_is_the_whole_calendar() -> None:
    page = visited("/lo/subscribe")
    form = Form(page.text)
    assert page.status_code == 200
    assert f'value="{BASE}/feeds/all.ics?lang=lo"' in page.text
    assert (form.method, form.action) == ("get", "/lo/subscribe#add")
    assert sorted(form.sent) == sorted([*(("kind", kind.value) for kind in FEED_KINDS), ("feed-lang", "lo")])
    assert form.unlabelled == []


def test_the_form_offers_those_who_have_a_part() -> None:
    offered = Form(visited("/vi/subscribe").text).offered
    assert offered["partner"] == ["savannakhet", "salavan", "kampong-speu"]
    assert offered["involving"] == ["", "mttq-quang-tri", "mttq-an-giang", "quan-su-an-giang"]
    assert offered["kind"] == [kind.value for kind in OFFERED] == [kind.value for kind in Kind if kind != "ongoing"]
    assert offered["feed-lang"] == list(LANGUAGES)
    assert offered["eyes"][:1] == [""]
    assert set(offered["involving"]) | {"quang-tri", "savannakhet", "salavan"} <= set(offered["eyes"])


def test_organisations_stand_under_their_party() -> None:
    page = visited("/en/subscribe").text
    listed = page.partition('name="involving"')[2].partition("</select>")[0]
    assert re.findall(r'<optgroup label="(.*?)">|<option value="([^"]+)"', listed) == [
        ("Quảng Trị", ""),
        ("", "mttq-quang-tri"),
        ("An Giang", ""),
        ("", "mttq-an-giang"),
        ("", "quan-su-an-giang"),
    ]


def test_a_member_of_a_group_has_a_part_in_what_the_group_does() -> None:
    bodies = dict(DIRECTORY.organisations)
    bodies["cac-so"] = Organisation("cac-so", Text("Các sở"), "quang-tri", members=("so-y-te",))
    bodies["so-y-te"] = Organisation("so-y-te", Text("Sở Y tế"), "quang-tri")
    bodies["so-khac"] = Organisation("so-khac", Text("Sở khác"), "quang-tri")
    directory = Directory(DIRECTORY.parties, DIRECTORY.places, MappingProxyType(bodies))
    shelf = Shelf(records=[record(replace(EXCHANGE, leads=("cac-so", "khong-ai-biet"), coordinating=()))])
    page = visited("/vi/subscribe", shelf, directory=lambda: directory)
    assert Form(page.text).offered["involving"] == ["", "cac-so", "so-y-te"]


def test_what_was_chosen_stays_chosen_and_gives_its_feed() -> None:
    asked = [
        ("partner", "salavan"), ("partner", "savannakhet"), ("kind", "exchange"), ("kind", "task"),
        ("involving", "mttq-quang-tri"), ("eyes", "so-ngoai-vu-quang-tri"), ("feed-lang", "km"), ("steps", "1"),
        ("alarms", "1"),
    ]  # fmt: skip
    shelf = Shelf()
    with Visitor(desk_of(shelf), shelf.feeds()) as client:
        page = client.get("/en/subscribe", params=asked).text
        form = Form(page)
        again = Form(client.get(form.action, params=form.sent).text)
        address = unescape(re.findall(r'id="address".*? value="(.*?)"', page)[0])
        parts = urlsplit(address)
        fetched = client.get(f"{parts.path}?{parts.query}")
    assert sorted(form.sent) == sorted(asked) == sorted(again.sent)
    assert address == (
        f"{BASE}/feeds/all.ics?partner=salavan&partner=savannakhet&involving=mttq-quang-tri&kind=exchange&kind=task"
        "&eyes=so-ngoai-vu-quang-tri&steps=1&alarms=1&lang=km"
    )
    assert Calendar.from_ical(fetched.content).events != []


def test_the_page_links_to_every_program() -> None:
    page = visited("/vi/subscribe?partner=savannakhet")
    question = FeedQuestion(Selection(partners=("savannakhet",)), Voice("vi"))
    ways = ways_of(question, BASE, "Lịch đối ngoại – Savannakhet")
    links = Form(page.text).links
    assert [link for link in links if not link.startswith(("/", "#"))] == [
        ways.google, ways.outlook, ways.outlook_work, ways.webcal, ways.twin,
    ]  # fmt: skip
    assert page.text.count(str(ways.code).replace("'", "&#39;")) == 1
    assert f'alt="Mã QR của địa chỉ {ways.webcal.replace("&", "&amp;")}"' in page.text


def test_another_language_of_the_page_leaves_the_calendar_alone() -> None:
    page = visited("/vi/subscribe?feed-lang=lo&partner=salavan").text
    assert 'href="/en/subscribe?feed-lang=lo&amp;partner=salavan"' in page
    assert f"{BASE}/feeds/all.ics?partner=salavan&amp;lang=lo" in page
    assert wish(b"lang=en", "vi") == wish(b"feed-lang=en&lang=en", "vi")


def test_nothing_needs_a_script() -> None:
    page = visited("/vi/subscribe").text
    assert re.findall(r"<script[^>]*>[^<]*", page) == ['<script src="/static/copy.js?v=0.1.0" defer>']
    [button] = re.findall(r'<button[^>]*type="button"[^>]*>', page)
    assert " hidden " in button
    assert re.findall(r"\son[a-z]+=|\sstyle=", page) == []
    assert re.findall(r'<span[^>]*id="copied"[^>]*>', page) == [
        '<span class="quiet" id="copied" role="status" aria-live="polite">'
    ]


@pytest.mark.parametrize(("name", "media_type"), [("copy.js", "text/javascript"), ("subscribe.css", "text/css")])
def test_what_the_page_brings_is_served(name: str, media_type: str) -> None:
    answer = visited(f"/static/{name}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, f"{media_type}; charset=utf-8")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_speaks_every_language(lang: str) -> None:
    page = visited(f"/{lang}/subscribe").text
    assert f'<html lang="{lang}">' in page
    assert "{" not in re.sub(r"<[^>]+>", "", page)


@pytest.mark.parametrize(
    ("query", "status", "help_given"),
    [
        ("partner=salavann", 404, "“salavann” is not known under “partner”. Did you mean “salavan”?"),
        (
            "involving=mttq-quang-tr",
            404,
            "“mttq-quang-tr” is not known under “involving”. Did you mean “mttq-quang-tri”?",
        ),
        ("eyes=quangtri", 404, "“quangtri” is not known under “eyes”. Did you mean “quang-tri”?"),
        ("kind=talk", 400, "“talk” is not known under “kind”. Did you mean “talks”?"),
        ("kind=ongoing", 404, None),
        ("feed-lang=th", 404, "“th” is not known under “feed-lang”. Use: en, km, lo, vi."),
        ("feed-lang=vi&feed-lang=lo", 400, "“feed-lang” may be given only once."),
        ("involving=mttq-quang-tri&involving=mttq-an-giang", 400, "“involving” may be given only once."),
        ("steps=yes", 400, "“steps” is 1 for yes or 0 for no."),
        (
            "lead=mttq-quang-tri",
            400,
            "“lead” is not a filter here. Use: partner, involving, kind, eyes, steps, alarms, feed-lang, lang.",
        ),
        ("eyes=" + "x" * 3000, 400, None),
    ],
)
def test_bad_addresses_are_answered_with_help(query: str, status: int, help_given: str | None) -> None:
    answer = visited(f"/en/subscribe?{query}")
    found = re.search(r'<section class="empty">.*?<p>(.*?)</p>', answer.text, re.DOTALL)
    assert found is not None
    assert answer.status_code == status
    assert found[1] == help_given if help_given else found[1]


def test_empty_fields_of_the_form_are_not_given() -> None:
    assert wish(b"partner=&involving=&eyes=&feed-lang=vi", "vi") == wish(b"", "vi")
    assert wish(b"", "lo").question == FeedQuestion(Selection(), Voice("lo"))


@given(st.sets(st.sampled_from(OFFERED)))
def test_the_default_kinds_need_not_be_named(kinds: set[Kind]) -> None:
    raw = "&".join(f"kind={kind}" for kind in sorted(kinds)).encode()
    expected = () if kinds == set(FEED_KINDS) else tuple(kind for kind in Kind if kind in kinds)
    assert wish(raw, "vi").question.selection.kinds == expected


def test_names_are_escaped_everywhere() -> None:
    evil = "<b>\"'& alert"
    parties = dict(DIRECTORY.parties)
    parties["salavan"] = replace(parties["salavan"], name=Text(evil))
    bodies = {key: replace(body, name=Text(evil), party="salavan") for key, body in DIRECTORY.organisations.items()}
    directory = Directory(MappingProxyType(parties), DIRECTORY.places, MappingProxyType(bodies))
    page = visited("/en/subscribe?partner=salavan", directory=lambda: directory).text
    assert "<b>" not in page
    assert 'label="&lt;b&gt;&#34;&#39;&amp; alert"' in page
    assert quote(evil, safe="") in page


def test_the_next_three_events_are_those_of_the_feed() -> None:
    shelf = Shelf()
    with Visitor(desk_of(shelf), shelf.feeds()) as client:
        page = client.get("/vi/subscribe?eyes=savannakhet&steps=1&feed-lang=en").text
        feed = Calendar.from_ical(client.get("/feeds/all.ics?eyes=savannakhet&steps=1&lang=en").content)
    ahead = sorted(
        (event.start, str(event["SUMMARY"]))
        for event in feed.events
        if event.end > TODAY and str(event["STATUS"]) != "CANCELLED"
    )
    titles = [unescape(title) for title in re.findall(r'<span class="when">.*?<span lang="en">(.*?)</span>', page)]
    assert len(ahead) > 3
    assert titles == [title for _, title in ahead[:3]]


def test_what_is_over_or_cancelled_is_not_coming() -> None:
    running, over, cancelled, later = (
        record(replace(EXCHANGE, obligation=name, status=status, window=Window.day(day)))
        for name, status, day in (
            ("a", Status.CONFIRMED, TODAY),
            ("b", Status.HELD, TODAY - timedelta(days=1)),
            ("c", Status.CANCELLED, TODAY + timedelta(days=1)),
            ("d", Status.CONFIRMED, TODAY + timedelta(days=2)),
        )
    )
    shelf = Shelf(records=[later, cancelled, over, running])
    blocks = shelf.blocks(FeedQuestion(Selection(), Voice("vi")))
    title = "Hội đàm công tác Mặt trận – Savannakhet: Quảng Trị chủ trì"
    shown = [Shown(Window.day(TODAY), title), Shown(Window.day(TODAY + timedelta(days=2)), title)]
    assert coming(blocks, TODAY, 3) == tuple(shown)
    assert coming(blocks, TODAY, 1) == tuple(shown[:1])


def test_nothing_ahead_and_nothing_stored_are_said() -> None:
    assert "Nothing ahead." in visited("/en/subscribe", Shelf(records=())).text
    assert "Nothing is stored yet" in visited("/en/subscribe", Shelf(records=(), last_change=None)).text


def test_what_the_form_offers_is_read_once_for_each_revision() -> None:
    shelf = Shelf()
    with Visitor(desk_of(shelf), shelf.feeds()) as client:
        first = Form(client.get("/vi/subscribe").text).offered["partner"]
        shelf.records = [each for each in RECORDS if "kampong-speu" not in each.occurrence.partners]
        second = Form(client.get("/vi/subscribe").text).offered["partner"]
        shelf.revision += 1
        third = Form(client.get("/vi/subscribe").text).offered["partner"]
    assert first == second == [*third, "kampong-speu"]


def test_the_command_makes_a_link_to_the_same_feed() -> None:
    question = replace(QUESTION, voice=Voice("lo", "quang-tri", steps=True), alarms=True)
    command = command_of(question, "Lịch 'của' tôi; rm")
    assert command == (
        "luanphien feeds create --label 'Lịch '\"'\"'của'\"'\"' tôi; rm' --partner salavan --partner savannakhet "
        "--kind talks --eyes quang-tri --steps --alarms --lang lo"
    )
    taken = read_back(command)
    assert {name: value for name, value in taken.items() if value} == {
        "label": "Lịch 'của' tôi; rm",
        "partner": ["salavan", "savannakhet"],
        "kind": [Kind.TALKS],
        "eyes": "quang-tri",
        "steps": True,
        "alarms": True,
        "lang": "lo",
    }
    assert len(read_back(command_of(question, "x" * 500))["label"]) == MOST_LABEL


def read_back(command: str) -> dict[str, Any]:
    """What the command line takes from a command as a shell would give it."""
    product, group, name, *words = shlex.split(command)
    assert (product, group, name) == ("luanphien", "feeds", "create")
    create = typer.main.get_command(feedcli.app).commands[name]  # type: ignore[attr-defined] # a group of commands
    taken: dict[str, Any] = create.make_context(name, words).params
    return taken

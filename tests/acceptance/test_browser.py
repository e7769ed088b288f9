"""The pages in a real browser: what people do on them, what a printer gets, and what axe-core holds against them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from scheduler.plan import LANGUAGES
from tests.acceptance.axe import violations

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.acceptance

KEY = "qt-front-exchange.savannakhet.2021"
YEAR = datetime.now(UTC).year + 1
PAGES = {
    "front": "/",
    "search": "/?q=thanh+nien",
    "nothing found": "/?q=zzz",
    "board": "/board",
    "year": f"/year/{YEAR}",
    "month": f"/year/{YEAR}/07",
    "occurrence": f"/o/{KEY}",
    "subscribe": "/subscribe",
    "agreements": "/agreements",
    "not there": "/khong-co",
}
"""Every page by what it is; a new page gets its line here."""
CARDS = "article.card h3 a"
SPOKEN = ("vi", "lo")
WIDTHS = (390, 1280)
NARROWEST = 320
PATIENCE = 10_000
"""Milliseconds."""
A4 = (595, 842)
"""Points, upright or across."""


@pytest.fixture
def context(browser: Browser, site: str) -> Iterator[BrowserContext]:
    """A visitor who reads Vietnamese and has never been here."""
    found = browser.new_context(base_url=site, locale="vi-VN", viewport={"width": 390, "height": 844})
    yield found
    found.close()


@pytest.fixture
def page(context: BrowserContext, site: str) -> Iterator[Page]:
    """A window; in the end nothing came from elsewhere, and nothing was refused by the policy or failed in a script."""
    found = context.new_page()
    found.set_default_timeout(PATIENCE)
    faults: list[str] = []
    asked: list[str] = []
    found.on("pageerror", lambda error: faults.append(str(error)))
    found.on("console", lambda said: faults.append(said.text) if said.type in {"error", "warning"} else None)
    found.on("request", lambda request: asked.append(request.url))
    yield found
    assert [url for url in asked if not url.startswith((f"{site}/", "data:"))] == []
    # A page that is not there is reported as a failed resource; that is what it is.
    assert [fault for fault in faults if "status of 404" not in fault] == []


def test_the_front_page_has_a_card_for_every_turn_ahead(page: Page) -> None:
    page.goto("/")
    assert page.locator("html").get_attribute("lang") == "vi"
    shown = page.locator("article.card")
    listed = page.request.get("/next.json").json()
    assert shown.count() >= len({row["key"] for row in listed}) > 0
    links = {urlsplit(href).path for href in hrefs(page, CARDS)}
    assert {row["key"] for row in listed} <= {link.rpartition("/o/")[2] for link in links}


def test_search_needs_no_diacritics(page: Page) -> None:
    found = []
    for words in ("bien gioi", "BIÊN GIỚI", "Biên giới"):
        page.goto("/")
        page.get_by_role("searchbox").fill(words)
        page.keyboard.press("Enter")
        page.wait_for_url("**/*q=*")
        found.append(keys(hrefs(page, CARDS)))
        assert [
            text for text in page.locator("article.card").all_inner_texts() if "biên giới" not in text.lower()
        ] == []
    assert found == [found[0]] * 3
    assert {"savannakhet", "salavan"} <= {key.split(".")[0].removeprefix("qt-border-talks-") for key in found[0]}


def test_the_language_switch_keeps_the_page_and_what_was_asked(page: Page) -> None:
    page.goto("/?partner=savannakhet&q=bien+gioi")
    before = hrefs(page, CARDS)
    for lang, tongue in (("lo", "ລາວ"), ("km", "ខ្មែរ"), ("en", "English"), ("vi", "Tiếng Việt")):
        page.get_by_role("link", name=tongue, exact=True).click()
        page.wait_for_function("lang => document.documentElement.lang === lang", arg=lang)
        address = urlsplit(page.url)
        assert address.path.rstrip("/") == f"/{lang}"
        assert "partner=savannakhet" in address.query
        assert keys(hrefs(page, CARDS)) == keys(before)


def test_the_page_of_an_occurrence_stays_when_the_language_changes(page: Page) -> None:
    page.goto(f"/o/{KEY}")
    page.get_by_role("link", name="ລາວ", exact=True).click()
    page.wait_for_url(f"**/lo/o/{KEY}")
    assert page.locator("html").get_attribute("lang") == "lo"


def test_the_address_of_what_was_chosen_is_copied_at_a_click(context: BrowserContext, page: Page) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/subscribe")
    page.locator("input[name=partner][value=savannakhet]").check()
    page.locator("form.wishes button").click()
    page.wait_for_url("**/*partner=savannakhet*")
    page.get_by_role("button", name="chép").click()
    page.get_by_role("status").get_by_text("chép").wait_for()
    copied = page.evaluate("() => navigator.clipboard.readText()")
    assert copied == page.locator("#address").input_value()
    assert "partner=savannakhet" in urlsplit(copied).query
    answer = page.request.get(copied)
    assert (answer.status, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8")


def test_without_scripts_the_address_is_there_to_be_read(browser: Browser, site: str) -> None:
    with browser.new_context(base_url=site, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/vi/subscribe")
        assert page.locator("#address").input_value().startswith(f"{site}/feeds/all.ics")
        assert page.get_by_role("button", name="chép").count() == 0


def test_the_programme_of_the_year_prints_on_a4(page: Page) -> None:
    page.goto(f"/year/{YEAR}")
    page.emulate_media(media="print")
    seen = {part: page.locator(part).first.is_visible() for part in ("nav.places", "nav.tongues", "footer", "h1")}
    assert seen == {"nav.places": False, "nav.tongues": False, "footer": False, "h1": True}
    printed = page.pdf(prefer_css_page_size=True)
    assert printed.startswith(b"%PDF-")
    boxes = re.findall(rb"/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)\s*\]", printed)
    assert {tuple(sorted(round(float(side)) for side in box)) for box in boxes} == {A4}
    assert len(re.findall(rb"/Type\s*/Font\b", printed)) > 0


@pytest.mark.parametrize("lang", SPOKEN)
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(page: Page, axe: str, name: str, lang: str) -> None:
    answer = page.goto(f"/{lang}{PAGES[name]}")
    assert answer is not None
    assert answer.status == (404 if name == "not there" else 200)
    page.evaluate(axe)
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        found += [f"{width} {fault}" for fault in violations(page)]
    page.emulate_media(color_scheme="dark")
    found += [f"dark {fault}" for fault in violations(page, "color-contrast")]
    assert "\n".join(found) == ""


@pytest.mark.parametrize("name", PAGES)
def test_nothing_runs_off_a_small_phone(page: Page, name: str) -> None:
    page.set_viewport_size({"width": NARROWEST, "height": 640})
    wide = {}
    for lang in LANGUAGES:
        page.goto(f"/{lang}{PAGES[name]}")
        wide[lang] = page.evaluate("() => document.documentElement.scrollWidth")
    assert wide == dict.fromkeys(LANGUAGES, NARROWEST)


@pytest.fixture(scope="module")
def known() -> dict[str, int]:
    """Addresses by how they answered; what stands on every page need not be asked for again."""
    return {}


@pytest.mark.parametrize("name", PAGES)
def test_every_link_of_a_page_leads_somewhere(page: Page, known: dict[str, int], name: str, site: str) -> None:
    page.goto(PAGES[name])
    found = {href.partition("#")[0] for href in hrefs(page, "a[href], link[href]")}
    # The page that is not there stands in four languages, and is in none of them.
    own = sorted(href for href in found if href.startswith(f"{site}/") and not href.endswith(PAGES["not there"]))
    known |= {href: page.request.head(href).status for href in own if href not in known}
    assert {href: known[href] for href in own if known[href] != 200} == {}
    assert own


def hrefs(page: Page, selector: str) -> list[str]:
    """Where the links lead, as whole addresses."""
    found: list[str] = page.locator(selector).evaluate_all("links => links.map(link => link.href)")
    return found


def keys(links: list[str]) -> list[str]:
    """The keys that pages of occurrences are about."""
    return [link.partition("?")[0].rpartition("/o/")[2] for link in links]

"""Signing in and out in a real browser: without scripts, by keyboard, on a small phone, and before axe-core."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from scheduler.plan import LANGUAGES
from tests.acceptance.command import Desk
from tests.acceptance.looking import look
from tests.acceptance.serving import copied, serving
from tests.acceptance.site import NAME, PASSWORD, PATIENCE, Site, set_password, sign_in
from tests.acceptance.walking import through

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.acceptance


class Office(Site):
    """A server, and the folder in which its officers are made."""

    def ready(self, browser: Browser) -> str:
        """An officer who has set their password; their id."""
        ident, link = self.officer()
        with browser.new_context(base_url=self.address) as context:
            page = context.new_page()
            page.goto(link)
            set_password(page)
        return ident


@pytest.fixture(scope="module")
def office(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A server with officers."""
    own = copied(desk, tmp_path_factory.mktemp("dang-nhap"))
    with serving(own) as address:
        yield Office(own, address)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_from_the_link_to_the_way_out(browser: Browser, office: Office, *, scripts: bool) -> None:
    ident, link = office.officer()
    with browser.new_context(base_url=office.address, locale="vi-VN", java_script_enabled=scripts) as context:
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(link)
        set_password(page)
        page.goto("/vi/board?partner=savannakhet")
        through(page.locator("header .viewer a"))
        sign_in(page, ident, "sai rồi sai rồi")
        assert page.get_by_role("alert").inner_text() == "Tên hoặc mật khẩu không đúng."
        assert page.locator("#name").input_value() == ident
        sign_in(page, ident)
        page.wait_for_url("**/vi/board?partner=savannakhet")
        assert page.locator("header .viewer a").inner_text() == NAME
        [cookie] = context.cookies()
        assert (cookie["name"], cookie["httpOnly"], cookie["sameSite"], cookie["path"], cookie["expires"]) == (
            "luanphien", True, "Lax", "/", -1,
        )  # fmt: skip
        through(page.locator("header .viewer a"))
        assert "Ủy ban MTTQ Việt Nam" in page.locator("main").inner_text()
        through(page.locator("header .viewer button"))
        assert page.locator("h1").inner_text() == "Bạn đã đăng xuất"
        assert context.cookies() == []
        page.goto("/vi/account")
        assert "/vi/sign-in" in page.url


def test_by_keyboard(browser: Browser, office: Office) -> None:
    ident = office.ready(browser)
    with browser.new_context(base_url=office.address) as context:
        page = context.new_page()
        page.goto("/en/sign-in")
        page.locator("#name").focus()
        page.keyboard.type(ident)
        page.keyboard.press("Tab")
        page.keyboard.insert_text(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/en/today")
        assert page.get_by_role("button", name="Sign out").is_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_what_needs_somebody_now_comes_first(browser: Browser, office: Office, *, scripts: bool) -> None:
    ident, link = office.added("--role", "admin")
    with browser.new_context(base_url=office.address, java_script_enabled=scripts) as context:
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(link)
        set_password(page)
        page.goto("/en/sign-in")
        sign_in(page, ident)
        page.wait_for_url("**/en/today")
        first = page.locator("nav.places a").first
        assert (first.inner_text(), first.get_attribute("aria-current")) == ("To do now", "page")
        assert page.locator("main section h2").all_inner_texts() == [
            "Overdue", "To be confirmed this week", "Left open by the text", "Past meetings without a record",
            "Agreements about to end", "Mail in trouble",
        ]  # fmt: skip
        rest = page.locator("main .heading a").first
        rest.focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/en/today?matter=*&page=2")
        assert page.locator("main section h2").count() == 1
        thing = page.locator("main h3 a").first
        title = thing.inner_text()
        through(thing)
        page.wait_for_url("**/en/o/**")
        assert title.split(": ")[-1] in page.locator("h1").inner_text()


def test_a_page_of_somebody_elses_cannot_sign_anybody_out(browser: Browser, office: Office) -> None:
    ident = office.ready(browser)
    with browser.new_context(base_url=office.address) as context:
        page = context.new_page()
        page.goto("/en/sign-in")
        sign_in(page, ident)
        page.wait_for_url("**/en/today")
        stranger = context.new_page()
        form = f'<form method="post" action="{office.address}/en/sign-out"><button>x</button></form>'
        stranger.route("http://x.example/", lambda route: route.fulfill(body=form, content_type="text/html"))
        stranger.goto("http://x.example/")
        through(stranger.locator("button"))
        stranger.wait_for_url("**/sign-*")
        page.reload()
        assert page.get_by_role("button", name="Sign out").is_visible()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_runs_off_a_small_phone_and_axe_finds_nothing(
    browser: Browser, office: Office, axe: str, lang: str
) -> None:
    found: list[str] = []
    _, link = office.officer("--lang", lang)
    ident = office.ready(browser)
    with browser.new_context(base_url=office.address) as context:
        page = context.new_page()
        page.goto(link)
        found += look(page, axe, "password")
        page.locator("#password").fill("x")
        page.locator("#again").fill("x")
        through(page.locator("main button"))
        page.get_by_role("alert").wait_for()
        found += look(page, axe, "a short one")
        page.goto(f"/{lang}/sign-in")
        found += look(page, axe, "sign in")
        sign_in(page, ident, "sai rồi sai rồi")
        page.get_by_role("alert").wait_for()
        found += look(page, axe, "wrong")
        sign_in(page, ident)
        page.wait_for_url(f"**/{lang}/today")
        found += look(page, axe, "today")
        page.goto(f"/{lang}")
        found += look(page, axe, "front page")
        page.goto(f"/{lang}/account")
        found += look(page, axe, "account")
        through(page.locator("main button"))
        page.get_by_role("status").wait_for()
        found += look(page, axe, "signed out")
    assert "\n".join(found) == ""

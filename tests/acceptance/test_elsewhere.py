"""Signing in by an account elsewhere in a real browser, over a real provider: by keyboard and without scripts too."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from scheduler.plan import LANGUAGES
from tests.acceptance.command import Desk
from tests.acceptance.looking import look
from tests.acceptance.serving import copied, serving
from tests.acceptance.walking import through
from tests.integration.bureau import Bureau

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.acceptance

PATIENCE = 10_000
"""Milliseconds."""

BUTTON = "main a[href*='/sign-in/elsewhere']"


@pytest.fixture(scope="module")
def bureau() -> Iterator[Bureau]:
    with Bureau(lambda: datetime.now(UTC), asks=True) as found:
        yield found


@pytest.fixture(scope="module")
def office(desk: Desk, bureau: Bureau, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with Lan, that takes no passwords; its address."""
    given = bureau.settings | {"passwords": "no", "oidc_name": "Tài khoản công vụ Quảng Trị"}
    own = copied(desk, tmp_path_factory.mktemp("tai-khoan"), **given)
    added = own.run("officers", "add", "lan", "--name", "Nguyễn Thị Lan", "--mail", "lan@quang-tri.example",
                    "--role", "officer", "--organisation", "mttq-quang-tri")  # fmt: skip
    assert (added.code, added.err) == (0, "")
    with serving(own) as address:
        yield address


def there_and_back(page: Page) -> None:
    through(page.locator(BUTTON))
    through(page.locator("#yes"))


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_from_a_page_to_the_provider_and_back_to_it(browser: Browser, office: str, *, scripts: bool) -> None:
    with browser.new_context(base_url=office, locale="vi-VN", java_script_enabled=scripts) as context:
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto("/vi/board?partner=savannakhet")
        through(page.locator("header .viewer a"))
        assert page.locator(BUTTON).inner_text() == "Tài khoản công vụ Quảng Trị"
        assert page.locator("main form").count() == 0
        there_and_back(page)
        page.wait_for_url("**/vi/board?partner=savannakhet")
        assert page.locator("header .viewer a").inner_text() == "Nguyễn Thị Lan"
        [cookie] = context.cookies([office])
        assert (cookie["name"], cookie["httpOnly"], cookie["sameSite"]) == ("luanphien", True, "Lax")


def test_by_keyboard(browser: Browser, office: str) -> None:
    with browser.new_context(base_url=office) as context:
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto("/en/sign-in")
        page.locator(BUTTON).focus()
        page.keyboard.press("Enter")
        page.locator("#yes").focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/en/today")
        assert page.get_by_role("button", name="Sign out").is_visible()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_runs_off_a_small_phone_and_axe_finds_nothing(
    browser: Browser, office: str, bureau: Bureau, axe: str, lang: str
) -> None:
    found: list[str] = []
    with browser.new_context(base_url=office) as context:
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(f"/{lang}/sign-in")
        found += look(page, axe, "sign in")
        bureau.subject = "a stranger"
        bureau.person = {"email": "khong@quang-tri.example", "email_verified": True}
        try:
            there_and_back(page)
            page.locator("main h1").wait_for()
            assert page.locator("html").get_attribute("lang") == lang
            found += look(page, axe, "a stranger")
        finally:
            bureau.subject = "2f9c-lan"
            bureau.person = {"email": "lan@quang-tri.example", "email_verified": True}
        page.goto("/sign-in/back?code=x&state=x")
        found += look(page, axe, "again")
    assert "\n".join(found) == ""

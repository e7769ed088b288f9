"""Changes in a real browser: without scripts, narrowed and taken home as a table, and before axe-core."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scheduler.plan import LANGUAGES
from tests.acceptance.command import Desk
from tests.acceptance.looking import look
from tests.acceptance.serving import copied, serving
from tests.acceptance.site import Site
from tests.acceptance.walking import through

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.acceptance

PRESSED = "main :is(button, select, .button, .way, input:not([type=hidden]))"
KEY = "qt-front-exchange.savannakhet.2027"
WHY = "theo công văn số 12/UBND-NV ngày 20/11/2026 của Ủy ban nhân dân tỉnh"


@pytest.fixture(scope="module")
def office(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server with a decision, and one that was taken back."""
    own = copied(desk, tmp_path_factory.mktemp("nhat-ky"))
    for words in (("cancel", KEY), ("postpone", KEY), ("cancel", "vn-la-diplomatic-relations.2028")):
        own.run("decide", *words, "--why", WHY, "--who", "Nguyễn Thị Lan", "--yes")
    with serving(own) as address:
        yield Site(own, address)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_from_the_navigation_to_a_table(browser: Browser, office: Site, tmp_path: Path, *, scripts: bool) -> None:
    with browser.new_context(base_url=office.address, java_script_enabled=scripts, accept_downloads=True) as context:
        page = context.new_page()
        office.enter(page)
        through(page.get_by_role("navigation", name="Trang cho cán bộ").get_by_role("link", name="Nhật ký"))
        page.locator("#area").select_option("decision")
        page.locator("#key").fill(KEY)
        through(page.locator("main form button"))
        words = page.locator("main").inner_text()
        assert ("Nguyễn Thị Lan" in words, WHY in words, "Đã nạp kế hoạch" in words) == (True, True, False)
        with page.expect_download() as waited:
            page.get_by_role("link", name="Tải các mục này về dưới dạng bảng (CSV)").click()
        saved = tmp_path / waited.value.suggested_filename
        waited.value.save_as(saved)
        with saved.open(encoding="utf-8-sig", newline="") as file:
            heads, *lines = csv.reader(file, strict=True)
        assert (saved.name, heads[2]) == ("luanphien-changes.csv", "Người thực hiện")
        assert {(line[2], line[5], line[6]) for line in lines} == {("Nguyễn Thị Lan", KEY, WHY)}
        through(page.get_by_role("link", name="Nguyễn Thị Lan").first)
        assert page.locator("#who").input_value() == "Nguyễn Thị Lan"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_runs_off_a_small_phone_and_axe_finds_nothing(
    browser: Browser, office: Site, axe: str, lang: str
) -> None:
    found: list[str] = []
    with browser.new_context(base_url=office.address) as context:
        page = context.new_page()
        office.enter(page)
        for path in ("", "?area=decision", "?key=khong-co"):
            page.goto(f"/{lang}/changes{path}")
            found += look(page, axe, path, PRESSED)
    assert "\n".join(found) == ""

"""An officer's desk in a real browser: from what needs them now to what is recorded, moved, set and taken back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scheduler.amendment import Verb
from scheduler.plan import LANGUAGES
from tests.acceptance.command import Desk
from tests.acceptance.looking import look
from tests.acceptance.serving import copied, serving
from tests.acceptance.site import Site
from tests.acceptance.walking import through

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.acceptance

SALAVAN, SAVANNAKHET = "qt-front-exchange.salavan.2025", "qt-front-exchange.savannakhet.2027"
OPEN = "qt-counterpart-talks-salavan.unset"
REPORT = "qt-laos-report.unset"


@pytest.fixture
def office(desk: Desk, tmp_path: Path) -> Iterator[Site]:
    """A server of its own, with officers of the Front."""
    own = copied(desk, tmp_path)
    with serving(own) as address:
        yield Site(own, address)


def entered(context: BrowserContext, site: Site, *more: str) -> Page:
    """A page of an officer who has just signed in, with what needs them now."""
    page = context.new_page()
    site.enter(page, *more)
    return page


def shown(page: Page) -> None:
    through(page.get_by_role("button", name="Xem sẽ thay đổi gì"))
    page.get_by_role("button", name="Lưu", exact=True).wait_for()


def store(page: Page) -> str:
    """Store what was looked at; the number of the decision."""
    through(page.get_by_role("button", name="Lưu", exact=True))
    said = page.get_by_role("status").inner_text()
    assert said.startswith("Đã lưu thành ghi nhận số ")
    return said.removeprefix("Đã lưu thành ghi nhận số ").rstrip(".")


def feed(site: Site, page: Page) -> str:
    """The public feed of everything, unfolded."""
    return page.request.get(f"{site.address}/feeds/all.ics").text().replace("\r\n ", "")


def event(text: str, key: str) -> str:
    """One event of a feed; nothing where it has none."""
    found = [part for part in text.split("BEGIN:VEVENT")[1:] if f"UID:{key}@" in part]
    return found[0] if found else ""


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_morning_at_the_desk(browser: Browser, office: Site, *, scripts: bool) -> None:
    with browser.new_context(base_url=office.address, locale="vi-VN", java_script_enabled=scripts) as context:
        page = entered(context, office)
        before = office.desk.run("remind", "--preview", "--json").json

        # the Salavan meeting was held, as one with the Savannakhet leg of the same year
        through(page.locator(f'a[href$="/decide/held?key={SALAVAN}"]'))
        page.locator("#first").fill("2025-12-14")
        page.locator("#last").fill("2025-12-15")
        page.get_by_role("checkbox", name="Savannakhet").check()
        page.locator("#why").fill("Biên bản ngày 15/12/2025")
        shown(page)
        assert "Tổ chức chung với" in page.locator("main").inner_text()
        store(page)
        through(page.get_by_role("link", name="Tiếp tục"))
        assert "đã tổ chức" in page.locator(".chips").inner_text()
        assert "DTSTART;VALUE=DATE:20251214" in event(feed(office, page), SALAVAN)
        assert event(feed(office, page), "qt-front-exchange.savannakhet.2025") == ""

        # the Savannakhet leg moves, after its effect was read
        page.goto(f"/vi/o/{SAVANNAKHET}")
        through(page.get_by_role("link", name="Ghi nhận quyết định"))
        through(page.get_by_role("link", name="Hoãn", exact=True))
        page.locator("#first").fill("2028-03-06")
        page.locator("#last").fill("2028-03-10")
        page.locator("#why").fill("Công văn số 12 của Savannakhet")
        shown(page)
        words = page.locator("main").inner_text()
        assert "8/3/2028 là ngày nghỉ ở Lào: Ngày Quốc tế Phụ nữ" in words
        assert "6–10/3/2028" in words
        assert "Thư nhắc gửi thay" in words
        moved = store(page)
        assert "DTSTART;VALUE=DATE:20280306" in event(feed(office, page), SAVANNAKHET)

        # and one is taken back
        page.goto(f"/vi/decide?key={SAVANNAKHET}")
        through(page.get_by_role("link", name="Rút lại"))
        page.locator("#why").fill("Savannakhet gửi công văn mới")
        shown(page)
        store(page)
        assert f"{moved}." in page.goto(f"/vi/decide?key={SAVANNAKHET}").text()  # type: ignore[union-attr]  # it answers
        assert "DTSTART;VALUE=DATE:20280306" not in event(feed(office, page), SAVANNAKHET)
        after = office.desk.run("remind", "--preview", "--json").json
        assert _about(before, SAVANNAKHET) == _about(after, SAVANNAKHET)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_report_gets_its_cycle(browser: Browser, office: Site, *, scripts: bool) -> None:
    with browser.new_context(base_url=office.address, locale="vi-VN", java_script_enabled=scripts) as context:
        page = entered(context, office, "--organisation", "so-ngoai-vu-quang-tri")
        page.goto("/vi/today?matter=to-set")
        through(page.locator(f'a[href$="key={REPORT}&gap=cycle"]'))
        page.locator("#value1").select_option("half")
        page.locator("#why").fill("Nghị định 09/2019/NĐ-CP")
        shown(page)
        store(page)
        page.goto("/vi/today?matter=to-set")
        assert page.locator(f'a[href$="key={REPORT}&gap=cycle"]').count() == 0
        assert event(feed(office, page), "qt-laos-report.2022-h1") != ""


def _about(found: object, key: str) -> list[str]:
    """The lines of a preview that name a key."""
    return sorted(str(line) for line in _lines(found) if key in str(line))


def _lines(found: object) -> list[object]:
    return found if isinstance(found, list) else next(v for v in found.values() if isinstance(v, list))  # type: ignore[attr-defined]  # JSON


def test_by_keyboard(browser: Browser, office: Site) -> None:
    with browser.new_context(base_url=office.address, locale="vi-VN") as context:
        page = entered(context, office)
        page.goto(f"/vi/decide?key={SALAVAN}")
        page.get_by_role("link", name="Hủy", exact=True).focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/decide/cancel?**")
        page.locator("#why").focus()
        page.keyboard.type("Hai bên thống nhất hủy")
        page.keyboard.press("Enter")
        save = page.get_by_role("button", name="Lưu", exact=True)
        save.wait_for()
        for _ in range(40):
            page.keyboard.press("Tab")
            if save.evaluate("one => one === document.activeElement"):
                break
        page.keyboard.press("Enter")
        assert "Đã lưu thành ghi nhận số" in page.get_by_role("status").inner_text()


def test_days_are_picked_in_the_calendar(browser: Browser, office: Site) -> None:
    with browser.new_context(base_url=office.address, locale="vi-VN") as context:
        page = entered(context, office)
        page.goto(f"/vi/decide/confirm?key={SAVANNAKHET}")
        page.locator("#why").fill("đã thống nhất")
        through(page.get_by_role("button", name="tháng 2/2027"))
        assert page.locator("#why").input_value() == "đã thống nhất"
        page.locator('.pick[data-day="2027-02-16"]').click()
        page.locator('.pick[data-day="2027-02-18"]').click()
        assert [page.locator(f).input_value() for f in ("#first", "#last")] == ["2027-02-16", "2027-02-18"]
        pressed = page.locator('.pick[aria-pressed="true"]').evaluate_all("all => all.map(one => one.dataset.day)")
        assert pressed == ["2027-02-16", "2027-02-17", "2027-02-18"]
        shown(page)
        assert "16–18/2/2027" in page.locator("main").inner_text()


def test_two_browsers_on_one_meeting(browser: Browser, office: Site) -> None:
    with (
        browser.new_context(base_url=office.address, locale="vi-VN") as one,
        browser.new_context(base_url=office.address, locale="vi-VN") as other,
    ):
        first = entered(one, office)
        second = entered(other, office, "--organisation", "so-ngoai-vu-quang-tri")
        for page, verb in ((first, "confirm"), (second, "postpone")):
            page.goto(f"/vi/decide/{verb}?key={SAVANNAKHET}")
            page.locator("#first").fill("2027-05-10")
            page.locator("#why").fill(f"theo {verb}")
            shown(page)
        store(first)
        through(second.get_by_role("button", name="Lưu", exact=True))
        alert = second.get_by_role("alert").inner_text()
        assert "Chưa lưu: từ lúc xem tới nay đã có thay đổi khác." in alert
        assert "theo confirm" in alert
        second.goto(f"/vi/decide?key={SAVANNAKHET}")
        assert "theo postpone" not in second.locator("main").inner_text()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_runs_off_a_small_phone_and_axe_finds_nothing(
    browser: Browser, office: Site, axe: str, lang: str
) -> None:
    found: list[str] = []
    with browser.new_context(base_url=office.address) as context:
        page = entered(context, office, "--organisation", "so-ngoai-vu-quang-tri")
        asked = [f"/{verb}?key={SAVANNAKHET}" for verb in Verb if verb not in (Verb.SET, Verb.UNDO, Verb.DONE)]
        asked += [f"?key={SAVANNAKHET}", f"/set?key={OPEN}&gap=first_host", f"/set?key={OPEN}&gap=first_year"]
        for path in asked:
            page.goto(f"/{lang}/decide{path}")
            found += look(page, axe, path)
        page.goto(f"/{lang}/decide/confirm?key={SAVANNAKHET}")
        through(page.locator("button[value=look]"))
        found += look(page, axe, "something is missing")
        page.locator("#first").fill("2027-05-10")
        page.locator("#why").fill("biên bản")
        through(page.locator("button[value=look]"))
        found += look(page, axe, "what it changes")
        through(page.locator("button[value=save]"))
        found += look(page, axe, "stored")
        page.goto(f"/{lang}/decide?key={SAVANNAKHET}")
        found += look(page, axe, "with a history")
        through(page.locator('a[href*="/decide/undo"]'))
        found += look(page, axe, "take back")
        with context.new_page() as beside:
            beside.goto(f"/{lang}/decide/cancel?key={SAVANNAKHET}")
            beside.locator("#why").fill("phía bạn bận")
            through(beside.locator("button[value=look]"))
            through(beside.locator("button[value=save]"))
            beside.goto(f"/{lang}/decide/held?key={SAVANNAKHET}")
            found += look(beside, axe, "over")
        context.clear_cookies()
        page.locator("#why").fill("biên bản")
        through(page.locator("button[value=look]"))
        found += look(page, axe, "session over")
    assert "\n".join(found) == ""

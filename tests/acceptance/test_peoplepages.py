"""People and feeds in a real browser: without scripts, by keyboard, on a small phone, and before axe-core."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import httpx
import pytest

from config.database import Database
from notifications import people
from notifications.contacts import Contact, Rank, address_id
from scheduler.plan import LANGUAGES
from tests.acceptance.command import Desk
from tests.acceptance.looking import look
from tests.acceptance.serving import copied, serving
from tests.acceptance.site import FRONT, Site
from tests.acceptance.walking import through

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.acceptance

FIELDS = "input:not([type=hidden], [type=checkbox], [type=radio])"
PRESSED = f":is(main, .viewer) :is(button:not([hidden]), select, .button:not([hidden]), {FIELDS})"
LAN = "lan@mttq.example"


class Office(Site):
    """A server with people: Bà Lan is confirmed, her head is suspended."""

    def people(self) -> None:
        """Put them on the list."""
        database, now = Database(f"sqlite:///{self.desk.folder / 'luanphien.db'}"), datetime.now(UTC)
        lan = Contact(id="lan", name="Nguyễn Thị Lan", organisation=FRONT, rank=Rank.SPECIALIST, address=LAN, lang="vi")
        hung = Contact(
            id="hung", name="Trần Quốc Hùng", organisation=FRONT, rank=Rank.HEAD, address="hung@mttq.example", lang="vi"
        )
        with database.write() as session:
            people.put(session, [lan, hung], now)
            people.verified(session, address_id(LAN), now)
            for _ in range(3):
                people.bounced(session, hung.address, now, "5.1.1 no such user")
        database.close()


@pytest.fixture(scope="module")
def office(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A server with mail that nobody sends."""
    own = copied(desk, tmp_path_factory.mktemp("nguoi-nhan"))
    with serving(own, "--no-mail") as address:
        site = Office(own, address)
        site.people()
        yield site


def go(page: Page, place: str) -> None:
    """Follow a link among the pages for officers."""
    through(page.get_by_role("navigation", name="Trang cho cán bộ").get_by_role("link", name=place))


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_from_the_people_to_a_feed_that_is_given_another_address(
    browser: Browser, office: Office, *, scripts: bool
) -> None:
    with browser.new_context(base_url=office.address, java_script_enabled=scripts) as context:
        page = context.new_page()
        office.enter(page, role="head")
        go(page, "Người nhận")
        through(page.get_by_role("link", name="Nguyễn Thị Lan"))
        assert page.locator("#ahead h2").inner_text() == "Thư nhắc trong 90 ngày tới"
        told = office.desk.run("contacts", "show", "lan", "--json").json["mail_to_come"]
        going = [mail["key"] for mail in told if mail["state"] != "expired" and mail["title"] is not None]
        shown = page.locator("#ahead li a").evaluate_all("all => all.map(one => one.getAttribute('href'))")
        assert [href.removeprefix("/vi/o/") for href in shown] == going

        go(page, "Nguồn lịch")
        through(page.get_by_role("link", name="Tạo nguồn lịch"))
        page.locator("#label").fill("Lịch Mặt trận tỉnh")
        through(page.get_by_role("button", name="Xem lịch có gì"))
        number = int(page.locator("#draft dl div", has_text="Số sự kiện từ hôm nay").locator("dd").inner_text())
        through(page.get_by_role("button", name="Tạo nguồn lịch này"))
        first = page.locator("#address").input_value()
        answer = httpx.get(first)
        assert (answer.status_code, answer.text.count("BEGIN:VEVENT") >= number > 0) == (200, True)
        assert page.get_by_role("button", name="Sao chép").count() == int(scripts)
        through(page.get_by_role("link", name="Đổi địa chỉ"))
        assert "Địa chỉ cũ ngừng hoạt động ngay" in page.locator("main").inner_text()
        through(page.locator("main form button"))
        second = page.locator("#address").input_value()
        assert [httpx.get(one).status_code for one in (first, second)] == [404, 200]
        assert httpx.get(first).text == httpx.get(f"{office.address}/feeds/s/{'x' * 43}.ics").text
        through(page.get_by_role("link", name="Thu hồi"))
        through(page.locator("main form button"))
        assert page.get_by_role("status").first.inner_text() == "Đã thu hồi."
        assert httpx.get(second).status_code == 404


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_somebody_new_is_looked_at_saved_and_changed(browser: Browser, office: Office, *, scripts: bool) -> None:
    ident = f"nguoi-{scripts}".lower()
    with browser.new_context(base_url=office.address, java_script_enabled=scripts) as context:
        page = context.new_page()
        office.enter(page, role="head")
        page.goto("/vi/people/new")
        page.locator("#id").fill(f"{ident}-nam")
        page.locator("#name").fill("Lê Văn Nam")
        page.locator("#mail").fill(f"{ident}@mttq.example")
        page.locator("#away").fill("31/2/2027")
        through(page.get_by_role("button", name="Xem sẽ thay đổi gì"))
        assert page.get_by_role("alert").count() == 1
        page.locator("#away").fill("20/12/2026 - 31/12/2026")
        through(page.get_by_role("button", name="Xem sẽ thay đổi gì"))
        assert "Chưa lưu gì." in page.locator("main").inner_text()
        through(page.get_by_role("button", name="Lưu"))
        assert page.get_by_role("status").inner_text().startswith("Đã lưu.")
        through(page.get_by_role("link", name="Sửa thông tin"))
        assert page.locator("#away").input_value() == "20/12/2026 - 31/12/2026"
        page.locator("#rank").select_option("head")
        through(page.get_by_role("button", name="Xem sẽ thay đổi gì"))
        assert page.locator("main dl").inner_text().split("\n")[:2] == ["Chức vụ", "chuyên viên → trưởng phòng"]
        through(page.get_by_role("button", name="Lưu"))
        assert page.get_by_role("status").inner_text() == "Đã lưu."


def test_by_keyboard(browser: Browser, office: Office) -> None:
    with browser.new_context(base_url=office.address) as context:
        page = context.new_page()
        head = office.enter(page, role="head")
        page.goto("/en/people/hung")
        page.get_by_role("link", name="Let mail go again").focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/reopen")
        page.locator("#reason").focus()
        page.keyboard.type("he called")
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        page.get_by_role("status").wait_for()
        assert f"mail goes again: he called ({head})" in page.locator("main").inner_text()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_runs_off_a_small_phone_and_axe_finds_nothing(
    browser: Browser, office: Office, axe: str, lang: str
) -> None:
    found: list[str] = []
    with browser.new_context(base_url=office.address) as context:
        page = context.new_page()

        def seen(what: str) -> None:
            found.extend(look(page, axe, what, PRESSED))

        office.enter(page, role="head")
        for path in (
            "people",
            "people?q=zz",
            "people/lan",
            "people/hung",
            "people/lan/remove",
            "people/lan/edit",
            "links",
        ):
            page.goto(f"/{lang}/{path}")
            seen(path)
        page.goto(f"/{lang}/people/new")
        page.locator("#id").fill("a b")
        page.locator("#name").fill("x")
        page.locator("#mail").fill("x@y.example")
        through(page.locator("main form button"))
        seen("faults")
        page.locator("#id").fill("a-b")
        through(page.locator("main form button"))
        seen("change")
        page.goto(f"/{lang}/links/new")
        page.locator("#label").fill("Lịch")
        through(page.locator("main form button"))
        seen("draft")
        through(page.locator("#draft form button"))
        seen("made")
        through(page.locator("main .acts a").first)
        seen("rotate")
    assert "\n".join(found) == ""

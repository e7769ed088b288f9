"""Plans in a real browser: a fault seen and mended, the effect, saving; a second officer; phones and axe-core."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from scheduler.plan import LANGUAGES
from tests.acceptance.command import Desk
from tests.acceptance.looking import look
from tests.acceptance.serving import copied, serving
from tests.acceptance.site import NAME, Site
from tests.acceptance.walking import through

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.acceptance

PLAN = "quang-tri-front-2020"


class Office(Site):
    """A server with the packaged plans."""

    def text(self) -> str:
        """The plan's text in force."""
        return self.desk.run("plans", "show", PLAN).out


@pytest.fixture(scope="module")
def office(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    own = copied(desk, tmp_path_factory.mktemp("ke-hoach"))
    with serving(own) as address:
        yield Office(own, address)


@pytest.fixture(scope="module")
def pair(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The same, where a second officer has to agree."""
    own = copied(desk, tmp_path_factory.mktemp("hai-nguoi"), plan_approval="second")
    with serving(own) as address:
        yield Office(own, address)


def edited(text: str, day: str) -> str:
    """The text with another remark, and days for the visits."""
    return text.replace("plan: quang-tri-front-2020", f"# {day}\nplan: quang-tri-front-2020", 1)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_fault_is_shown_mended_and_the_effect_is_seen_before_saving(
    browser: Browser, office: Office, *, scripts: bool
) -> None:
    with browser.new_context(base_url=office.address, java_script_enabled=scripts) as context:
        page = context.new_page()
        office.enter(page, role="head")
        through(page.get_by_role("navigation", name="Trang cho cán bộ").get_by_role("link", name="Kế hoạch"))
        through(page.locator("main h2 a", has_text="Lào xây dựng").first)
        through(page.get_by_role("link", name="Sửa văn bản"))
        before = office.text()
        assert page.locator("#text").input_value() == before
        orders = ("order: [savannakhet, quang-tri]", "order: [quang-tri, savannakhet]")
        swapped = before.replace(*(orders if orders[0] in before else reversed(orders)))
        page.locator("#text").fill(swapped.replace("kind: exchange", "kind: exchang"))
        if scripts:
            page.locator("#live [data-faults] li").first.wait_for()
            assert "kind không phải từ đã biết" in page.locator("#live").inner_text()
        through(page.get_by_role("button", name="Kiểm tra và xem thay đổi"))
        page.locator("#looked .faults li").first.wait_for()
        line = swapped[: swapped.index("kind: exchange")].count("\n") + 1
        assert page.locator("#looked .place").all_inner_texts() == [f"Dòng {line}, cột 5"]
        assert "exchange" in page.locator("#looked .fix").inner_text()
        assert page.locator("button[value=save]").count() == 0
        if scripts:
            page.locator("#looked .place a").click()
            chosen = page.evaluate("() => text.value.slice(text.selectionStart, text.selectionEnd)")
            assert chosen == "kind: exchang"
        page.locator("#text").fill(swapped)
        through(page.get_by_role("button", name="Kiểm tra và xem thay đổi"))
        page.locator("#looked .effect").wait_for()
        assert (
            "Bên chủ trì" in page.locator("#looked .effect").inner_text()
            or "Chủ trì" in page.locator("#looked .effect").inner_text()
        )
        assert office.text() == before
        through(page.get_by_role("button", name="Lưu, đưa vào hiệu lực"))
        page.get_by_role("status").wait_for()
        assert page.get_by_role("status").inner_text().startswith("Văn bản đã có hiệu lực.")
        assert office.text() == swapped
        through(page.get_by_role("link", name="Quá trình sửa đổi"))
        assert page.locator(".difference tr.new").count() == 1


def test_a_second_officer_approves(browser: Browser, pair: Office) -> None:
    with browser.new_context(base_url=pair.address, java_script_enabled=False) as context:
        page = context.new_page()
        writer = pair.enter(page)
        page.goto(f"/vi/plans/{PLAN}/edit")
        before = pair.text()
        page.locator("#text").fill(edited(before, "sửa lần một"))
        through(page.get_by_role("button", name="Kiểm tra và xem thay đổi"))
        through(page.get_by_role("button", name="Trình người thứ hai duyệt"))
        page.get_by_role("heading", name="Bản trình số 1").wait_for()
        assert page.get_by_role("button", name="Duyệt, đưa vào hiệu lực").count() == 0
        assert page.get_by_role("button", name="Rút lại").count() == 1
    with browser.new_context(base_url=pair.address, java_script_enabled=False) as context:
        page = context.new_page()
        head = pair.enter(page, role="head")
        page.goto("/vi/plans")
        through(page.locator(".waits a").first)
        assert pair.text() == before
        through(page.get_by_role("button", name="Duyệt, đưa vào hiệu lực"))
        page.get_by_role("status").wait_for()
        assert pair.text() == edited(before, "sửa lần một")
        through(page.get_by_role("link", name="Quá trình sửa đổi"))
        assert f"{NAME} ({writer}), {NAME} ({head}) duyệt" in page.locator("main").inner_text()


def test_a_file_in_place_of_the_text_and_the_keyboard_alone(browser: Browser, office: Office) -> None:
    with browser.new_context(base_url=office.address) as context:
        page = context.new_page()
        office.enter(page, role="head")
        page.goto(f"/en/plans/{PLAN}/edit")
        given = edited(office.text(), "từ tệp").encode()
        page.locator("#file").set_input_files(
            {"name": "ke-hoach.yaml", "mimeType": "application/x-yaml", "buffer": given}
        )
        page.get_by_role("button", name="Check, and show what changes").focus()
        page.keyboard.press("Enter")
        page.get_by_text("No occurrence changes.").wait_for()
        assert page.locator("#text").input_value() == given.decode()
        page.get_by_role("button", name="Save, and put it in force").focus()
        page.keyboard.press("Space")
        page.get_by_role("status").wait_for()
        assert office.text() == given.decode()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_runs_off_a_small_phone_and_axe_finds_nothing(
    browser: Browser, pair: Office, axe: str, lang: str
) -> None:
    found: list[str] = []
    with browser.new_context(base_url=pair.address) as context:
        page = context.new_page()

        pair.enter(page, role="head")
        for path in ("", "?name=khong-co", f"/{PLAN}", f"/{PLAN}/history", f"/{PLAN}/edit", "/new"):
            page.goto(f"/{lang}/plans{path}")
            found += look(page, axe, path.strip("/?").replace("/", "-") or "plans")
        page.goto(f"/{lang}/plans/{PLAN}/edit")
        text = page.locator("#text").input_value()
        page.locator("#text").fill(text.replace("kind: exchange", "kind: exchang"))
        page.locator("#live [data-faults] li").first.wait_for()
        found += look(page, axe, "live")
        through(page.locator("button[value=look]"))
        page.locator("#looked .faults li").first.wait_for()
        found += look(page, axe, "faults")
        page.locator("#text").fill(text.replace("[savannakhet, quang-tri]", "[quang-tri, savannakhet]"))
        through(page.locator("button[value=look]"))
        page.locator("#looked .effect").wait_for()
        found += look(page, axe, "effect")
        through(page.locator("button[value=save]"))
        page.wait_for_url("**/proposals/*")
        found += look(page, axe, "proposal")
        through(page.locator("form.deed button").last)
        page.get_by_text(re.compile("binh-")).first.wait_for()
        found += look(page, axe, "withdrawn")
    assert "\n".join(found) == ""

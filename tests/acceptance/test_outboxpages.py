"""The outbox in a real browser: without scripts, by keyboard, on a small phone, and before axe-core."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from config.database import Database
from notifications import byhand
from notifications.tables import MAIL_BYTES
from scheduler.plan import LANGUAGES
from tests.acceptance.command import Desk
from tests.acceptance.looking import look
from tests.acceptance.serving import copied, serving
from tests.acceptance.site import Site
from tests.acceptance.walking import through
from tests.integration.postroom import Postroom

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.acceptance

KEY = "qt-front-exchange.savannakhet.2021"
LETTER = "Kính gửi Ban Thường trực,\nnhắc việc: http://127.0.0.1/vi/r/done/" + "0a" * 35


class Office(Site):
    """A server with two mails in trouble for each test: given up, and held."""

    def mails(self, batch: str) -> tuple[str, str]:
        """The ids of a mail that was given up, and of one that is held."""
        database = Database(f"sqlite:///{self.desk.folder / 'luanphien.db'}")
        room = Postroom(database)
        dead = room.put(KEY, f"{batch}@quang-tri.example", f"prepare-{next(self.steps)}")
        room.dead()
        held = room.put(KEY, f"{batch}-2@quang-tri.example", f"prepare-{next(self.steps)}")
        with database.write() as session:
            byhand.hold(session, [held], "lan", room.now, "chờ địa chỉ mới")
            message = b"Subject: x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + LETTER.encode()
            session.execute(update(MAIL_BYTES).values(message=message))
        database.close()
        return dead, held


@pytest.fixture(scope="module")
def office(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A server with mail that nobody sends."""
    own = copied(desk, tmp_path_factory.mktemp("thu-di"))
    with serving(own, "--no-mail") as address:  # its own worker would take them first
        yield Office(own, address)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_from_ones_name_to_a_mail_sent_again(browser: Browser, office: Office, *, scripts: bool) -> None:
    batch = f"mot-{scripts}".lower()
    dead, _ = office.mails(batch)
    with browser.new_context(base_url=office.address, java_script_enabled=scripts) as context:
        page = context.new_page()
        head = office.enter(page, role="head")
        through(page.get_by_role("navigation", name="Trang cho cán bộ").get_by_role("link", name="Thư đi"))
        page.locator("#state").select_option("dead")
        page.locator("#address").fill(f"{batch}@quang-tri.example")
        through(page.locator("main form button"))
        through(page.locator("main h2 a"))
        words = page.locator("main").inner_text()
        assert "Máy chủ thư bên ấy không có hộp thư này." in words
        assert ("http://127.0.0.1/vi/r/done/…" in words, "0a0a" in page.content()) == (True, False)
        through(page.get_by_role("link", name="Gửi lại"))
        page.locator("#reason").fill("đã gọi điện")
        through(page.locator("main form button"))
        assert page.get_by_role("status").inner_text() == "Thư sẽ gửi lại trong lượt gửi tới."
        assert f"gửi lại bằng tay: đã gọi điện ({head})" in page.locator("main").inner_text()
        assert dead in page.url


def test_by_keyboard(browser: Browser, office: Office) -> None:
    _, held = office.mails("phim")
    with browser.new_context(base_url=office.address) as context:
        page = context.new_page()
        office.enter(page, role="head")
        page.goto(f"/en/outbox/{held}")
        page.get_by_role("link", name="Release").focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/release")
        page.locator("#reason").focus()
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        page.get_by_role("status").wait_for()
        assert "It is released." in page.get_by_role("status").inner_text()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_runs_off_a_small_phone_and_axe_finds_nothing(
    browser: Browser, office: Office, axe: str, lang: str
) -> None:
    found: list[str] = []
    dead, held = office.mails(f"nho-{lang}")
    with browser.new_context(base_url=office.address) as context:
        page = context.new_page()
        office.enter(page, role="head")
        for path in ("", f"/{dead}", f"/{dead}/retry", f"/{dead}/hold", f"/{held}", f"/{held}/release"):
            page.goto(f"/{lang}/outbox{path}")
            found += look(page, axe, path)
        page.goto(f"/{lang}/outbox?state=claimed")
        found += look(page, axe, "none")
        page.goto(f"/{lang}/outbox/{held}/release")
        through(page.locator("main form button"))
        page.get_by_role("status").wait_for()
        found += look(page, axe, "released")
    assert "\n".join(found) == ""

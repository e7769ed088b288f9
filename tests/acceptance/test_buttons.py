"""The buttons of mails in a real browser: by keyboard, without scripts, on a small phone, and before axe-core."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from config.database import Database
from notifications import people
from notifications.contacts import Contact, Rank, address_id
from notifications.due import Reminder, Slot
from notifications.outbox import enqueue_now
from notifications.policy import Role
from notifications.tokens import Action, Links
from scheduler import store
from scheduler.occurrence import Selection, Status
from scheduler.plan import LANGUAGES, Kind
from tests.acceptance.axe import violations
from tests.acceptance.command import Desk
from tests.acceptance.looking import look
from tests.acceptance.serving import copied, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.acceptance

KEY = "qt-front-exchange.savannakhet.2021"
SECRET = "a secret of the tests"
LAN = Contact(
    id="lan",
    name="Nguyễn Thị Lan",
    organisation="mttq-quang-tri",
    rank=Rank.SPECIALIST,
    address="lan@quang-tri.example",
    lang="vi",
)
PATIENCE = 10_000
"""Milliseconds."""


@dataclass(frozen=True)
class Counter:
    """A server, and the path of each button of a mail of today, without its language. Each reader has their own."""

    site: str
    paths: Mapping[str, str]


@pytest.fixture(scope="module")
def counter(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counter]:
    """A server with one person who was reminded of a meeting and of a duty."""
    own = copied(desk, tmp_path_factory.mktemp("nut-bam"), secret=SECRET)
    database = Database(f"sqlite:///{own.folder / 'luanphien.db'}")
    now = datetime.now(UTC).replace(microsecond=0)
    with database.write() as session:
        people.put(session, [LAN], now)
        duties = store.chosen(session, Selection(kinds=(Kind.TASK, Kind.DEADLINE)))
        duty = next(one.occurrence for one in duties if one.occurrence.status is Status.CONFIRMED)
        wanted = {"meeting": KEY, "other meeting": KEY, "duty": duty.key}
        slots = {name: Slot(key, "prepare-30", now.date(), len(name), LAN.recipient) for name, key in wanted.items()}
        for name, slot in slots.items():
            enqueue_now(session, [_reminder(slot, now.date())], f"probe-{name}", now.date(), now)
    database.close()
    links = Links("", SECRET.encode())
    asked = {
        "ack": (Action.ACKNOWLEDGE, slots["meeting"].id),
        "done": (Action.DONE, slots["duty"].id),
        "done, a meeting": (Action.DONE, slots["meeting"].id),
        "postpone": (Action.POSTPONE, slots["meeting"].id),
        "postpone, by keyboard": (Action.POSTPONE, slots["other meeting"].id),
        "unsubscribe": (Action.UNSUBSCRIBE, address_id(LAN.address)),
        "verify": (Action.VERIFY, address_id(LAN.address)),
    }
    paths = {
        name: links.answer(action, subject, now.date(), "vi").removeprefix("/vi")
        for name, (action, subject) in asked.items()
    }
    paths["expired"] = links.answer(Action.ACKNOWLEDGE, slots["meeting"].id, date(2020, 1, 1), "vi").removeprefix("/vi")
    paths["not known"] = f"/r/ack/{'0' * 70}"
    with serving(own, "--no-mail") as site:
        yield Counter(site, paths)


def _reminder(slot: Slot, day: date) -> Reminder:
    return Reminder(
        slot=slot, organisation=LAN.organisation, address=LAN.address, lang="vi", role=Role.LEAD, send_on=day
    )


@pytest.fixture
def context(browser: Browser, counter: Counter) -> Iterator[BrowserContext]:
    """A visitor who reads Vietnamese, with scripts switched off."""
    found = browser.new_context(
        base_url=counter.site, locale="vi-VN", viewport={"width": 390, "height": 844}, java_script_enabled=False
    )
    found.set_default_timeout(PATIENCE)
    yield found
    found.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A window."""
    return context.new_page()


def focused_button(page: Page, most: int = 30) -> str:
    """Press the tabulator until a button has the focus; its words."""
    for _ in range(most):
        page.keyboard.press("Tab")
        button = page.locator("button:focus")
        if button.count():
            return button.inner_text()
    raise AssertionError(f"no button after {most} tabulators")


def test_a_reminder_is_acknowledged_by_keyboard_alone(page: Page, counter: Counter) -> None:
    page.goto(f"/vi{counter.paths['ack']}")
    assert focused_button(page) == "Xác nhận đã nhận"
    page.keyboard.press("Enter")
    page.get_by_role("status").get_by_text("Nguyễn Thị Lan").wait_for()
    assert page.locator("main button").count() == 0
    page.goto(f"/en{counter.paths['ack']}")
    assert "Acknowledged by Nguyễn Thị Lan" in page.locator(".receipt").inner_text()


def test_other_days_are_asked_for_by_keyboard_alone(page: Page, counter: Counter) -> None:
    page.goto(f"/en{counter.paths['postpone, by keyboard']}")
    page.locator("#first").focus()
    year = datetime.now(UTC).year + 1
    page.keyboard.type(f"1010{year}")  # the tenth of October, whichever comes first in this browser
    page.locator("#why").focus()
    page.keyboard.type("Trùng Đại hội của tỉnh")
    assert focused_button(page) == "Send the request"
    page.keyboard.press("Space")
    page.get_by_role("status").get_by_text("Trùng Đại hội của tỉnh").wait_for()
    assert f"10 October {year}" in page.locator(".receipt").inner_text()


def test_what_is_wrong_leads_to_its_field(page: Page, counter: Counter) -> None:
    page.goto(f"/en{counter.paths['postpone']}")
    page.locator("#first").fill("2020-01-01")
    page.locator("#why").fill("Bão số 3")
    page.get_by_role("button", name="Send the request").click()
    fault = page.get_by_role("alert").get_by_role("link", name="This day is past: choose one to come.")
    fault.click()
    assert page.url.endswith("#first")
    assert page.locator("#first").get_attribute("aria-invalid") == "true"
    assert (page.locator("#first").input_value(), page.locator("#why").input_value()) == ("2020-01-01", "Bão số 3")


def test_mail_stops_and_comes_again_on_one_page(page: Page, counter: Counter) -> None:
    page.goto(f"/en{counter.paths['unsubscribe']}")
    page.get_by_role("button", name="Stop the mail").click()
    page.get_by_role("status").get_by_text("No mail goes to l…@quang-tri.example").wait_for()
    page.get_by_role("button", name="Send mail there again").click()
    page.get_by_role("status").get_by_text("Mail goes to l…@quang-tri.example again.").wait_for()
    assert page.get_by_role("button", name="Stop the mail").count() == 1


def test_an_address_is_confirmed_and_a_duty_done(page: Page, counter: Counter) -> None:
    page.goto(f"/lo{counter.paths['verify']}")
    page.locator("main button").click()
    page.locator(".receipt").wait_for()
    page.goto(f"/km{counter.paths['done']}")
    page.locator("main button").click()
    assert "Nguyễn Thị Lan" in page.locator(".receipt").inner_text()


NAMES = ("ack", "done", "done, a meeting", "postpone", "unsubscribe", "verify", "expired", "not known")


@pytest.mark.parametrize("name", NAMES)
def test_nothing_runs_off_a_small_phone_and_axe_finds_nothing(
    browser: Browser, counter: Counter, axe: str, name: str
) -> None:
    found: list[str] = []
    with browser.new_context(base_url=counter.site) as context:
        page = context.new_page()
        for lang in LANGUAGES:
            page.goto(f"/{lang}{counter.paths[name]}")
            found += look(page, axe, lang)
    assert "\n".join(found) == ""


def test_a_wrong_form_has_no_fault_before_axe(browser: Browser, counter: Counter, axe: str) -> None:
    with browser.new_context(base_url=counter.site) as context:
        page = context.new_page()
        page.goto(f"/vi{counter.paths['postpone']}")
        page.locator("#first").fill("2020-01-01")
        page.locator("#why").fill("Bão số 3")
        page.locator("main button").click()
        page.get_by_role("alert").wait_for()
        page.evaluate(axe)
        found = violations(page)
        page.emulate_media(color_scheme="dark")
        assert [*found, *violations(page, "color-contrast")] == []

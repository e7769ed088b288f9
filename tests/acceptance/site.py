"""A server and the officers who sign in there, for tests of the officers' pages in a browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

from tests.acceptance.command import Desk
from tests.acceptance.walking import through

if TYPE_CHECKING:
    from playwright.sync_api import Page

FRONT = "mttq-quang-tri"
NAME = "Trần Văn Bình"
COOKIE = "luanphien"
PASSWORD = "bốn con voi trắng"
PATIENCE = 10_000
"""Milliseconds."""


@dataclass(frozen=True)
class Site:
    """A server, and the folder in which its officers are made."""

    desk: Desk
    address: str
    steps: Iterator[int] = field(default_factory=lambda: count(1))
    known: dict[tuple[str, ...], tuple[str, str]] = field(default_factory=dict)
    """The id and the cookie of each officer that was signed in."""

    def added(self, *words: str) -> tuple[str, str]:
        """A new officer's id, and the path of the link by which they set a password; `words` say their role."""
        ident = f"binh-{next(self.steps)}"
        who = ("--name", NAME, "--mail", f"{ident}@quang-tri.example", *words)
        added = self.desk.run("officers", "add", ident, *who, "--print", "--json")
        assert (added.code, added.err) == (0, "")
        return ident, re.sub(r"^https?://[^/]+", "", added.json["link"])

    def officer(self, *more: str, role: str = "officer") -> tuple[str, str]:
        """Likewise, one who acts for the Front."""
        return self.added("--role", role, "--organisation", FRONT, *more)

    def enter(self, page: Page, *more: str, role: str = "officer") -> str:
        """Be an officer of the Front who is signed in, the same each time, and see what needs them now; their id."""
        page.set_default_timeout(PATIENCE)
        who = (role, *more)
        if who in self.known:
            ident, cookie = self.known[who]
            page.context.add_cookies([{"name": COOKIE, "value": cookie, "url": self.address}])
            page.goto("/vi/today")
            return ident
        ident, link = self.officer(*more, role=role)
        page.goto(link)
        set_password(page)
        page.goto("/vi/sign-in")
        sign_in(page, ident)
        page.wait_for_url("**/vi/today")
        [cookie] = (one["value"] for one in page.context.cookies() if one["name"] == COOKIE)
        self.known[who] = ident, cookie
        return ident


def set_password(page: Page) -> None:
    page.locator("#password").fill(PASSWORD)
    page.locator("#again").fill(PASSWORD)
    through(page.locator("main button"))
    page.get_by_role("status").wait_for()


def sign_in(page: Page, ident: str, password: str = PASSWORD) -> None:
    page.locator("#name").fill(ident)
    page.locator("#password").fill(password)
    through(page.locator("main button"))

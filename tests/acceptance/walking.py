"""From one page to the next, as a reader goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Locator


def through(leading: Locator) -> None:
    """Press what leads to another page, and wait for that page: the old one must not answer what is asked next."""
    with leading.page.expect_navigation():
        leading.click()

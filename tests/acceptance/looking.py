"""What a look at a page finds wrong: on a small phone, on wider screens, in light and in dark."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.acceptance.axe import violations

if TYPE_CHECKING:
    from playwright.sync_api import Page

NARROWEST, WIDTHS = 320, (390, 1280)
HIGH_ENOUGH = 44
"""CSS pixels of what a finger presses (WCAG 2.2, target size, enhanced)."""

ONCE = "vi"
"""Other languages are looked at on phones, in light: wide screens and the night's colours are the same for all."""

PRESSED = ":is(main, .viewer) :is(button, select, textarea, .button, input:not([type=hidden]))"


def look(page: Page, axe: str, what: str, pressed: str = PRESSED) -> list[str]:
    """A line for each fault of the page that stands there: it runs off, is too low to press, or axe-core finds it.

    `axe` is the source of axe-core, `what` the page's name in the lines.
    """
    page.set_viewport_size({"width": NARROWEST, "height": 640})
    wide = page.evaluate("() => document.documentElement.scrollWidth")
    low = page.locator(pressed).evaluate_all(
        "(all, least) => all.filter(one => one.checkVisibility() && one.getBoundingClientRect().height < least).length",
        HIGH_ENOUGH,
    )
    found = [f"{what}: {wide} wide, {low} too low"] if (wide, low) != (NARROWEST, 0) else []
    page.evaluate(axe)
    once = page.locator("html").get_attribute("lang") == ONCE
    for width in WIDTHS if once else WIDTHS[:1]:
        page.set_viewport_size({"width": width, "height": 900})
        found.extend(f"{what} {width} {fault}" for fault in violations(page))
    if once:
        page.emulate_media(color_scheme="dark")
        found.extend(f"{what} dark {fault}" for fault in violations(page, "color-contrast"))
        page.emulate_media(color_scheme="light")
    return found

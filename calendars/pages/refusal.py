"""The page for an address that cannot be followed."""

from __future__ import annotations

from calendars.pages.frame import Frame, fill


def refusal_page(title: str, reason: str, frame: Frame) -> str:
    """HTML that says what is wrong with the address and leads back to the overview."""
    return fill("refusal.html", frame, title=title, reason=reason)

"""What axe-core holds against a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page


def violations(page: Page, *rules: str) -> list[str]:
    """What axe-core finds by these rules, or by all: a line for every element."""
    options = {"resultTypes": ["violations"]} | ({"runOnly": rules} if rules else {})
    result = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{one['id']}: {one['help']}: {node['html'][:200]}" for one in result["violations"] for node in one["nodes"]
    ]

"""Pages as they are read: their words, and what their forms bring along."""

from __future__ import annotations

import html
import re

import httpx


def said(answer: httpx.Response) -> str:
    """The words of a page's content, on one line."""
    main = re.search(r"<main.*?</main>", answer.text, re.DOTALL)
    words = re.sub(r"<[^>]+>", " ", main[0] if main else answer.text)
    return " ".join(html.unescape(words).split())


def hidden(page: httpx.Response, action: str = "") -> dict[str, str]:
    """What a form of a page brings along: the one that leads to an address with this start, or the first."""
    main = page.text[page.text.index("<main") :]
    start = main.index(f'action="{action}') if action else 0
    form = main[start : main.index("</form>", start)]
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form)
    return {name: html.unescape(value) for name, value in found}

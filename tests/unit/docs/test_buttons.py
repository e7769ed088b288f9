"""The page about the buttons of mails names every one of them by its words, and how long it works."""

from __future__ import annotations

import re

import pytest

from notifications.tokens import ADDRESS_FOR, ANSWERS_FOR, Action
from notifications.words import say
from tests.unit.docs.pages import text_of

BUTTONS = {
    Action.ACKNOWLEDGE: "Acknowledge",
    Action.DONE: "It is done",
    Action.POSTPONE: "Send the request",
    Action.UNSUBSCRIBE: "Stop the mail",
    Action.VERIFY: "Confirm the address",
}


@pytest.mark.parametrize(("name", "lang"), [("buttons.md", "vi"), ("buttons.en.md", "en")])
def test_every_button_is_told(name: str, lang: str) -> None:
    page = text_of(name)
    told = re.findall(r"^\| `([a-z]+)` \| ([^|]+) \|", page, re.MULTILINE)
    assert told == [(action.value, say(lang, words)) for action, words in BUTTONS.items()]
    assert say(lang, "by the button in a reminder") in " ".join(page.split())
    assert [int(days) for days in re.findall(r"\b(60|400)\b", page)] == [ANSWERS_FOR.days, ADDRESS_FOR.days]

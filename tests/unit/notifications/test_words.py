from __future__ import annotations

import re

import pytest

from calendars.catalogue import catalogue
from notifications.words import say
from scheduler.plan import LANGUAGES
from tests.unit.notifications.samples import ROOT

FIELD = re.compile(r"{(\w+)}")
SAID = re.compile(r'\b(?:say|msg)\(\s*(?:(?:letter\.)?lang,\s*)?((?:"[^"]+"\s*)+)')


def _said_in_code() -> set[str]:
    said = set()
    for folder, pattern in (("notifications", "*.py"), ("notifications/templates", "**/*.*")):
        for file in (ROOT / folder).glob(pattern):
            for match in SAID.finditer(file.read_text("utf-8")):
                said.add("".join(re.findall(r'"([^"]+)"', match[1])))
    return said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_message_is_said_in_every_language(lang: str) -> None:
    words = catalogue(lang, "notifications")
    assert set(words) == _said_in_code()
    for msgid, text in words.items():
        assert text
        assert set(FIELD.findall(text)) == set(FIELD.findall(msgid))


@pytest.mark.parametrize("lang", [lang for lang in LANGUAGES if lang != "en"])
def test_translations_are_translations(lang: str) -> None:
    same = {msgid for msgid, text in catalogue(lang, "notifications").items() if text == msgid}
    assert same == {"{day} ({left})"}


def test_fields_are_filled_in() -> None:
    assert say("vi", "{first} (and {count} more)", first="HỦY: Họp", count=2) == "HỦY: Họp (và 2 việc khác)"

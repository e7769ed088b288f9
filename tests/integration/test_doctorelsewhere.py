"""What `luanphien doctor` finds of a real provider."""

from __future__ import annotations

import pytest
from starlette.responses import PlainTextResponse

from config.doctorelsewhere import of_elsewhere
from config.settings import Settings
from tests.integration.bureau import SECRET, Bureau
from tests.integration.town import NOON

REGISTER = ("fine", "the address to register at the provider is https://lich.example/sign-in/back")


def said(settings: Settings, *, network: bool = True) -> list[tuple[str, str]]:
    return [(one.level.value, one.what.format_map(one.fields)) for one in of_elsewhere(settings, network=network)]


def test_what_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    assert said(Settings(_env_file=None)) == []
    with Bureau(lambda: NOON) as bureau:
        settings = Settings(_env_file=None, base_url="https://lich.example", **bureau.settings)
        assert said(settings) == [REGISTER, ("fine", f"{bureau.issuer} answers, and says where one signs in")]
        plain = settings.model_copy(update={"base_url": "http://lich.example"})
        assert [level for level, _ in said(plain)] == ["fine", "broken", "fine"]
        bureau.instead["openid-configuration"] = lambda: PlainTextResponse("x", 502)
        [_, (level, words)] = said(settings)
        assert (level, words.endswith("openid-configuration answers 502"), SECRET in words) == ("broken", True, False)
        assert said(settings, network=False) == [REGISTER]
    monkeypatch.setattr("config.doctorelsewhere.find_spec", lambda _name: None)
    [(level, words)] = said(settings)
    assert (level, "needs Authlib and HTTPX" in words) == ("broken", True)

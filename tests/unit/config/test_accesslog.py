"""The log of requests: one line each, with the status, without tokens."""

from __future__ import annotations

import asyncio
import logging

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from config.accesslog import Logged
from config.logs import Redacting


def test_a_request_is_one_line_with_its_status_and_without_its_token(caplog: pytest.LogCaptureFixture) -> None:
    async def teapot(_request: object) -> PlainTextResponse:
        return PlainTextResponse("", status_code=418)

    async def ask() -> None:
        app = Logged(Starlette(routes=[Route("/{path:path}", teapot)]))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://lich.example") as client:
            await client.get(f"/feeds/s/{'t' * 43}.ics?lang=vi")
            await client.get(f"/vi/password/{'0a' * 32}")
            await client.get("/năm")

    with caplog.at_level(logging.INFO, "access"):
        asyncio.run(ask())
    lines = [Redacting("%(message)s").format(record) for record in caplog.records if record.name == "access"]
    assert lines == [
        '127.0.0.1:123 - "GET /feeds/s/…?lang=vi HTTP/1.1" 418',
        '127.0.0.1:123 - "GET /vi/password/… HTTP/1.1" 418',
        '127.0.0.1:123 - "GET /n%C4%83m HTTP/1.1" 418',
    ]  # fmt: skip

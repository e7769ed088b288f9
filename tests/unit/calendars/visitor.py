"""A client that talks to the routes in memory; an exception of the application is raised in the test."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

import httpx
from starlette.applications import Starlette

from calendars.desk import Desk
from calendars.feeddesk import FeedDesk
from calendars.http import routes
from calendars.memory import Door, Memory

Query = Sequence[tuple[str, str]]


class Visitor:
    """Asks for no compression unless told to, and follows nothing."""

    def __init__(self, desk: Desk, feeds: FeedDesk) -> None:
        memory = Memory(feeds)
        app = Door(Starlette(routes=routes(desk, memory)), memory)
        self._runner = asyncio.Runner()
        self._client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app),
            base_url="http://lich.example",
            headers={"accept-encoding": "identity"},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._runner.run(self._client.aclose())
        self._runner.close()

    def request(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, params: Query | None = None
    ) -> httpx.Response:
        """One request and its whole answer."""
        return self._runner.run(self._client.request(method, path, headers=headers, params=params))

    def get(self, path: str, headers: Mapping[str, str] | None = None, params: Query | None = None) -> httpx.Response:
        """GET."""
        return self.request("GET", path, headers, params)

    def head(self, path: str) -> httpx.Response:
        """HEAD."""
        return self.request("HEAD", path)

    def raw(self, path: str, headers: Mapping[str, str]) -> tuple[httpx.Response, bytes]:
        """GET, with the body as it travels."""
        return self._runner.run(self._raw(path, headers))

    async def _raw(self, path: str, headers: Mapping[str, str]) -> tuple[httpx.Response, bytes]:
        async with self._client.stream("GET", path, headers=headers) as answer:
            return answer, b"".join([part async for part in answer.aiter_raw()])

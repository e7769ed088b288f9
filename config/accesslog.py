"""Who asked for what: a line for each request that reaches the rooms behind the door."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from urllib.parse import quote

from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger("access")


@dataclass(frozen=True, slots=True)
class Logged:
    """An application whose answers are logged. What the door answers from memory is counted instead (`Tally`)."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, and note the status."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                log.info('%s - "%s %s HTTP/%s" %d', *_about(scope), message["status"])
            await send(message)

        await self.app(scope, receive, noted)


def _about(scope: Scope) -> tuple[str, str, str, str]:
    client, query = scope.get("client"), scope["query_string"].decode("latin-1")
    path = quote(scope["path"])
    asked = f"{path}?{query}" if query else path
    return f"{client[0]}:{client[1]}" if client else "", scope["method"], asked, scope["http_version"]

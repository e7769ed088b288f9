"""A real provider of accounts on this machine, by OpenID Connect: discovery, codes, PKCE, signed tokens, keys.

It is strict where a good one is, and each test may have it say something else.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT, SECRET = "luanphien", "bí-mật".encode().hex()

Claims = dict[str, Any]
Key = RSAKey | ECKey | OctKey


@dataclass
class Bureau:
    """The provider. `subject` and what is said of them is who sits at every browser that comes."""

    now: Callable[[], datetime]
    subject: str = "2f9c-lan"
    person: Claims = field(default_factory=lambda: {"email": "lan@quang-tri.example", "email_verified": True})
    in_token: bool = True
    alg: str = "RS256"
    methods: list[str] = field(default_factory=lambda: ["client_secret_basic", "client_secret_post"])
    asks: bool = False
    error: str | None = None
    change: Callable[[Claims], Claims] = lambda claims: claims
    header: Claims = field(default_factory=dict)
    signs: Callable[[Claims, Claims], str] | None = None
    instead: dict[str, Callable[[], Response]] = field(default_factory=dict)
    wait: dict[str, float] = field(default_factory=dict)
    seen: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.key: Key = RSAKey.generate_key(2048, {"kid": "a", "use": "sig"})
        self.shown: list[Any] = [self.key]
        self.codes: dict[str, dict[str, str]] = {}
        self.access: dict[str, str] = {}
        routes = [
            Route("/.well-known/openid-configuration", self._at(self._known)),
            Route("/authorize", self._at(self._authorize)),
            Route("/token", self._at(self._token), methods=["POST"]),
            Route("/keys", self._at(self._keys)),
            Route("/people", self._at(self._people)),
        ]
        config = uvicorn.Config(Starlette(routes=routes), host="127.0.0.1", port=0, log_config=None, ws="none")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=lambda: asyncio.run(self._server.serve()), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        while not self._server.started:
            threading.Event().wait(0.01)
        port = self._server.servers[0].sockets[0].getsockname()[1]
        self.issuer = f"http://127.0.0.1:{port}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Answer no more."""
        self._server.should_exit = True
        self._thread.join()

    @property
    def settings(self) -> dict[str, Any]:
        """How an installation is bound to it."""
        return {"oidc_issuer": self.issuer, "oidc_client_id": CLIENT, "oidc_client_secret": SECRET}

    def rotate(self, key: Key) -> None:
        """Sign with another key from now on, and show that one alone."""
        self.key, self.shown = key, [key]

    def _at(self, answer: Callable[[Request], Any]) -> Callable[[Request], Any]:
        async def answering(request: Request) -> Response:
            name = request.url.path.rpartition("/")[2]
            self.seen.append(name)
            await asyncio.sleep(self.wait.get(name, 0))
            if name in self.instead:
                return self.instead[name]()
            found: Response = await answer(request)
            return found

        return answering

    async def _known(self, _request: Request) -> Response:
        return JSONResponse(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                "userinfo_endpoint": f"{self.issuer}/people",
                "token_endpoint_auth_methods_supported": self.methods,
            }
        )

    async def _authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        assert (asked["response_type"], asked["client_id"], asked["scope"]) == ("code", CLIENT, "openid email")
        assert asked["code_challenge_method"] == "S256"
        if self.asks and "yes" not in asked:
            return HTMLResponse(f'<a id="yes" href="/authorize?{urlencode(asked | {"yes": "1"})}">Lan</a>')
        answer = {"state": asked["state"], "iss": self.issuer}
        if self.error is None:
            code = secrets.token_urlsafe(16)
            self.codes[code] = asked | {"subject": self.subject}
            answer["code"] = code
        else:
            answer["error"] = self.error
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(answer)}", 303)

    async def _token(self, request: Request) -> Response:
        sent = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        if not self._is_client(request, sent):
            return JSONResponse({"error": "invalid_client"}, 401)
        asked = self.codes.pop(sent["code"], None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(sent.get("code_verifier", "").encode()).digest())
        if (
            asked is None
            or asked["redirect_uri"] != sent["redirect_uri"]
            or asked["code_challenge"] != challenge.rstrip(b"=").decode()
        ):
            return JSONResponse({"error": "invalid_grant"}, 400)
        access = secrets.token_urlsafe(16)
        self.access[access] = asked["subject"]
        token = self._signed(asked)
        return JSONResponse({"access_token": access, "token_type": "Bearer", "id_token": token})

    def _is_client(self, request: Request, sent: Claims) -> bool:
        basic = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        by_form = (sent.get("client_id"), sent.get("client_secret")) == (CLIENT, SECRET)
        return ("client_secret_basic" in self.methods and request.headers.get("authorization") == basic) or (
            "client_secret_post" in self.methods and by_form
        ) or ("none" in self.methods and sent.get("client_id") == CLIENT)  # fmt: skip

    def _signed(self, asked: dict[str, str]) -> str:
        moment = int(self.now().timestamp())
        claims: Claims = {
            "iss": self.issuer, "sub": asked["subject"], "aud": CLIENT, "exp": moment + 300, "iat": moment,
            "nonce": asked["nonce"],
        }  # fmt: skip
        claims = self.change(claims | (self.person if self.in_token else {}))
        header = {"alg": self.alg, "kid": self.key.kid, **self.header}
        if self.signs is not None:
            return self.signs(header, claims)
        return jwt.encode(header, claims, self.key, algorithms=[self.alg])

    async def _keys(self, _request: Request) -> Response:
        return JSONResponse(
            {"keys": [key if isinstance(key, dict) else key.as_dict(private=False) for key in self.shown]}
        )

    async def _people(self, request: Request) -> Response:
        access = request.headers.get("authorization", "").removeprefix("Bearer ")
        return JSONResponse({"sub": self.access[access], **self.person})

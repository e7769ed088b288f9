"""The provider that officers have an account with: what it is asked and answers, within limits of size and time.

OpenID Connect with a code (Core 1.0, 3.1) and PKCE (RFC 7636). Needs the extra `oidc`.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import anyio
import httpx
from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from config.elsewhere import Claim, Client, Identity, Journey, RefusedError, SilentError, UntrustedError
from config.idtoken import Expected, believed, has_address, identity
from config.settings import guarded

PATIENCE = 10.0
"""Seconds that one answer is waited for, whole."""

MOST_BYTES = 1_000_000
"""Of one answer."""

FRESH, FAILED = 300.0, 10.0
"""Seconds for which it is remembered where its doors are, and that it did not say so."""

SCOPE = "openid email"
WELL_KNOWN = "/.well-known/openid-configuration"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True, slots=True)
class Doors:
    """Where the provider is asked for what. `people` is where it tells about somebody, if it does."""

    authorization: str
    token: str
    keys: str
    people: str | None
    method: str


@dataclass(slots=True)
class Provider:
    """One provider, asked for one installation. Every answer may raise SilentError."""

    client: Client
    patience: float = PATIENCE
    _lock: anyio.Lock = field(default_factory=anyio.Lock)
    _doors: Doors | SilentError | None = None
    _until: float = 0.0

    async def leave(self, journey: Journey) -> str:
        """The address to send a browser to."""
        doors = await self.doors()
        found: str = prepare_grant_uri(
            doors.authorization,
            self.client.ident,
            "code",
            redirect_uri=self.client.back,
            scope=SCOPE,
            state=journey.of(Claim.STATE),
            nonce=journey.of(Claim.NONCE),
            code_challenge=create_s256_code_challenge(journey.of(Claim.VERIFIER)),
            code_challenge_method="S256",
            ui_locales=journey.lang,
        )
        return found

    async def meet(self, journey: Journey, code: str, now: datetime) -> Identity:
        """Who came back with a code. Raises RefusedError and UntrustedError.

        Keys are asked for each time, so that a provider may change them at any moment.
        """
        doors = await self.doors()
        given = await self._redeem(doors, journey, code)
        token, access = given.get("id_token"), given.get("access_token")
        if not isinstance(token, str):
            raise UntrustedError("there is no ID token")
        access = access if isinstance(access, str) and access.isascii() and access.isprintable() else None
        status, keys = await self._answer("GET", doors.keys)
        if status != httpx.codes.OK:
            raise SilentError(f"{doors.keys} answers {status}")
        expected = Expected(self.client.issuer, self.client.ident, journey.of(Claim.NONCE), access)
        claims = believed(token, keys, expected, now)
        said = None
        if not has_address(claims) and doors.people is not None and access is not None:
            status, said = await self._answer("GET", doors.people, {"Authorization": f"Bearer {access}"})
            said = said if status == httpx.codes.OK else None
        return identity(claims, said)

    async def doors(self) -> Doors:
        """Where its doors are, as it says itself (OpenID Connect Discovery 1.0); remembered for some minutes."""
        async with self._lock:  # many who come at once while it is silent wait for one answer together
            if self._doors is None or time.monotonic() >= self._until:
                try:
                    self._doors, span = await self._discover(), FRESH
                except SilentError as error:
                    self._doors, span = error, FAILED
                self._until = time.monotonic() + span
            if isinstance(self._doors, SilentError):
                raise SilentError(str(self._doors)) from self._doors
            return self._doors

    async def _discover(self) -> Doors:
        address = self.client.issuer.rstrip("/") + WELL_KNOWN
        status, said = await self._answer("GET", address)
        if status != httpx.codes.OK:
            raise SilentError(f"{address} answers {status}")
        if said.get("issuer") != self.client.issuer:
            raise SilentError(f"{address} calls itself {str(said.get('issuer'))[:200]!r}, not {self.client.issuer!r}")
        names = ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint")
        authorization, token, keys, people = (said.get(name) for name in names)
        for name, door in zip(names, (authorization, token, keys), strict=False):
            if not isinstance(door, str) or not guarded(door):
                raise SilentError(f"{address} names no {name} that cannot be listened to")
        people = people if isinstance(people, str) and guarded(people) else None
        known = said.get("token_endpoint_auth_methods_supported")
        return Doors(authorization, token, keys, people, self._method(known))  # type: ignore[arg-type]  # strings, as was looked at

    def _method(self, known: object) -> str:
        """How we say who we are: as the provider takes it, in the header where it does not say (Discovery 1.0, 3)."""
        if self.client.secret is None:
            return "none"
        by_form = isinstance(known, list) and "client_secret_basic" not in known and "client_secret_post" in known
        return "client_secret_post" if by_form else "client_secret_basic"

    async def _redeem(self, doors: Doors, journey: Journey, code: str) -> Mapping[str, Any]:
        """What a code is worth. Raises RefusedError."""
        body = prepare_token_request(
            "authorization_code",
            redirect_uri=self.client.back,
            code=code,
            code_verifier=journey.of(Claim.VERIFIER),
        )
        auth = ClientAuth(self.client.ident, self.client.secret, doors.method)
        address, headers, body = auth.prepare("POST", doors.token, dict(FORM), body)
        status, given = await self._answer("POST", address, headers, body.encode())
        if status == httpx.codes.OK:
            return given
        why = f"{doors.token} answers {status} {str(given.get('error'))[:100]!r}"
        if given.get("error") == "invalid_grant":
            raise RefusedError(why)
        raise SilentError(why)

    async def _answer(
        self, method: str, address: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> tuple[int, Mapping[str, Any]]:
        """The status and the JSON of an answer. It is never followed elsewhere."""
        asked = {"Accept": "application/json", "Accept-Encoding": "identity", **(headers or {})}
        try:
            with anyio.fail_after(self.patience):
                async with (
                    httpx.AsyncClient(timeout=self.patience) as client,
                    client.stream(method, address, headers=asked, content=body) as answer,
                ):
                    return answer.status_code, _object(await _whole(answer), sure=answer.is_success)
        except (TimeoutError, httpx.HTTPError, httpx.InvalidURL, ValueError, RecursionError) as error:
            raise SilentError(f"{address}: {type(error).__name__} {error}") from error


async def _whole(answer: httpx.Response) -> bytes:
    """The body. Raises ValueError when it is too large; packed ones, which may grow without end, are not taken."""
    if answer.headers.get("content-encoding", "identity") != "identity":
        raise ValueError("it is packed")
    found = bytearray()
    async for chunk in answer.aiter_raw():
        found += chunk
        if len(found) > MOST_BYTES:
            raise ValueError("it is too large")
    return bytes(found)


def _object(body: bytes, *, sure: bool) -> Mapping[str, Any]:
    """The JSON object of a body. Raises ValueError; what is not `sure` to be one may be told in other words."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        if sure:
            raise
        return {}
    if isinstance(value, dict):
        return value
    raise ValueError("it is no object")

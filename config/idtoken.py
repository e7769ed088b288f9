"""What a provider says of somebody: an ID token, its signature and its claims (OpenID Connect Core 1.0, 3.1.3.7).

Pure: keys, answers and the moment come in. Only signatures of a key pair are believed, never `none` and never one by a
secret that is shared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from authlib.oidc.core import CodeIDToken
from cryptography.exceptions import UnsupportedAlgorithm
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, KeySet

from config.elsewhere import Identity, UntrustedError

ALGORITHMS = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519", "EdDSA",
)  # fmt: skip
"""Signatures that are believed."""

PAIRS = ("RSA", "EC", "OKP")
"""Keys of which a provider shows one half; what else stands in its set is passed over."""

LEEWAY = 60
"""Seconds by which clocks may differ."""

MOST_KEYS = 100
LONGEST_TOKEN = 100_000
LONGEST_SUBJECT = 255

_UNREADABLE = (JoseError, UnsupportedAlgorithm, ValueError, TypeError, KeyError, OverflowError, RecursionError)
"""What the libraries raise of what is no key or no token."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a token has to be about: who gave it to whom, on which journey, and with which access token."""

    issuer: str
    client: str
    nonce: str = field(repr=False)
    access_token: str | None = field(repr=False)


def believed(token: str, keys: Mapping[str, Any], expected: Expected, now: datetime) -> Mapping[str, Any]:
    """The claims of a token. Raises UntrustedError, naming what is wrong with it."""
    if len(token) > LONGEST_TOKEN:
        raise UntrustedError("the ID token is too long")
    try:
        read = jwt.decode(token, _key_set(keys), algorithms=ALGORITHMS)
        claims = CodeIDToken(
            read.claims,
            read.header,
            options={
                "iss": {"essential": True, "value": expected.issuer},
                "aud": {"essential": True, "value": expected.client},
                **{name: {"essential": True} for name in ("sub", "exp", "iat", "nonce")},
            },
            params={
                "client_id": expected.client,
                "nonce": expected.nonce,
                "access_token": expected.access_token,
            },
        )
        claims.validate(int(now.timestamp()), LEEWAY)
    except _UNREADABLE as error:
        raise UntrustedError(f"the ID token: {type(error).__name__} {error}") from error
    subject = claims["sub"]
    if not 1 <= len(subject) <= LONGEST_SUBJECT or not subject.isascii() or not subject.isprintable():
        raise UntrustedError("the ID token: what it calls them is not 1 to 255 letters of ASCII")
    found: Mapping[str, Any] = claims
    return found


def identity(claims: Mapping[str, Any], said: Mapping[str, Any] | None) -> Identity:
    """Whose account it is; `said` is what the provider said when asked about them, if it was.

    Raises UntrustedError when that is of somebody else.
    """
    if said is not None and said.get("sub") != claims["sub"]:
        raise UntrustedError("what is said of them is of somebody else")
    told = claims if has_address(claims) or said is None else said
    address = told.get("email")
    sure = isinstance(address, str) and told.get("email_verified") is True
    return Identity(claims["iss"], claims["sub"], address if sure else None)


def has_address(claims: Mapping[str, Any]) -> bool:
    """Whether claims name an address, made sure of or not."""
    return claims.get("email") is not None


def _key_set(document: Mapping[str, Any]) -> KeySet:
    """The keys that can be used. One that cannot be read does not spoil the others."""
    listed = document.get("keys")
    found = []
    for each in listed[:MOST_KEYS] if isinstance(listed, list) else ():
        if isinstance(each, dict) and each.get("kty") in PAIRS and each.get("use", "sig") == "sig":
            try:
                found.append(JWKRegistry.import_key(each))
            except _UNREADABLE:
                continue
    return KeySet(found)

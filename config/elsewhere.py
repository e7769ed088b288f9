"""Signing in by an account elsewhere: what binds the way there and back to a browser, and whose account it is.

The walk: `/sign-in/elsewhere` → `Journey` (into a cookie) → the provider → `/sign-in/back` → the same journey? →
`provider` (code for token) → `idtoken` (whose it is, or refused) → `arrive` (officer, binding, a new session).
This room knows nothing of networks and tokens; those that do need the extra `oidc`.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from urllib.parse import quote, unquote

from config import bindings, sessions, throttle
from config.bindings import Stranger
from config.deskforms import local
from config.settings import Settings
from config.signin import In, Porter, Wait
from config.throttle import Kind
from scheduler.plan import LANGUAGES

JOURNEY_FOR = timedelta(minutes=10)
"""How long somebody may take at the provider."""

LONGEST_NEXT = 1000
LONGEST_COOKIE = 4000
BACK = "/sign-in/back"
"""Where the provider leads back to."""


class ElsewhereError(Exception):
    """Signing in there came to nothing; the words are for the log, and hold no secret."""


class SilentError(ElsewhereError):
    """The provider does not answer, too slowly, too much, or not as it should."""


class RefusedError(ElsewhereError):
    """The provider takes the code no more, or never gave it."""


class UntrustedError(ElsewhereError):
    """What it says of somebody cannot be believed."""


@dataclass(frozen=True, slots=True)
class Client:
    """Who this installation is there. `back` is the address the provider leads back to, to be registered there."""

    issuer: str
    ident: str
    secret: str | None = field(repr=False)
    back: str


class Claim(StrEnum):
    """What is made of the secret of a journey, each for one reader."""

    STATE = "state"
    NONCE = "nonce"
    VERIFIER = "verifier"


@dataclass(frozen=True, slots=True)
class Journey:
    """One way there and back. Only the browser that began it has `secret`; what is sent along is made from it.

    `next` is a path of this site, or empty.
    """

    secret: str = field(repr=False)
    begun: datetime
    lang: str
    next: str

    def of(self, claim: Claim) -> str:
        """64 letters that tell nothing of the secret, nor of each other (RFC 7636, 4.1: at least 43)."""
        return hmac.digest(self.secret.encode(), f"luanphien {claim}".encode(), "sha256").hex()

    def goes_on(self, state: str) -> bool:
        """Whether an answer of the provider belongs to it."""
        return hmac.compare_digest(self.of(Claim.STATE).encode(), state.encode(errors="replace"))

    @property
    def cookie(self) -> str:
        """As the browser keeps it."""
        return f"{self.secret}.{int(self.begun.timestamp())}.{self.lang}.{quote(self.next, safe='')}"


def begin(now: datetime, lang: str, wanted: str) -> Journey:
    """A journey from now, which ends at the page that is wanted, if that is one of ours."""
    path = local(wanted[: LONGEST_NEXT + 1]) or ""
    return Journey(secrets.token_urlsafe(32), now, lang, path if len(path) <= LONGEST_NEXT else "")


def journey_of(cookie: str | None, now: datetime) -> Journey | None:
    """The journey a browser is on; None when there is none, or it began too long ago."""
    secret, begun, lang, path = [*(cookie or "").split(".", 3), "", "", ""][:4]
    if not secret or not begun.isdecimal() or len(begun) > 11 or lang not in LANGUAGES:
        return None
    found = Journey(secret, datetime.fromtimestamp(int(begun), UTC), lang, local(unquote(path)) or "")
    return found if timedelta(0) <= now - found.begun < JOURNEY_FOR else None


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose account it is: `subject` is theirs for good at `issuer`. `address`: of mail, if the provider made sure."""

    issuer: str
    subject: str
    address: str | None


def client_of(settings: Settings) -> Client | None:
    """Who this installation is at its provider; None when there is none."""
    if settings.oidc_issuer is None or settings.oidc_client_id is None:
        return None
    secret = settings.oidc_client_secret or None
    return Client(settings.oidc_issuer, settings.oidc_client_id, secret, f"{settings.base_url}{BACK}")


def admitted(porter: Porter, client: str) -> Wait | None:
    """Count somebody who comes back, before the provider is asked about them; whoever was wrong too often waits."""
    with porter.database.write_beside() as session:
        span = throttle.admit(session, porter.key(), _names(client), porter.now())
    return Wait(span) if span else None


def arrive(porter: Porter, identity: Identity, client: str, before: str | None) -> In | Stranger:
    """Sign in whoever this is, with a new session; the session `before`, of the same browser, ends.

    At the first time the account is bound to the officer with its address; from then on the address counts no more.
    """
    now, key = porter.now(), porter.key()
    with porter.database.write_beside() as session:
        found = bindings.let_in(session, (identity.issuer, identity.subject), identity.address, now)
        if isinstance(found, Stranger):
            return found
        throttle.forgive(session, key, _names(client), now)
        if before is not None:
            sessions.end(session, before)
        token = sessions.new_token()
        sessions.begin(session, found.id, token, now, porter.lasting)
    return In(found, token)


def _names(client: str) -> Mapping[Kind, str]:
    return {Kind.ADDRESS: client}

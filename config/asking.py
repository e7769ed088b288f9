"""Who is asking: the one way from a request to an officer, and what may be told to whoever it is."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from calendars.pages.frame import Viewer
from calendars.pages.signin import Word
from config import sessions
from config.deskforms import FormError
from config.officers import Officer
from config.settings import loopback
from config.signin import Porter

ASKED = "luanphien.asked"
"""Where a request holds who is asking."""

_LONGEST = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is asking, with the token of their session."""

    officer: Officer | None = None
    token: str | None = field(default=None, repr=False)

    @property
    def viewer(self) -> Viewer:
        """The same, for the pages."""
        return Viewer(self.officer.name, seal(self.token)) if self.officer and self.token else Viewer()


NOBODY = Asked()


@dataclass(frozen=True, slots=True)
class Cookies:
    """How a browser keeps what it is given. `safe` False: passwords would go over the network as they are.

    Over https the prefix `__Host-` binds a cookie to this host, to https and to every path (RFC 6265bis, 4.1.3.2).
    Browsers keep no such cookie from http, so on this machine itself the names go without.
    """

    secure: bool
    safe: bool

    @classmethod
    def of(cls, base_url: str) -> Cookies:
        """As the address of the installation says, never the request."""
        parts = urlsplit(base_url)
        secure = parts.scheme == "https"
        return cls(secure, secure or loopback(parts.hostname or ""))

    @property
    def session(self) -> str:
        """The name of the cookie with the token of a session."""
        return self._named("luanphien")

    @property
    def form(self) -> str:
        """The name of the one that binds the sign-in form to a browser."""
        return self._named("luanphien-form")

    @property
    def journey(self) -> str:
        """The name of the one that binds the way to the provider, and back, to a browser."""
        return self._named("luanphien-journey")

    def read(self, request: Request, name: str, most: int = _LONGEST) -> str | None:
        """What a browser brought, if it is no longer than `most`."""
        value = request.cookies.get(name)
        return value if value and len(value) <= most else None

    def give(self, response: Response, name: str, value: str, seconds: int | None = None) -> None:
        """Let the browser keep a value until it is closed, or for so many seconds."""
        response.set_cookie(name, value, max_age=seconds, path="/", secure=self.secure, httponly=True, samesite="lax")

    def take(self, response: Response, name: str) -> None:
        """Let it forget the value."""
        response.delete_cookie(name, path="/", secure=self.secure, httponly=True, samesite="lax")

    def _named(self, name: str) -> str:
        return f"__Host-{name}" if self.secure else name


@dataclass(frozen=True, slots=True)
class Asking:
    """Tells who is asking."""

    porter: Porter
    cookies: Cookies

    async def who(self, request: Request) -> Asked:
        """Whose session the request is of. Without a cookie nothing is looked up."""
        token = self.cookies.read(request, self.cookies.session)
        if token is None:
            return NOBODY
        found = await run_in_threadpool(self._found, token)
        return Asked(found, token) if found else NOBODY

    def _found(self, token: str) -> Officer | None:
        porter = self.porter
        now = porter.now()
        with porter.database.read() as session:
            found = sessions.found(session, token, now, porter.lasting)
        if found is None:
            return None
        if found.stale:
            with porter.database.write_if_free() as writing:  # a page never waits for a sync; the next one notes it
                if writing is not None:
                    sessions.note(writing, token, now)
        return found.officer


def asked(request: Request) -> Asked:
    """Who is asking, as it was found when the request came in."""
    found: Asked = request.scope.get(ASKED, NOBODY)
    return found


def officer_of(request: Request) -> Officer:
    """Who is signed in. Raises FormError when nobody is any more."""
    officer = asked(request).officer
    if officer is None:
        raise FormError(Word.OVER, HTTPStatus.FORBIDDEN)
    return officer


def seal(secret: str) -> str:
    """What a form carries to show that it comes from a page for this session, or this browser."""
    return hmac.digest(secret.encode(errors="replace"), b"luanphien form", "sha256").hex()


def sealed(secret: str | None, given: str) -> bool:
    """Whether a form carries it."""
    return secret is not None and hmac.compare_digest(seal(secret).encode(), given.encode(errors="replace"))


def new_secret() -> str:
    """What binds the sign-in form to a browser."""
    return secrets.token_urlsafe(32)

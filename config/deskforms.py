"""Forms of officers, read strictly: from a page of ours, of a size of ours, with the fields they have and no others."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Annotated, Literal, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request

from calendars.gate import unprintable
from calendars.pages.signin import Word
from notifications.forms import UnreadableError, fields_of
from notifications.http import body_of
from scheduler.errors import LuanphienError

LONGEST_PASSWORD = 4000
"""Characters that are read; how many a password may have is told when one is set."""

MOST_REASON = 300
"""Characters of a reason; it stands in the audit of the mail."""

_PORTS = {"http": 80, "https": 443}


class FormError(LuanphienError):
    """A form that is none of ours; nothing was changed. `status` is that of the answer, `typed` is not to be lost."""

    def __init__(self, word: Word, status: int, typed: Mapping[str, str] | None = None) -> None:
        """Keep them."""
        self.word = word
        self.status = status
        self.typed = typed or {}
        super().__init__(f"{word}: nothing was changed; open the page again and repeat")


def _line(text: str) -> str:
    if unprintable(text) is not None or "\n" in text:
        raise ValueError("it holds characters that cannot be kept")
    return text


Line = Annotated[str, AfterValidator(_line)]

SEEN = r"^[0-9a-f]{16}$"
"""How something stood, in short (`seen`)."""


class Form(BaseModel):
    """What every form keeps to: no field but its own, and nothing that was typed in an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class SignInForm(Form):
    """A name and a password."""

    seal: Annotated[Line, Field(max_length=100)]
    next: Annotated[Line, Field(max_length=2000)] = ""
    name: Annotated[Line, Field(max_length=320)]
    password: Annotated[Line, Field(max_length=LONGEST_PASSWORD)]


class SignOutForm(Form):
    """Sign out here, or everywhere."""

    seal: Annotated[Line, Field(max_length=100)]
    everywhere: Literal["yes"] | None = None


class PasswordForm(Form):
    """A new password, twice. `name` is for the browser's store of passwords alone."""

    name: Annotated[Line, Field(max_length=320)] = ""
    password: Annotated[str, Field(max_length=LONGEST_PASSWORD)]
    again: Annotated[str, Field(max_length=LONGEST_PASSWORD)]


class HandForm(Form):
    """What is done to a mail by hand: how it stood when they looked, and why, if they say so."""

    seal: Annotated[Line, Field(max_length=100)]
    seen: Annotated[str, Field(pattern=r"^[a-z_]{1,16}\.[0-9]{1,9}$")]
    reason: Annotated[Line, Field(max_length=MOST_REASON)] = ""


class DeedForm(Form):
    """What is done about a person or a feed: how it stood when they looked, and why, where that is asked for."""

    seal: Annotated[Line, Field(max_length=100)]
    seen: Annotated[str, Field(pattern=SEEN)]
    reason: Annotated[Line, Field(max_length=MOST_REASON)] = ""


class ApprovalForm(Form):
    """A proposal is approved: which text was in force, and what it changes, as they saw it."""

    seal: Annotated[Line, Field(max_length=100)]
    seen: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?\.[0-9a-f]{64}$")]


class ReasonForm(Form):
    """A proposal is refused or withdrawn, and why."""

    seal: Annotated[Line, Field(max_length=100)]
    reason: Annotated[Line, Field(max_length=MOST_REASON)] = ""


Model = TypeVar("Model", bound=Form)


async def form(request: Request, model: type[Model], base_url: str) -> Model:
    """The form that was sent. Raises FormError."""
    if not from_here(request, base_url):
        raise FormError(Word.ELSEWHERE, 403)
    try:
        most = len(model.model_fields)
        fields = fields_of(await body_of(request), request.headers.get("content-type", ""), most=most)
        return model.model_validate(dict(fields))
    except UnreadableError as error:
        raise FormError(Word.LARGE if error.status == 413 else Word.UNREADABLE, error.status) from error
    except ValidationError as error:
        raise FormError(Word.UNREADABLE, 400) from error


def seen(*state: object) -> str:
    """How something stands, in short; another value after every change that shows in its parts."""
    return hashlib.sha256(repr(state).encode()).hexdigest()[:16]


def from_here(request: Request, base_url: str) -> bool:
    """Whether a browser says that a page of this site sent it; one that says nothing is not believed.

    Sec-Fetch-Site cannot be set by a page; browsers before 2023 send Origin alone.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    return _origin(request.headers.get("origin", "")) == _origin(base_url)


def local(path: str) -> str | None:
    """A path of this site to go on to; None for everything else."""
    plain = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if plain and path.isascii() and " " not in path else None


def _origin(address: str) -> tuple[str, str, int | None] | None:
    try:
        parts = urlsplit(address)
        return (parts.scheme, parts.hostname or "", parts.port or _PORTS.get(parts.scheme))
    except ValueError:
        return None

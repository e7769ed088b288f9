"""The editor's form, read strictly: sent in parts, of a size that a plan of the largest size fits into."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from http import HTTPStatus
from typing import Annotated, Literal, NoReturn

from pydantic import Field, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request

from calendars.pages.signin import Word
from config.deskforms import FormError, Line, PlainForm, from_here
from config.files import decoded
from config.guard import MAX_BYTES, too_large
from scheduler.errors import Problem

MOST_BYTES = 3 * MAX_BYTES + 64 * 1024
"""A form in parts holds a text as it is, each end of a line as two bytes: a text and a file of 1 MB always fit."""

MOST_PARTS = 10
_NAMED = re.compile(rb'(?i)^content-disposition:\s*form-data\b[^\r\n]*?;\s*name="([^"\r\n]{1,40})"', re.MULTILINE)

Digest = Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")]


class EditForm(PlainForm):
    """A text, and how things stood when its form was made and when it was checked."""

    seal: Annotated[Line, Field(max_length=100)]
    step: Literal["check", "save"]
    text: str
    base: Digest
    digest: Digest
    effect: Digest


class LiveForm(PlainForm):
    """A text that is being typed."""

    seal: Annotated[Line, Field(max_length=100)]
    text: str


@dataclass(frozen=True, slots=True)
class Sent:
    """What was sent: the fields, the text as it is from now on, and what keeps a file from being read."""

    form: EditForm
    text: str
    unread: Problem | None = None


async def edit_form(request: Request, base_url: str, name: str) -> Sent:
    """The editor's form; a file stands in place of the text. Raises FormError."""
    fields = await _fields(request, base_url)
    raw = fields.pop("file", b"")
    try:
        form = EditForm.model_validate(_texts(fields))
    except ValidationError as error:
        raise FormError(Word.UNREADABLE, HTTPStatus.BAD_REQUEST) from error
    if not raw:
        return Sent(form, plain(form.text))
    if len(raw) > MAX_BYTES:
        return Sent(form, plain(form.text), too_large(name, len(raw)))
    text = decoded(name, raw)
    return Sent(form, plain(form.text), text) if isinstance(text, Problem) else Sent(form, plain(text))


async def live_form(request: Request, base_url: str) -> LiveForm:
    """What the script sends while somebody types. Raises FormError."""
    fields = await _fields(request, base_url)
    try:
        return LiveForm.model_validate(_texts(fields))
    except ValidationError as error:
        raise FormError(Word.UNREADABLE, HTTPStatus.BAD_REQUEST) from error


def plain(text: str) -> str:
    """The text with line ends as files have them: forms send others."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def parts_of(body: bytes, content_type: str) -> dict[str, bytes]:
    """The parts of a form (RFC 7578) by name. Raises ValueError for what is none, or gives a name twice."""
    head = Message()
    head["content-type"] = content_type
    boundary = head.get_boundary()
    if head.get_content_type() != "multipart/form-data" or not boundary:
        raise ValueError("no form in parts")
    mark = b"\r\n--" + boundary.encode("ascii")
    before, *parts = (b"\r\n" + body).split(mark, MOST_PARTS + 1)
    if before or not parts or not parts[-1].startswith(b"--"):
        raise ValueError("it does not begin or end as it should")
    found: dict[str, bytes] = {}
    for part in parts[:-1]:
        headers, blank, content = part.partition(b"\r\n\r\n")
        named = _NAMED.search(headers)
        if not blank or named is None or (name := named[1].decode("ascii")) in found:
            raise ValueError("a part has no name, or that of another")
        found[name] = content
    return found


async def _fields(request: Request, base_url: str) -> dict[str, bytes]:
    if not from_here(request, base_url):
        raise FormError(Word.ELSEWHERE, HTTPStatus.FORBIDDEN)
    content_type = request.headers.get("content-type", "")
    if not content_type.lower().startswith("multipart/form-data"):
        raise FormError(Word.UNREADABLE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    body = await _body(request)
    try:
        return await run_in_threadpool(parts_of, body, content_type)
    except ValueError as error:
        raise FormError(Word.UNREADABLE, HTTPStatus.BAD_REQUEST) from error


async def _body(request: Request) -> bytes:
    found = bytearray()
    if request.headers.get("content-length", "").isdecimal() and int(request.headers["content-length"]) > MOST_BYTES:
        _large()
    try:
        async for part in request.stream():
            found += part
            if len(found) > MOST_BYTES:
                _large()
    except ClientDisconnect as error:
        raise FormError(Word.UNREADABLE, HTTPStatus.BAD_REQUEST) from error
    return bytes(found)


def _large() -> NoReturn:
    raise FormError(Word.LARGE, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def _texts(fields: Mapping[str, bytes]) -> dict[str, str]:
    """The fields as text; raises FormError where one is not UTF-8."""
    try:
        return {name: content.decode("utf-8") for name, content in fields.items()}
    except UnicodeDecodeError as error:
        raise FormError(Word.UNREADABLE, HTTPStatus.BAD_REQUEST) from error

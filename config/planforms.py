"""The editor's form, read strictly, of a size that a plan of the largest size fits into.

It is sent in parts, since a file may be among them; from the page that keeps it for another session as any other form.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from functools import partial
from http import HTTPStatus
from typing import Annotated, Literal, NoReturn
from urllib.parse import parse_qsl

from pydantic import Field, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request

from calendars.catalogue import msg
from calendars.gate import one_line
from calendars.pages.signin import Word
from config.deskforms import Form, FormError, Line, from_here
from config.files import decoded
from config.guard import MAX_BYTES, too_large
from notifications.forms import FORM, PARTS
from scheduler.errors import Problem

MOST_BYTES = 3 * MAX_BYTES + 64 * 1024
"""A form in parts holds a text as it is, each end of a line as two bytes: a text and a file of 1 MB always fit.

Measured: 958,042 bytes of Vietnamese take 967,647 in parts, and 1,610,925 where every odd byte is sent as %XX.
"""

MOST_PARTS = 10
_NAMED = re.compile(rb'(?i)^content-disposition:\s*form-data\b[^\r\n]*?;\s*name="([^"\r\n]{1,40})"', re.MULTILINE)
_FILE = re.compile(rb'(?i)^content-disposition:[^\r\n]*?;\s*filename="([^"\r\n]+)"', re.MULTILINE)
_LONGEST_NAME = 100

Digest = Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")]


class EditForm(Form):
    """A text, and how things stood when its form was made and when it was checked."""

    seal: Annotated[Line, Field(max_length=100)]
    step: Literal["look", "save"]
    text: str
    base: Digest
    digest: Digest
    effect: Digest


class LiveForm(Form):
    """A text that is being typed."""

    seal: Annotated[Line, Field(max_length=100)]
    text: str


@dataclass(frozen=True, slots=True)
class Parts:
    """Fields by name, and what the files among them are called; a file that was not chosen has no name."""

    fields: dict[str, bytes]
    files: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sent:
    """What was sent: the fields, the text as it is from now on, and what keeps a file from being read."""

    form: EditForm
    text: str
    unread: Problem | None = None


async def edit_form(request: Request, base_url: str, name: str) -> Sent:
    """The editor's form; a file stands in place of the text. Raises FormError.

    `name`: what a file is called that came without a name.
    """
    sent = await _sent(request, base_url)
    raw, chosen = sent.fields.pop("file", b""), sent.files.get("file")
    try:
        form = EditForm.model_validate(_texts(sent.fields))
    except ValidationError as error:
        raise FormError(Word.UNREADABLE, HTTPStatus.BAD_REQUEST) from error
    if not raw and chosen is None:
        return Sent(form, plain(form.text))
    text = _text_of(chosen or name, raw)
    return Sent(form, plain(form.text), text) if isinstance(text, Problem) else Sent(form, plain(text))


def _text_of(name: str, raw: bytes) -> str | Problem:
    """The text of a file that was chosen, or why it is none."""
    if not raw:
        return Problem(name, 1, 1, "", msg("the file is empty"), msg("choose the file of a plan"))
    return too_large(name, len(raw)) if len(raw) > MAX_BYTES else decoded(name, raw)


async def live_form(request: Request, base_url: str) -> LiveForm:
    """What the script sends while somebody types. Raises FormError."""
    sent = await _sent(request, base_url)
    try:
        return LiveForm.model_validate(_texts(sent.fields))
    except ValidationError as error:
        raise FormError(Word.UNREADABLE, HTTPStatus.BAD_REQUEST) from error


def plain(text: str) -> str:
    """The text with line ends as files have them: forms send others."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def parts_of(body: bytes, content_type: str) -> Parts:
    """The parts of a form (RFC 7578) by name. Raises ValueError for what is none, or gives a name twice."""
    head = Message()
    head["content-type"] = content_type
    boundary = head.get_boundary()
    if head.get_content_type() != PARTS or not boundary:
        raise ValueError("no form in parts")
    mark = b"\r\n--" + boundary.encode("ascii")
    before, *parts = (b"\r\n" + body).split(mark, MOST_PARTS + 1)
    if before or not parts or not parts[-1].startswith(b"--"):
        raise ValueError("it does not begin or end as it should")
    found = Parts({})
    for part in parts[:-1]:
        headers, blank, content = part.partition(b"\r\n\r\n")
        named = _NAMED.search(headers)
        if not blank or named is None or (name := named[1].decode("ascii")) in found.fields:
            raise ValueError("a part has no name, or that of another")
        found.fields[name] = content
        if (file := _FILE.search(headers)) is not None:
            found.files[name] = one_line(file[1].decode("utf-8", "replace"), _LONGEST_NAME)
    return found


async def typed(request: Request, name: str) -> dict[str, str]:
    """All that was typed into a form in parts, a file in place of the text; of a file that is none, the text stays.

    Raises FormError. Where it came from is not looked at.
    """
    sent = await _read(request)
    raw = sent.fields.pop("file", b"")
    text = decoded(name, raw) if raw and len(raw) <= MAX_BYTES else None
    found = _texts(sent.fields) | ({"text": text} if isinstance(text, str) else {})
    return {field: plain(value) for field, value in found.items()}


async def _sent(request: Request, base_url: str) -> Parts:
    if not from_here(request, base_url):
        raise FormError(Word.ELSEWHERE, HTTPStatus.FORBIDDEN)
    return await _read(request)


async def _read(request: Request) -> Parts:
    content_type = request.headers.get("content-type", "")
    kind = content_type.partition(";")[0].strip().lower()
    if kind not in (PARTS, FORM):
        raise FormError(Word.UNREADABLE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    body = await _body(request)
    read = partial(parts_of, body, content_type) if kind == PARTS else partial(_plain_form, body)
    try:
        return await run_in_threadpool(read)
    except ValueError as error:
        raise FormError(Word.UNREADABLE, HTTPStatus.BAD_REQUEST) from error


def _plain_form(body: bytes) -> Parts:
    pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MOST_PARTS)
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a field is given twice")
    return Parts({name: value.encode() for name, value in pairs})


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

"""A mail as bytes (RFC 5322, MIME): headers that cannot be broken into, fixed boundaries, lines of at most 78."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import base64mime, quoprimime
from email.utils import formataddr, parsedate_to_datetime
from functools import lru_cache
from struct import Struct

from email_validator import EmailNotValidError, validate_email

from notifications.errors import AddressError, HeaderError

LINE = 76
"""Characters of an encoded line (RFC 2045, 6.8)."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_NAME_AND_ADDRESS = re.compile(r"(?:(?P<name>[^<>]*?)\s*<(?P<angled>[^<>]+)>|(?P<plain>[^<>]+))")
_TOKEN_AT_DOMAIN = re.compile(r"<[0-9A-Za-z._-]+@[0-9A-Za-z.-]+>")
_URL = re.compile(r"https?://[!-;=?-~]+")
_NAME = re.compile(r"[A-Za-z][A-Za-z-]*")
_VALUE = re.compile(r"[\x20-\x7e]+(?:\r\n [\x20-\x7e]+)*")
_CHROME = len("=?utf-8?q??=")
_DATE = re.compile(rb"^Date: ([!-~ ]+)\r\n", re.MULTILINE)
_VERSION = b"MIME-Version: 1.0\r\n"


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A name and one address; the address is ASCII (IDNA), so that every relay takes it."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        """What stands after the @."""
        return self.address.rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class Part:
    """One leaf of a mail. `kind` is its media type with parameters, charset left out: text is UTF-8."""

    kind: str
    content: bytes
    filename: str | None = None


@lru_cache(maxsize=4096)
def mailbox(text: str) -> Mailbox:
    """Read `Name <local@domain>` or `local@domain`: exactly one mailbox, on any domain, reachable or not.

    Raises AddressError for anything else, among it lists, and local parts beyond ASCII (most relays lack RFC 6531).
    """
    form = _NAME_AND_ADDRESS.fullmatch(text.strip())
    if form is None or _CONTROL.search(text):
        raise AddressError(f"{text!r} is not one address; write local@domain or Name <local@domain>")
    given = form["angled"] or form["plain"] or ""
    if not given.rpartition("@")[0].isascii():
        raise AddressError(f"{given!r}: few relays take letters beyond ASCII before the @; give another address")
    try:
        valid = validate_email(given, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as error:
        raise AddressError(f"{given!r} is not a mail address: {error}") from None
    if valid.ascii_email is None:
        raise AddressError(f"{given!r} has no ASCII form; most relays would refuse it")
    return Mailbox((form["name"] or "").strip().strip('"'), valid.ascii_email)


def addressed(box: Mailbox) -> str:
    """A mailbox as a header value, its name encoded and folded where it has to be (RFC 2047)."""
    if not box.name:
        return box.address
    name = _clean("a name", box.name)
    if name.isascii() and len(name) + len(box.address) < LINE - 10:
        return formataddr((name, box.address))
    return f"{_encoded(name, 'From')}\r\n <{box.address}>"


def words(text: str, field: str) -> str:
    """Free text as the value of `field`, encoded and folded where it has to be (RFC 2047)."""
    text = _clean(field, text)
    return text if text.isascii() and len(field) + 2 + len(text) <= LINE else _encoded(text, field)


def identifiers(idents: Sequence[str]) -> str:
    """Message-IDs as the value of In-Reply-To or References, one on a line (RFC 5322, 3.6.4)."""
    for ident in idents:
        if not _TOKEN_AT_DOMAIN.fullmatch(ident):
            raise HeaderError(f"{ident!r} is not a Message-ID")
    return "\r\n ".join(idents)


def link(url: str) -> str:
    """A URL in angle brackets (RFC 2369)."""
    if not _URL.fullmatch(url):
        raise HeaderError(f"{url!r} is not an http or https URL without blanks")
    return f"<{url}>"


def message(headers: Sequence[tuple[str, str]], alternatives: Sequence[Part], attachments: Sequence[Part]) -> bytes:
    """The mail: `alternatives` from the plainest to the richest (RFC 2046, 5.1.4), then attachments, if any.

    The same values give the same bytes. Raises HeaderError when the header block is not what was asked for.
    """
    return bound(headers, tuple(map(leaf, alternatives)), tuple(map(leaf, attachments)))


def bound(headers: Sequence[tuple[str, str]], alternatives: Sequence[bytes], attachments: Sequence[bytes]) -> bytes:
    """The same, of parts that are leaves already."""
    kind, body = _multipart("alternative", alternatives)
    if attachments:
        kind, body = _multipart("mixed", (_field(*kind) + b"\r\n" + body, *attachments))
    return b"".join((_block(headers), _VERSION, _field(*kind), b"\r\n", body))


def written_at(message: bytes) -> datetime | None:
    """When a mail was written, to the second, by its header Date; None where it has none that can be read."""
    found = _DATE.search(message, 0, message.find(b"\r\n\r\n") + 2)
    try:
        moment = parsedate_to_datetime(found[1].decode("ascii")) if found else None
    except ValueError:
        return None
    return moment if moment is None or moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def leaf(part: Part) -> bytes:
    """A part as it stands in a mail: its header fields, an empty line, and its content in base64."""
    coded = b64encode(part.content)
    full, rest = divmod(len(coded), LINE)
    lines = [*_slices(full).unpack_from(coded), *([coded[-rest:]] if rest else ())]
    return b"".join((_leaf_head(part.kind, part.filename), b"\r\n".join(lines), b"\r\n" if lines else b""))


def _clean(field: str, text: str) -> str:
    """Refuse what could end a header or be read as an encoded word, which mail libraries decode on their way out."""
    if _CONTROL.search(text) or "=?" in text:
        raise HeaderError(f"{field} holds control characters or '=?', which mail headers must not carry: {text!r}")
    return text


@lru_cache(maxsize=4096)
def _encoded(text: str, field: str) -> str:
    """The same encoded words as `email.header` makes, which encodes a line anew for each of its letters."""
    coded = text.encode()
    short = base64mime.header_length(coded) < quoprimime.header_length(coded)
    parts: list[str] = []
    line, used, room = "", 0, LINE - len(field) - 2 - _CHROME
    for letter in text:
        size = len(letter.encode()) if short else quoprimime.header_length(letter.encode())
        if (-(-(used + size) // 3) * 4 if short else used + size) > room:
            parts.append(line)
            line, used, room = "", 0, LINE - 1 - _CHROME
        line += letter
        used += size
    encode = base64mime.header_encode if short else quoprimime.header_encode
    return "\r\n ".join(encode(part.encode(), "utf-8") for part in (*parts, line))


def _block(headers: Sequence[tuple[str, str]]) -> bytes:
    return b"".join([_field(name, value) for name, value in headers])


@lru_cache(maxsize=4096)
def _field(name: str, value: str) -> bytes:
    if not (_NAME.fullmatch(name) and _VALUE.fullmatch(value)):
        raise HeaderError("the header block is not what was asked for; a value broke out of its field")
    return f"{name}: {value}\r\n".encode("ascii")


def _multipart(subtype: str, parts: Iterable[bytes]) -> tuple[tuple[str, str], bytes]:
    """The header field of a multipart, and its body."""
    boundary = f"=_luanphien_{subtype}"
    fence = b"--" + boundary.encode()
    body = b"".join([b"".join((fence, b"\r\n", part)) for part in parts]) + fence + b"--\r\n"
    return ("Content-Type", f'multipart/{subtype};\r\n boundary="{boundary}"'), body


@lru_cache(maxsize=1024)
def _leaf_head(kind: str, filename: str | None) -> bytes:
    headers = [
        ("Content-Type", f"{kind};\r\n charset=utf-8"),
        ("Content-Transfer-Encoding", "base64"),
    ]
    if filename is not None:
        headers.append(("Content-Disposition", f'attachment;\r\n filename="{_file(filename)}"'))
    return _block(headers) + b"\r\n"


@lru_cache(maxsize=256)
def _slices(count: int) -> Struct:
    """So many whole lines: slicing them one by one would cost more than encoding them."""
    return Struct(f"{LINE}s" * count)


def _file(name: str) -> str:
    if not re.fullmatch(r"[0-9A-Za-z._-]+", name):
        raise HeaderError(f"{name!r} is not a plain file name")
    return name

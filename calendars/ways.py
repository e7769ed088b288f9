"""The ways to subscribe to a feed: its address as each calendar program wants it."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address
from urllib.parse import quote, urlsplit

import segno

from calendars.feedquery import FeedQuestion, pairs_of
from calendars.gate import shortened
from calendars.links import MOST_LABEL

LONGEST_CODE = 600
"""Characters; a code of a longer address is too fine for a phone's camera."""

_INSIDE = (".local", ".lan", ".internal", ".intranet", ".home.arpa")
_SWITCHES = ("steps", "alarms")


class Reach(StrEnum):
    """From where an address can be reached, by its host name alone."""

    MACHINE = "machine"
    NETWORK = "network"
    WORLD = "world"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """One feed by all its addresses. `code`: a QR code of `webcal` as a data URI; None where it would be too fine."""

    address: str
    twin: str
    webcal: str
    google: str
    outlook: str
    outlook_work: str
    code: str | None


def ways_of(question: FeedQuestion, base_url: str, name: str) -> Ways:
    """Every address of a feed called `name` that is asked for by its filters."""
    base = base_url.rstrip("/")
    twin = f"{base}/feeds/all.json?{question.query}"
    return ways_at(f"{base}/feeds/all.ics?{question.query}", twin, name)


def ways_at(address: str, twin: str, name: str) -> Ways:
    """Every address of a feed called `name` that stands at one.

    Google wants the webcal address, Outlook that of the web; both percent-encoded as a whole (RFC 3986, section 2.1).
    """
    webcal = urlsplit(address)._replace(scheme="webcal").geturl()
    adding = f"calendar/0/addfromweb?url={quote(address, safe='')}&name={quote(name, safe='')}"
    return Ways(
        address=address,
        twin=twin,
        webcal=webcal,
        google=f"https://calendar.google.com/calendar/r?cid={quote(webcal, safe='')}",
        outlook=f"https://outlook.live.com/{adding}",
        outlook_work=f"https://outlook.office.com/{adding}",
        code=_code(webcal) if len(webcal) <= LONGEST_CODE else None,
    )


def reach_of(base_url: str) -> Reach:
    """From where the server can be reached; a name that does not say otherwise is taken to be public."""
    host = (urlsplit(base_url).hostname or "").rstrip(".")
    try:
        number = ip_address(host)
    except ValueError:
        if host == "localhost" or host.endswith(".localhost"):
            return Reach.MACHINE
        return Reach.NETWORK if "." not in host or host.endswith(_INSIDE) else Reach.WORLD
    if number.is_loopback or number.is_unspecified:
        return Reach.MACHINE
    return Reach.WORLD if number.is_global else Reach.NETWORK


def command_of(question: FeedQuestion, label: str) -> str:
    """What to type for a secret link to the same feed, quoted for a shell."""
    words = ["luanphien", "feeds", "create", "--label", shortened(label, MOST_LABEL)]
    for name, value in pairs_of(question):
        words += [f"--{name}"] if name in _SWITCHES else [f"--{name}", value]
    return shlex.join(words)


def _code(text: str) -> str:
    """A QR code (ISO/IEC 18004) as an SVG of black on white, with the quiet zone of four modules."""
    return segno.make_qr(text, error="l").svg_data_uri(dark="#000", light="#fff", border=4, omitsize=True)

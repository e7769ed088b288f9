"""Which calendar program asks, by what it says of itself (RFC 9110, section 10.1.5). For statistics only."""

from __future__ import annotations

from functools import lru_cache

KINDS = (
    ("google", ("google-calendar", "googlecalendar", "feedfetcher-google")),
    ("outlook", ("microsoft", "outlook", "office", "exchange")),
    ("apple", ("dataaccessd", "calendaragent", "remindd", "ios/", "macos/", "mac os x/", "darwin")),
    ("thunderbird", ("thunderbird", "lightning")),
    ("davx5", ("davx5", "icsx5", "icsdroid")),
    ("vdirsyncer", ("vdirsyncer",)),
    ("browser", ("mozilla/", "opera/")),
)
"""A kind of client and what is found in the names it goes by, looked through in this order."""

OTHER = "other"


@lru_cache(maxsize=1024)
def client_of(user_agent: str) -> str:
    """The kind of client; `other` for one that is not known or says nothing."""
    said = user_agent[:400].casefold()
    return next((kind for kind, marks in KINDS if any(mark in said for mark in marks)), OTHER)

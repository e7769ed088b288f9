"""Conditional requests, content coding, and the shelf of feeds."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendars.kept import KeptFeed, Shelf, entity_tag, http_date, takes_gzip, unchanged

CHANGED = datetime(2021, 8, 31, 17, 30, tzinfo=UTC)
FEED = KeptFeed.of(b"BEGIN")


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", False),
        ("gzip", True),
        ("deflate, GZIP;q=0.5", True),
        ("gzip;q=0", False),
        ("gzip; q=0.0, *", False),
        ("*", True),
        ("identity", False),
        ("gzip;q=rubbish", False),
        ("br, x-gzip", True),
    ],
)
def test_who_takes_gzip(header: str, *, expected: bool) -> None:
    assert takes_gzip(header) is expected


@pytest.mark.parametrize(
    ("none_match", "since", "expected"),
    [
        (None, None, False),
        ('"a"', None, True),
        ('"x", W/"a"', None, True),
        ("*", None, True),
        ('"x"', http_date(CHANGED), False),
        (None, http_date(CHANGED), True),
        (None, http_date(CHANGED - timedelta(seconds=1)), False),
        (None, "rubbish", False),
        (None, "Tue, 31 Aug 2021 17:30:00 -0000", True),
    ],
)
def test_whether_a_copy_still_stands(none_match: str | None, since: str | None, *, expected: bool) -> None:
    assert unchanged(none_match, since, '"a"', CHANGED) is expected


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_header_whatever_breaks_it(first: str, second: str) -> None:
    assert unchanged(None, first, '"a"', CHANGED) in (True, False)
    assert takes_gzip(second) in (True, False)


def test_the_compressed_form_has_its_own_tag_and_the_same_bytes_each_time() -> None:
    assert entity_tag((1, "a"), packed=True) != entity_tag((1, "a"), packed=False)
    assert entity_tag((1, "a"), packed=False) != entity_tag((2, "a"), packed=False)
    assert KeptFeed.of(b"BEGIN").packed == FEED.packed
    assert gzip.decompress(FEED.packed) == b"BEGIN"


def test_the_shelf_holds_so_many_bytes_and_of_each_feed_one_stamp() -> None:
    size = len(FEED.plain) + len(FEED.packed)
    shelf = Shelf(most=2 * size)
    shelf.put("1", "vi", FEED)
    shelf.put("1", "en", FEED)
    shelf.get("1", "vi")
    shelf.put("1", "lo", FEED)
    assert [shelf.get("1", lang) is not None for lang in ("vi", "en", "lo")] == [True, False, True]
    other = KeptFeed.of(b"ENDED")
    shelf.put("2", "vi", other)
    assert (shelf.get("1", "vi"), shelf.get("2", "vi"), shelf.get("1", "lo")) == (None, other, FEED)
    shelf.put("3", "km", KeptFeed.of(bytes(3 * size)))
    assert [shelf.get(stamp, lang) is not None for stamp, lang in (("2", "vi"), ("1", "lo"), ("3", "km"))] == [
        False, False, True,
    ]  # fmt: skip

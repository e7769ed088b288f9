"""Forms are read strictly: what is right comes out whole, what is wrong is named, and nothing else ever happens."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendars.gate import unprintable
from notifications.answers import Wish, wish_of
from notifications.forms import (
    FORM,
    MOST_WORDS,
    PARTS,
    Draft,
    Fault,
    UnreadableError,
    fields_of,
    note_from,
    one_click,
    wish_from,
)

TODAY = date(2021, 9, 1)
DAYS = st.dates(date(2021, 9, 1), date(2199, 12, 31))


def parts(*fields: tuple[str, str]) -> bytes:
    """Fields as a mail program may send them (RFC 7578)."""
    head = '--grenze\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
    return ("".join(head.format(*field) for field in fields) + "--grenze--\r\n").encode()


@pytest.mark.parametrize(
    ("body", "kind", "fields"),
    [
        (b"", FORM, {}),
        (b"why=", FORM, {"why": ""}),
        (b"why=B%C3%A3o+s%E1%BB%91+3&first=2021-10-01", FORM, {"why": "Bão số 3", "first": "2021-10-01"}),
        (b"a=1", "Application/X-WWW-Form-Urlencoded; charset=utf-8", {"a": "1"}),
        (parts(("List-Unsubscribe", "One-Click")), f"{PARTS}; boundary=grenze", {"List-Unsubscribe": "One-Click"}),
        (parts(("a", "1"), ("b", "Bão")), f'{PARTS}; boundary="grenze"', {"a": "1", "b": "Bão"}),
        (b"", f"{PARTS}; boundary=grenze", {}),
        (b"nothing of the kind", PARTS, {}),
    ],
)
def test_fields_come_out_as_they_were_sent(body: bytes, kind: str, fields: dict[str, str]) -> None:
    assert fields_of(body, kind, (FORM, PARTS)) == fields


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"why=x", "", HTTPStatus.UNSUPPORTED_MEDIA_TYPE),
        (b"why=x", "text/plain", HTTPStatus.UNSUPPORTED_MEDIA_TYPE),
        (b"why=%ff", FORM, HTTPStatus.BAD_REQUEST),
        (b"why=\xff", FORM, HTTPStatus.BAD_REQUEST),
        (b"why=a&why=b", FORM, HTTPStatus.BAD_REQUEST),
        (b"&".join(b"%d=" % number for number in range(11)), FORM, HTTPStatus.BAD_REQUEST),
        (parts(("a", "1"), ("a", "2")), f"{PARTS}; boundary=grenze", HTTPStatus.BAD_REQUEST),
        (parts(("a", "x")).replace(b"x", b"\xff"), f"{PARTS}; boundary=grenze", HTTPStatus.BAD_REQUEST),
    ],
)
def test_what_is_no_form_is_refused(body: bytes, kind: str, status: HTTPStatus) -> None:
    with pytest.raises(UnreadableError) as refused:
        fields_of(body, kind, (FORM, PARTS))
    assert refused.value.status is status


def test_parts_are_taken_only_where_they_are_expected() -> None:
    with pytest.raises(UnreadableError):
        fields_of(parts(("a", "1")), f"{PARTS}; boundary=grenze")


@given(st.binary(max_size=300), st.sampled_from((FORM, PARTS, f"{PARTS}; boundary=grenze", f"{PARTS}; boundary=\x7f")))
def test_any_bytes_are_read_or_refused(body: bytes, kind: str) -> None:
    try:
        fields = fields_of(body, kind, (FORM, PARTS))
    except UnreadableError:
        return
    assert all(isinstance(text, str) for field in fields.items() for text in field)


@given(st.dictionaries(st.text(min_size=1, max_size=20), st.text(max_size=50), max_size=10))
def test_what_a_browser_sends_is_read_back(fields: dict[str, str]) -> None:
    try:
        body = urlencode(fields).encode("ascii")
    except UnicodeEncodeError:  # half a character cannot be sent
        return
    assert fields_of(body, FORM) == fields


@pytest.mark.parametrize(
    ("fields", "clicked"),
    [
        ({"List-Unsubscribe": "One-Click"}, True),
        ({"List-Unsubscribe": "one-click"}, False),
        ({"list-unsubscribe": "One-Click"}, False),
        ({}, False),
    ],
)
def test_one_click(fields: dict[str, str], *, clicked: bool) -> None:
    assert one_click(fields) is clicked


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"why": "Bão"}, Wish("Bão")),
        ({"why": " a\r\n\tb  c "}, Wish("a b c")),
        ({"why": "e\u0302"}, Wish("ê")),
        ({"why": "Bão", "first": "2021-09-01"}, Wish("Bão", TODAY)),
        ({"why": "Bão", "first": " 2021-09-01 ", "last": "2021-09-01"}, Wish("Bão", TODAY, TODAY)),
        ({"why": "x" * MOST_WORDS}, Wish("x" * MOST_WORDS)),
        ({}, Draft("", faults={"why": Fault.MISSING})),
        ({"why": "x" * (MOST_WORDS + 1)}, Draft("x" * (MOST_WORDS + 1), faults={"why": Fault.TOO_LONG})),
        ({"why": "a\x00b"}, Draft("ab", faults={"why": Fault.CONTROL})),
        (
            {"why": "", "first": "x", "last": "2021-08-31"},
            Draft("", "x", "2021-08-31", {"why": Fault.MISSING, "first": Fault.NO_DAY, "last": Fault.PAST}),
        ),
        (
            {"why": "Bão", "first": "2021-09-03", "last": "2021-09-02"},
            Draft("Bão", "2021-09-03", "2021-09-02", {"last": Fault.REVERSED}),
        ),
        ({"why": "Bão", "last": "2021-09-02"}, Draft("Bão", "", "2021-09-02", {"first": Fault.NO_FIRST})),
        ({"why": "Bão", "first": "2200-01-01"}, Draft("Bão", "2200-01-01", "", {"first": Fault.NO_DAY})),
        ({"why": "Bão", "first": "2021-9-3"}, Draft("Bão", "2021-9-3", "", {"first": Fault.NO_DAY})),
    ],
)
def test_a_wish_is_read_or_shown_again(fields: dict[str, str], found: Wish | Draft) -> None:
    assert wish_from(fields, TODAY) == found


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({}, ""),
        ({"why": "đã gửi\nhôm qua"}, "đã gửi hôm qua"),
        ({"why": "a\x1bb"}, Draft("ab", faults={"why": Fault.CONTROL})),
    ],
)
def test_a_note_may_be_nothing(fields: dict[str, str], found: str | Draft) -> None:
    assert note_from(fields) == found


@given(st.text(max_size=600))
def test_whatever_is_taken_can_be_printed(text: str) -> None:
    found = wish_from({"why": text}, TODAY)
    words = found.why
    if isinstance(found, Wish):
        assert unprintable(words) is None
        assert words == " ".join(words.split())
        assert 0 < len(words) <= MOST_WORDS


@given(st.text(min_size=1).map(lambda text: " ".join(text.split())).filter(bool), st.none() | DAYS, DAYS)
def test_a_wish_is_kept_whole(why: str, first: date | None, last: date) -> None:
    wish = Wish(why) if first is None else Wish(why, min(first, last), max(first, last))
    assert wish_of(wish.words) == wish

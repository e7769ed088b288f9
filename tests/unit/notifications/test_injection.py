"""Nothing that people write, in whatever field and form, becomes a header of a mail or a line of a calendar."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from types import MappingProxyType

import icalendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifications.compose import compose
from notifications.errors import AddressError, HeaderError
from notifications.mime import Mailbox
from scheduler.occurrence import Record
from scheduler.plan import Directory, Text
from tests.unit.notifications.mails import CONFIRMED, everything, read
from tests.unit.notifications.samples import DIRECTORY, LETTERHEAD

WANTED = [
    "Date",
    "Message-ID",
    "From",
    "To",
    "Subject",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "Content-Language",
    "MIME-Version",
    "Content-Type",
]
NASTY = [
    "Họp\r\nBcc: x@y.example",
    "Họp\nBcc: x@y.example",
    "Họp\rBcc: x@y.example",
    "Họp\r\n\r\n<html>",
    "Họp\u2028Bcc: x@y.example",
    "Họp\u2029\x85\x0b\x0cBcc: x@y.example",
    "Họp\x00\x07\x1b[31m",
    "=?UTF-8?Q?=0D=0A?=Bcc: x@y.example",
    "=?utf-8?b?DQpCY2M6IHhAeS5leGFtcGxl?=",
    "Họp\\r\\nBcc: x@y.example",
    "Họp \ud800",
    'Họp", <x@y.example>, "',
    "Họp\r\nATTENDEE:mailto:x@y.example\r\nEND:VEVENT",
    "Họp;X=1:mailto:x@y.example",
    "--=_luanphien_mixed--",
    "{{ 7 * 7 }} {lang.__class__} %s",
]


def _named(words: str) -> Directory:
    """The directory, with every party and organisation called `words`."""
    parties = {ident: replace(party, name=Text(words)) for ident, party in DIRECTORY.parties.items()}
    bodies = {ident: replace(body, name=Text(words)) for ident, body in DIRECTORY.organisations.items()}
    return Directory(parties=MappingProxyType(parties), organisations=MappingProxyType(bodies))


def _record_of(words: str) -> Record:
    """An occurrence with `words` wherever a plan may hold free text."""
    occurrence = CONFIRMED.occurrence
    paper = replace(occurrence.document, title=Text(words), number=words)
    changed = replace(
        occurrence, title=Text(words), conditions=(words,), quantity=words, expression=words, document=paper
    )
    return replace(CONFIRMED, occurrence=changed)


def _check(raw: bytes) -> None:
    mail = read(raw)
    assert list(mail.keys()) == WANTED
    head = raw.partition(b"\r\n\r\n")[0]
    assert all(byte in b"\r\n" or 32 <= byte < 127 for byte in head)
    assert head.count(b"\n") == head.count(b"\r\n") == head.count(b"\r")
    for each in mail.walk():
        if each.get_content_type() == "text/calendar":
            (event,) = icalendar.Calendar.from_ical(each.get_content()).walk("VEVENT")
            attendee = event.get("ATTENDEE")
            assert attendee in (None, "mailto:mttq@quang-tri.example")


def _everywhere(words: str) -> int:
    """How many of the mails with `words` in every field could be written; each is whole, the others are refused."""
    written = 0
    letterhead = replace(LETTERHEAD, sender=Mailbox("Nhắc việc", LETTERHEAD.sender.address))
    for letter in everything(_record_of(words), words, address="mttq@quang-tri.example"):
        with suppress(AddressError, HeaderError):
            _check(compose(letter, letterhead, _named(words)))
            written += 1
    return written


@pytest.mark.parametrize("words", NASTY)
def test_nothing_breaks_out_of_any_field(words: str) -> None:
    in_a_subject = 7
    assert _everywhere(words) == (10 - in_a_subject if "=?" in words else 10)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.sampled_from([*NASTY, *"\r\n\t\x00=?:;,<>@\"'{}%\\\u2028\u200d\ufeff"]) | st.text()).map("".join))
def test_law_a_mail_has_its_headers_and_no_other(words: str) -> None:
    _everywhere(f"Họp {words}")


@pytest.mark.parametrize("words", [words for words in NASTY if "=?" in words or not words.isprintable()])
def test_nothing_breaks_out_of_the_name_of_the_sender(words: str) -> None:
    letterhead = replace(LETTERHEAD, sender=Mailbox(words, LETTERHEAD.sender.address))
    for letter in everything(CONFIRMED, "Họp"):
        with pytest.raises(HeaderError):
            compose(letter, letterhead, DIRECTORY)


@pytest.mark.parametrize(
    "address",
    [
        "a@b.example, c@d.example",
        "a@b.example\r\nBcc: c@d.example",
        "a@b.example\u2028Bcc: c@d.example",
        "=?utf-8?q?a?=@b@c.example",
        "ngoạivụ@b.example",
        "",
    ],
)
def test_what_is_not_one_address_is_refused_in_every_mail(address: str) -> None:
    for letter in everything(CONFIRMED, "Họp", address=address):
        with pytest.raises(AddressError):
            compose(letter, LETTERHEAD, DIRECTORY)


def test_a_name_in_another_script_before_the_at_is_refused_with_the_fix() -> None:
    with pytest.raises(AddressError, match="give another address"):
        compose(everything(CONFIRMED, "Họp", address="ngoạivụ@b.example")[0], LETTERHEAD, DIRECTORY)


@pytest.mark.parametrize(
    ("address", "header"),
    [
        ("a@bücher.example", "a@xn--bcher-kva.example"),
        ('"Sở, Ban" <a@b.example>', '"Sở, Ban" <a@b.example>'),
    ],
)
def test_addresses_that_are_one(address: str, header: str) -> None:
    for letter in everything(CONFIRMED, "Họp", address=address):
        assert str(read(compose(letter, LETTERHEAD, DIRECTORY))["To"]) == header


def test_an_unsubscribe_link_that_is_none_is_refused() -> None:
    for letter in everything(CONFIRMED, "Họp", unsubscribe="https://x.example/>\r\nBcc: a@b.example"):
        with pytest.raises(HeaderError):
            compose(letter, LETTERHEAD, DIRECTORY)

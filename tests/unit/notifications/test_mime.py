from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes
from email import policy as email_policy
from email.header import Header, decode_header, make_header
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.errors import AddressError, HeaderError
from notifications.mime import Mailbox, Part, addressed, identifiers, link, mailbox, message, words, written_at
from tests.unit.notifications.samples import HANOI

TEXT = Part("text/plain", b"hello\r\n")


def _parse(headers: list[tuple[str, str]]) -> object:
    return message_from_bytes(message(headers, [TEXT], []), policy=email_policy.default)


@pytest.mark.parametrize(
    ("text", "box"),
    [
        ("a@b.example", Mailbox("", "a@b.example")),
        ("  Sở Ngoại vụ <a@b.example> ", Mailbox("Sở Ngoại vụ", "a@b.example")),
        ('"Sở, Ban" <a@b.example>', Mailbox("Sở, Ban", "a@b.example")),
        ("a@bücher.example", Mailbox("", "a@xn--bcher-kva.example")),
        ("a@B.EXAMPLE", Mailbox("", "a@b.example")),
    ],
)
def test_one_address(text: str, box: Mailbox) -> None:
    assert mailbox(text) == box


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "a@b.example, c@d.example",
        "A <a@b.example>, B <c@d.example>",
        "<a@b.example> <c@d.example>",
        "a@b.example\r\nBcc: c@d.example",
        "A\nB <a@b.example>",
        "ngoạivụ@b.example",
        "a@localhost",
        "a@b.test",
        "a b@c.example",
        "=?utf-8?q?a?=@b@c.example",
    ],
)
def test_not_one_address(text: str) -> None:
    with pytest.raises(AddressError):
        mailbox(text)


@pytest.mark.parametrize(
    "text",
    [
        "Họp\r\nBcc: x@y.example",
        "Họp\nBcc: x",
        "Họp\rx",
        "Họp\x00",
        "Họp\x85x",
        "Họp\u2028x",
        "=?UTF-8?Q?=0D=0A?=Bcc: x@y.example",
        "ok =?",
    ],
)
def test_nothing_breaks_into_a_header(text: str) -> None:
    with pytest.raises(HeaderError):
        words(text, "Subject")
    with pytest.raises(HeaderError):
        addressed(Mailbox(text, "a@b.example"))


@pytest.mark.parametrize("value", ["ok\r\nBcc: x@y.example", "ok\nX: y", "ok\r\n\r\nbody", "", "ok\x07"])
def test_the_block_is_checked_whatever_made_it(value: str) -> None:
    with pytest.raises(HeaderError):
        message([("Subject", value)], [TEXT], [])


@given(
    st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=300).filter(lambda t: "=?" not in t)
)
def test_law_words_come_back_as_they_were(text: str) -> None:
    parsed = _parse([("Subject", words(f"x{text}x", "Subject"))])
    assert parsed["Subject"] == f"x{text}x"  # type: ignore[index]
    raw = message([("Subject", words(f"x{text}x", "Subject"))], [TEXT], [])
    assert max(map(len, raw.split(b"\r\n"))) <= 78
    assert raw.isascii()


@given(
    st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=300).filter(lambda t: "=?" not in t),
    st.text("aô ", max_size=200),
)
def test_law_words_are_encoded_as_the_library_encodes_them(text: str, more: str) -> None:
    for given_ in (f"ô{text}", f"ô{more}", "ô" + "a" * len(more) + text):
        assert words(given_, "Subject") == Header(given_, "utf-8", maxlinelen=76, header_name="Subject").encode(
            linesep="\r\n"
        )


def test_a_long_name_is_folded() -> None:
    box = Mailbox("Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh Quảng Trị – Ban Thường trực, Phòng Dân tộc", "a@b.example")
    raw = message([("From", addressed(box))], [TEXT], [])
    assert max(map(len, raw.split(b"\r\n"))) <= 78
    # email's newer policies keep the blank between two encoded words of a name, against RFC 2047, 6.2
    assert str(make_header(decode_header(message_from_bytes(raw)["From"]))) == f"{box.name} <{box.address}>"


@pytest.mark.parametrize("ident", ["a@b", "<a b@c>", "<a@b>\r\nX: y", "<a@b> <c@d>"])
def test_identifiers_are_message_ids(ident: str) -> None:
    with pytest.raises(HeaderError):
        identifiers([ident])


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://a b", "https://a>", "https://a\r\nX: y"])
def test_links_are_plain(url: str) -> None:
    with pytest.raises(HeaderError):
        link(url)


@given(st.datetimes(datetime(1900, 1, 1), datetime(2150, 1, 1), timezones=st.sampled_from((UTC, HANOI))))  # noqa: DTZ001
def test_law_when_a_mail_was_written_is_read_from_its_date(moment: datetime) -> None:
    written = message([("Date", format_datetime(moment)), ("Subject", "x")], [TEXT], [])
    assert written_at(written) == moment.replace(microsecond=0)


@pytest.mark.parametrize("head", [b"", b"Date: yesterday\r\n", b"Date: Wed, 99 Sep 2021 25:30:00 +0700\r\n"])
def test_a_date_that_cannot_be_read(head: bytes) -> None:
    assert written_at(head + b"Subject: x\r\n\r\nDate: Wed, 01 Sep 2021 09:30:00 +0700\r\n") is None


def test_a_file_name_is_plain() -> None:
    with pytest.raises(HeaderError):
        message([("Subject", "x")], [TEXT], [Part("text/calendar", b"x", 'a".ics')])


def test_whole_bytes() -> None:
    parts = [TEXT, Part("text/html", "<p>chào</p>\r\n".encode())]
    assert message([("Subject", "x")], parts, [Part("text/calendar", b"BEGIN", "a.ics")]) == (
        b"Subject: x\r\n"
        b"MIME-Version: 1.0\r\n"
        b'Content-Type: multipart/mixed;\r\n boundary="=_luanphien_mixed"\r\n'
        b"\r\n"
        b"--=_luanphien_mixed\r\n"
        b'Content-Type: multipart/alternative;\r\n boundary="=_luanphien_alternative"\r\n'
        b"\r\n"
        b"--=_luanphien_alternative\r\n"
        b"Content-Type: text/plain;\r\n charset=utf-8\r\n"
        b"Content-Transfer-Encoding: base64\r\n"
        b"\r\n"
        b"aGVsbG8NCg==\r\n"
        b"--=_luanphien_alternative\r\n"
        b"Content-Type: text/html;\r\n charset=utf-8\r\n"
        b"Content-Transfer-Encoding: base64\r\n"
        b"\r\n"
        b"PHA+Y2jDoG88L3A+DQo=\r\n"
        b"--=_luanphien_alternative--\r\n"
        b"--=_luanphien_mixed\r\n"
        b"Content-Type: text/calendar;\r\n charset=utf-8\r\n"
        b"Content-Transfer-Encoding: base64\r\n"
        b'Content-Disposition: attachment;\r\n filename="a.ics"\r\n'
        b"\r\n"
        b"QkVHSU4=\r\n"
        b"--=_luanphien_mixed--\r\n"
    )

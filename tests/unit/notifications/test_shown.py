"""What of a mail may be shown to somebody it was not written to."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.shown import without_secrets, words_of
from notifications.tokens import Action, Links

LINKS = Links("https://lich.example", b"k" * 32)
IDENT = "0123456789abcdef" * 2


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://lich.example/vi/r/done/abc.", "https://lich.example/vi/r/done/…"),
        ("<https://lich.example/vi/password/abc>", "<https://lich.example/vi/password/…>"),
        ("webcal://lich.example/feeds/s/Ab_-9.ics nhé", "webcal://lich.example/feeds/s/… nhé"),
        (f"mã {IDENT}, {IDENT[:31]}", f"mã …, {IDENT[:31]}"),
        ("https://lich.example/vi/o/qt-front-exchange.savannakhet.2021", "https://lich.example/vi/o/qt-front-exchange.savannakhet.2021"),
        ("", ""),
    ],
)  # fmt: skip
def test_what_opens_something_is_left_out(text: str, shown: str) -> None:
    assert without_secrets(text) == shown
    assert without_secrets(shown) == shown


@given(st.text(alphabet="0123456789abcdef", min_size=32, max_size=32), st.sampled_from([*Action, "password"]))
def test_no_link_made_here_can_be_read_again(ident: str, action: str) -> None:
    token = LINKS.entry(ident)
    for text in (f"{LINKS.base_url}/vi/r/{action}/{token}", f"a {token} b", f"({token.upper()})"):
        assert ident not in without_secrets(text).lower()


def mail(text: str, *, html: bool = False) -> bytes:
    message = EmailMessage()
    message["Subject"] = "x"
    message.set_content(text, subtype="html" if html else "plain", cte="base64")
    return bytes(message)


def test_the_words_are_those_of_the_text_part() -> None:
    assert words_of(mail("Kính gửi bà Lan\nhttps://x.example/vi/r/ack/00\x07\n")) == (
        "Kính gửi bà Lan\nhttps://x.example/vi/r/ack/…"
    )
    assert words_of(mail("<p>x</p>", html=True)) == ""
    assert words_of(b"") == ""
